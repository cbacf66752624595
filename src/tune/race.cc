#include "tune/race.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"

namespace chimera::tune {

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

std::vector<Standing> tied_for_best(const Observations& observations, double confidence) {
  std::vector<Standing> all;
  for (const Observed& observed : observations.all())
    if (!observed.failed()) all.push_back({.config = observed.config, .centre = observed.centre, .error = observations.error(observed)});
  const double d = critical_value(all.size(), confidence);
  std::vector<Standing> tied;
  for (Standing& one : all) {
    bool excluded = false;
    const Standing* rival = nullptr;
    for (const Standing& other : all) {
      if (&other == &one) continue;
      excluded = excluded || one.centre - other.centre > d * std::hypot(one.error, other.error);
      if (rival == nullptr || other.centre + other.error < rival->centre + rival->error) rival = &other;
    }
    if (rival != nullptr) {
      const double gap = one.centre - rival->centre, half = d * std::hypot(one.error, rival->error);
      one.low = gap - half, one.high = gap + half;
    }
    if (!excluded) tied.push_back(one);
  }
  std::sort(tied.begin(), tied.end(), [](const Standing& a, const Standing& b) { return a.centre + a.error < b.centre + b.error; });
  return tied;
}

}  // namespace chimera::tune
