// Sections of a log that hold settings alone: "=== Build Options ===", "= ENGINE DETAILS", "Test Parameters Used".
#pragma once

#include <cstdint>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/recipe.h"

namespace chimera::facts {

enum class Reach : std::uint8_t {
  none,
  down,  // of all that follows, until the section comes again
  up     // of all since the section came before: each run of the log ends with its settings
};

// How far each table sets others. Down by a heading that says so; in logs of a known tool any section without a measurement, and up where one
// ends every run.
[[nodiscard]] std::vector<Reach> reach_of_sections(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document,
                                                   const std::vector<core::TableMeaning>& meanings);

}  // namespace chimera::facts
