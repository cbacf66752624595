// A Gaussian process over the configurations of a space (Rasmussen & Williams 2006): Matern 5/2 with one length scale
// per parameter over ordinal ranks and categorical mismatch, plus a white part for what no neighbour tells (an
// interaction that only one configuration has), plus each point's own measurement noise.
//
// A pool of candidates is kept up to date as points are added: a point costs O(points * pool), not a new fit.
#pragma once

#include <memory>
#include <vector>

#include "tune/space.h"

namespace chimera::tune {

struct Point {
  ConfigId config = 0;
  double value = 0;
  double variance = 0;  // of the measurement
};

struct Prediction {
  double mean = 0;
  double variance = 0;  // of what the configuration truly gives, the white part included
};

class GaussianProcess {
 public:
  explicit GaussianProcess(const Space& space);
  ~GaussianProcess();
  GaussianProcess(GaussianProcess&&) noexcept;
  GaussianProcess& operator=(GaussianProcess&&) noexcept;

  // Learns length scales and variances from up to kMostForScales of `points` (the best ones among them), then takes
  // up to kMostPoints as its data. At least two points.
  void fit(const std::vector<Point>& points);
  // Candidates to predict, until the next call; after fit().
  void set_pool(std::vector<ConfigId> pool);
  // Further candidates, behind those that are there.
  void extend_pool(const std::vector<ConfigId>& more);
  // One more point, without learning scales anew.
  void add(const Point& point);

  [[nodiscard]] const std::vector<ConfigId>& pool() const;
  // Of the candidate in this place of the pool, as if it had not been measured.
  [[nodiscard]] Prediction predict(std::size_t place) const;
  // Of the data points, in the order of fit() and add(), their own measurements included.
  [[nodiscard]] std::vector<Prediction> posterior() const;
  // The same for other data under the learned scales.
  [[nodiscard]] std::vector<Prediction> posterior_of(const std::vector<Point>& points) const;
  static constexpr std::size_t kMostForScales = 160;
  static constexpr std::size_t kMostPoints = 500;

 private:
  struct State;
  explicit GaussianProcess(const State& learned);
  std::unique_ptr<State> state_;
};

}  // namespace chimera::tune
