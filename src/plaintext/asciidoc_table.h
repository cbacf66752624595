// Tables of AsciiDoc in text: cells behind bars between two lines "|===", each cell on a line of its own or several on one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/line_tables.h"

namespace chimera::plaintext {

// The table that the line `first`, "|===", opens. How many columns it has says the list in the line above, [cols="<,>,>"], else the first line
// of cells. The first row is its header, without a number. Cells that go on in a second line or span others make it no table.
[[nodiscard]] std::optional<LineTable> asciidoc_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
