#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/one_of.h"
#include "text/markdown_lines.h"

namespace chimera::text {
namespace {

using base::is_digit;
using base::is_letter;

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 64 && (is_letter(key[0]) || key[0] == '_') &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '%' || c == '(' ||
                  c == ')';
         });
}

bool is_connective(std::string_view word) {
  constexpr std::array<std::string_view, 7> kWords = {"and", "with", "at", "or", "@", "|", "/"};
  return base::is_one_of(word, kWords);
}

bool is_unit_word(std::string_view word) {
  return word.size() <= 12 && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '%' ||
                  static_cast<unsigned char>(c) >= 0x80;
         });
}

// The next word: up to white space, ';' or a comma that is no thousands separator.
MarkdownSpan next_word(std::string_view text, MarkdownSpan& rest) {
  const auto separates = [&](std::uint64_t i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == ';') return true;
    return c == ',' && !(i > rest.begin && i + 1 < rest.end && is_digit(text[i - 1]) && is_digit(text[i + 1]));
  };
  while (rest.begin < rest.end && separates(rest.begin)) ++rest.begin;
  std::uint64_t end = rest.begin;
  while (end < rest.end && !separates(end)) ++end;
  const MarkdownSpan word{rest.begin, end};
  rest.begin = end;
  return word;
}

}  // namespace

std::vector<NameValue> split_entries(std::string_view text, MarkdownSpan line) {
  std::vector<NameValue> entries;
  if (!empty(line) && text[line.end - 1] == '.') --line.end;
  line = without_emphasis(text, line);
  for (MarkdownSpan word = next_word(text, line); !empty(word); word = next_word(text, line)) {
    word = without_emphasis(text, word);
    const std::string_view written = at(text, word);
    const std::size_t equals = written.find('=');
    if (equals != std::string_view::npos && is_key(written.substr(0, equals)) && equals + 1 < written.size()) {
      entries.push_back(
          {{word.begin, word.begin + equals}, without_emphasis(text, {word.begin + equals + 1, word.end}), {}, -1, {}});
    } else if (!entries.empty() && is_connective(written)) {
      continue;
    } else if (!entries.empty() && is_unit_word(written) && is_digit(text[entries.back().value.end - 1])) {
      entries.back().value.end = word.end;
    } else {
      return {};
    }
  }
  return entries;
}

}  // namespace chimera::text
