// What the rows of a study are worth: cold starts, failures, outliers, drift.
#pragma once

#include <vector>

#include "analysis/ledger.h"
#include "analysis/study.h"
#include "core/finding.h"
#include "core/vocabulary.h"

namespace chimera::analysis {

// cold_start, failed_rows, outlier and drift findings. Rows are flagged, never deleted; failures of all studies are
// gathered into one finding per kind, files that hold nothing else are named.
[[nodiscard]] std::vector<core::Finding> run_findings(const std::vector<Study>& studies,
                                                      const core::Vocabulary& vocabulary, Ledger& ledger);

}  // namespace chimera::analysis
