// Tables that say a setting in their header: "threads | 1 | 2 | 4" or "model | bs=1 | bs=8" above names and numbers. What the corner
// measures is no question of here (facts/corners.h).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

// "Metric", "KPI" above the first column: its rows are what was measured.
[[nodiscard]] bool names_metrics(std::string_view header);

// Whether a line that begins so and goes on with numbers that rise may be a header of them.
[[nodiscard]] bool may_head_levels(std::string_view corner);

// Each number as a row of its own, with what its row is of and the level that its column is headed by; nothing where the header is
// not one of levels. `header` holds the cells above the columns that were written; columns behind these are of other units.
[[nodiscard]] std::optional<core::Table> table_of_levels(const core::Document& document, const core::Table& table, const std::vector<core::Cell>& header);

// The same, and behind it, where one or two headers behind the levels of a named setting are none ("threads | 1 | 2 | 4 | 1 to 4"), what
// stands below these, with the names of the rows. Else empty.
[[nodiscard]] std::vector<core::Table> tables_of_levels(const core::Document& document, const core::Table& table, const std::vector<core::Cell>& header);

}  // namespace chimera::plaintext
