#include <algorithm>
#include <string>
#include <unordered_set>

#include "base/ascii.h"
#include "text/markdown_lines.h"
#include "text/markdown_parts.h"

namespace chimera::text {
namespace {

constexpr std::uint64_t kLongestTarget = 2000;  // bytes of an address with its title
constexpr std::uint64_t kLongestLabel = 200;
constexpr std::uint64_t kLongestTag = 500;
constexpr int kDeepestParentheses = 32;  // in an address, as CommonMark has it

using base::is_letter;
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string folded(std::string_view label) {
  std::string out(label);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return out;
}

class InlineScanner {
 public:
  InlineScanner(std::string_view text, Markdown& markdown) : text_(text), out_(markdown) {
    for (const InlineLink& definition : out_.links) defined_.insert(folded(at(text_, definition.text)));
  }

  void scan(MarkdownSpan span) {
    if (at(text_, span).find_first_of("`[<:") == std::string_view::npos) return;
    const std::vector<CodeSpan> codes = find_code_spans(text_, span);
    for (const CodeSpan& code : codes) out_.code.push_back(code.inner);
    open_.clear();
    std::size_t next_code = 0;
    for (std::uint64_t i = span.begin; i < span.end;) {
      if (next_code < codes.size() && i >= codes[next_code].outer.begin) {
        i = codes[next_code++].outer.end;
        continue;
      }
      i = step(i, span.end);
    }
  }

 private:
  // Looks at the character at `i`; gives where to go on.
  std::uint64_t step(std::uint64_t i, std::uint64_t end) {
    switch (text_[i]) {
      case '\\':
        return i + 2;
      case '[':
        open_.push_back(i);
        return i + 1;
      case ']':
        return close_bracket(i, end);
      case '<':
        return angle(i, end);
      case ':':
        return address(i, end);
      default:
        return i + 1;
    }
  }

  std::uint64_t close_bracket(std::uint64_t i, std::uint64_t end) {
    if (open_.empty()) return i + 1;
    const MarkdownSpan label{open_.back() + 1, i};
    open_.pop_back();
    const char next = i + 1 < end ? text_[i + 1] : '\0';
    if (next == '(') {
      const std::uint64_t close = target_end(i + 2, end);
      if (close > 0) return out_.links.push_back({label, trimmed(text_, {i + 2, close}), false}), close + 1;
    } else if (next == '[') {
      const std::size_t close = text_.substr(i + 2, std::min(end - i - 2, kLongestLabel)).find(']');
      if (close != std::string_view::npos) {
        const MarkdownSpan target{i + 2, i + 2 + close};
        return out_.links.push_back({label, empty(target) ? label : target, true}), target.end + 1;
      }
    } else if (label.end - label.begin <= kLongestLabel && defined_.count(folded(at(text_, label))) > 0) {
      out_.links.push_back({label, label, true});
    }
    return i + 1;
  }

  // Position of the ')' that ends a target beginning at `begin`; 0 where there is none.
  [[nodiscard]] std::uint64_t target_end(std::uint64_t begin, std::uint64_t end) const {
    int depth = 0;
    const std::uint64_t limit = std::min(end, begin + kLongestTarget);
    for (std::uint64_t i = begin; i < limit; ++i) {
      if (text_[i] == '\n') return 0;
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == '(' && ++depth > kDeepestParentheses)
        return 0;
      else if (text_[i] == ')' && depth-- == 0)
        return i;
    }
    return 0;
  }

  // An inline tag, a comment, or "<https://…>".
  std::uint64_t angle(std::uint64_t i, std::uint64_t end) {
    if (text_.substr(i, 4) == "<!--" && comments_end_) {
      const std::size_t close = text_.substr(i, end - i).find("-->");
      comments_end_ = close != std::string_view::npos;
      if (comments_end_) return out_.html.push_back({i, i + close + 3}), i + close + 3;
    }
    std::uint64_t first = i + 1 < end && text_[i + 1] == '/' ? i + 2 : i + 1;
    if (first >= end || !is_letter(text_[first])) return i + 1;
    const std::string_view rest = text_.substr(i + 1, std::min(end - i - 1, kLongestTag));
    const std::size_t close = rest.find_first_of("<>\n");
    if (close == std::string_view::npos || rest[close] != '>') return i + 1;
    const MarkdownSpan inner{i + 1, i + 1 + close};
    if (rest.substr(0, close).find("://") != std::string_view::npos)
      out_.links.push_back({{inner.begin, inner.begin}, inner, false});
    else
      out_.html.push_back({i, inner.end + 1});
    return inner.end + 1;
  }

  // A bare address: letters before "://", and everything behind up to white space or a closing mark.
  std::uint64_t address(std::uint64_t i, std::uint64_t end) {
    if (text_.substr(i, 3) != "://" || i == 0 || !is_letter(text_[i - 1])) return i + 1;
    std::uint64_t begin = i;
    while (begin > 0 && i - begin < 8 && is_letter(text_[begin - 1])) --begin;
    std::uint64_t stop = i + 3;
    while (stop < end && !is_space(text_[stop]) &&
           std::string_view(")]>\"'`|").find(text_[stop]) == std::string_view::npos)
      ++stop;
    out_.links.push_back({{begin, begin}, {begin, stop}, false});
    return stop;
  }

  std::string_view text_;
  Markdown& out_;
  std::unordered_set<std::string> defined_;
  std::vector<std::uint64_t> open_;
  bool comments_end_ = true;  // no "<!--" was found yet that never ends
};

}  // namespace

void collect_inlines(std::string_view text, Markdown& markdown) {
  InlineScanner scanner(text, markdown);
  for (const MarkdownBlock& block : markdown.blocks) {
    if (block.kind == BlockKind::heading || block.kind == BlockKind::paragraph || block.kind == BlockKind::list_item)
      scanner.scan(block.span);
    if (block.kind != BlockKind::table) continue;
    const MarkdownTable& table = markdown.tables[static_cast<std::size_t>(block.table)];
    for (const MarkdownSpan cell : table.header) scanner.scan(cell);
    for (const std::vector<MarkdownSpan>& row : table.rows)
      for (const MarkdownSpan cell : row) scanner.scan(cell);
  }
  const auto by_begin = [](MarkdownSpan a, MarkdownSpan b) { return a.begin < b.begin; };
  std::sort(markdown.code.begin(), markdown.code.end(), by_begin);
  std::sort(markdown.html.begin(), markdown.html.end(), by_begin);
  std::stable_sort(markdown.links.begin(), markdown.links.end(),
                   [](const InlineLink& a, const InlineLink& b) { return a.text.begin < b.text.begin; });
}

}  // namespace chimera::text
