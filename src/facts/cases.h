// What the names of the objects say that the tables of a JSON document stand in: {"llama": {"8": {...}}, "qwen": {"8": {...}}}.
#pragma once

#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/recipe.h"

namespace chimera::facts {

// The rule of a column that holds the keys of its rows.
inline constexpr std::string_view kKeyRule = "key of its object";

// The setting of which every key in the first column of a keyed table is one, by the keys themselves: "model" of "llama3.1:8b", "quantization"
// of "Q4_K_M"; empty of other keys.
[[nodiscard]] std::string_view setting_of_keys(const core::Document& document, const core::Table& table);

// The settings of each table, parallel to the document's: names that alone tell it from others that measured the same, {"llama": [{"tps": 41.5}],
// "qwen": [{"tps": 38.2}]}, those of a model or of what was the best among others. Columns of keys whose setting would hide one of the objects around them are given another name: "case",
// "case2", "case3", or that of the list that says what was varied. Nothing for other formats, nor for several documents in one file.
[[nodiscard]] std::vector<std::vector<core::Setting>> case_settings(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document,
                                                                    std::vector<core::TableMeaning>& meanings);

}  // namespace chimera::facts
