#include "measure/visit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "measure/sample.h"

namespace chimera::measure {
namespace {

using core::Phase;
using core::Sample;

constexpr base::Nanoseconds kSecond = 1'000'000'000;
double seconds(base::Nanoseconds duration) { return static_cast<double>(duration) / 1e9; }

// Joins what a sampler said piece by piece.
void append(core::Telemetry& whole, core::Telemetry&& piece) {
  if (whole.ended == 0) {
    whole = std::move(piece);
    return;
  }
  whole.ended = piece.ended;
  for (core::Series& series : piece.series) {
    const auto same = std::find_if(whole.series.begin(), whole.series.end(), [&](const core::Series& one) { return one.name == series.name && one.source == series.source; });
    if (same == whole.series.end()) {
      whole.series.push_back(std::move(series));
      continue;
    }
    same->at.insert(same->at.end(), series.at.begin(), series.at.end());
    same->values.insert(same->values.end(), series.values.begin(), series.values.end());
  }
  std::sort(whole.series.begin(), whole.series.end(), [](const core::Series& a, const core::Series& b) { return std::tie(a.name, a.source) < std::tie(b.name, b.source); });
  whole.events.insert(whole.events.end(), piece.events.begin(), piece.events.end());
  for (std::size_t i = 0; i < whole.lag.buckets.size(); ++i) whole.lag.buckets[i] += piece.lag.buckets[i];
  whole.lag.samples += piece.lag.samples;
  whole.lag.longest = std::max(whole.lag.longest, piece.lag.longest);
}

// Others' use of the processors, in processors: what makes a measurement doubtful.
constexpr double kBusyPercent = 30;

}  // namespace

struct Visitor::Parts {
  Subject& subject;
  const base::Clock& clock;
  Recorder& recorder;
  Sampler* sampler;
  std::uint32_t loads = 0;
  std::set<std::string> warm;  // trials whose warm-up has been complete
  core::Telemetry telemetry;   // of the visit so far
  bool told_absent = false;

