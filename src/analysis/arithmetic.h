// Arithmetic inside rows: a rate that is a count divided by a time, a time that is the sum of two others.
#pragma once

#include <vector>

#include "analysis/workbench.h"

namespace chimera::analysis {

// Relations are found in the data: what holds in at least four of five rows, and in no fewer than five, is taken to be
// meant in all. A contradiction finding per table and relation that some rows break, and one agreement finding that
// counts the values that follow from the rest of their row. Rounding of every written value is allowed for.
[[nodiscard]] std::vector<core::Finding> arithmetic_findings(Workbench& bench);

}  // namespace chimera::analysis
