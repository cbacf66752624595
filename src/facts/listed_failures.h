// Failures that a list says of the list beside it, {"times": [0.5, 0.02], "exit_codes": [0, 3]}, and what only failed runs make up.
#pragma once

#include <vector>

#include "core/document.h"
#include "core/fact.h"

namespace chimera::facts {

// After the states of all rows are found. In an object of JSON, lists of values are of equal length: what failed in one of them failed in all. Where
// all runs that an object lists failed, so did the statistics of them in it or in an object beside the list. Exit codes that are one and the
// same in all of the document say nothing.
void mark_listed_failures(const core::Document& document, std::vector<core::TableMeaning>& meanings);

}  // namespace chimera::facts
