#include "measure/warmup.h"

#include <algorithm>
#include <cmath>

namespace chimera::measure {

bool is_steady(const std::vector<double>& seconds, const WarmUp& rule) {
  constexpr std::size_t kWindow = 3;
  if (seconds.size() < std::max<std::size_t>(kWindow, rule.least)) return false;
  const double a = seconds[seconds.size() - 3];
  const double b = seconds[seconds.size() - 2];
  const double c = seconds[seconds.size() - 1];
  const double middle = std::max(std::min(a, b), std::min(std::max(a, b), c));
  const double reach = rule.tolerance * middle;
  if (std::abs(a - middle) > reach || std::abs(b - middle) > reach || std::abs(c - middle) > reach) return false;
  return a - b <= reach / 4 || b - c <= reach / 4;
}

}  // namespace chimera::measure
