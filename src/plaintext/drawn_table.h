// Tables that are drawn with lines in plain text: box characters, "+---+---+", or "---+---" below "a | b".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

struct DrawnRow {
  std::vector<core::Span> cells;  // one a column; empty where nothing stands
  std::vector<core::Span> more;   // further lines of the first cell, which was too long for its column
};

struct DrawnTable {
  core::Span title;                    // of a line above the header that is one cell; may be empty
  std::vector<std::string> keys;       // a header of several lines is joined, by '/' below a cell that spans columns
  std::vector<core::Span> headers;     // where the keys stand
  std::vector<DrawnRow> rows;          // of a table without a header all of them; `keys` is empty then. None: nobody can say what
                                       // its cells mean
  // Of a table that writes each thing in as many lines as its header has, as nvidia-smi writes devices: the cells of the header's lines,
  // and those of each thing's. `keys` and `rows` are empty then.
  std::vector<std::vector<core::Span>> names;
  std::vector<std::vector<std::vector<core::Span>>> things;
  std::size_t header_lines = 0;
  std::size_t next = 0;                // the line behind it
};

// The table whose first line (a rule or the header) is the line `first` of `document`, where it has at least two columns and a
// rule below its header. Lines that begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<DrawnTable> drawn_table(const core::Document& document, std::size_t first, std::uint64_t end);
// The one that begins above the line `line` of `document`, has a header of several lines, and reaches over it.
[[nodiscard]] std::optional<DrawnTable> drawn_table_around(const core::Document& document, std::size_t line, std::uint64_t end);

}  // namespace chimera::plaintext
