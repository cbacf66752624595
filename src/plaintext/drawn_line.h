// One line of a table that is drawn with lines: a rule, or cells between bars.
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

struct DrawnLine {
  enum class Kind { other, rule, cells };
  Kind kind = Kind::other;
  std::vector<core::Span> cells;     // of a rule: its runs between junctions
  std::vector<std::size_t> borders;  // in characters from the beginning of the line, one more than cells
  std::vector<char> touching;        // whether no character stands between the bars of the cell: "||"
};

// Bars are those of box characters where the line has any, else '|'. A rule has a junction or a bar in it: "+---+", "|===|",
// "┡━━╇━━┩"; a line of dashes alone is none.
[[nodiscard]] DrawnLine drawn_line(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
