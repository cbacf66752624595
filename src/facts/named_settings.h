// Settings whose names stand in other cells than their values: {"parameter": "num_gpu", "value": 33, "tps": 52.1}.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/naming.h"

namespace chimera::facts {

// The setting that was varied where an object or list is called so: "num_gpu_sweep", "concurrency_results"; null of other names.
[[nodiscard]] const SettingEntry* swept_setting(const Catalog& catalog, std::string_view name);

// Makes a column "value" beside measurements the setting that the row's "parameter" names, or that of the object around the row, or the name
// of the list that the rows stand in; the column of names is none then. Where one of the names is that of a metric nothing is changed, nor
// what a recipe says.
void read_named_settings(NameParts& names, const core::Document& document, std::uint32_t table, std::vector<core::TableMeaning>& meanings);

// The table before the list of values `list` that says under which settings each of them was measured, {"settings": [{"num_gpu": 33},
// {"num_gpu": 20}], "tps": [52.1, 18.4]}: it has as many rows, and they measure nothing. core::Row::kNone where there is none.
[[nodiscard]] std::uint32_t settings_beside(const Catalog& catalog, const core::Document& document, std::uint32_t list, const std::vector<core::TableMeaning>& meanings);

}  // namespace chimera::facts
