// How well trials' models predict a text, and how far each one's predictions lie from the baseline's: perplexity, KL divergence,
// the share of tokens with the same most likely token (docs/bench.md).
//
// A text is read once per configuration, never between timed repetitions. What differs in the work alone (prompt, output,
// sampling) is read once. The baseline's logits are kept meanwhile in a file without a name, which ends with the process.
//
// Keeps references. Threads: one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "engines/engine.h"
#include "measure/trial_json.h"
#include "measure/visit.h"

namespace chimera::measure {

struct QualityText {
  std::string name;  // for the record
  std::string text;
  std::size_t window = 512;  // tokens
};
// The text that the program brings.
[[nodiscard]] QualityText default_quality_text();

class QualityPass {
 public:
  // `most_bytes`: of the baseline's logits; tokens beyond are not compared, with a remark.
  QualityPass(engines::Engine& engine, const base::Clock& clock, QualityText text, std::uint64_t most_bytes = std::uint64_t{2} << 30U);
  QualityPass(const QualityPass&) = delete;
  QualityPass& operator=(const QualityPass&) = delete;
  ~QualityPass();

  // Every trial of the session that has no record yet, the baseline first; duplicates, what came to the same as another, and
  // what failed are left out. False where the user stopped it. What an engine cannot do is a record with a failure.
  [[nodiscard]] base::Result<bool> run(const TrialSession& session, const Stops& stops, Recorder& recorder);
  // The same of these, the first of which is the baseline. `told` are records that there are already.
  [[nodiscard]] base::Result<bool> run(const std::vector<core::TrialPlan>& plans, const std::vector<core::QualityRecord>& told, const Stops& stops, Recorder& recorder);
  [[nodiscard]] bool complete(const TrialSession& session) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// The settings of a trial that can change what its model predicts, or how it is computed: equal ones read a text alike.
[[nodiscard]] core::RunConfig reading_settings(const core::RunConfig& config);

}  // namespace chimera::measure
