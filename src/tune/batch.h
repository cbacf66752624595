// Configurations to measure at the same time, where several machines wait: what Search would propose one after another if each
// proposal came out as the best so far (the constant liar: Ginsbourger, Le Riche & Carraro 2010), so that they spread out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tune/observations.h"
#include "tune/space.h"

namespace chimera::tune {

// At most `most` that were not measured, fewer where no more are worth it or none are left. Deterministic for a seed.
[[nodiscard]] std::vector<ConfigId> next_batch(const Space& space, const Observations& observations, std::size_t most, std::uint64_t seed);

}  // namespace chimera::tune
