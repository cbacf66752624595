// What a draft may cite: the facts of the artifacts, those derived from them, and the run's own record.
#pragma once

#include "analysis/ledger.h"
#include "core/lookup.h"
#include "writing/run_record.h"

namespace chimera::writing {

// Owns nothing: ledger and record must outlive it.
class Evidence final : public core::FactLookup {
 public:
  Evidence(const analysis::Ledger& ledger, const RunRecord& record);
  [[nodiscard]] std::optional<core::Fact> find(core::FactId id) const override;
  void for_each(const core::FactFilter& filter, const std::function<bool(const core::Fact&)>& visit) const override;
  [[nodiscard]] const std::vector<core::Artifact>& artifacts() const override { return artifacts_; }
  [[nodiscard]] std::string bytes(const core::SourceRef& source) const override;

 private:
  const analysis::Ledger& ledger_;
  const core::Corpus& record_;
  std::vector<core::Artifact> artifacts_;
};

}  // namespace chimera::writing
