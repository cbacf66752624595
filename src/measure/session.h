// A measuring session: trials in randomised complete blocks until every watched interval is narrow enough, each repetition on
// disk before the next begins (docs/bench.md).
//
// In each block every live trial is visited once; positions run through a cyclic Latin square whose rows are drawn anew for
// every square (Montgomery, Design and Analysis of Experiments). What a session does next follows from its plan and its log
// alone, so a session that was broken off goes on where it stopped.
//
// Keeps references. Threads: run() in one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "measure/cupti.h"
#include "measure/quality.h"
#include "measure/trial_json.h"
#include "measure/visit.h"

namespace chimera::measure {

struct SessionOptions {
  core::Protocol protocol;
  // When everything is measured one repetition more of each configuration is traced, and recorded as what its kernels did. Null: none.
  Cupti* kernels = nullptr;
  std::string why_no_kernels;  // where they were to be traced and cannot be: the session's end says so
  PromptForm form = PromptForm::raw;
  engines::Timeouts timeouts;
  base::Nanoseconds longest_warmup = 60'000'000'000;
  std::optional<double> longest_s;  // of the whole session; a block that was begun is finished
  std::function<std::vector<std::string>()> files;  // that the engine wrote meanwhile, asked at the end; may be empty
  QualityPass* quality = nullptr;  // read when every block is done, so that nothing timed follows it; may be null
};

struct SessionProgress {
  std::uint32_t block = 1;
  std::uint32_t blocks_ahead = 0;  // until the next look, this one included
  std::uint32_t visit = 0;         // in the block, from 1
  std::uint32_t visits = 0;
  std::string trial;
  std::optional<double> seconds_left;  // to the next look, from what visits took so far
  bool tracing = false;  // everything is measured; kernels are traced
};

class SessionWatcher {
 public:
  virtual ~SessionWatcher() = default;
  virtual void on_visit(const SessionProgress& progress, const TrialSession& so_far) = 0;
};

class Session final : private Recorder {
 public:
  // `so_far` holds the start, and what was measured before where it is resumed. Records go to `log` and are kept.
  Session(TrialSession so_far, SessionOptions options, Subject& subject, const base::Clock& clock, Recorder& log, Sampler* sampler);

  // Until it is done, or the user stops it; the log then ends with an end record in either case. Fails where the log cannot
  // be written, and (engine) where the engine is gone for good: the log is good then, and the session can be resumed.
  [[nodiscard]] base::Result<core::StopReason> run(const Stops& stops, SessionWatcher& watcher);
  [[nodiscard]] const TrialSession& so_far() const { return so_far_; }

 private:
  [[nodiscard]] base::Result<void> record(const core::TrialRecord& record) override;
  [[nodiscard]] base::Result<bool> block(std::uint32_t number, const Stops& stops, SessionWatcher& watcher);
  [[nodiscard]] base::Result<bool> visit(const core::TrialPlan& plan, const SessionProgress& progress, const Stops& stops);
  [[nodiscard]] base::Result<void> drop_equal(const core::TrialPlan& plan, std::uint32_t block);
  [[nodiscard]] base::Result<void> stop_trial(const std::string& trial, core::StopReason reason, std::uint32_t blocks, std::vector<std::string> remarks);
  [[nodiscard]] base::Result<core::StopReason> finish(core::StopReason reason, std::uint32_t blocks, const Stops& stops);
  [[nodiscard]] VisitPlan visit_plan(const core::TrialPlan& plan, std::uint32_t block, std::uint32_t position) const;
  [[nodiscard]] base::Result<bool> trace_kernels(const Stops& stops);
  [[nodiscard]] base::Result<bool> trace_kernels_of(const core::TrialPlan& plan, const Stops& stops);
  [[nodiscard]] std::vector<const core::TrialPlan*> live() const;
  [[nodiscard]] std::uint32_t done(const std::string& trial, std::uint32_t block) const;
  [[nodiscard]] SessionProgress progress(std::uint32_t block, std::uint32_t visit, std::uint32_t visits, const std::string& trial) const;

  TrialSession so_far_;
  SessionOptions options_;
  Subject& subject_;
  const base::Clock& clock_;
  Recorder& log_;
  Visitor visitor_;
  SessionWatcher* watcher_ = nullptr;  // while it runs
  std::vector<std::string> end_remarks_;
  double visit_seconds_ = 0;
  std::uint32_t visits_timed_ = 0;
};

// The trials whose kernels are still to be traced: not the duplicate, nor what failed or came to the same as another.
[[nodiscard]] std::vector<const core::TrialPlan*> untraced(const TrialSession& session);

// The order in which `count` trials are visited in a block (from 1): positions 0 .. count - 1.
[[nodiscard]] std::vector<std::size_t> block_order(std::uint64_t seed, std::uint32_t block, std::size_t count);

// How many blocks there must be before the intervals are looked at, rising, up to `most`: 6, 8, 12, 18, 27 and the last. With
// intervals of the sign test so few looks leave a nominal 95 % at 94 % or more (simulated for normal and exponential noise).
[[nodiscard]] std::vector<std::uint32_t> looks(const core::Protocol& protocol);

// Whether every watched interval of a trial is narrow enough: decode within the target, prefill within twice, waits within five
// times it. `widest` says by how much, in words.
struct Narrowness {
  bool enough = false;
  std::string widest;
};
[[nodiscard]] Narrowness narrowness(const TrialSession& session, std::string_view trial, double target);

}  // namespace chimera::measure
