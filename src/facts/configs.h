// The configuration of every row: its own settings and those of the objects it stands in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/recipe.h"
#include "facts/shape.h"

namespace chimera::facts {

// Fills `configs` of every table's meaning; they index the result, which holds each configuration once. Nearer
// settings win: those of the row over those of the object around it, shallow keys over deep ones. In Markdown and text
// a list of settings under the same heading counts as around a table. `recipes` are those of the tables; some may be null.
[[nodiscard]] std::vector<core::RunConfig> configure(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, const Shape& shape,
                                                     std::vector<core::TableMeaning>& meanings);

// The columns of a table whose cells have a say in the configuration of their rows.
[[nodiscard]] std::vector<std::uint32_t> setting_columns(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, const Shape& shape,
                                                         std::uint32_t table, std::vector<core::TableMeaning>& meanings);

// The setting that the key of a keyed table is: "/backends" -> "backend"; "", "/results" and headings -> "case".
[[nodiscard]] std::string key_setting(const Catalog& catalog, core::Format format, std::string_view table_name);

}  // namespace chimera::facts
