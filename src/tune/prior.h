// What earlier sessions on the same machine say of the configurations: how they compare, not how fast they are. A machine has good
// and bad days, so each session's values are taken up to a factor of their own.
//
// Answers of this session rest on its own measurements alone; a prior decides what is measured first, and what may wait.
#pragma once

#include <optional>
#include <vector>

#include "tune/gaussian_process.h"
#include "tune/observations.h"

namespace chimera::tune {

struct PriorPoint {
  ConfigId config = 0;
  double log_value = 0;
  double error = 0;
};

// One session under one set of the settings that are not tuned now.
struct PriorSession {
  std::vector<PriorPoint> points;  // one for each configuration
  double doubt = 0;                // how far a difference there may be another one here: a standard deviation of log values
};

class Prior {
 public:
  Prior() = default;
  // Sessions are brought to one scale over the configurations that they share, the largest first; one that shares none is centred
  // on the mean of the others.
  explicit Prior(std::vector<PriorSession> sessions);

  [[nodiscard]] bool empty() const { return known_.empty(); }
  [[nodiscard]] std::size_t size() const { return known_.size(); }  // configurations
  // The most promising first.
  [[nodiscard]] const std::vector<PriorPoint>& ranking() const { return known_; }
  // Whether a configuration was shown to be slower than the best by more than doubt and noise explain, and by a tenth at least.
  [[nodiscard]] bool is_behind(ConfigId config) const;
  // On the scale of this session: shifted over the configurations that it measured too, without those. None where it shares none.
  [[nodiscard]] std::vector<Point> points(const Observations& observations) const;

 private:
  [[nodiscard]] const PriorPoint* find(ConfigId config) const;
  std::vector<PriorPoint> known_;  // by value; errors hold the doubt
};

}  // namespace chimera::tune
