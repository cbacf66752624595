// The Pareto front of several objectives under noise: which configurations may be ones that nothing else improves on.
#pragma once

#include <vector>

#include "tune/observations.h"

namespace chimera::tune {

// A configuration that may be on the front; `centre` and `error` are log values, one for each objective, smaller being better.
struct FrontMember {
  ConfigId config = 0;
  std::vector<double> centre;
  std::vector<double> error;
  bool by_estimate = false;  // on the front of the estimates; the others only cannot be shown to be off it
};

// One Observations for each objective, of the same measurements. A configuration leaves the front where another is shown to be
// better in one objective and to be at most 1 % worse in all others, all such statements holding together (Bonferroni over
// rivals and objectives). In order of the first objective.
[[nodiscard]] std::vector<FrontMember> pareto_front(const std::vector<Observations>& objectives, double confidence);

}  // namespace chimera::tune
