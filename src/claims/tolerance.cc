#include "claims/tolerance.h"

#include <algorithm>
#include <cmath>

namespace chimera::claims {
namespace {

// The place of the last digit that is not zero, for whole numbers in round figures.
double round_figure(double value) {
  double place = 1;
  for (double rest = std::fabs(value); rest >= 10 && std::fmod(rest, 10) == 0 && place < 1e15; rest /= 10) place *= 10;
  return place;
}

}  // namespace

double last_place(const core::Quantity& stated) { return std::pow(10.0, -std::clamp(stated.decimals, -300, 300)); }

bool states(const core::Quantity& stated, Relation relation, double value) {
  if (!std::isfinite(stated.value) || !std::isfinite(value)) return false;
  const double place = last_place(stated);
  const double slack = 4e-16 * std::max(std::fabs(stated.value), std::fabs(value)) + place * 1e-9;
  const double excess = std::fabs(value) - std::fabs(stated.value);
  const bool same_sign = value == 0 || stated.value == 0 || (value < 0) == (stated.value < 0);
  const bool rounds = std::fabs(value - stated.value) <= place / 2 + slack;
  const bool truncates = same_sign && excess >= -slack && excess < place - slack;
  if (rounds || truncates) return true;
  switch (relation) {
    case Relation::equal:
    case Relation::holds: return false;
    case Relation::at_least: return value >= stated.value;
    case Relation::at_most: return value <= stated.value;
    case Relation::about: break;
  }
  const double unit = stated.decimals == 0 ? std::max(place, round_figure(stated.value) / 2) : place;
  return std::fabs(value - stated.value) <= unit + slack;
}

bool states_magnitude(const core::Quantity& stated, Relation relation, double value) {
  core::Quantity magnitude = stated;
  magnitude.value = std::fabs(stated.value);
  return states(magnitude, relation, std::fabs(value));
}

bool roughly(double stated, double value) {
  return std::isfinite(stated) && std::isfinite(value) && std::fabs(value - stated) <= 0.05 * std::fabs(stated);
}

}  // namespace chimera::claims
