// Tables of names and numbers where each name of the header, of one line or of two, ends above the ends of its numbers, though one blank alone
// parts it from the next: "stressor  bogo ops real time" above "cpu  771  3.01". A logger may stand in front of every line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "plaintext/line_view.h"

namespace chimera::plaintext {

// The table whose header begins in line `i`; adds to `keys` where the names of its columns stand.
[[nodiscard]] std::optional<TableInLines> table_by_ends(const LineView& lines, std::size_t i, const std::string& section, std::vector<core::Span>& keys);

}  // namespace chimera::plaintext
