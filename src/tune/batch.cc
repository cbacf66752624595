#include "tune/batch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "tune/search.h"

namespace chimera::tune {
namespace {

// Chance of an improvement that matters below which nothing more is proposed, as when one machine searches.
constexpr double kPromise = 0.002;
// Visits that no measurement has.
constexpr std::uint32_t kLie = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kElsewhere = kLie / 2;

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

NextRound next_round(RoundSearch search) {
  std::vector<ConfigId> chosen = std::move(search.contenders);
  const auto runs = [&](ConfigId config) { return std::find(search.under_way.begin(), search.under_way.end(), config) != search.under_way.end(); };
  std::erase_if(chosen, runs);
  const Observed* const best = leader(search.known);
  const double fair = best == nullptr ? 1 : std::exp(best->centre);
  for (const std::vector<ConfigId>* list : {&search.measured, &search.under_way})
    for (const ConfigId config : *list)  // on machines of another kind, or its task failed
      if (search.known.find(config) == nullptr) search.known.add(config, {fair}, kElsewhere);
  const std::size_t room = std::min(search.most, search.affordable);
  if (chosen.size() > search.affordable || room == 0) return {{}, "budget spent"};
  if (room > chosen.size()) {
    const std::vector<ConfigId> fresh = next_batch(search.space, search.known, room - chosen.size(), search.seed);
    chosen.insert(chosen.end(), fresh.begin(), fresh.end());
  }
  if (chosen.empty()) return {{}, "settled"};
  return {std::move(chosen), {}};
}

}  // namespace chimera::tune
