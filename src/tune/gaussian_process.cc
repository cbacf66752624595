#include "tune/gaussian_process.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace chimera::tune {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kJitter = 1e-8;

// Logarithms: a length scale per varying parameter, then the signal's and the white part's variance.
using Scales = VectorXd;

// What is expected before data: half of the range of a parameter, most variance in the signal.
constexpr double kPriorLength = -0.4;
constexpr double kPriorLengthSpread = 1.0;
constexpr double kPriorWhite = -4.0;
constexpr double kPriorWhiteSpread = 1.5;

double matern(double squared) {
  const double r = std::sqrt(5 * squared);
  return (1 + r + 5.0 / 3.0 * squared) * std::exp(-r);
}

// Between the points that the scales are learned from: squared differences per parameter; their values and noise.
struct Distances {
  std::vector<MatrixXd> parts;
  VectorXd values;
  VectorXd noise;
};

}  // namespace

struct GaussianProcess::State {
  const Space* space = nullptr;
  std::size_t dims = 0;
  std::vector<bool> categorical;
  RowMatrix coordinates;  // of every configuration of the space
  Scales scales;
  VectorXd inverse_square;  // of the length scales
  double signal = 1;
  double white = 0.01;
  double mean = 0;
  double unit = 1;  // standard deviation of the values: the process is of (value - mean) / unit

  std::vector<Point> points;
  RowMatrix chol;  // lower triangle, grown row by row
  VectorXd whitened;  // chol^-1 (y - mean)
  std::vector<ConfigId> pool;
  RowMatrix cross;  // chol^-1 K(points, pool), one row per point
  VectorXd pool_mean;
  VectorXd pool_reduction;

  [[nodiscard]] double part(std::size_t d, double a, double b) const { return categorical[d] ? (a == b ? 0.0 : 1.0) : (a - b) * (a - b); }

  [[nodiscard]] double squared(ConfigId a, ConfigId b) const {
    double sum = 0;
    for (std::size_t d = 0; d < dims; ++d) {
      const auto c = static_cast<Eigen::Index>(d);
      sum += part(d, coordinates(a, c), coordinates(b, c)) * inverse_square(c);
    }
    return sum;
  }

  void use_scales() {
    const auto n = static_cast<Eigen::Index>(dims);
    inverse_square = (-2 * scales.head(n)).array().exp();
    signal = std::exp(scales(n));
    white = std::exp(scales(n + 1));
  }

  [[nodiscard]] double noise_of(const Point& point) const { return point.variance / (unit * unit); }
  [[nodiscard]] double standard(const Point& point) const { return (point.value - mean) / unit; }

  [[nodiscard]] Distances distances_of(const std::vector<Point>& subset) const;
  // Log posterior density of the scales given a subset of the points, and its gradient.
  double density(const Distances& distances, VectorXd& gradient) const;
  void learn(const std::vector<Point>& subset, int steps);
  void grow(const Point& point);
};

double GaussianProcess::State::density(const Distances& distances, VectorXd& gradient) const {
  const Eigen::Index n = distances.values.size();
  const auto p = static_cast<Eigen::Index>(dims);
  MatrixXd far = MatrixXd::Zero(n, n);
  for (Eigen::Index d = 0; d < p; ++d) far += inverse_square(d) * distances.parts[static_cast<std::size_t>(d)];
  const MatrixXd root = (5 * far.array()).sqrt();
  const MatrixXd decay = (-root.array()).exp();
  const MatrixXd k = signal * (1 + root.array() + 5.0 / 3.0 * far.array()) * decay.array();
  MatrixXd full = k;
  full.diagonal() += distances.noise + VectorXd::Constant(n, white + kJitter);
  const Eigen::LLT<MatrixXd> factor(full);
  gradient = VectorXd::Zero(p + 2);
  if (factor.info() != Eigen::Success) return -1e30;
  const VectorXd alpha = factor.solve(distances.values);
  MatrixXd weight = -factor.solve(MatrixXd::Identity(n, n));
  const double white_trace = weight.trace() + alpha.squaredNorm();
  weight.noalias() += alpha * alpha.transpose();
  const double log_determinant = factor.matrixLLT().diagonal().array().log().sum();
  // Of the Matern kernel by the squared distance: -5/6 (1 + r) exp(-r), r the root of five times the distance.
  const MatrixXd product = (weight.array() * (-5.0 / 6.0 * signal) * (1 + root.array()) * decay.array()).matrix();
  for (Eigen::Index d = 0; d < p; ++d)
    gradient(d) = -inverse_square(d) * product.cwiseProduct(distances.parts[static_cast<std::size_t>(d)]).sum() - (scales(d) - kPriorLength) / (kPriorLengthSpread * kPriorLengthSpread);
  gradient(p) = 0.5 * weight.cwiseProduct(k).sum() - scales(p);
  gradient(p + 1) = 0.5 * white_trace * white - (scales(p + 1) - kPriorWhite) / (kPriorWhiteSpread * kPriorWhiteSpread);
  double prior = -0.5 * scales(p) * scales(p) - 0.5 * std::pow((scales(p + 1) - kPriorWhite) / kPriorWhiteSpread, 2);
  prior -= 0.5 * ((scales.head(p).array() - kPriorLength) / kPriorLengthSpread).square().sum();
  return -0.5 * distances.values.dot(alpha) - log_determinant + prior;
}

