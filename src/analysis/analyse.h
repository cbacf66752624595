// All questions asked of all studies: the findings, most important first.
#pragma once

#include <vector>

#include "analysis/inventory.h"
#include "analysis/ledger.h"
#include "analysis/study.h"
#include "core/finding.h"
#include "core/vocabulary.h"

namespace chimera::analysis {

struct Analysis {
  Inventory inventory;
  std::vector<Study> studies;
  std::vector<core::Finding> findings;  // sorted by weight, then id; every number in one is a fact of the corpus or the ledger
};

// Questions about studies and questions about the agreement between artifacts are asked at the same time, in two threads.
[[nodiscard]] Analysis analyse(const core::Vocabulary& vocabulary, Ledger& ledger);

}  // namespace chimera::analysis
