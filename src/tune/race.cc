#include "tune/race.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"

namespace chimera::tune {
namespace {

// Of the doubt that may be left, the part that normal errors may take; the rest is for errors that are none.
constexpr double kShareOfDoubt = 0.2;


// P(one is the lowest of all), each being normal about its centre: integrated over where the lowest lies. Only those
// within reach of the leader are asked for; the others are 0.
void chances_of_best(std::vector<Standing>& all) {
  constexpr int kSteps = 160;
  constexpr double kReach = 6;  // errors
  double bound = 1e300, low = 1e300;
  for (const Standing& one : all) bound = std::min(bound, one.centre + kReach * one.error), low = std::min(low, one.centre - kReach * one.error);
  std::vector<Standing*> near;
  for (Standing& one : all)
    if (one.centre - kReach * one.error < bound) near.push_back(&one);
  const double step = (bound - low) / kSteps;
  std::vector<double> below(near.size() * (kSteps + 1));
  std::vector<double> none(kSteps + 1, 1.0);  // P(no one is below this)
  for (std::size_t i = 0; i < near.size(); ++i)
    for (std::size_t s = 0; s <= kSteps; ++s) {
      const double p = analysis::normal_cdf((low + step * static_cast<double>(s) - near[i]->centre) / near[i]->error);
      below[i * (kSteps + 1) + s] = p;
      none[s] *= std::max(1 - p, 1e-300);
    }
  double total = 0;
  for (std::size_t i = 0; i < near.size(); ++i) {
    double chance = 0;
    for (std::size_t s = 0; s < kSteps; ++s) {
      const double a = below[i * (kSteps + 1) + s], b = below[i * (kSteps + 1) + s + 1];
      const double others = 0.5 * (none[s] / std::max(1 - a, 1e-300) + none[s + 1] / std::max(1 - b, 1e-300));
      chance += (b - a) * others;
    }
    near[i]->chance = chance;
    total += chance;
  }
  for (Standing* one : near) one->chance /= std::max(total, 1e-300);
}

}  // namespace

double critical_value(std::size_t compared, double confidence) {
  const double comparisons = static_cast<double>(std::max<std::size_t>(compared, 2) - 1);
  return analysis::normal_quantile(1 - (1 - confidence) / comparisons);
}

const Observed* leader(const Observations& observations) {
  const Observed* best = nullptr;
  double lowest = 0;
  for (const Observed& observed : observations.all()) {
    if (observed.failed()) continue;
    const double at = observed.centre + observations.error(observed);
    if (best == nullptr || at < lowest) best = &observed, lowest = at;
  }
  return best;
}

std::vector<Standing> standings(const Observations& observations) {
  std::vector<Standing> all;
  for (const Observed& observed : observations.all())
    if (!observed.failed()) all.push_back({.config = observed.config, .centre = observed.centre, .error = observations.error(observed)});
  return all;
}

std::vector<Standing> tied_for_best(std::vector<Standing> all, double confidence) {
  if (all.empty()) return all;
  chances_of_best(all);
  std::sort(all.begin(), all.end(), [](const Standing& a, const Standing& b) { return a.chance > b.chance; });
  const double wanted = 1 - (1 - confidence) * kShareOfDoubt;
  double sum = 0;
  std::size_t size = 0;
  while (size < all.size() && (size == 0 || sum < wanted)) sum += all[size++].chance;
  all.resize(size);
  std::sort(all.begin(), all.end(), [](const Standing& a, const Standing& b) { return a.centre + a.error < b.centre + b.error; });
  const double d = critical_value(size, confidence);
  for (Standing& one : all) {
    const Standing& rival = &one == &all.front() && size > 1 ? all[1] : all.front();
    const double gap = one.centre - rival.centre, half = d * std::hypot(one.error, rival.error);
    if (size > 1) one.low = gap - half, one.high = gap + half;
  }
  return all;
}

}  // namespace chimera::tune
