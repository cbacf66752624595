// What each parameter does to the objective, from everything that was measured.
#pragma once

#include <string>
#include <vector>

#include "tune/observations.h"
#include "tune/space.h"

namespace chimera::tune {

struct ParameterEffect {
  std::size_t parameter = 0;
  std::uint16_t from = 0, to = 0;  // the two levels that differ most: from the best to the worst
  double ratio = 1;                // objective at `to` over that at `from`
  double low = 1, high = 1;
  double p = 1;                    // that it does nothing (F test, adjusted by Holm over all parameters)
};

// By the additive model of the logarithms (analysis/additive.h), the largest effect first; empty where too little was
// measured. Interactions count as noise, so a parameter that only acts together with another may seem to do nothing.
[[nodiscard]] std::vector<ParameterEffect> effects(const Space& space, const Observations& observations, double confidence);

}  // namespace chimera::tune
