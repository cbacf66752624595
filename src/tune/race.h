// Which of the measured configurations may still be the best, and by how much they differ at most.
//
// Hsu's multiple comparisons with the best (1981): a configuration stays unless some other is shown to be better, all
// such statements holding together. Errors are of each configuration's centre, from the noise pooled over all.
#pragma once

#include <vector>

#include "tune/observations.h"

namespace chimera::tune {

struct Standing {
  ConfigId config = 0;
  double centre = 0;  // log value
  double error = 0;
  // Of the ratio to the best of all others, on the log scale: below 0 the configuration may be that much better.
  double chance = 0;  // of being the best of all that were measured
  double low = 0;
  double high = 0;
};

// Each measured configuration on its own: centre and error.
[[nodiscard]] std::vector<Standing> standings(const Observations& observations);
// Those that may be the best, the leader first. Empty where nothing was measured.
[[nodiscard]] std::vector<Standing> tied_for_best(std::vector<Standing> all, double confidence);
// The critical value between any two of `compared` configurations.
[[nodiscard]] double critical_value(std::size_t compared, double confidence);
// The measured configuration that is most probably the best: the lowest centre once its error is added.
[[nodiscard]] const Observed* leader(const Observations& observations);

}  // namespace chimera::tune
