#include "claims/cursor.h"

#include <algorithm>

namespace chimera::claims {
namespace {

// Length of the blank at `at`: space, tab, no-break (U+00A0), narrow no-break (U+202F), thin (U+2009); 0 for others.
std::uint64_t blank_width(std::string_view text, std::uint64_t at) {
  if (at >= text.size()) return 0;
  if (text[at] == ' ' || text[at] == '\t') return 1;
  if (text.substr(at, 2) == "\xC2\xA0") return 2;
  const auto three = text.substr(at, 3);
  return three == "\xE2\x80\xAF" || three == "\xE2\x80\x89" ? 3 : 0;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_passed_over(char c) { return c == '*' || c == '"' || c == '\'' || c == '(' || c == '[' || c == '`' || c == '_'; }

}  // namespace

bool is_unit_char(std::string_view text, std::uint64_t at) {
  const char c = text[at];
  if (is_letter(c) || c == '%' || c == '/' || c == '-') return true;
  // the bytes of µ (U+00B5, U+03BC), ° (U+00B0), ² (U+00B2), · (U+00B7), × (U+00D7)
  if (c == '\xC2' || c == '\xCE' || c == '\xC3') {
    const auto two = text.substr(at, 2);
    return two == "\xC2\xB5" || two == "\xCE\xBC" || two == "\xC2\xB0" || two == "\xC2\xB2" || two == "\xC2\xB7" || two == "\xC3\x97";
  }
  if (at > 0 && (c == '\xB5' || c == '\xBC' || c == '\xB0' || c == '\xB2' || c == '\xB7' || c == '\x97')) return is_unit_char(text, at - 1) && !is_letter(text[at - 1]) && text[at - 1] != '/' && text[at - 1] != '%' && text[at - 1] != '-';
  return false;
}

std::uint64_t skip_blanks(std::string_view text, std::uint64_t at, std::uint64_t most) {
  const std::uint64_t from = at;
  for (std::uint64_t width = blank_width(text, at); width > 0 && at - from < most; width = blank_width(text, at)) at += width;
  return at;
}

std::uint64_t next_line(std::string_view text, std::uint64_t at) {
  const auto end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_fenced(std::string_view text, std::uint64_t content) {
  if (content == 0 || content > text.size()) return false;
  const auto this_line = text.rfind('\n', content - 1);
  if (this_line == std::string_view::npos) return false;
  const auto before = this_line == 0 ? std::string_view::npos : text.rfind('\n', this_line - 1);
  const std::uint64_t begin = before == std::string_view::npos ? 0 : before + 1;
  const auto line = text.substr(begin, this_line - begin);
  return line.find("```") != std::string_view::npos || line.find("~~~") != std::string_view::npos;
}

std::uint64_t sign_width(std::string_view text, std::uint64_t at) {
  return text.substr(at, 3) == "\xE2\x88\x92" ? 3 : 1;
}

std::string lower_word(std::string_view text, std::uint64_t at) {
  std::string word;
  for (; at < text.size() && word.size() < 32 && is_letter(text[at]); ++at) word += lower(text[at]);
  return word;
}

Word word_before(std::string_view text, std::uint64_t at) {
  constexpr std::uint64_t kReach = 96;
  const std::uint64_t limit = at > kReach ? at - kReach : 0;
  while (at > limit && (text[at - 1] == ' ' || text[at - 1] == '\t' || is_passed_over(text[at - 1]))) --at;
  Word word;
  word.begin = at;
  if (at == limit) return word;
  const char last = text[at - 1];
  if (last == '~' || last == '<' || last == '>' || last == '=') {
    const std::uint64_t width = last == '=' && at > 1 && (text[at - 2] == '<' || text[at - 2] == '>') ? 2 : 1;
    word.begin = at - width;
    word.text = std::string(text.substr(word.begin, width));
    return word;
  }
  if (at >= 3) {
    const auto three = text.substr(at - 3, 3);
    if (three == "≈" || three == "≤" || three == "≥") return {std::string(three), at - 3};
  }
  while (word.begin > limit && is_letter(text[word.begin - 1])) --word.begin;
  for (std::uint64_t i = word.begin; i < at; ++i) word.text += lower(text[i]);
  return word;
}

}  // namespace chimera::claims
