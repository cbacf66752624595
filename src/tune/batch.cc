#include "tune/batch.h"

#include <cmath>
#include <limits>

#include "tune/search.h"

namespace chimera::tune {
namespace {

// Chance of an improvement that matters below which nothing more is proposed, as when one machine searches.
constexpr double kPromise = 0.002;
constexpr std::uint32_t kLie = std::numeric_limits<std::uint32_t>::max();  // a visit that no measurement has

}  // namespace

std::vector<ConfigId> next_batch(const Space& space, const Observations& observations, std::size_t most, std::uint64_t seed) {
  Observations told = observations;
  const Observed* best = leader(observations);
  const double lie = best == nullptr ? 1 : std::exp(best->centre);
  const Costs costs(space, {});
  const Prior prior;
  const Ingredients each_costs_the_same{.switch_cost = false};
  Search search(space, told, costs, prior, each_costs_the_same, seed);
  for (const Observed& observed : observations.all()) search.learn(observed.config);
  std::vector<ConfigId> batch;
  while (batch.size() < most) {
    const std::optional<ConfigId> next = search.next(std::nullopt, std::numeric_limits<double>::infinity());
    if (!next || search.promise() < kPromise) break;
    batch.push_back(*next);
    told.add(*next, {lie}, kLie);
    search.learn(*next);
  }
  return batch;
}

}  // namespace chimera::tune
