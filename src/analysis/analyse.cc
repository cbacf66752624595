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
#include "base/parallel.h"

namespace chimera::analysis {
namespace {

void add(std::vector<core::Finding>& all, std::vector<core::Finding> found) {
  std::move(found.begin(), found.end(), std::back_inserter(all));
}

std::vector<core::Finding> ask_studies(const std::vector<Study>& studies, const core::Vocabulary& vocabulary, Ledger& ledger) {
  std::vector<core::Finding> all;
  Workbench bench(vocabulary, ledger);
  add(all, sweep_findings(studies, vocabulary, ledger));
  add(all, run_findings(studies, vocabulary, ledger));
  add(all, comparison_findings(studies, vocabulary, ledger));
  add(all, mislabel_findings(bench));
  add(all, gap_findings(studies, bench));
  return all;
}

std::vector<core::Finding> ask_artifacts(const Inventory& inventory, const core::Vocabulary& vocabulary, Ledger& ledger) {
  std::vector<core::Finding> all;
  Workbench bench(vocabulary, ledger);
  add(all, summary_findings(bench));
  add(all, arithmetic_findings(bench));
  add(all, agreement_findings(bench));
  add(all, copy_findings(ledger.corpus(), inventory));
  return all;
}

}  // namespace

Analysis analyse(const core::Vocabulary& vocabulary, Ledger& ledger) {
  Analysis out;
  std::vector<core::Finding> more;
  Ledger beside(ledger.corpus());  // two threads, two ledgers: the split is fixed, so is the result
  base::in_parallel(
      [&] {
        out.studies = find_studies(ledger.corpus());
        out.findings = ask_studies(out.studies, vocabulary, ledger);
      },
      [&] {
        out.inventory = take_inventory(ledger.corpus());
        more = ask_artifacts(out.inventory, vocabulary, beside);
      });
  ledger.append(beside);
  add(out.findings, std::move(more));
  std::sort(out.findings.begin(), out.findings.end(), [](const core::Finding& a, const core::Finding& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
  });
  return out;
}

}  // namespace chimera::analysis
