// Columns of a report whose numbers have decimal commas: "12,5" below "Latency (ms)".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plaintext/written_cell.h"
#include "text/markdown.h"

namespace chimera::plaintext {

// What decides is the whole column: it measures in a unit, one of its numbers can be read in no other way, and none has a point.
class CommaCells {
 public:
  // `header` has a name for each column.
  CommaCells(std::string_view text, const std::vector<std::string>& header, const std::vector<std::vector<text::MarkdownSpan>>& rows);
  // The same as read_written_cell() in all other columns.
  [[nodiscard]] WrittenCell read(std::size_t column, text::MarkdownSpan cell) const;

 private:
  std::string_view text_;
  std::vector<bool> commas_;
};

// Whether the number at the begin of a cell can be read in no other way: "0,123", "1234,567 ms".
[[nodiscard]] bool needs_decimal_comma(std::string_view written);

// Whether commas are decimal marks in a table whose columns do not say their units: one of its numbers needs that, and none has a
// point.
[[nodiscard]] bool has_decimal_commas(std::string_view text, const std::vector<std::vector<core::Span>>& rows);

// As read_written_cell(), with a decimal comma. A "±" behind the number belongs to what follows it.
[[nodiscard]] WrittenCell read_comma_cell(std::string_view text, core::Span cell);

}  // namespace chimera::plaintext
