#include "writing/evidence.h"

#include <algorithm>
#include <iterator>

namespace chimera::writing {

Evidence::Evidence(const analysis::Ledger& ledger, const RunRecord& record) : ledger_(ledger), record_(record.corpus()) {
  const auto by_path = [](const core::Artifact& a, const core::Artifact& b) { return a.path < b.path; };
  const std::vector<core::Artifact>& own = record_.artifacts();
  std::merge(own.begin(), own.end(), ledger.artifacts().begin(), ledger.artifacts().end(), std::back_inserter(artifacts_), by_path);
}

std::optional<core::Fact> Evidence::find(core::FactId id) const {
  if (auto fact = record_.find(id)) return fact;
  return ledger_.find(id);
}

void Evidence::for_each(const core::FactFilter& filter, const std::function<bool(const core::Fact&)>& visit) const {
  bool go_on = true;
  const auto pass = [&](const core::Fact& fact) { return go_on = visit(fact); };
  if (filter.path.empty() || filter.path == RunRecord::kPath) record_.for_each(filter, pass);
  if (go_on && filter.path != RunRecord::kPath) ledger_.for_each(filter, pass);
}

std::string Evidence::bytes(const core::SourceRef& source) const {
  return source.path == RunRecord::kPath ? record_.bytes(source) : ledger_.bytes(source);
}

}  // namespace chimera::writing