Distances GaussianProcess::State::distances_of(const std::vector<Point>& subset) const {
  const auto n = static_cast<Eigen::Index>(subset.size());
  Distances distances{std::vector<MatrixXd>(dims, MatrixXd::Zero(n, n)), VectorXd(n), VectorXd(n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const Point& a = subset[static_cast<std::size_t>(i)];
    distances.values(i) = standard(a), distances.noise(i) = noise_of(a);
    for (Eigen::Index j = 0; j < n; ++j)
      for (std::size_t d = 0; d < dims; ++d)
        distances.parts[d](j, i) = part(d, coordinates(a.config, static_cast<Eigen::Index>(d)), coordinates(subset[static_cast<std::size_t>(j)].config, static_cast<Eigen::Index>(d)));
  }
  return distances;
}

// Rprop (Riedmiller & Braun 1993), which needs no step sizes of its own; the best scales seen are kept.
void GaussianProcess::State::learn(const std::vector<Point>& subset, int steps) {
  const Eigen::Index size = scales.size();
  VectorXd step = VectorXd::Constant(size, 0.3), before = VectorXd::Zero(size), gradient;
  Scales best = scales;
  double highest = -1e300;
  const Distances distances = distances_of(subset);
  for (int i = 0; i < steps; ++i) {
    use_scales();
    const double here = density(distances, gradient);
    if (here > highest) highest = here, best = scales;
    for (Eigen::Index d = 0; d < size; ++d) {
      const double agreement = gradient(d) * before(d);
      step(d) = std::clamp(step(d) * (agreement > 0 ? 1.3 : agreement < 0 ? 0.5 : 1.0), 1e-3, 1.0);
      scales(d) = std::clamp(scales(d) + (gradient(d) > 0 ? step(d) : gradient(d) < 0 ? -step(d) : 0.0), -8.0, 4.0);
    }
    before = gradient;
  }
  scales = best;
  use_scales();
}

void GaussianProcess::State::grow(const Point& point) {
  const auto n = static_cast<Eigen::Index>(points.size());
  if (chol.rows() <= n) {
    const Eigen::Index room = std::max<Eigen::Index>(64, 2 * chol.rows());
    chol.conservativeResize(room, room);
    whitened.conservativeResize(room);
    if (!pool.empty()) cross.conservativeResize(room, static_cast<Eigen::Index>(pool.size()));
  }
  VectorXd row(n);
  for (Eigen::Index i = 0; i < n; ++i) row(i) = signal * matern(squared(point.config, points[static_cast<std::size_t>(i)].config));
  if (n > 0) chol.topLeftCorner(n, n).triangularView<Eigen::Lower>().solveInPlace(row);
  const double left = signal + white + noise_of(point) + kJitter - row.squaredNorm();
  const double diagonal = std::sqrt(std::max(left, kJitter));
  if (n > 0) chol.row(n).head(n) = row.transpose();
  chol(n, n) = diagonal;
  whitened(n) = (standard(point) - (n > 0 ? row.dot(whitened.head(n)) : 0.0)) / diagonal;
  points.push_back(point);
  if (pool.empty()) return;
  Eigen::RowVectorXd fresh(static_cast<Eigen::Index>(pool.size()));
  for (std::size_t c = 0; c < pool.size(); ++c) fresh(static_cast<Eigen::Index>(c)) = signal * matern(squared(point.config, pool[c]));
  if (n > 0) fresh.noalias() -= row.transpose() * cross.topRows(n);
  fresh /= diagonal;
  cross.row(n) = fresh;
  pool_mean += whitened(n) * fresh.transpose();
  pool_reduction += fresh.transpose().cwiseAbs2();
}

GaussianProcess::GaussianProcess(const Space& space) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.space = &space;
  s.dims = space.varying().size();
  for (const std::size_t p : space.varying()) s.categorical.push_back(space.parameters()[p].kind == Parameter::Kind::categorical);
  s.coordinates.resize(static_cast<Eigen::Index>(space.size()), static_cast<Eigen::Index>(s.dims));
  for (ConfigId c = 0; c < space.size(); ++c) {
    const std::vector<double> x = space.coordinates(c);
    for (std::size_t d = 0; d < s.dims; ++d) s.coordinates(c, static_cast<Eigen::Index>(d)) = x[d];
  }
  s.scales = Scales::Constant(static_cast<Eigen::Index>(s.dims) + 2, kPriorLength);
  s.scales(static_cast<Eigen::Index>(s.dims)) = 0;
  s.scales(static_cast<Eigen::Index>(s.dims) + 1) = kPriorWhite;
  s.use_scales();
}

