// Summaries against the rows they summarise: every stated mean, extreme, sum and percentile is computed again.
#pragma once

#include <vector>

#include "analysis/workbench.h"

namespace chimera::analysis {

// A summary_mismatch finding per document whose stated statistics its raw rows do not give, and one agreement finding
// that counts what was recomputed. Raw rows stand in the same document below the summary's parent, or in a document
// of the same family ("x_summary.json" beside "x_runs.csv").
[[nodiscard]] std::vector<core::Finding> summary_findings(Workbench& bench);

}  // namespace chimera::analysis
