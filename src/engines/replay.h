// Plays a transcript back as if its engine stood there: the fake for all tests, and a way to show a run again.
//
// A call is answered by a recorded one with the same prompt or messages and no other model: one with the same settings
// where there is one, among these the least used, among these the first. Timeouts of the request hold: a recorded pause
// that is longer fails as it would have. Keeps a reference to the pacer.
#pragma once

#include <mutex>
#include <vector>

#include "engines/engine.h"
#include "engines/pacer.h"
#include "engines/transcript.h"

namespace chimera::engines {

// When things happen again. `recorded` where times were recorded, else at once.
struct ReplayTiming {
  enum class Kind { recorded, at_once, scripted };
  Kind kind = Kind::recorded;
  // scripted: when the first text comes and how long after it each further one
  base::Nanoseconds first = 0;
  base::Nanoseconds between = 0;
};

// exact: the same prompt; in_order: the next recorded call, whatever is asked.
enum class ReplayMatch { exact, in_order };

class ReplayEngine final : public Engine {
 public:
  ReplayEngine(Transcript transcript, ReplayTiming timing, ReplayMatch match, Pacer& pacer);

  [[nodiscard]] Outcome complete(const Request& request, Sink& sink, std::stop_token stop) override;
  [[nodiscard]] std::string_view kind() const override { return "replay"; }
  [[nodiscard]] Capabilities capabilities() const override { return {}; }
  [[nodiscard]] base::Result<EngineInfo> info() override;
  [[nodiscard]] base::Result<std::vector<ModelInfo>> models() override;
  [[nodiscard]] base::Result<ModelInfo> model(const core::RunConfig& config) override;

 private:
  [[nodiscard]] const RecordedCall* pick(const Request& request);

  Transcript transcript_;
  ReplayTiming timing_;
  ReplayMatch match_;
  Pacer& pacer_;
  std::mutex mutex_;  // guards used_ and next_
  std::vector<unsigned> used_;
  std::size_t next_ = 0;
};

}  // namespace chimera::engines
