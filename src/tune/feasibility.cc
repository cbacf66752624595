#include "tune/feasibility.h"

#include <cmath>

namespace chimera::tune {
namespace {

constexpr double kPriorWorks = 0.9;
constexpr double kPriorWeight = 0.3;
constexpr double kLength = 0.35;  // of ordinal ranks in [0, 1]
constexpr double kMismatch = 1.0; // squared distance of two categorical levels, in length scales

}  // namespace

Feasibility::Feasibility(const Space& space) : space_(&space) {
  for (const std::size_t p : space.varying()) categorical_.push_back(space.parameters()[p].kind == Parameter::Kind::categorical);
}

void Feasibility::add(ConfigId config, bool works) {
  seen_.push_back({space_->coordinates(config), works});
  failures_ += works ? 0 : 1;
}

double Feasibility::probability(ConfigId config) const {
  if (failures_ == 0) return kPriorWorks;
  const std::vector<double> x = space_->coordinates(config);
  double good = kPriorWorks * kPriorWeight, all = kPriorWeight;
  for (const Seen& seen : seen_) {
    double squared = 0;
    for (std::size_t d = 0; d < x.size(); ++d) {
      const double apart = seen.x[d] - x[d];
      squared += categorical_[d] ? (apart == 0 ? 0 : kMismatch) : apart * apart / (kLength * kLength);
    }
    const double weight = std::exp(-0.5 * squared);
    all += weight;
    good += seen.works ? weight : 0;
  }
  return good / all;
}

}  // namespace chimera::tune
