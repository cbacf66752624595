// All questions asked of all studies: the findings, most important first.
#pragma once

#include <vector>

#include "analysis/inventory.h"
#include "analysis/ledger.h"
#include "analysis/study.h"
#include "core/finding.h"
#include "core/vocabulary.h"

namespace chimera::analysis {

// Sorted by weight, then id. Every number in a statement is a fact of the corpus or the ledger.
[[nodiscard]] std::vector<core::Finding> analyse(const std::vector<Study>& studies, const Inventory& inventory,
                                                 const core::Vocabulary& vocabulary, Ledger& ledger);

}  // namespace chimera::analysis
