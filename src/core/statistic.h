// Which statistic of a sample a number is.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace chimera::core {

struct Statistic {
  enum class Kind { sample, mean, median, minimum, maximum, stddev, variance, sum, count, percentile, ci_low, ci_high, cv, range };
  Kind kind = Kind::sample;
  double percent = 0;  // of a percentile: 99.9 for p99.9
  auto operator<=>(const Statistic&) const = default;
};

// "sample", "mean", "p50" (also of a median), "max", "p99.9", "stddev", "n" of a count: the form used in outputs.
[[nodiscard]] std::string to_string(const Statistic& statistic);
// The value that `percent` per cent of a sample are at or below: of 0 the minimum, of 50 the median, of 100 the maximum. Nothing outside 0 to 100.
[[nodiscard]] std::optional<Statistic> percentile(double percent);
// From any common spelling: "avg", "mean", "std", "stdev", "p95", "P99.9", "p(99.9)", "99th", "med", "total", "n", "count", "q1".
[[nodiscard]] std::optional<Statistic> find_statistic(std::string_view spelling);

}  // namespace chimera::core
