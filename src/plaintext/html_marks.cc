#include "plaintext/html_marks.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/one_of.h"
#include "text/markdown_lines.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using text::MarkdownSpan;

constexpr std::array<std::string_view, 15> kAround = {"b", "strong", "i", "em", "u", "ins", "mark", "code", "small", "big", "span", "font", "kbd", "center", "samp"};

// The name of the tag that begins there, in small letters: "b" of "<b>", "span" of "<span style=…>"; `end` is where it ends. Empty where none does.
std::string tag_at(std::string_view part, std::size_t at, std::size_t& end) {
  if (at >= part.size() || part[at] != '<') return {};
  const std::size_t close = part.find('>', at);
  if (close == std::string_view::npos) return {};
  end = close + 1;
  std::string_view inside = part.substr(at + 1, close - at - 1);
  if (!inside.empty() && inside.back() == '/') inside.remove_suffix(1);
  return text::lower(text::trim(inside.substr(0, inside.find(' '))));
}

// "<b>…</b>": without the pair, where nothing of that name stands in between.
bool take_pair(std::string_view text, MarkdownSpan& span) {
  const std::string_view part = text::at(text, span);
  std::size_t begin = 0;
  const std::string name = tag_at(part, 0, begin);
  if (!base::is_one_of(name, kAround)) return false;
  const std::size_t last = part.rfind('<');
  std::size_t end = 0;
  if (last < begin || tag_at(part, last, end) != '/' + name || end != part.size()) return false;
  const std::string_view inner = part.substr(begin, last - begin);
  if (text::lower(inner).find("</" + name) != std::string::npos) return false;
  span = {span.begin + begin, span.begin + last};
  return true;
}

// A break at the end, or the mark of a footnote: "<br/>", "<sup>1</sup>".
bool take_end(std::string_view text, MarkdownSpan& span) {
  const std::string_view part = text::at(text, span);
  if (part.empty() || part.back() != '>') return false;
  const std::size_t last = part.rfind('<');
  std::size_t end = 0;
  const std::string name = last == std::string_view::npos ? std::string() : tag_at(part, last, end);
  std::size_t cut = 0;
  if (name == "br") cut = last;
  else if (name == "/sup" && last > 0) cut = part.rfind("<sup", last);
  if (cut == 0 || cut == std::string_view::npos) return false;
  span.end = span.begin + cut;
  return true;
}

}  // namespace

MarkdownSpan without_marks(std::string_view text, MarkdownSpan span) {
  span = text::without_emphasis(text, span);
  while (span.end > span.begin && text[span.end - 1] == '>' && (take_pair(text, span) || take_end(text, span))) span = text::without_emphasis(text, span);
  return span;
}

MarkdownSpan before_break(std::string_view text, MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  const std::size_t at = part.find("<br");
  if (at == std::string_view::npos || at == 0) return span;
  std::size_t end = 0;
  if (tag_at(part, at, end) != "br") return span;
  const std::string_view rest = text::trim(part.substr(end));
  const bool remark = !rest.empty() && rest.front() == '(' && rest.back() == ')';
  const bool words = std::none_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
  return remark || words ? without_marks(text, {span.begin, span.begin + at}) : span;
}

}  // namespace chimera::plaintext
