// Measures one configuration once: load, warm-up until steady, repetitions. What a session (session.h) and the tuner call
// again and again.
//
// What is measured is a Subject (subject.h). A visit begins with a fresh load where that is asked for and the subject can forget;
// its first piece of work, a request of an engine, is the cold one. Warm-up requests are full ones and are kept. Repetitions of one visit share a load and a time of day: their
// spread says nothing of the spread between visits, so intervals are made of visits (summary.h).
//
// Keeps references to subject, clock and recorder. Threads: one visit at a time. Fails only where the recorder does: what an
// engine cannot do is a sample with a failure.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "core/trial_records.h"
#include "engines/engine.h"
#include "measure/subject.h"
#include "measure/telemetry.h"
#include "measure/warmup.h"

namespace chimera::measure {

// Takes every record at once, before anything else is measured.
class Recorder {
 public:
  virtual ~Recorder() = default;
  [[nodiscard]] virtual base::Result<void> record(const core::TrialRecord& record) = 0;
};

enum class Loading { fresh, as_needed };
enum class PromptForm { raw, chat };  // text to go on from, or a user's message in the model's template

struct VisitPlan {
  std::string trial = "t1";
  std::uint32_t block = 1;
  std::uint32_t position = 1;
  // Settings of the engine, and the work: prompt_tokens, output_tokens, depth (context before the prompt).
  core::RunConfig config;
  Loading loading = Loading::as_needed;
  std::uint32_t repetitions = 3;
  std::uint32_t done = 0;  // repetitions of this visit that are measured already
  WarmUp warmup;
  PromptForm form = PromptForm::raw;
  engines::Timeouts timeouts;
};

// One request to stop lets the repetition in flight end, the second ends it.
struct Stops {
  std::stop_token soon;
  std::stop_token now;
};

// Seconds; what the next visit of this configuration is likely to cost.
struct VisitCost {
  double load_s = 0;    // making the model ready: 0 where it was
  double warmup_s = 0;  // the cold request less its loading, and the warm-up
  double repetition_s = 0;  // of one, on average
};

struct Visit {
  std::vector<core::Sample> samples;  // all phases, in order of time
  core::RunConfig effective;          // empty where nothing succeeded
  VisitCost cost;
  bool steady = true;   // false: the warm-up ended at its limit
  bool stopped = false;  // the user asked to end
  std::optional<core::SampleFailure> failure;  // of the configuration: nothing was measured after it
};

// One request that is watched by something that disturbs it, and is no sample therefore.
struct Aside {
  core::RunConfig effective;       // empty where nothing succeeded
  base::Nanoseconds started = 0;   // wall clock
  base::Nanoseconds duration = 0;
  bool stopped = false;            // the user asked to end
  std::optional<core::SampleFailure> failure;  // also of a request before it
};

class Visitor {
 public:
  // `sampler`, which is on the same clock, may be null.
  Visitor(Subject& subject, const base::Clock& clock, Recorder& recorder, Sampler* sampler);
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;
  ~Visitor();

  [[nodiscard]] base::Result<Visit> visit(const VisitPlan& plan, const Stops& stops);
  // Loads anew where the subject can, works once (which pays for the load, and for what is made at first use), then once more right
  // after `before`. Nothing is recorded.
  [[nodiscard]] Aside aside(const VisitPlan& plan, const Stops& stops, const std::function<void()>& before);
  // Numbers loads from here on; a resumed session goes on counting.
  void set_loads(std::uint32_t loads);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace chimera::measure
