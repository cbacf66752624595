// The names that lead to a column of a JSON document, and those of one row where rows have keys of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/document.h"

namespace chimera::facts {

// The names above a column and its own, outermost first: the table's path for JSON, the header alone elsewhere.
[[nodiscard]] std::vector<std::string> path_of(const core::Document& document, const core::Table& table, const core::Column& column);

// The same for one row: in a keyed table the row's key stands between the table and the column, in tables below one the
// parent row's key where their own name has "*".
[[nodiscard]] std::vector<std::string> path_of(const core::Document& document, const core::Table& table, const core::Column& column, std::uint32_t row);

// Whether the rows stand in rows that have keys, so that each row's path holds its parent's key.
[[nodiscard]] bool has_parent_keys(const core::Document& document, const core::Table& table);

// Whether a row's key stands between the table's path and the column's.
[[nodiscard]] bool has_row_keys(const core::Document& document, const core::Table& table, const core::Column& column);

}  // namespace chimera::facts
