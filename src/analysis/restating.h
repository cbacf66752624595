// Which studies say again what others measured: sorted copies of a sweep, means of its rows, the same rows as JSON.
#pragma once

#include <vector>

#include "analysis/study.h"

namespace chimera::analysis {

// Turns such studies into kind `summary` and names the path that they restate. A study restates another where every
// value of a common metric is one of the other's values, or the mean of the other's rows of one configuration, at the
// digits written; of two that hold the same rows the one with more columns, else the earlier one, is the original.
void mark_restatements(std::vector<Study>& studies, const core::Corpus& corpus);

}  // namespace chimera::analysis
