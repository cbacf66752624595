#include "measure/visit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "measure/prompt.h"
#include "measure/sample.h"

namespace chimera::measure {
namespace {

using core::Phase;
using core::Sample;

constexpr base::Nanoseconds kSecond = 1'000'000'000;
// A server's load duration below it is what finding a loaded model costs.
constexpr base::Nanoseconds kLoads = kSecond / 5;

std::uint64_t number(const core::RunConfig& config, std::string_view key) {
  const auto text = config.get(key);
  std::uint64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

double seconds(base::Nanoseconds duration) { return static_cast<double>(duration) / 1e9; }

// What cannot get better by trying again under the same configuration.
bool is_lasting(engines::FailureKind kind) {
  using engines::FailureKind;
  switch (kind) {
    case FailureKind::no_such_model:
    case FailureKind::context_overflow:
    case FailureKind::out_of_memory:
    case FailureKind::bad_model:
    case FailureKind::unsupported:
    case FailureKind::not_recorded:
    case FailureKind::redirected: return true;
    default: return false;
  }
}

// What took effect, as the engine reports it, over what was asked for.
core::RunConfig effective_of(const core::RunConfig& asked, const core::RunConfig& reported) {
  core::RunConfig config = asked;
  for (const core::Setting& setting : reported.settings()) config.set(setting.key, setting.value);
  return config;
}

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
  engines::Engine& engine;
  const base::Clock& clock;
  Recorder& recorder;
  Sampler* sampler;
  std::uint64_t seed;
  std::uint32_t loads = 0;
  std::set<std::string> warm;                 // trials whose warm-up has been complete
  std::map<std::string, std::int64_t> extra;  // model and length -> tokens of a prompt less its words
  core::Telemetry telemetry;                  // of the visit so far
  bool told_absent = false;

  void calibrate(const VisitPlan& plan, const std::stop_token& stop);
  engines::Request request(const VisitPlan& plan, std::uint32_t variation, std::int64_t extra_tokens) const;
  base::Result<bool> take(const VisitPlan& plan, Phase phase, std::uint32_t repetition, Visit& visit, const Stops& stops, bool fresh);
  base::Result<void> warm_up(const VisitPlan& plan, Visit& visit, const Stops& stops);
  base::Result<void> measure(const VisitPlan& plan, Visit& visit, const Stops& stops);
  base::Result<void> record_telemetry(const VisitPlan& plan, base::Nanoseconds started);
  void watch(base::Nanoseconds begin, base::Nanoseconds end, Sample& sample);
};

namespace {

std::string calibration_key(const VisitPlan& plan) {
  return fmt::format("{} {} {}", plan.config.get("model").value_or(""), number(plan.config, "prompt_tokens") + number(plan.config, "depth"), plan.form == PromptForm::chat);
}

}  // namespace

engines::Request Visitor::Parts::request(const VisitPlan& plan, std::uint32_t variation, std::int64_t extra_tokens) const {
  const auto tokens = static_cast<std::int64_t>(number(plan.config, "prompt_tokens") + number(plan.config, "depth"));
  engines::Request request;
  std::string prompt = prompt_of(static_cast<std::size_t>(std::max<std::int64_t>(0, tokens - extra_tokens)), seed, variation);
  if (plan.form == PromptForm::chat) request.messages.push_back({engines::Role::user, std::move(prompt)});
  else request.prompt = std::move(prompt);
  request.config = plan.config;
  request.timeouts = plan.timeouts;
  request.retries.attempts = 1;  // a repetition that failed is a sample of its own
  return request;
}

// Finds how many words make the asked number of tokens, by asking for one token. What fails here fails again, and better
// told, in the first sample.
void Visitor::Parts::calibrate(const VisitPlan& plan, const std::stop_token& stop) {
  const std::string key = calibration_key(plan);
  if (extra.find(key) != extra.end()) return;
  std::int64_t& offset = extra[key];
  offset = plan.form == PromptForm::raw ? 1 : 0;  // the token that begins a sequence
  const auto target = static_cast<std::int64_t>(number(plan.config, "prompt_tokens") + number(plan.config, "depth"));
  if (engine.kind() == "replay" || target < 2) return;
  for (std::uint32_t attempt = 0; attempt < 3; ++attempt) {
    engines::Request asked = request(plan, 0x40000000U + attempt, offset);
    asked.config.set("output_tokens", "1");
    Probe probe(clock, 16);
    const engines::Outcome outcome = engine.complete(asked, probe, stop);
    if (outcome.failure || !outcome.completion.counts.prompt_tokens) return;
    const std::int64_t off = static_cast<std::int64_t>(*outcome.completion.counts.prompt_tokens) - target;
    if (off == 0) return;
    offset += off;
  }
}

void Visitor::Parts::watch(base::Nanoseconds begin, base::Nanoseconds end, Sample& sample) {
  if (sampler == nullptr) return;
  core::Telemetry seen = sampler->take();
  const bool ours = engine.kind() == "embedded";  // a server's memory and work are not this process's
  if (!ours) seen.series.erase(std::remove_if(seen.series.begin(), seen.series.end(), [](const core::Series& one) { return one.source == "process" || one.name == "other_cpu"; }), seen.series.end());
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

// One request and its record. False where the visit is over: the user asked to end, or the configuration cannot be measured.
base::Result<bool> Visitor::Parts::take(const VisitPlan& plan, Phase phase, std::uint32_t repetition, Visit& visit, const Stops& stops, bool fresh) {
  if (stops.soon.stop_requested() || stops.now.stop_requested()) {
    visit.stopped = true;
    return false;
  }
  const engines::Request asked = request(plan, plan.block * 1000 + static_cast<std::uint32_t>(phase) * 100 + repetition, extra[calibration_key(plan)]);
  Sample sample;
  sample.trial = plan.trial;
  sample.block = plan.block;
  sample.position = plan.position;
  sample.repetition = repetition;
  sample.phase = phase;
  Probe probe(clock, number(plan.config, "output_tokens") + 16);
  sample.started = clock.wall();
  const base::Nanoseconds begin = clock.steady();
  const engines::Outcome outcome = engine.complete(asked, probe, stops.now);
  probe.end();
  const base::Nanoseconds end = clock.steady();
  const base::Nanoseconds stepped = (clock.wall() - sample.started) - (end - begin);
  if (outcome.failure && outcome.failure->kind == engines::FailureKind::cancelled) {
    visit.stopped = true;
    return false;
  }
  const auto loading = outcome.completion.server.load;
  const bool anew = engine.kind() == "embedded" ? loading.has_value() : fresh || (loading && *loading > kLoads);
  if (anew) ++loads;
  if (anew && phase != Phase::measured) sample.phase = Phase::cold;
  sample.load = loads;
  sample.config = effective_of(plan.config, outcome.completion.effective);
  fill_sample(probe.times(), outcome, sample);
  if (anew && phase == Phase::measured) {
    sample.remarks.emplace_back("the model was loaded anew during this repetition");
    sample.validity = core::Validity::invalid;
  }
  if (std::abs(stepped) > kSecond) sample.remarks.push_back(fmt::format("the clock of the day was set by {:+.1f} s meanwhile; durations are by another clock", seconds(stepped)));
  if (!visit.steady) sample.remarks.emplace_back("the warm-up before it did not become steady");
  watch(begin, end, sample);
  TRY_VOID(recorder.record(sample));
  if (sample.phase == Phase::cold) visit.cost.load_s = seconds(loading.value_or(probe.times().loaded && probe.times().sent ? *probe.times().loaded - *probe.times().sent : 0));
  if (sample.phase != Phase::measured) visit.cost.warmup_s += seconds(end - begin) - (sample.phase == Phase::cold ? visit.cost.load_s : 0);
  if (outcome.failure && is_lasting(outcome.failure->kind)) visit.failure = sample.failure;
  if (!sample.failure) visit.effective = sample.config;
  visit.samples.push_back(std::move(sample));
  return !visit.failure;
}

base::Result<void> Visitor::Parts::warm_up(const VisitPlan& plan, Visit& visit, const Stops& stops) {
  bool fresh = false;
  if (plan.loading == Loading::fresh && engine.capabilities().unload) {
    if (const auto unloaded = engine.unload(plan.config); unloaded) fresh = true;
  }
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

Visitor::Visitor(engines::Engine& engine, const base::Clock& clock, Recorder& recorder, Sampler* sampler, std::uint64_t seed)
    : parts_(new Parts{engine, clock, recorder, sampler, seed, 0, {}, {}, {}, false}) {}
Visitor::~Visitor() = default;
void Visitor::set_loads(std::uint32_t loads) { parts_->loads = loads; }

base::Result<Visit> Visitor::visit(const VisitPlan& plan, const Stops& stops) {
  Visit visit;
  parts_->calibrate(plan, stops.now);
  if (parts_->sampler != nullptr) static_cast<void>(parts_->sampler->take());  // what came before is nobody's
  const base::Nanoseconds started = parts_->clock.wall();
  TRY_VOID(parts_->warm_up(plan, visit, stops));
  if (!visit.stopped && !visit.failure) TRY_VOID(parts_->measure(plan, visit, stops));
  TRY_VOID(parts_->record_telemetry(plan, started));
  return visit;
}

}  // namespace chimera::measure
