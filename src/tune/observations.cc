#include "tune/observations.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"
#include "base/check.h"

namespace chimera::tune {
namespace {

constexpr double kUsualNoise = 0.03;
constexpr double kPriorFreedom = 0.4;  // weight of kUsualNoise, in degrees of freedom
constexpr double kLeastFreedom = 2;
constexpr double kOwnFreedom = 6;    // weight of the pooled noise against a configuration's own

constexpr double kMedianPenalty = 1.2;
constexpr std::size_t kFewestForExcess = 8;  // repetitions beyond the lowest of each configuration
constexpr double kExcessPercent = 90;

double squares_of(const Observed& observed) {
  double mean = 0;
  for (const Repetition& r : observed.repetitions) mean += r.log_value;
  mean /= observed.count();
  double squares = 0;
  for (const Repetition& r : observed.repetitions) squares += (r.log_value - mean) * (r.log_value - mean);
  return squares;
}

double centre_of(const Observed& observed) {
  analysis::Sample values;
  for (const Repetition& r : observed.repetitions) values.push_back(r.log_value);
  return values.size() < 3 ? analysis::mean(values) : analysis::median(values);
}

}  // namespace

void Observations::add(ConfigId config, const std::vector<double>& values, std::uint32_t visit) {
  if (values.empty()) return;
  const auto [place, fresh] = index_.emplace(config, all_.size());
  if (fresh) all_.push_back({.config = config, .repetitions = {}, .failure = {}});
  Observed& observed = all_[place->second];
  if (!fresh && observed.failed()) --failures_;  // it worked after all
  if (!observed.failed()) squares_ -= squares_of(observed), freedom_ -= observed.count() - 1;
  for (const double value : values) {
    CHECK(value > 0, "a measured value is positive");
    observed.repetitions.push_back({std::log(value), visit});
    ++repetitions_;
  }
  squares_ += squares_of(observed), freedom_ += observed.count() - 1;
  observed.centre = centre_of(observed);
}

void Observations::add_failure(ConfigId config, std::string reason) {
  const auto [place, fresh] = index_.emplace(config, all_.size());
  if (!fresh) return;
  all_.push_back({.config = config, .repetitions = {}, .failure = std::move(reason)});
  ++failures_;
}

const Observed* Observations::find(ConfigId config) const {
  const auto found = index_.find(config);
  return found == index_.end() ? nullptr : &all_[found->second];
}

double Observations::noise() const {
  if (freedom_ < kLeastFreedom) return kUnknownNoise;
  return std::sqrt((std::max(squares_, 0.0) + kPriorFreedom * kUsualNoise * kUsualNoise) / (freedom_ + kPriorFreedom));
}

double Observations::noise(const Observed& observed) const {
  const double pooled = noise();
  if (observed.repetitions.size() < 2) return pooled;
  const double own = std::sqrt((squares_of(observed) + kOwnFreedom * pooled * pooled) / (observed.count() - 1 + kOwnFreedom));
  return std::max(own, 0.7 * pooled);
}

double Observations::excess() const {
  if (repetitions_ < excess_at_ + std::max<std::size_t>(1, excess_at_ / 10)) return excess_;
  excess_at_ = repetitions_;
  analysis::Sample above;
  for (const Observed& observed : all_) {
    if (observed.repetitions.size() < 2) continue;
    const auto lower = [](const Repetition& a, const Repetition& b) { return a.log_value < b.log_value; };
    const auto lowest = std::min_element(observed.repetitions.begin(), observed.repetitions.end(), lower);
    for (auto r = observed.repetitions.begin(); r != observed.repetitions.end(); ++r)
      if (r != lowest) above.push_back(r->log_value - lowest->log_value);
  }
  excess_ = above.size() < kFewestForExcess ? 0 : analysis::percentile(above, kExcessPercent);
  return excess_;
}

double Observations::error(const Observed& observed) const {
  if (observed.repetitions.size() < 3) return noise(observed) / std::sqrt(observed.count());
  // A median has up to pi/2 of the variance of a mean (Kenney & Keeping 1962). Where the two differ, repetitions fall
  // into unlike states (a clock that boosts at times), and which of them the median shows is chance.
  double mean = 0;
  for (const Repetition& r : observed.repetitions) mean += r.log_value;
  mean /= observed.count();
  return std::hypot(kMedianPenalty * noise(observed) / std::sqrt(observed.count()), 0.5 * (mean - observed.centre));
}

}  // namespace chimera::tune
