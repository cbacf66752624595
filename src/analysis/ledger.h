// The one maker of derived facts: computes the value from its inputs by a named formula and remembers how.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/corpus.h"
#include "core/fact.h"

namespace chimera::analysis {

struct Derivation {
  std::string formula;               // "mean", "percentile;90" (analysis/formula.h)
  std::vector<core::FactId> inputs;  // at least one
  std::string metric;                // what the result is called; usually the metric of the inputs
  core::UnitPtr unit = core::no_unit();
  core::Statistic statistic;
  core::RunConfig config;            // what the inputs have in common
};

// A FactLookup over the corpus and everything derived so far. Threads: one.
class Ledger final : public core::FactLookup {
 public:
  explicit Ledger(const core::Corpus& corpus) : corpus_(corpus) {}

  // CHECKs that the formula can be evaluated on the inputs; callers test emptiness and zero divisors before.
  core::FactId derive(const Derivation& derivation);
  // The same where the data may not suffice: nothing is added where the formula gives nothing.
  std::optional<core::FactId> try_derive(const Derivation& derivation);
  // Takes over what another ledger over the same corpus derived, in its order, behind what is here.
  void append(const Ledger& other);
  [[nodiscard]] core::Fact get(core::FactId id) const;  // CHECKs that it exists
  [[nodiscard]] double value(core::FactId id) const;    // CHECKs that it exists
  [[nodiscard]] const core::Corpus& corpus() const { return corpus_; }

  [[nodiscard]] std::optional<core::Fact> find(core::FactId id) const override;
  // The corpus first, then what was derived, in order of derivation (only where the filter names no path).
  void for_each(const core::FactFilter& filter, const std::function<bool(const core::Fact&)>& visit) const override;
  [[nodiscard]] const std::vector<core::Artifact>& artifacts() const override { return corpus_.artifacts(); }
  [[nodiscard]] std::string bytes(const core::SourceRef& source) const override { return corpus_.bytes(source); }

 private:
  const core::Corpus& corpus_;
  std::deque<core::Fact> derived_;  // in order of derivation
  std::unordered_map<core::FactId, std::size_t> index_;
  mutable std::unordered_map<core::FactId, double> values_;  // of inputs: building a whole Fact for one is slow
};

}  // namespace chimera::analysis
