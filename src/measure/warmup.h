// When a freshly loaded engine is warm: the rule of docs/bench.md. Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace chimera::measure {

struct WarmUp {
  std::uint32_t least = 3;   // full requests, the cold one not counted
  std::uint32_t most = 10;
  base::Nanoseconds longest = 60'000'000'000;
  double tolerance = 0.02;   // steady: the last three lie within this part of their median ...
};

// ... and do not all fall, one after the other, by more than a quarter of it: that would be a trend. `seconds`: durations of
// the warm-up requests so far, in order.
[[nodiscard]] bool is_steady(const std::vector<double>& seconds, const WarmUp& rule);

}  // namespace chimera::measure
