// What the corner of a table and the first cells of its rows say about the numbers beside them.
#pragma once

#include <string_view>

#include "core/document.h"
#include "core/fact.h"
#include "facts/naming.h"
#include "facts/shape.h"

namespace chimera::facts {

// Whether the corner of a small table names a quantity above names; for most tables the only question.
[[nodiscard]] bool says_quantity_in_corner(const core::Document& document, const core::Table& table, const TableShape& shape);

// "tok/s | A100 | H100" above names and numbers: the corner says what all these are. `shape` is changed where it does.
[[nodiscard]] bool read_under_corner(NameParts& names, const core::Table& table, TableShape& shape);

// "256 tokens | 1024 tokens": what stood in the header of a table that was wide is a setting, whatever its name counts elsewhere.
void read_levels(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "max_num_seqs | 64 | 128" below "Setting | vLLM | SGLang": what was set for each is no measurement. Adds exceptions, unsorted.
void leave_settings_of_rows(const Catalog& catalog, const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

// In the rule of a cell that leave_settings_of_keys() found.
inline constexpr std::string_view kOfSettingsRow = "of an object of settings beside what was measured";

// {"off": {"ttft": 0.5}, "on": {"ttft": 0.25}, "config": {"model": "m", "num_runs": 3}}: what the last says holds for the others, where nothing
// else of them has its members. Adds exceptions, unsorted.
void leave_settings_of_keys(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
