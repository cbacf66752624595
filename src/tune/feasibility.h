// How likely a configuration works at all: failures are censored here and never become a value of the objective.
#pragma once

#include <vector>

#include "tune/space.h"

namespace chimera::tune {

class Feasibility {
 public:
  explicit Feasibility(const Space& space);
  // What became of a configuration.
  void add(ConfigId config, bool works);
  // In (0, 1): the share that worked, weighted towards configurations that differ in few and near levels.
  [[nodiscard]] double probability(ConfigId config) const;

 private:
  struct Seen {
    std::vector<double> x;
    bool works = true;
  };
  const Space* space_;
  std::vector<bool> categorical_;
  std::vector<Seen> seen_;
  std::size_t failures_ = 0;
};

}  // namespace chimera::tune
