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

// Logarithms: a length scale per varying parameter, then the variance of
// what all parameters do together, of the white part, and of what each does alone.
using Scales = VectorXd;

// What is expected before data: half of the range of a parameter, most variance in the signal.
constexpr double kPriorLength = -0.4;
constexpr double kPriorAdditive = 0.0;
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

// At most so many of the points: the better half of them, and every so-many-th of the rest, as cost grows with their cube.
std::vector<Point> thinned(std::vector<Point> points, std::size_t most) {
  if (points.size() <= most) return points;
  std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.value < b.value; });
  std::vector<Point> chosen(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(most / 2));
  const std::size_t from = chosen.size(), rest = points.size() - from, wanted = most - from;
  for (std::size_t i = 0; i < wanted; ++i) chosen.push_back(points[from + i * rest / wanted]);
  return chosen;
}

}  // namespace

struct GaussianProcess::State {
  const Space* space = nullptr;
  std::size_t dims = 0;
  std::vector<MatrixXd> difference;  // per varying parameter and pair of its levels, squared, unscaled
  Scales scales, prior_mean, prior_precision;
  VectorXd inverse_square;  // of the length scales
  double signal = 1;
  double additive = 0.5;
  double white = 0.01;
  // Per varying parameter and pair of its levels: scaled squared difference, and the kernel of this parameter alone.
  std::vector<MatrixXd> apart, alone;
  std::vector<std::uint16_t> levels;  // of every configuration of the space, its varying parameters
  double mean = 0;
  double unit = 1;  // standard deviation of the values: the process is of (value - mean) / unit

  std::vector<Point> points;
  RowMatrix chol;  // lower triangle, grown row by row
  VectorXd whitened;  // chol^-1 (y - mean)
  std::vector<ConfigId> pool;
  RowMatrix cross;  // chol^-1 K(points, pool), one row per point
  VectorXd pool_mean;
  VectorXd pool_reduction;


  [[nodiscard]] double covariance(ConfigId a, ConfigId b) const {
    const std::uint16_t* x = &levels[a * dims];
    const std::uint16_t* y = &levels[b * dims];
    double squared = 0, sum = 0;
    for (std::size_t d = 0; d < dims; ++d) squared += apart[d](x[d], y[d]), sum += alone[d](x[d], y[d]);
    return signal * matern(squared) + sum;
  }

