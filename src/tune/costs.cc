#include "tune/costs.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace chimera::tune {
namespace {

constexpr std::size_t kEnough = 12;  // loads before they are told apart
constexpr double kRidge = 0.5;
constexpr double kLeastSeconds = 1e-6;

}  // namespace

Costs::Costs(const Space& space, const CostHint& hint) : space_(&space), hint_(hint) {}

void Costs::saw_load(ConfigId config, double seconds) {
  loads_.push_back({config, std::log(std::max(seconds, kLeastSeconds))});
  load_sum_ += seconds;
}

void Costs::saw_switch(double seconds) { change_sum_ += seconds, ++changes_; }

void Costs::saw_repetitions(double seconds, std::size_t count) { repetition_sum_ += seconds, repetitions_ += static_cast<double>(count); }

void Costs::refit() {
  if (loads_.size() < kEnough) return;
  std::vector<Eigen::Index> first;
  Eigen::Index size = 0;
  for (const std::size_t p : space_->varying()) first.push_back(size), size += static_cast<Eigen::Index>(space_->parameters()[p].levels.size());
  double sum = 0;
  for (const Seen& seen : loads_) sum += seen.log_seconds;
  intercept_ = sum / static_cast<double>(loads_.size());
  Eigen::MatrixXd normal = Eigen::MatrixXd::Identity(size, size) * kRidge;
  Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
  std::vector<Eigen::Index> on(first.size());
  for (const Seen& seen : loads_) {
    for (std::size_t v = 0; v < first.size(); ++v) on[v] = first[v] + space_->level(seen.config, space_->varying()[v]);
    for (const Eigen::Index a : on) {
      right(a) += seen.log_seconds - intercept_;
      for (const Eigen::Index b : on) normal(a, b) += 1;
    }
  }
  const Eigen::VectorXd solved = normal.ldlt().solve(right);
  effects_.clear();
  for (std::size_t v = 0; v < first.size(); ++v) {
    const auto levels = static_cast<Eigen::Index>(space_->parameters()[space_->varying()[v]].levels.size());
    const Eigen::VectorXd part = solved.segment(first[v], levels);
    effects_.emplace_back(part.data(), part.data() + levels);
  }
}

double Costs::load(ConfigId config) const {
  if (loads_.empty()) return std::max(hint_.load_seconds, kLeastSeconds);
  if (effects_.empty()) return std::max(load_sum_ / static_cast<double>(loads_.size()), kLeastSeconds);
  double sum = intercept_;
  for (std::size_t v = 0; v < effects_.size(); ++v) sum += effects_[v][space_->level(config, space_->varying()[v])];
  return std::exp(sum);
}

double Costs::change() const { return changes_ > 0 ? change_sum_ / changes_ : hint_.switch_seconds; }

double Costs::repetition() const { return std::max(repetitions_ > 0 ? repetition_sum_ / repetitions_ : hint_.repetition_seconds, kLeastSeconds); }

double Costs::switching(std::optional<ConfigId> from, ConfigId to) const {
  if (from == to) return 0;
  return from && space_->group(*from) == space_->group(to) ? change() : load(to);
}

}  // namespace chimera::tune
