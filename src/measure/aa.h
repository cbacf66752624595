// How noisy this machine is: the same work under two labels, in pairs of random order. Whatever difference the labels show is
// noise, and what the interval cannot tell from none is the smallest difference that a measurement of that length may claim.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/finding.h"

namespace chimera::measure {

struct AaOptions {
  base::Nanoseconds time = 10'000'000'000;
  base::Nanoseconds least_run = 10'000'000;  // of one run; the work is repeated until it takes that long
  std::uint64_t seed = 1;                    // of the order within pairs
};

struct AaResult {
  std::string work;
  std::size_t pairs = 0;
  double run_s = 0;                         // median of a run
  double scatter = 0;                       // scaled median absolute deviation of the runs over their median
  double slowest = 1;                       // the slowest run over the median
  double ratio = 1;                         // median over the pairs of B / A
  std::optional<core::Interval> interval;   // of the ratio at 95 %, by the sign test; absent below six pairs
  std::optional<double> smallest_difference;  // the larger side of the interval, as a part of 1
  std::optional<double> drift;              // of the runs from the first to the last, as a part; absent where no trend is proven
  [[nodiscard]] bool holds() const { return !interval || (interval->low <= 1 && interval->high >= 1); }
};

// Runs `work` over and over. It must do the same each time.
[[nodiscard]] AaResult aa_test(const std::string& name, const std::function<void()>& work, const AaOptions& options, const base::Clock& clock);

// Arithmetic in the first-level cache on one processor, and reading memory with `threads`, as decoding does.
[[nodiscard]] std::vector<AaResult> aa_of_machine(unsigned threads, std::uint64_t free_memory, const AaOptions& options, const base::Clock& clock);

}  // namespace chimera::measure