  base::Result<bool> take(const VisitPlan& plan, Phase phase, std::uint32_t repetition, Visit& visit, const Stops& stops, bool fresh);
  base::Result<void> warm_up(const VisitPlan& plan, Visit& visit, const Stops& stops);
  base::Result<void> measure(const VisitPlan& plan, Visit& visit, const Stops& stops);
  base::Result<void> record_telemetry(const VisitPlan& plan, base::Nanoseconds started);
  void watch(base::Nanoseconds begin, base::Nanoseconds end, Sample& sample);
};

void Visitor::Parts::watch(base::Nanoseconds begin, base::Nanoseconds end, Sample& sample) {
  if (sampler == nullptr) return;
  core::Telemetry seen = sampler->take();
  if (!subject.is_in_process()) {
    // What others use is told by what is ours: where somebody else's server does the work, it would count among them.
    const bool starts_server = seen.find("memory_used", "server") != nullptr;
    const auto nobodys = [&](const core::Series& one) { return one.source == "process" || (one.name == "other_cpu" && !starts_server); };
    seen.series.erase(std::remove_if(seen.series.begin(), seen.series.end(), nobodys), seen.series.end());
  }
  add_telemetry(seen, begin, end, sample);
  if (const core::Series* other = seen.find("other_cpu", "system")) {
    const auto busy = core::summarise(*other, begin, end);
    if (busy && busy->mean > kBusyPercent) {
      sample.remarks.push_back(fmt::format("other programs used {:.2f} processors meanwhile", busy->mean / 100));
      sample.validity = std::max(sample.validity, core::Validity::doubtful);
    }
  }
  for (const core::TelemetryEvent& event : seen.events)
    if (event.at >= begin && event.at <= end) {
      sample.remarks.push_back(fmt::format("{}: {}", event.source, event.what));
      sample.validity = std::max(sample.validity, core::Validity::doubtful);
    }
  append(telemetry, std::move(seen));
}

// One piece of work and its record. False where the visit is over: the user asked to end, or the configuration cannot be measured.
base::Result<bool> Visitor::Parts::take(const VisitPlan& plan, Phase phase, std::uint32_t repetition, Visit& visit, const Stops& stops, bool fresh) {
  if (stops.soon.stop_requested() || stops.now.stop_requested()) {
    visit.stopped = true;
    return false;
  }
  Sample sample;
  sample.trial = plan.trial;
  sample.block = plan.block;
  sample.position = plan.position;
  sample.repetition = repetition;
  sample.phase = phase;
  sample.started = clock.wall();
  const base::Nanoseconds begin = clock.steady();
  const Work work = subject.work(plan, plan.block * 1000 + static_cast<std::uint32_t>(phase) * 100 + repetition, fresh, stops.now);
  const base::Nanoseconds end = clock.steady();
  const base::Nanoseconds stepped = (clock.wall() - sample.started) - (end - begin);
  if (work.cancelled) {
    visit.stopped = true;
    return false;
  }
  if (work.anew) ++loads;
  if (work.anew && phase != Phase::measured) sample.phase = Phase::cold;
  sample.load = loads;
  subject.describe(sample);
  if (work.anew && phase == Phase::measured) {
    sample.remarks.emplace_back("the model was loaded anew during this repetition");
    sample.validity = core::Validity::invalid;
  }
  if (std::abs(stepped) > kSecond) sample.remarks.push_back(fmt::format("the clock of the day was set by {:+.1f} s meanwhile; durations are by another clock", seconds(stepped)));
  if (!visit.steady) sample.remarks.emplace_back("the warm-up before it did not become steady");
  watch(begin, end, sample);
  TRY_VOID(recorder.record(sample));
  if (sample.phase == Phase::cold) visit.cost.load_s = seconds(work.loading);
  if (sample.phase != Phase::measured) visit.cost.warmup_s += seconds(end - begin) - (sample.phase == Phase::cold ? visit.cost.load_s : 0);
  if (work.lasting) visit.failure = sample.failure;
  if (!sample.failure) visit.effective = sample.config;
  visit.samples.push_back(std::move(sample));
  return !visit.failure;
}

base::Result<void> Visitor::Parts::warm_up(const VisitPlan& plan, Visit& visit, const Stops& stops) {
  const bool fresh = plan.loading == Loading::fresh && subject.forget(plan.config);
  WarmUp rule = plan.warmup;
  if (rule.most == 0) return {};
  std::vector<double> taken;
  std::uint32_t failures = 0;
  const base::Nanoseconds begin = clock.steady();
  for (std::uint32_t n = 1;; ++n) {
    TRY(const bool on, take(plan, Phase::warmup, n, visit, stops, fresh && n == 1));
    if (!on) return {};
    const Sample& last = visit.samples.back();
    if (last.failure) {
      if (++failures < 2) continue;
      visit.failure = last.failure;
      return {};
    }
    const bool cold = last.phase == Phase::cold;
    // What was warm before and has not been loaded since is asked once, to bring it back into the caches.
    if (!cold && n == 1 && warm.count(plan.trial) > 0 && plan.loading == Loading::as_needed) return {};
    if (!cold) taken.push_back(seconds(last.times.ended.value_or(0)));
    if (is_steady(taken, rule)) break;
    if (taken.size() >= rule.most || clock.steady() - begin > rule.longest) {
      visit.steady = taken.size() < 3 && rule.most < 3;  // fewer than three cannot be judged
      break;
    }
  }
  warm.insert(plan.trial);
  return {};
}

base::Result<void> Visitor::Parts::measure(const VisitPlan& plan, Visit& visit, const Stops& stops) {
  std::uint32_t failures = 0;
  double total = 0;
  std::uint32_t good = 0;
  for (std::uint32_t n = plan.done + 1; n <= plan.repetitions; ++n) {
    TRY(const bool on, take(plan, Phase::measured, n, visit, stops, false));
    if (!on) break;
    const Sample& last = visit.samples.back();
    if (last.failure && ++failures >= 2) {
      visit.failure = last.failure;
      break;
    }
    if (last.failure) continue;
    total += seconds(last.times.ended.value_or(0));
    ++good;
  }
  if (good > 0) visit.cost.repetition_s = total / good;
  return {};
}

base::Result<void> Visitor::Parts::record_telemetry(const VisitPlan& plan, base::Nanoseconds started) {
  if (sampler == nullptr || telemetry.ended == 0) return {};
  core::TelemetryRecord record{plan.trial, plan.block, started, std::move(telemetry)};
  telemetry = {};
  if (told_absent) record.telemetry.absent.clear();
  told_absent = true;
  return recorder.record(record);
}

Visitor::Visitor(Subject& subject, const base::Clock& clock, Recorder& recorder, Sampler* sampler) : parts_(new Parts{subject, clock, recorder, sampler, 0, {}, {}, false}) {}
Visitor::~Visitor() = default;
void Visitor::set_loads(std::uint32_t loads) { parts_->loads = loads; }

Aside Visitor::aside(const VisitPlan& plan, const Stops& stops, const std::function<void()>& before) {
  constexpr std::uint32_t kPieces = 2;
  constexpr std::uint32_t kVariation = 0x50000000U;  // other prompts than those of any visit
  Aside aside;
  parts_->subject.get_ready(plan, stops.now);
  const bool fresh = parts_->subject.forget(plan.config);
  for (std::uint32_t n = 1; n <= kPieces; ++n) {
    aside.stopped = stops.soon.stop_requested() || stops.now.stop_requested();
    if (aside.stopped) return aside;
    if (n == kPieces) before();
    aside.started = parts_->clock.wall();
    const base::Nanoseconds begin = parts_->clock.steady();
    const Work work = parts_->subject.work(plan, kVariation + n, fresh && n == 1, stops.now);
    aside.duration = parts_->clock.steady() - begin;
    aside.stopped = work.cancelled;
    if (aside.stopped) return aside;
    Sample sample;
    parts_->subject.describe(sample);
    if (sample.failure) {
      aside.failure = std::move(sample.failure);
      return aside;
    }
    aside.effective = std::move(sample.config);
  }
  return aside;
}

base::Result<Visit> Visitor::visit(const VisitPlan& plan, const Stops& stops) {
  Visit visit;
  parts_->subject.get_ready(plan, stops.now);
  if (parts_->sampler != nullptr) {
    // What was sampled since the last visit is nobody's, but a GPU that went away meanwhile says so only once.
    std::vector<core::TelemetryEvent> events = parts_->sampler->take().events;
    std::move(events.begin(), events.end(), std::back_inserter(parts_->telemetry.events));
  }
  const base::Nanoseconds started = parts_->clock.wall();
  TRY_VOID(parts_->warm_up(plan, visit, stops));
  if (!visit.stopped && !visit.failure) TRY_VOID(parts_->measure(plan, visit, stops));
  TRY_VOID(parts_->record_telemetry(plan, started));
  return visit;
}

}  // namespace chimera::measure
