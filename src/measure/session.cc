#include "measure/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "measure/summary.h"

namespace chimera::measure {
namespace {

using core::Phase;
using core::StopReason;
using core::TrialRole;

double seconds(base::Nanoseconds duration) { return static_cast<double>(duration) / 1e9; }

// What says that there is nobody to measure any more, rather than that a configuration does not work.
bool speaks_of_absence(const core::SampleFailure& failure) {
  for (const engines::FailureKind kind : {engines::FailureKind::unreachable, engines::FailureKind::cut, engines::FailureKind::timed_out})
    if (failure.kind == to_string(kind)) return true;
  return false;
}

// Of a session all of whose trials have stopped: the weakest thing that can be said of those that were measured.
StopReason reason_of_stops(const std::vector<core::TrialStop>& stops) {
  for (const StopReason reason : {StopReason::time_up, StopReason::most_blocks, StopReason::blocks_done, StopReason::target_reached})
    if (std::any_of(stops.begin(), stops.end(), [&](const core::TrialStop& stop) { return stop.reason == reason; })) return reason;
  return StopReason::failed;
}

}  // namespace

std::vector<std::size_t> block_order(std::uint64_t seed, std::uint32_t block, std::size_t count) {
  if (count == 0) return {};
  const std::uint32_t square = (block - 1) / static_cast<std::uint32_t>(count);
  base::SplitMix random(seed * 1'000'003 + square);
  const auto shuffled = [&] {
    std::vector<std::size_t> items(count);
    std::iota(items.begin(), items.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
    return items;
  };
  const std::vector<std::size_t> treatments = shuffled();
  const std::size_t shift = shuffled()[(block - 1) % count];
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = treatments[(i + shift) % count];
  return order;
}

std::vector<std::uint32_t> looks(const core::Protocol& protocol) {
  std::vector<std::uint32_t> at;
  for (const std::uint32_t look : {6U, 8U, 12U, 18U, 27U})
    if (look >= protocol.least_blocks && look < protocol.most_blocks) at.push_back(look);
  at.push_back(protocol.most_blocks);
  return at;
}

Narrowness narrowness(const TrialSession& session, std::string_view trial, double target) {
  const auto plan = std::find_if(session.start.plan.begin(), session.start.plan.end(), [&](const core::TrialPlan& one) { return one.trial == trial; });
  if (plan == session.start.plan.end()) return {};
  TrialSession only;
  only.start.plan.push_back(*plan);
  for (const core::Sample& sample : session.samples)
    if (sample.trial == trial) only.samples.push_back(sample);
  const SessionSummary summary = summarise(only);
  Narrowness found{true, {}};
  double worst = -1;
  for (const std::string& key : watched_metrics(only)) {
    const Estimate* estimate = summary.trials[0].find(key);
    const bool is_wait = core::find_trial_metric(key)->unit == "s";
    const double allowed = target * (is_wait ? 5 : key.rfind("prefill", 0) == 0 ? 2 : 1);
    const auto half = estimate == nullptr ? std::nullopt : estimate->half_width();
    if (!half) return {false, fmt::format("{} has no interval yet", key)};
    if (*half > allowed) found.enough = false;
    if (*half / allowed <= worst) continue;
    worst = *half / allowed;
    found.widest = fmt::format("{} is known within {:.2f} %; {:.2f} % was asked for", estimate->title, 100 * *half, 100 * allowed);
  }
  if (worst < 0) found.enough = false;  // nothing is watched
  return found;
}

Session::Session(TrialSession so_far, SessionOptions options, Subject& subject, const base::Clock& clock, Recorder& log, Sampler* sampler)
    : so_far_(std::move(so_far)), options_(std::move(options)), subject_(subject), clock_(clock), log_(log), visitor_(subject, clock, *this, sampler) {
  std::uint32_t loads = 0;
  for (const core::Sample& sample : so_far_.samples) loads = std::max(loads, sample.load);
  visitor_.set_loads(loads);
}

base::Result<void> Session::record(const core::TrialRecord& record) {
  TRY_VOID(log_.record(record));
  add_record(so_far_, record);
  return {};
}

std::vector<const core::TrialPlan*> Session::live() const {
  std::vector<const core::TrialPlan*> trials;
  for (const core::TrialPlan& plan : so_far_.start.plan) {
    const bool stopped = std::any_of(so_far_.stops.begin(), so_far_.stops.end(), [&](const core::TrialStop& stop) { return stop.trial == plan.trial; });
    if (!stopped) trials.push_back(&plan);
  }
  return trials;
}

// Repetitions of a visit that are in the log.
std::uint32_t Session::done(const std::string& trial, std::uint32_t block) const {
  std::uint32_t repetitions = 0;
  for (const core::Sample& sample : so_far_.samples)
    if (sample.trial == trial && sample.block == block && sample.phase == Phase::measured) repetitions = std::max(repetitions, sample.repetition);
  return repetitions;
}

base::Result<void> Session::stop_trial(const std::string& trial, StopReason reason, std::uint32_t blocks, std::vector<std::string> remarks) {
  return record(core::TrialStop{trial, reason, blocks, std::move(remarks)});
}

// A trial whose settings came to the same as another's is not measured twice. The duplicate is meant to be equal.
base::Result<void> Session::drop_equal(const core::TrialPlan& plan, std::uint32_t block) {
  if (plan.role == TrialRole::duplicate) return {};
  const auto effective = [&](const std::string& trial) -> const core::RunConfig* {
    for (const core::Sample& sample : so_far_.samples)
      if (sample.trial == trial && !sample.failure) return &sample.config;
    return nullptr;
  };
  const core::RunConfig* mine = effective(plan.trial);
  if (mine == nullptr) return {};
  for (const core::TrialPlan* other : live()) {
    if (other->trial == plan.trial || other->role == TrialRole::duplicate) continue;
    const core::RunConfig* theirs = effective(other->trial);
    if (theirs == nullptr || !(*theirs == *mine)) continue;
    const bool keep_mine = plan.role == TrialRole::baseline;
    const std::string& dropped = keep_mine ? other->trial : plan.trial;
    const std::string& kept = keep_mine ? plan.trial : other->trial;
    return stop_trial(dropped, StopReason::same_as_other, block, {fmt::format("takes effect as {} does", kept)});
  }
  return {};
}

VisitPlan Session::visit_plan(const core::TrialPlan& plan, std::uint32_t block, std::uint32_t position) const {
  const core::Protocol& protocol = options_.protocol;
  VisitPlan wanted;
  wanted.trial = plan.trial;
  wanted.block = block;
  wanted.position = position;
  wanted.config = plan.config;
  wanted.loading = protocol.fresh_loads ? Loading::fresh : Loading::as_needed;
  wanted.repetitions = protocol.repetitions;
  wanted.done = done(plan.trial, block);
  wanted.warmup = {protocol.warmup_least, protocol.warmup_most, options_.longest_warmup, protocol.warmup_tolerance};
  wanted.form = options_.form;
  wanted.timeouts = options_.timeouts;
  return wanted;
}

// False where the user stopped it.
base::Result<bool> Session::visit(const core::TrialPlan& plan, const SessionProgress& at, const Stops& stops) {
  const VisitPlan wanted = visit_plan(plan, at.block, at.visit);
  if (wanted.done >= wanted.repetitions) return true;
  const base::Nanoseconds begin = clock_.steady();
  TRY(const Visit visit, visitor_.visit(wanted, stops));
  visit_seconds_ += seconds(clock_.steady() - begin);
  ++visits_timed_;
  if (visit.stopped) return false;
  if (!visit.failure) {
    TRY_VOID(drop_equal(plan, at.block));
    return true;
  }
  if (speaks_of_absence(*visit.failure)) {
    if (const auto there = subject_.check_presence(); !there)
      return base::fail(base::ErrorKind::engine, fmt::format("the engine is gone: {}", visit.failure->message), "what was measured is in the log; --resume goes on when the engine is back");
  }
  TRY_VOID(stop_trial(plan.trial, StopReason::failed, at.block, {fmt::format("{}: {}", visit.failure->kind, visit.failure->message)}));
  return true;
}

SessionProgress Session::progress(std::uint32_t block, std::uint32_t visit, std::uint32_t visits, const std::string& trial) const {
  SessionProgress at{block, 1, visit, visits, trial, std::nullopt, false};
  for (const std::uint32_t look : looks(options_.protocol)) {
    if (look < block) continue;
    at.blocks_ahead = look - block + 1;
    break;
  }
  if (visits_timed_ > 0) at.seconds_left = visit_seconds_ / visits_timed_ * (at.blocks_ahead * visits - visit + 1.0);
  return at;
}

// False where the user stopped it.
base::Result<bool> Session::block(std::uint32_t number, const Stops& stops, SessionWatcher& watcher) {
  const std::vector<const core::TrialPlan*> trials = live();
  std::vector<core::TrialPlan> plans;
  for (const std::size_t i : block_order(options_.protocol.seed, number, trials.size())) plans.push_back(*trials[i]);
  for (std::uint32_t position = 1; position <= plans.size(); ++position) {
    const core::TrialPlan& plan = plans[position - 1];
    const std::vector<const core::TrialPlan*> still = live();
    if (std::none_of(still.begin(), still.end(), [&](const core::TrialPlan* one) { return one->trial == plan.trial; })) continue;
    const SessionProgress at = progress(number, position, static_cast<std::uint32_t>(plans.size()), plan.trial);
    watcher.on_visit(at, so_far_);
    TRY(const bool on, visit(plan, at, stops));
    if (!on) return false;
  }
  return true;
}

base::Result<StopReason> Session::finish(StopReason reason, std::uint32_t blocks, const Stops& stops) {
  const core::Protocol& protocol = options_.protocol;
  const bool adaptive = protocol.least_blocks < protocol.most_blocks;
  std::vector<std::string> remaining;
  for (const core::TrialPlan* plan : live()) remaining.push_back(plan->trial);
  for (const std::string& trial : remaining) {
    if (reason == StopReason::interrupted) break;  // they are not done
    const Narrowness narrow = narrowness(so_far_, trial, protocol.target_half_width);
    std::vector<std::string> remarks;
    if (adaptive && !narrow.widest.empty()) remarks.push_back(narrow.widest);
    TRY_VOID(stop_trial(trial, adaptive && narrow.enough ? StopReason::target_reached : reason, blocks, std::move(remarks)));
  }
  if (options_.quality != nullptr && reason != StopReason::interrupted) {
    TRY(const bool on, options_.quality->run(so_far_, stops, *this));
    if (!on) reason = StopReason::interrupted;
  }
  if (options_.kernels != nullptr && reason != StopReason::interrupted) {
    TRY(const bool on, trace_kernels(stops));
    if (!on) reason = StopReason::interrupted;
  }
  if (!options_.why_no_kernels.empty()) end_remarks_.push_back(options_.why_no_kernels);
  TRY_VOID(record(core::SessionEnd{clock_.wall(), reason, options_.files ? options_.files() : std::vector<std::string>(), end_remarks_}));
  return reason;
}

base::Result<StopReason> Session::run(const Stops& stops, SessionWatcher& watcher) {
  const core::Protocol& protocol = options_.protocol;
  const base::Nanoseconds begin = clock_.steady();
  const std::vector<std::uint32_t> look_at = looks(protocol);
  so_far_.end.reset();
  watcher_ = &watcher;
  if (live().empty()) return finish(reason_of_stops(so_far_.stops), 0, stops);  // what comes after the blocks was broken off, or is new
  for (std::uint32_t number = 1; number <= protocol.most_blocks; ++number) {
    TRY(const bool on, block(number, stops, watcher));
    if (!on) return finish(StopReason::interrupted, number, stops);
    const std::vector<const core::TrialPlan*> trials = live();
    if (trials.empty()) return finish(StopReason::failed, number, stops);
    if (std::find(look_at.begin(), look_at.end(), number) != look_at.end() && number < protocol.most_blocks &&
        std::all_of(trials.begin(), trials.end(), [&](const core::TrialPlan* plan) { return narrowness(so_far_, plan->trial, protocol.target_half_width).enough; }))
      return finish(StopReason::target_reached, number, stops);
    if (options_.longest_s && seconds(clock_.steady() - begin) > *options_.longest_s && number < protocol.most_blocks) return finish(StopReason::time_up, number, stops);
  }
  return finish(protocol.least_blocks < protocol.most_blocks ? StopReason::most_blocks : StopReason::blocks_done, protocol.most_blocks, stops);
}

}  // namespace chimera::measure