  void use_scales() {
    const auto n = static_cast<Eigen::Index>(dims);
    inverse_square = (-2 * scales.head(n)).array().exp();
    signal = std::exp(scales(n));
    white = std::exp(scales(n + 1));
    additive = std::exp(scales(n + 2));
    apart.resize(dims), alone.resize(dims);
    for (std::size_t d = 0; d < dims; ++d) {
      const auto c = static_cast<Eigen::Index>(d);
      apart[d] = inverse_square(c) * difference[d];
      alone[d] = apart[d].unaryExpr([&](double squared) { return additive / static_cast<double>(dims) * matern(squared); });
    }
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
  const MatrixXd together = signal * (1 + root.array() + 5.0 / 3.0 * far.array()) * decay.array();
  const double share = additive / static_cast<double>(dims);
  MatrixXd sum = MatrixXd::Zero(n, n);
  std::vector<MatrixXd> slopes;  // of each parameter's own kernel, by the logarithm of its length
  for (Eigen::Index d = 0; d < p; ++d) {
    const MatrixXd one = inverse_square(d) * distances.parts[static_cast<std::size_t>(d)];
    const MatrixXd r = (5 * one.array()).sqrt();
    const MatrixXd e = (-r.array()).exp();
    sum.array() += share * (1 + r.array() + 5.0 / 3.0 * one.array()) * e.array();
    slopes.emplace_back(share * 5.0 / 3.0 * (1 + r.array()) * e.array() * one.array());
  }
  MatrixXd full = together + sum;
  full.diagonal() += distances.noise + VectorXd::Constant(n, white + kJitter);
  const Eigen::LLT<MatrixXd> factor(full);
  gradient = VectorXd::Zero(p + 3);
  if (factor.info() != Eigen::Success) return -1e30;
  const VectorXd alpha = factor.solve(distances.values);
  MatrixXd weight = -factor.solve(MatrixXd::Identity(n, n));
  const double white_trace = weight.trace() + alpha.squaredNorm();
  weight.noalias() += alpha * alpha.transpose();
  const double log_determinant = factor.matrixLLT().diagonal().array().log().sum();
  // Of the Matern kernel by the squared distance: -5/6 (1 + r) exp(-r), r the root of five times the distance.
  const MatrixXd product = (weight.array() * (5.0 / 6.0 * signal) * (1 + root.array()) * decay.array()).matrix();
  for (Eigen::Index d = 0; d < p; ++d)
    gradient(d) = inverse_square(d) * product.cwiseProduct(distances.parts[static_cast<std::size_t>(d)]).sum() + 0.5 * weight.cwiseProduct(slopes[static_cast<std::size_t>(d)]).sum();
  gradient(p) = 0.5 * weight.cwiseProduct(together).sum();
  gradient(p + 1) = 0.5 * white_trace * white;
  gradient(p + 2) = 0.5 * weight.cwiseProduct(sum).sum();
  gradient -= ((scales - prior_mean).array() * prior_precision.array()).matrix();
  const double prior = -0.5 * ((scales - prior_mean).array().square() * prior_precision.array()).sum();
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
        distances.parts[d](j, i) = difference[d](levels[a.config * dims + d], levels[subset[static_cast<std::size_t>(j)].config * dims + d]);
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
  for (Eigen::Index i = 0; i < n; ++i) row(i) = covariance(point.config, points[static_cast<std::size_t>(i)].config);
  if (n > 0) chol.topLeftCorner(n, n).triangularView<Eigen::Lower>().solveInPlace(row);
  const double left = signal + additive + white + noise_of(point) + kJitter - row.squaredNorm();
  const double diagonal = std::sqrt(std::max(left, kJitter));
  if (n > 0) chol.row(n).head(n) = row.transpose();
  chol(n, n) = diagonal;
  whitened(n) = (standard(point) - (n > 0 ? row.dot(whitened.head(n)) : 0.0)) / diagonal;
  points.push_back(point);
  if (pool.empty()) return;
  Eigen::RowVectorXd fresh(static_cast<Eigen::Index>(pool.size()));
  for (std::size_t c = 0; c < pool.size(); ++c) fresh(static_cast<Eigen::Index>(c)) = covariance(point.config, pool[c]);
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
  for (const std::size_t p : space.varying()) {
    const Parameter& parameter = space.parameters()[p];
    const auto count = static_cast<Eigen::Index>(parameter.levels.size());
    MatrixXd squared(count, count);
    for (Eigen::Index a = 0; a < count; ++a)
      for (Eigen::Index b = 0; b < count; ++b) {
        const double apart = static_cast<double>(a - b) / static_cast<double>(count - 1);
        squared(a, b) = parameter.kind == Parameter::Kind::categorical ? (a == b ? 0 : 1) : apart * apart;
      }
    s.difference.push_back(std::move(squared));
  }
  for (ConfigId c = 0; c < space.size(); ++c)
    for (const std::size_t p : space.varying()) s.levels.push_back(space.level(c, p));
  const auto n = static_cast<Eigen::Index>(s.dims);
  s.prior_mean = Scales::Constant(n + 3, kPriorLength);
  s.prior_mean(n) = 0, s.prior_mean(n + 1) = kPriorWhite, s.prior_mean(n + 2) = kPriorAdditive;
  s.prior_precision = Scales::Constant(n + 3, 1 / (kPriorLengthSpread * kPriorLengthSpread));
  s.prior_precision(n) = 1, s.prior_precision(n + 1) = 1 / (kPriorWhiteSpread * kPriorWhiteSpread), s.prior_precision(n + 2) = 1;
  s.scales = s.prior_mean;
  s.use_scales();
}

// The learned scales of another process, without its data.
GaussianProcess::GaussianProcess(const State& learned) : state_(std::make_unique<State>(learned)) {
  state_->points.clear();
  state_->pool.clear();
  state_->chol.resize(0, 0);
  state_->cross.resize(0, 0);
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
  s.learn(thinned(points, kMostForScales), first ? 30 : 12);
  s.pool.clear();
  s.points.clear();
  s.chol.resize(0, 0);
  s.whitened.resize(0);
  for (const Point& point : thinned(points, kMostPoints)) s.grow(point);
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
    for (Eigen::Index c = 0; c < m; ++c) block(i, c) = s.covariance(s.points[static_cast<std::size_t>(i)].config, more[static_cast<std::size_t>(c)]);
  if (n > 0 && m > 0) s.chol.topLeftCorner(n, n).triangularView<Eigen::Lower>().solveInPlace(block);
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
  const double variance = std::max(s.signal + s.additive - s.pool_reduction(at), 0.0) + s.white;
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

std::vector<Prediction> GaussianProcess::posterior_of(const std::vector<Point>& points) const {
  GaussianProcess other(*state_);
  for (const Point& point : points) other.state_->grow(point);
  return other.posterior();
}

}  // namespace chimera::tune
