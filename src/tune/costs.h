// What a measurement will cost, learned from those that were made: seconds to load, to switch, and for a repetition.
//
// Loads differ between configurations (a larger model, a longer compilation): their logarithm is taken to be a sum of
// one effect per level of each parameter, fitted by ridge regression.
#pragma once

#include <optional>
#include <vector>

#include "tune/measurer.h"

namespace chimera::tune {

class Costs {
 public:
  Costs(const Space& space, const CostHint& hint);
  void saw_load(ConfigId config, double seconds);
  void saw_switch(double seconds);
  void saw_repetitions(double seconds, std::size_t count);
  // Brings the predictions of loads up to date with what was seen.
  void refit();

  [[nodiscard]] double load(ConfigId config) const;
  [[nodiscard]] double change() const;  // a switch without a load
  [[nodiscard]] double repetition() const;
  // To go from one configuration to another; `from` is nothing where none is loaded.
  [[nodiscard]] double switching(std::optional<ConfigId> from, ConfigId to) const;

 private:
  struct Seen {
    ConfigId config = 0;
    double log_seconds = 0;
  };
  const Space* space_;
  CostHint hint_;
  std::vector<Seen> loads_;
  double load_sum_ = 0;
  double change_sum_ = 0, changes_ = 0;
  double repetition_sum_ = 0, repetitions_ = 0;
  double intercept_ = 0;
  std::vector<std::vector<double>> effects_;  // per varying parameter and level; empty until fitted
};

}  // namespace chimera::tune