GaussianProcess::~GaussianProcess() = default;
GaussianProcess::GaussianProcess(GaussianProcess&&) noexcept = default;
GaussianProcess& GaussianProcess::operator=(GaussianProcess&&) noexcept = default;

void GaussianProcess::fit(const std::vector<Point>& points) {
  CHECK(points.size() >= 2, "a process needs two points");
  State& s = *state_;
  const bool first = s.points.empty();
  double sum = 0, squares = 0;
  for (const Point& point : points) sum += point.value;
  s.mean = sum / static_cast<double>(points.size());
  for (const Point& point : points) squares += (point.value - s.mean) * (point.value - s.mean);
  s.unit = std::max(std::sqrt(squares / static_cast<double>(points.size())), 1e-6);
  std::vector<Point> subset = points;
  if (subset.size() > kMostForScales) {  // the better half of them, and every so-many-th of the rest
    std::sort(subset.begin(), subset.end(), [](const Point& a, const Point& b) { return a.value < b.value; });
    std::vector<Point> chosen(subset.begin(), subset.begin() + kMostForScales / 2);
    const std::size_t rest = subset.size() - chosen.size(), wanted = kMostForScales - chosen.size();
    const std::size_t from = chosen.size();
    for (std::size_t i = 0; i < wanted; ++i) chosen.push_back(subset[from + i * rest / wanted]);
    subset = std::move(chosen);
  }
  s.learn(subset, first ? 30 : 12);
  s.pool.clear();
  s.points.clear();
  s.chol.resize(0, 0);
  s.whitened.resize(0);
  for (const Point& point : points) s.grow(point);
}

void GaussianProcess::set_pool(std::vector<ConfigId> pool) {
  State& s = *state_;
  s.pool.clear();
  s.cross.resize(s.chol.rows(), 0);
  s.pool_mean.resize(0);
  s.pool_reduction.resize(0);
  extend_pool(pool);
}

void GaussianProcess::extend_pool(const std::vector<ConfigId>& more) {
  State& s = *state_;
  const auto n = static_cast<Eigen::Index>(s.points.size()), m = static_cast<Eigen::Index>(more.size());
  const auto before = static_cast<Eigen::Index>(s.pool.size());
  RowMatrix block(n, m);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index c = 0; c < m; ++c) block(i, c) = s.signal * matern(s.squared(s.points[static_cast<std::size_t>(i)].config, more[static_cast<std::size_t>(c)]));
  s.chol.topLeftCorner(n, n).triangularView<Eigen::Lower>().solveInPlace(block);
  s.cross.conservativeResize(s.chol.rows(), before + m);
  s.cross.block(0, before, n, m) = block;
  s.pool_mean.conservativeResize(before + m);
  s.pool_reduction.conservativeResize(before + m);
  s.pool_mean.tail(m) = block.transpose() * s.whitened.head(n);
  s.pool_reduction.tail(m) = block.colwise().squaredNorm().transpose();
  s.pool.insert(s.pool.end(), more.begin(), more.end());
}

void GaussianProcess::add(const Point& point) { state_->grow(point); }

const std::vector<ConfigId>& GaussianProcess::pool() const { return state_->pool; }

Prediction GaussianProcess::predict(std::size_t place) const {
  const State& s = *state_;
  const auto at = static_cast<Eigen::Index>(place);
  const double variance = std::max(s.signal - s.pool_reduction(at), 0.0) + s.white;
  return {s.mean + s.unit * s.pool_mean(at), s.unit * s.unit * variance};
}

std::vector<Prediction> GaussianProcess::posterior() const {
  const State& s = *state_;
  const auto n = static_cast<Eigen::Index>(s.points.size());
  const auto lower = s.chol.topLeftCorner(n, n).triangularView<Eigen::Lower>();
  const VectorXd alpha = lower.transpose().solve(s.whitened.head(n));
  MatrixXd inverse_root = MatrixXd::Identity(n, n);
  lower.solveInPlace(inverse_root);
  std::vector<Prediction> all;
  for (Eigen::Index i = 0; i < n; ++i) {
    const Point& point = s.points[static_cast<std::size_t>(i)];
    const double noise = s.noise_of(point), precision = inverse_root.col(i).squaredNorm();
    all.push_back({point.value - s.unit * noise * alpha(i), s.unit * s.unit * std::max(noise - noise * noise * precision, 0.0)});
  }
  return all;
}

double GaussianProcess::correlation(ConfigId a, ConfigId b) const { return matern(state_->squared(a, b)); }

}  // namespace chimera::tune
