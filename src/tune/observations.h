// What was measured so far, on the log scale: a configuration's repetitions, failures, and how noisy repetitions are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tune/space.h"

namespace chimera::tune {

// One repetition: the logarithm of its value, and which visit (switch to the configuration) it belongs to.
struct Repetition {
  double log_value = 0;
  std::uint32_t visit = 0;
};

struct Observed {
  ConfigId config = 0;
  std::vector<Repetition> repetitions;  // empty: it failed
  std::string failure;
  // Of the log values: the median of three or more, else the mean.
  double centre = 0;
  [[nodiscard]] double count() const { return static_cast<double>(repetitions.size()); }
  [[nodiscard]] bool failed() const { return repetitions.empty(); }
};

class Observations {
 public:
  // Values are positive.
  void add(ConfigId config, const std::vector<double>& values, std::uint32_t visit);
  void add_failure(ConfigId config, std::string reason);

  // In the order of their first measurement.
  [[nodiscard]] const std::vector<Observed>& all() const { return all_; }
  [[nodiscard]] const Observed* find(ConfigId config) const;
  [[nodiscard]] std::size_t measured() const { return all_.size() - failures_; }
  [[nodiscard]] std::size_t failures() const { return failures_; }

  // Standard deviation of one repetition of `observed` about its configuration's centre: pooled over all
  // configurations, and raised towards its own where that is clearly larger.
  [[nodiscard]] double noise(const Observed& observed) const;
  // The pooled one; before there are two degrees of freedom, so large that nothing is told apart by it.
  [[nodiscard]] double noise() const;
  // Standard error of `observed.centre`.
  [[nodiscard]] double error(const Observed& observed) const;

  // How far one repetition may lie above another of its configuration: nine of ten do by less, on the log scale. Where
  // repetitions fall into unlike states, this is what a slow one hides. 0 while few were repeated.
  [[nodiscard]] double excess() const;

  static constexpr double kUnknownNoise = 0.25;

 private:
  std::vector<Observed> all_;
  std::unordered_map<ConfigId, std::size_t> index_;
  std::size_t failures_ = 0;
  // Sum of squared deviations within configurations and its degrees of freedom.
  double squares_ = 0;
  double freedom_ = 0;
  std::size_t repetitions_ = 0;
  mutable double excess_ = 0;
  mutable std::size_t excess_at_ = 0;  // number of repetitions when it was computed
};

}  // namespace chimera::tune
