// Numbers that stand where there is no measurement.
#pragma once

#include <limits>
#include <string_view>

namespace chimera::facts {

// The rule of a cell that holds one.
inline constexpr std::string_view kSentinelRule = "stands for no measurement";

// -1 of what cannot be negative (of a share in per cent -100), and times longer than anybody measured: 1e30 ms, the largest integer as nanoseconds.
struct Sentinels {
  static constexpr double kLongest = 5e9;  // seconds: 158 years. The nanoseconds since 1970 are fewer, those of 2^63 more.
  double longest = std::numeric_limits<double>::infinity();  // in the unit of the column

  double none = -1;

  [[nodiscard]] bool operator()(double number) const { return number == none || number > longest; }
};

}  // namespace chimera::facts
