// What one line of Markdown is, seen alone: the recognisers that the block parser is made of.
//
// All take the whole text and a span of it, so that everything found is a span of the text again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "text/markdown.h"

namespace chimera::text {

[[nodiscard]] inline std::string_view at(std::string_view text, MarkdownSpan span) {
  return text.substr(span.begin, span.end - span.begin);
}
[[nodiscard]] inline bool empty(MarkdownSpan span) { return span.begin >= span.end; }
[[nodiscard]] MarkdownSpan trimmed(std::string_view text, MarkdownSpan span);
// Also without **, __, *, _, ~~ or backticks that open at its begin and close at its end.
[[nodiscard]] MarkdownSpan without_emphasis(std::string_view text, MarkdownSpan span);

struct CodeSpan {
  MarkdownSpan outer;  // with backticks
  MarkdownSpan inner;
};
// In order. A run of backticks closes the nearest run of equal length; linear in the size.
[[nodiscard]] std::vector<CodeSpan> find_code_spans(std::string_view text, MarkdownSpan span);

// Asked for ascending positions: whether each is in one of the spans.
class CodeCursor {
 public:
  explicit CodeCursor(const std::vector<CodeSpan>& spans) : spans_(&spans) {}
  [[nodiscard]] bool covers(std::uint64_t position) {
    while (next_ < spans_->size() && (*spans_)[next_].outer.end <= position) ++next_;
    return next_ < spans_->size() && (*spans_)[next_].outer.begin <= position;
  }

 private:
  const std::vector<CodeSpan>* spans_;
  std::size_t next_ = 0;
};

struct PipeRow {
  std::vector<MarkdownSpan> cells;  // trimmed; the text before a leading pipe and after a trailing one is no cell
  bool leading = false;
  bool trailing = false;
};
enum class PipesInCode { separate, belong_to_the_code };
[[nodiscard]] PipeRow split_row(std::string_view text, MarkdownSpan line, PipesInCode pipes);
// Removes what marks a row of `columns` cells behind its last pipe, "| 1.00 | ^": it is no cell and begins nothing.
void drop_mark(std::string_view text, std::size_t columns, PipeRow& row);
// How many cells a delimiter row ("| --- | :-: |") has; 0 where the line is none. At least one pipe is asked for.
[[nodiscard]] std::size_t delimiter_cells(std::string_view line);
[[nodiscard]] bool has_pipe(std::string_view line);

// Of an ATX heading: its level (0 where it is none) and its content without closing marks.
struct HeadingLine {
  int level = 0;
  MarkdownSpan content;
};
[[nodiscard]] HeadingLine heading_line(std::string_view text, MarkdownSpan line);

struct ListMarker {
  std::uint64_t size = 0;  // bytes of the marker, 0 where there is none
  bool ordered = false;
  bool interrupts = false;  // may begin an item right after a line of text
};
[[nodiscard]] ListMarker list_marker(std::string_view rest);

struct Fence {
  char mark = 0;
  std::size_t size = 0;  // 0 where the line opens none
};
[[nodiscard]] Fence opening_fence(std::string_view rest);
[[nodiscard]] bool closes_fence(std::string_view rest, const Fence& fence);
[[nodiscard]] bool is_rule(std::string_view rest);
// '=' or '-' of a line that makes the text above a heading; 0 where it is none.
[[nodiscard]] char setext_mark(std::string_view rest);

// How an HTML block ends: at a text within a line, or (empty end) at a blank line.
struct HtmlStart {
  bool starts = false;
  bool interrupts = true;
  std::string_view end;
};
[[nodiscard]] HtmlStart html_start(std::string_view rest);

// Cuts a line in which headings begin after other text ("a | 1 | ## Next"): the pieces, in order, at least one.
[[nodiscard]] std::vector<MarkdownSpan> split_headings(std::string_view text, MarkdownSpan line);
// Cuts "name: value - name: value" before every " - " that begins another pair; one piece where there is none.
// The first piece has to be a pair itself, unless it is the text of a heading.
enum class FirstPiece { pair, heading };
[[nodiscard]] std::vector<MarkdownSpan> split_items(std::string_view text, MarkdownSpan line, FirstPiece first);

// Where the name of "name: value" or "**name:** value" or "name = value" ends and the value begins.
struct PairSplit {
  MarkdownSpan name;   // without emphasis
  MarkdownSpan value;  // trimmed; may be empty
  bool bold = false;
};
[[nodiscard]] std::optional<PairSplit> split_pair(std::string_view text, MarkdownSpan line);
// The same where more pairs follow a number behind a comma or dash: "n_ctx = 4096, n_batch = 512". Empty where there is
// none.
[[nodiscard]] std::vector<PairSplit> split_pairs(std::string_view text, MarkdownSpan line);
// "num_gpu=40, num_ctx=1024 latency=5 ms": empty where anything else stands there.
[[nodiscard]] std::vector<NameValue> split_entries(std::string_view text, MarkdownSpan line);

}  // namespace chimera::text
