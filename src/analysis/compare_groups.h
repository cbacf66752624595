// Groups within one study against each other: models, backends, quantisations.
#pragma once

#include <vector>

#include "analysis/ledger.h"
#include "analysis/study.h"
#include "core/finding.h"
#include "core/vocabulary.h"

namespace chimera::analysis {

// comparison findings: paired by prompt or repetition where both groups have the same ones, else Welch; from mean,
// standard deviation and n where the samples were not kept. "faster" or "slower" only where the interval of the ratio
// excludes 1, else "cannot be told apart".
[[nodiscard]] std::vector<core::Finding> comparison_findings(const std::vector<Study>& studies,
                                                             const core::Vocabulary& vocabulary, Ledger& ledger);

}  // namespace chimera::analysis
