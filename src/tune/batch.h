// Configurations to measure at the same time, where several machines wait: what Search would propose one after another if each
// proposal came out as the best so far (the constant liar: Ginsbourger, Le Riche & Carraro 2010), so that they spread out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tune/observations.h"
#include "tune/space.h"

namespace chimera::tune {

// At most `most` that were not measured, fewer where no more are worth it or none are left. Deterministic for a seed.
[[nodiscard]] std::vector<ConfigId> next_batch(const Space& space, const Observations& observations, std::size_t most, std::uint64_t seed);

// What several machines measure in the next round.
struct RoundSearch {
  const Space& space;
  Observations known;                 // of the machines that proposals rest on; what was refused has failed there
  std::vector<ConfigId> contenders;   // may be the best, and are to be measured again
  std::vector<ConfigId> measured;     // in rounds that are over, on whatever machine
  std::vector<ConfigId> under_way;    // in a round that runs
  std::size_t most = 0;               // configurations of a round
  std::size_t affordable = 0;         // beside those under way
  std::uint64_t seed = 0;
};
struct NextRound {
  std::vector<ConfigId> configs;  // contenders first
  std::string reason;             // why there are none
};
// Those under way are taken as they would be if they came out fair: neither proposed again nor counted on.
[[nodiscard]] NextRound next_round(RoundSearch search);

}  // namespace chimera::tune
