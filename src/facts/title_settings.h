// The settings that stand above tables of Markdown and text instead of in them: what tells tables apart that measured the same.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"

namespace chimera::facts {

// "Concurrency 4", "TP1", "batch_size = 8", "128 concurrent requests": a setting that is known, and its number.
[[nodiscard]] std::optional<core::Setting> setting_in(const Catalog& catalog, std::string_view title);

// For every table of the document, in order. Where tables of a report measured the same under settings of the same names, or lists have the
// same names, titles at the levels that differ between them are settings: "Concurrency 4" is concurrency=4, any other the `case`, and
// those above it the `section`, `section2` and `section3`. Other tables have none, nor has a document of another format.
[[nodiscard]] std::vector<std::vector<core::Setting>> title_settings(const Catalog& catalog, const core::Document& document,
                                                                     const std::vector<core::TableMeaning>& meanings);

}  // namespace chimera::facts
