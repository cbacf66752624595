// For tests: an engine whose times are a function of the call, on a clock that stands still otherwise.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "engines/engine.h"
#include "measure/trial_json.h"
#include "measure/visit.h"

namespace chimera::measure {

inline constexpr base::Nanoseconds kMs = 1'000'000;

// What a test decides for one call.
struct Scripted {
  base::Nanoseconds prefill = 50 * kMs;
  base::Nanoseconds token = 10 * kMs;
  std::optional<engines::FailureKind> failure;
  std::uint64_t tokens = 0;        // written; 0: as asked
  base::Nanoseconds wall_step = 0;      // the clock of the day is set meanwhile
};

class SteppedClock final : public base::Clock {
 public:
  [[nodiscard]] base::Nanoseconds wall() const override { return wall_; }
  [[nodiscard]] base::Nanoseconds steady() const override { return steady_; }
  void advance(base::Nanoseconds by) { wall_ += by, steady_ += by; }
  void set_wall(base::Nanoseconds by) { wall_ += by; }

 private:
  base::Nanoseconds wall_ = 1'000'000'000'000;
  base::Nanoseconds steady_ = 5;
};

class TestEngine final : public engines::Engine {
 public:
  explicit TestEngine(SteppedClock& clock) : clock_(clock) {}

  [[nodiscard]] engines::Outcome complete(const engines::Request& request, engines::Sink& sink, std::stop_token stop) override {
    engines::Outcome outcome;
    ++calls;
    if (before) before();
    if (stop.stop_requested()) return failed(engines::FailureKind::cancelled);
    const std::uint64_t wanted = std::strtoull(std::string(request.config.get("output_tokens").value_or("4")).c_str(), nullptr, 10);
    sink.on_event(engines::Event::sent);
    const std::string key(request.config.get("threads").value_or(""));
    if (loaded_ != key) {
      if (!loads_fail.empty() && key == loads_fail) return failed(engines::FailureKind::out_of_memory);
      clock_.advance(load);
      outcome.completion.server.load = load;
      loaded_ = key;
      since_load = 0;
    }
    sink.on_event(engines::Event::loaded);
    ++since_load;
    const Scripted call = script ? script(request) : Scripted();
    if (call.failure) return failed(*call.failure);
    clock_.advance(call.prefill);
    sink.on_event(engines::Event::prefilled);
    const std::uint64_t tokens = call.tokens > 0 ? call.tokens : wanted;
    for (std::uint64_t i = 0; i < tokens; ++i) {
      clock_.advance(call.token);
      sink.on_text("x", engines::Channel::content, 1);
    }
    clock_.set_wall(call.wall_step);
    outcome.completion.text = std::string(tokens, 'x');
    outcome.completion.finish = engines::Finish::length;
    outcome.completion.counts.prompt_tokens = request.prompt.empty() ? 1 : static_cast<std::uint64_t>(std::count(request.prompt.begin(), request.prompt.end(), ' ')) + 2;
    outcome.completion.counts.completion_tokens = tokens;
    outcome.completion.effective.set("engine", "embedded");
    outcome.completion.effective.set("threads", clamp.empty() ? key : clamp);
    outcome.completion.attempts = 1;
    return outcome;
  }
  [[nodiscard]] std::string_view kind() const override { return "embedded"; }
  [[nodiscard]] engines::Capabilities capabilities() const override {
    engines::Capabilities can;
    can.unload = true;
    can.logits = true;
    return can;
  }
  [[nodiscard]] base::Result<engines::EngineInfo> info() override {
    if (gone) return base::fail(base::ErrorKind::engine, "nobody answers");
    return engines::EngineInfo{"1", "a test", {}};
  }
  [[nodiscard]] base::Result<std::vector<engines::ModelInfo>> models() override { return std::vector<engines::ModelInfo>(); }
  [[nodiscard]] base::Result<engines::ModelInfo> model(const core::RunConfig&) override { return engines::ModelInfo(); }
  [[nodiscard]] base::Result<void> unload(const core::RunConfig&) override {
    loaded_ = "nothing";
    return {};
  }

  // Two places over a vocabulary of two, the same under any configuration.
  [[nodiscard]] tl::expected<engines::WasRead, engines::Failure> read(const engines::Reading&, engines::LogitsSink& sink, std::stop_token) override {
    ++readings;
    if (before) before();
    for (const float logit : {1.0F, 2.0F})
      if (!sink.on_logits(std::vector<float>{0.0F, logit}, 1)) break;
    return engines::WasRead{4, 1, {}};
  }

  std::function<Scripted(const engines::Request&)> script;
  std::function<void()> before;  // each call and reading
  base::Nanoseconds load = 300 * kMs;
  std::string loads_fail;  // the number of threads that does not fit
  std::string clamp;       // what every number of threads comes to
  bool gone = false;
  unsigned calls = 0;
  unsigned readings = 0;
  unsigned since_load = 0;

 private:
  static engines::Outcome failed(engines::FailureKind kind) {
    engines::Outcome outcome;
    outcome.failure = engines::Failure{kind, std::nullopt, {base::ErrorKind::engine, "it failed", {}}};
    return outcome;
  }
  SteppedClock& clock_;
  std::string loaded_ = "nothing";
};

// Keeps the lines that a log would hold; refuses when `room` is used up.
class MemoryLog final : public Recorder {
 public:
  [[nodiscard]] base::Result<void> record(const core::TrialRecord& record) override {
    if (lines.size() >= room) return base::fail(base::ErrorKind::engine, "the disk is full");
    lines.push_back(to_line(record));
    return {};
  }
  std::vector<std::string> lines;
  std::size_t room = 1'000'000;
};

}  // namespace chimera::measure
