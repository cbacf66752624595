// How a measuring session begins: its log, and what is known of engine, model and machine. What bench and tune share.
#pragma once

#include <string>
#include <vector>

#include "app/bench.h"
#include "app/bench_engine.h"
#include "base/clock.h"
#include "core/trial_records.h"
#include "measure/trial_log.h"
#include "measure/visit.h"

namespace chimera::app {

// Everything goes to the log first. Keeps a reference.
class LogRecorder final : public measure::Recorder {
 public:
  explicit LogRecorder(measure::TrialLog& log) : log_(log) {}
  [[nodiscard]] base::Result<void> record(const core::TrialRecord& record) override { return log_.append(record); }

 private:
  measure::TrialLog& log_;
};

// chimera-runs/<time>.jsonl
[[nodiscard]] std::string default_log(base::Nanoseconds now);
// What makes measurements of this machine doubtful before they begin.
[[nodiscard]] std::vector<std::string> doubts_about(const core::Machine& machine);
// What there is to say before anything is asked: without engine and model.
[[nodiscard]] core::SessionStart start_on_machine(const BenchCommand& command, const base::Clock& clock, std::vector<core::TrialPlan> plan, const core::Protocol& protocol);
// Asks engine, model and machine. Fails where the engine does not answer or does not know the model.
[[nodiscard]] base::Result<core::SessionStart> start_of(const BenchCommand& command, const BenchEngine& bench, const base::Clock& clock, std::vector<core::TrialPlan> plan,
                                                        const core::Protocol& protocol);

}  // namespace chimera::app
