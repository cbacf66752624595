// What the result of tuning is told from, whoever measured it: one engine here, or tasks on many nodes.
#pragma once

#include <vector>

#include "app/tune_objective.h"
#include "tune/space.h"

namespace chimera::app {

class Measured {
 public:
  virtual ~Measured() = default;
  // Of one configuration, all its measured repetitions.
  [[nodiscard]] virtual const std::vector<core::Sample>& samples(tune::ConfigId config) const = 0;
  [[nodiscard]] virtual const std::vector<VisitMetric>& objectives() const = 0;
  // Of a log value of the tuner, the objective in its unit.
  [[nodiscard]] double objective_of(double log_value, std::size_t which = 0) const;
};

}  // namespace chimera::app
