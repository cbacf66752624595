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

}  // namespace chimera::plaintext
