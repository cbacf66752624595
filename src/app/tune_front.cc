#include "app/tune_front.h"

namespace chimera::app {

tune::TuneResult search(const LiveSpace& live, LiveMeasurer& measurer, tune::TuneOptions options, const PriorLogs* earlier, double budget, const tune::TuneProgress& progress) {
  const std::size_t objectives = measurer.objectives().size();
  std::vector<std::vector<double>> aims;
  for (std::size_t k = 0; k < objectives; ++k) aims.emplace_back(objectives, 0.0).at(k) = 1;
  if (objectives > 1) aims.emplace_back(objectives, 1 / static_cast<double>(objectives));
  tune::TuneResult result;
  std::vector<tune::Step> steps;
  tune::TuneProgress told = progress;
  told.step = [&](const tune::Step& step) {
    steps.push_back(step);
    steps.back().values.clear();  // by the first objective, whatever the search is after
    for (const std::vector<double>& row : measurer.latest()) steps.back().values.push_back(row.front());
    if (progress.step) progress.step(steps.back());
  };
  for (std::size_t i = 0; i < aims.size() && result.stop_reason != "interrupted"; ++i) {
    measurer.aim(aims[i], measurer.spent() + (budget - measurer.spent()) / static_cast<double>(aims.size() - i));
    options.known = measurer.observations(aims[i]);
    if (earlier != nullptr) options.prior = earlier->prior(live, measurer.objectives(), aims[i]);
    const double suggestions = result.suggestion_seconds;
    result = tune::tune(live.space, measurer, options, told);
    result.suggestion_seconds += suggestions;
  }
  if (objectives > 1) {
    measurer.aim(aims.front(), budget);
    tune::answer_from(result, measurer.observations(aims.front()), live.space.size(), options.confidence);
    result.charged_seconds = measurer.spent();
  }
  result.steps = std::move(steps);
  return result;
}

std::vector<tune::FrontMember> front_of(const LiveMeasurer& measurer, double confidence) {
  const std::size_t objectives = measurer.objectives().size();
  if (objectives < 2) return {};
  std::vector<tune::Observations> each;
  for (std::size_t k = 0; k < objectives; ++k) {
    std::vector<double> weights(objectives, 0);
    weights[k] = 1;
    each.push_back(measurer.observations(weights));
  }
  return tune::pareto_front(each, confidence);
}

}  // namespace chimera::app
