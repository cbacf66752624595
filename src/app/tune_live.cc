#include "app/tune_live.h"

#include <algorithm>
#include <cmath>

namespace chimera::app {
namespace {

double seconds_of(const core::Sample& sample) {
  return sample.times.ended ? static_cast<double>(*sample.times.ended) * 1e-9 : 0;
}

// Bringing the engine there (loading, warming up), and the repetitions.
struct Seconds {
  double change = 0;
  double repetitions = 0;
};
Seconds seconds_of(const std::vector<core::Sample>& visit) {
  Seconds seconds;
  for (const core::Sample& sample : visit) (sample.phase == core::Phase::measured ? seconds.repetitions : seconds.change) += seconds_of(sample);
  return seconds;
}

}  // namespace

LiveMeasurer::LiveMeasurer(const LiveSpace& space, LiveOptions options, measure::Visitor& visitor, const base::Clock& clock, measure::Stops stops)
    : space_(space), options_(std::move(options)), visitor_(visitor), clock_(clock), stops_(std::move(stops)), samples_(space.space.size()), visits_(space.space.size(), 0),
      weights_(options_.objectives.size(), 0), until_seconds_(options_.budget_seconds) {
  weights_.front() = 1;
}

void LiveMeasurer::aim(std::vector<double> weights, double until_seconds) {
  weights_ = std::move(weights);
  until_seconds_ = std::min(until_seconds, options_.budget_seconds);
}

tune::Observations LiveMeasurer::observations(const std::vector<double>& weights) const {
  tune::Observations out;
  std::uint32_t visit = 0;
  for (const Answered& answer : answered_) {
    ++visit;
    std::vector<double> values;
    for (const std::vector<double>& row : answer.values) values.push_back(weighted(row, weights));
    if (answer.failure.empty()) out.add(answer.config, values, visit);
    else out.add_failure(answer.config, answer.failure);
  }
  return out;
}

void LiveMeasurer::play_back(const std::vector<core::Sample>& samples) {
  std::uint32_t loads = 0;
  for (const core::Sample& sample : samples) {
    const bool same = !recorded_.empty() && recorded_.back().front().trial == sample.trial && recorded_.back().front().block == sample.block;
    if (!same) recorded_.emplace_back();
    recorded_.back().push_back(sample);
    loads = std::max(loads, sample.load);
  }
  visitor_.set_loads(loads);
}

double LiveMeasurer::spent() const { return std::min(spent_, until_seconds_); }

tune::Measurement LiveMeasurer::answer(tune::ConfigId config, const std::vector<core::Sample>& visit) {
  tune::Measurement result;
  const Seconds seconds = seconds_of(visit);
  result.switch_seconds = seconds.change, result.repetition_seconds = seconds.repetitions;
  spent_ += seconds.change + seconds.repetitions;
  ++answers_;
  answered_.push_back({config, {}, {}});
  samples_[config].insert(samples_[config].end(), visit.begin(), visit.end());
  const auto fail = [&](std::string reason) {
    answered_.back() = {config, {}, reason};
    result.state = tune::Measurement::State::failed, result.reason = std::move(reason), result.values.clear();
    return result;
  };
  for (const core::Sample& sample : visit)
    if (sample.failure) return fail(sample.failure->message.empty() ? sample.failure->kind : sample.failure->message);
  for (const core::Sample& sample : visit) {
    if (sample.phase != core::Phase::measured || sample.validity == core::Validity::invalid) continue;
    auto values = values_of(options_.objectives, sample);
    if (!values) continue;
    result.values.push_back(weighted(*values, weights_));
    answered_.back().values.push_back(std::move(*values));
  }
  if (result.values.empty()) return fail("no repetition has " + missing_of(visit));
  for (const Limit& limit : options_.limits)
    if (std::string why = broken(limit, visit); !why.empty()) return fail(std::move(why));
  loaded_ = config;
  return result;
}

// The first objective that no repetition of the visit tells.
std::string LiveMeasurer::missing_of(const std::vector<core::Sample>& visit) const {
  for (const VisitMetric& objective : options_.objectives)
    if (!value_of(objective, visit).value_or(0)) return objective.name;
  return "all of the objectives";
}

// The visit of an earlier session that is asked for now. Not always the next: one beside the budget came after a search that a longer
// budget goes on with.
std::optional<std::vector<core::Sample>> LiveMeasurer::recorded(const std::string& trial, std::uint32_t visit) {
  const auto found = std::find_if(recorded_.begin(), recorded_.end(), [&](const std::vector<core::Sample>& one) { return one.front().trial == trial && one.front().block == visit; });
  if (found == recorded_.end()) return std::nullopt;
  std::vector<core::Sample> samples = std::move(*found);
  recorded_.erase(found);
  return samples;
}

tune::Measurement LiveMeasurer::beside_the_budget(tune::ConfigId config, unsigned repetitions) {
  const double spent = spent_;
  beside_ = fresh_ = true;
  tune::Measurement result = measure(config, repetitions);
  beside_ = false;
  spent_ = spent;
  return result;
}

tune::Measurement LiveMeasurer::measure(tune::ConfigId config, unsigned repetitions) {
  using State = tune::Measurement::State;
  const auto refuse = [](State state) {
    tune::Measurement refused;
    refused.state = state;
    return refused;
  };
  if (config < options_.refused.size() && !options_.refused[config].empty()) {
    tune::Measurement refused = refuse(State::failed);
    refused.reason = options_.refused[config];
    answered_.push_back({config, {}, refused.reason});
    return refused;
  }
  const core::TrialPlan& plan = space_.plans[config];
  const bool fresh = std::exchange(fresh_, false);
  ++visits_[config], ++position_;
  if (const auto visit = recorded(plan.trial, visits_[config])) return answer(config, *visit);
  if (stops_.soon.stop_requested()) return refuse(State::stopped);
  // The first visit begins however short the budget is; a later one where a usual one would still fit.
  if (!beside_ && answers_ > 0 && spent_ + spent_ / answers_ > until_seconds_) return refuse(State::over_budget);
  measure::VisitPlan visit;
  visit.trial = plan.trial;
  visit.block = visits_[config];
  visit.position = position_;
  visit.config = plan.config;
  visit.repetitions = repetitions;
  visit.warmup = options_.warmup;
  if (fresh) visit.loading = measure::Loading::fresh;
  else if (loaded_ == config) visit.warmup.least = visit.warmup.most = 0;  // it is warm
  visit.form = options_.form;
  const base::Nanoseconds began = clock_.steady();
  auto got = visitor_.visit(visit, stops_);
  if (!got) {
    broke_ = got.error();
    return refuse(State::stopped);
  }
  if (got->stopped && got->samples.empty()) return refuse(State::stopped);
  tune::Measurement result = answer(config, got->samples);
  // What no sample accounts for: starting a server, a configuration that never answered.
  spent_ += std::max(0.0, static_cast<double>(clock_.steady() - began) * 1e-9 - result.switch_seconds - result.repetition_seconds);
  if (result.state == State::failed && got->failure) result.reason = got->failure->message.empty() ? got->failure->kind : got->failure->message;
  return result;
}

}  // namespace chimera::app
