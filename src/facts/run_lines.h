// Lines of a log that say how what follows was run: "Config 2: isl=128, osl=64", "concurrency: 64, input_tokens: 1".
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// The rule of their columns; the tables that have it set what follows their rows.
inline constexpr std::string_view kSetsWhatFollows = "set for the lines that follow";

// Makes settings of the whole numbers and words of such lines: one or more are of known settings, and behind most of them something
// was measured before the next of the same names comes.
void read_run_lines(const core::Document& document, const Shape& shape, const std::vector<const Recipe*>& recipes, std::vector<core::TableMeaning>& meanings);

// Whether the rows of a table set what follows them.
[[nodiscard]] bool sets_what_follows(const core::Table& table, const core::TableMeaning& meaning);

}  // namespace chimera::facts
