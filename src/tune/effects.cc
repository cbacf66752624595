#include "tune/effects.h"

#include <algorithm>
#include <cmath>

#include "analysis/additive.h"

namespace chimera::tune {
namespace {

struct Sweep {
  analysis::Sample y;
  analysis::Design design;
  std::vector<std::size_t> parameters;            // of each factor
  std::vector<std::vector<std::uint16_t>> level;  // of each factor: design level -> level of the parameter
};

// Levels that were measured, numbered without gaps; parameters that did not vary are left out.
Sweep sweep_of(const Space& space, const Observations& observations) {
  Sweep sweep;
  for (const std::size_t p : space.varying()) {
    std::vector<std::uint16_t> seen;
    std::vector<std::uint32_t> column;
    for (const Observed& observed : observations.all()) {
      if (observed.failed()) continue;
      const std::uint16_t level = space.level(observed.config, p);
      const auto found = std::find(seen.begin(), seen.end(), level);
      column.push_back(static_cast<std::uint32_t>(found - seen.begin()));
      if (found == seen.end()) seen.push_back(level);
    }
    if (seen.size() < 2) continue;
    sweep.parameters.push_back(p), sweep.level.push_back(std::move(seen)), sweep.design.factors.push_back(std::move(column));
  }
  for (const Observed& observed : observations.all())
    if (!observed.failed()) sweep.y.push_back(observed.centre);
  return sweep;
}

}  // namespace

std::vector<ParameterEffect> effects(const Space& space, const Observations& observations, double confidence) {
  std::vector<ParameterEffect> found;
  const Sweep sweep = sweep_of(space, observations);
  if (sweep.parameters.empty()) return found;
  const auto model = analysis::AdditiveModel::fit(sweep.y, sweep.design);
  if (!model || !(model->df() >= 2)) return found;
  const double t = analysis::t_quantile(1 - (1 - confidence) / (2 * static_cast<double>(sweep.parameters.size())), model->df());
  for (std::size_t f = 0; f < sweep.parameters.size(); ++f) {
    ParameterEffect effect{.parameter = sweep.parameters[f]};
    double widest = -1;
    for (std::uint32_t a = 0; a < sweep.level[f].size(); ++a)
      for (std::uint32_t b = 0; b < sweep.level[f].size(); ++b) {
        const auto contrast = model->contrast(f, a, b);
        if (a == b || !contrast || contrast->estimate <= widest) continue;
        widest = contrast->estimate;
        effect.from = sweep.level[f][a], effect.to = sweep.level[f][b];
        effect.ratio = std::exp(contrast->estimate);
        effect.low = std::exp(contrast->estimate - t * contrast->error), effect.high = std::exp(contrast->estimate + t * contrast->error);
      }
    effect.p = model->f_test(f).value_or(1);
    if (widest >= 0) found.push_back(effect);
  }
  analysis::Sample p;
  for (const ParameterEffect& effect : found) p.push_back(effect.p);
  p = analysis::holm(p);
  for (std::size_t i = 0; i < found.size(); ++i) found[i].p = p[i];
  std::stable_sort(found.begin(), found.end(), [](const ParameterEffect& a, const ParameterEffect& b) { return a.ratio > b.ratio; });
  return found;
}

}  // namespace chimera::tune
