#include "app/tune_quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "analysis/statistics.h"
#include "base/one_of.h"

namespace chimera::app {
namespace {

constexpr double kConfidence = 0.95;
constexpr std::size_t kMostChecked = 4;
constexpr tune::ConfigId kBaseline = 0;

// What can change what a model says. Flash attention computes the same in another order and precision: whether that is rounding
// alone is what the reading shows.
constexpr std::array<std::string_view, 4> kChangesOutput = {"flash_attn", "kv_type", "model", "quantization"};

// Values of those, where they are parameters of the space.
core::RunConfig output_settings(const LiveSpace& live, tune::ConfigId config) {
  core::RunConfig settings;
  for (const tune::Parameter& parameter : live.space.parameters())
    if (base::is_one_of(parameter.name, kChangesOutput))
      if (const auto value = live.plans[config].config.get(parameter.name)) settings.set(parameter.name, *value);
  return settings;
}

// Of the objective itself, from the centres of both.
void add_ratio(const std::vector<tune::Standing>& all, const LiveMeasurer& measurer, TradeOff& trade_off) {
  const auto find = [&](tune::ConfigId config) { return std::find_if(all.begin(), all.end(), [&](const tune::Standing& standing) { return standing.config == config; }); };
  const auto mine = find(trade_off.config), base = find(kBaseline);
  if (mine == all.end() || base == all.end()) return;
  const double difference = mine->centre - base->centre, reach = analysis::normal_quantile(0.5 + kConfidence / 2) * std::hypot(mine->error, base->error);
  const double a = measurer.objective_of(difference - reach), b = measurer.objective_of(difference + reach);
  trade_off.ratio = measurer.objective_of(difference);
  trade_off.interval = core::Interval{std::min(a, b), std::max(a, b), kConfidence};
}

class Keeping final : public measure::Recorder {
 public:
  Keeping(measure::Recorder& recorder, std::vector<core::QualityRecord>& kept) : recorder_(recorder), kept_(kept) {}
  [[nodiscard]] base::Result<void> record(const core::TrialRecord& record) override {
    if (const auto* quality = std::get_if<core::QualityRecord>(&record)) kept_.push_back(*quality);
    return recorder_.record(record);
  }

 private:
  measure::Recorder& recorder_;
  std::vector<core::QualityRecord>& kept_;
};

}  // namespace

QualityCheck quality_to_check(const LiveSpace& live, const tune::TuneResult& result, tune::ConfigId recommended) {
  QualityCheck check;
  std::vector<core::RunConfig> seen = {output_settings(live, kBaseline)};
  std::set<std::string> parameters;
  std::vector<tune::ConfigId> candidates = {recommended};
  for (const tune::Standing& standing : result.tied) candidates.push_back(standing.config);
  for (const tune::ConfigId config : candidates) {
    const core::RunConfig settings = output_settings(live, config);
    if (std::find(seen.begin(), seen.end(), settings) != seen.end()) continue;
    seen.push_back(settings);
    for (const std::string_view key : kChangesOutput)
      if (settings.get(key) != seen.front().get(key)) parameters.insert(std::string(key));
    if (check.trade_offs.size() == kMostChecked) {
      ++check.left_out;
      continue;
    }
    check.trade_offs.emplace_back().config = config;
  }
  check.parameters.assign(parameters.begin(), parameters.end());
  return check;
}

void add_ratios(QualityCheck& check, tune::Observations observations, LiveMeasurer& measurer) {
  constexpr unsigned kRepetitions = 5;
  constexpr std::uint32_t kVisit = 1'000'000;  // beside those of the search
  if (observations.find(kBaseline) == nullptr)
    if (const tune::Measurement base = measurer.beside_the_budget(kBaseline, kRepetitions); base.state == tune::Measurement::State::measured) observations.add(kBaseline, base.values, kVisit);
  const std::vector<tune::Standing> all = tune::standings(observations);
  for (TradeOff& trade_off : check.trade_offs) add_ratio(all, measurer, trade_off);
}

base::Result<bool> check_quality(QualityCheck& check, const LiveSpace& live, const std::string& weights, measure::QualityPass& pass, const std::vector<core::QualityRecord>& told,
                                 const measure::Stops& stops, measure::Recorder& recorder, const base::Clock& clock) {
  measure::TrialSession session;
  session.start.plan.push_back(live.plans[kBaseline]);
  for (const TradeOff& trade_off : check.trade_offs) session.start.plan.push_back(live.plans[trade_off.config]);
  if (!weights.empty())
    for (core::TrialPlan& plan : session.start.plan) plan.config.set("weights", weights);
  const base::Nanoseconds begin = clock.steady();
  session.quality = told;
  Keeping keeping(recorder, session.quality);
  TRY(const bool on, pass.run(session.start.plan, told, stops, keeping));
  check.seconds += static_cast<double>(clock.steady() - begin) * 1e-9;
  const measure::SessionSummary summary = measure::summarise(session);
  for (std::size_t i = 0; i < check.trade_offs.size(); ++i) check.trade_offs[i].quality = summary.trials[i + 1];
  return on;
}

}  // namespace chimera::app
