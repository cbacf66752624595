// What sweeps say: which configuration leads and whether it can be told apart, what each factor does, and which
// factors cannot be told from time or model load.
#pragma once

#include <vector>

#include "analysis/ledger.h"
#include "analysis/study.h"
#include "core/finding.h"
#include "core/vocabulary.h"

namespace chimera::analysis {

// best_configuration, factor_effect and confounded_factor findings of every sweep, in order of the studies. A factor
// that is confounded gets no direction word; one that is not gets an effect with an interval (Bonferroni over the pairs of levels).
[[nodiscard]] std::vector<core::Finding> sweep_findings(const std::vector<Study>& studies,
                                                        const core::Vocabulary& vocabulary, Ledger& ledger);

}  // namespace chimera::analysis
