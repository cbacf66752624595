// Values presented as another metric: tokens per second called latency, a context size called milliseconds.
#pragma once

#include <vector>

#include "analysis/workbench.h"

namespace chimera::analysis {

// A mislabelled finding per document (copies and near-copies of it named in the same one) that gives a thing a value
// which no artifact gives it under that metric, while a document it names gives the thing that value under a metric of
// another dimension or in another unit. At least two such values: one may be chance.
[[nodiscard]] std::vector<core::Finding> mislabel_findings(Workbench& bench);

}  // namespace chimera::analysis
