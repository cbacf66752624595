#include "analysis/analyse.h"

#include <algorithm>
#include <iterator>

#include "analysis/agreement.h"
#include "analysis/arithmetic.h"
#include "analysis/compare_groups.h"
#include "analysis/copies.h"
#include "analysis/gaps.h"
#include "analysis/mislabelled.h"
#include "analysis/runs.h"
#include "analysis/summaries.h"
#include "analysis/sweep.h"
#include "analysis/workbench.h"

namespace chimera::analysis {

std::vector<core::Finding> analyse(const std::vector<Study>& studies, const Inventory& inventory,
                                   const core::Vocabulary& vocabulary, Ledger& ledger) {
  Workbench bench(vocabulary, ledger);
  std::vector<core::Finding> all;
  const auto add = [&all](std::vector<core::Finding> found) {
    std::move(found.begin(), found.end(), std::back_inserter(all));
  };
  add(sweep_findings(studies, vocabulary, ledger));
  add(run_findings(studies, vocabulary, ledger));
  add(comparison_findings(studies, vocabulary, ledger));
  add(summary_findings(bench));
  add(arithmetic_findings(bench));
  add(agreement_findings(bench));
  add(mislabel_findings(bench));
  add(copy_findings(ledger.corpus(), inventory));
  add(gap_findings(studies, bench));
  std::sort(all.begin(), all.end(), [](const core::Finding& a, const core::Finding& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
  });
  return all;
}

}  // namespace chimera::analysis
