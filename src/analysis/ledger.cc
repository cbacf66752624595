#include "analysis/ledger.h"

#include <algorithm>

#include "analysis/formula.h"
#include "base/check.h"

namespace chimera::analysis {

core::FactId Ledger::derive(const Derivation& derivation) {
  const auto id = try_derive(derivation);
  CHECK(id.has_value(), derivation.formula);
  return *id;
}

std::optional<core::FactId> Ledger::try_derive(const Derivation& derivation) {
  CHECK(!derivation.inputs.empty(), "a derived fact rests on others");
  const core::FactId id = core::fact_id(derivation.formula, derivation.inputs);
  if (index_.count(id) != 0) return id;
  std::vector<double> inputs;
  inputs.reserve(derivation.inputs.size());
  for (const core::FactId input : derivation.inputs) inputs.push_back(value(input));
  const auto result = evaluate(derivation.formula, inputs);
  if (!result) return std::nullopt;
  core::Fact fact;
  fact.id = id;
  fact.metric = derivation.metric;
  fact.statistic = derivation.statistic;
  fact.value = {*result, derivation.unit, 0};
  fact.config = derivation.config;
  fact.provenance = core::Provenance::derived;
  fact.inputs = derivation.inputs;
  fact.formula = derivation.formula;
  index_.emplace(id, derived_.size());
  values_.emplace(id, *result);
  derived_.push_back(std::move(fact));
  return id;
}

void Ledger::append(const Ledger& other) {
  CHECK(&other.corpus_ == &corpus_, "ledgers over the same corpus");
  for (const core::Fact& fact : other.derived_) {
    if (!index_.emplace(fact.id, derived_.size()).second) continue;
    derived_.push_back(fact);
  }
  values_.insert(other.values_.begin(), other.values_.end());
}

core::Fact Ledger::get(core::FactId id) const {
  auto fact = find(id);
  CHECK(fact.has_value(), "a fact that was never handed out");
  return std::move(*fact);
}

double Ledger::value(core::FactId id) const {
  const auto known = values_.find(id);
  if (known != values_.end()) return known->second;
  const double value = get(id).value.value;
  values_.emplace(id, value);
  return value;
}

std::optional<core::Fact> Ledger::find(core::FactId id) const {
  const auto derived = index_.find(id);
  if (derived != index_.end()) return derived_[derived->second];
  return corpus_.find(id);
}

void Ledger::for_each(const core::FactFilter& filter, const std::function<bool(const core::Fact&)>& visit) const {
  bool go_on = true;
  corpus_.for_each(filter, [&](const core::Fact& fact) { return go_on = visit(fact); });
  if (!go_on || !filter.path.empty()) return;
  for (const core::Fact& fact : derived_) {
    if (!filter.metric.empty() && fact.metric != filter.metric) continue;
    if (std::find(filter.roles.begin(), filter.roles.end(), fact.role) == filter.roles.end()) continue;
    if (!visit(fact)) return;
  }
}

}  // namespace chimera::analysis
