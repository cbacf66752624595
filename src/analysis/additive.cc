#include "analysis/additive.h"

#include <Eigen/Dense>
#include <algorithm>
#include <charconv>
#include <cmath>

namespace chimera::analysis {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixView = Eigen::Map<const Matrix>;
using VectorView = Eigen::Map<const Eigen::VectorXd>;

constexpr std::size_t kMostColumns = 400;     // of the design: the pseudo-inverse is cubic in them
constexpr double kNotEstimable = 1e-6;        // part of a contrast outside the row space of the design

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

std::uint32_t levels_of(const std::vector<std::uint32_t>& level) { return *std::max_element(level.begin(), level.end()) + 1; }

bool well_formed(const Sample& y, const Design& design) {
  if (y.size() < 3) return false;
  std::size_t columns = 1;
  for (const auto& factor : design.factors) {
    if (factor.size() != y.size()) return false;
    columns += levels_of(factor);
    if (columns > kMostColumns) return false;
  }
  return std::all_of(y.begin(), y.end(), [](double v) { return std::isfinite(v); });
}

std::vector<double> to_vector(const Matrix& m) { return {m.data(), m.data() + m.size()}; }

}  // namespace

std::string Design::to_string() const {
  std::string out;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    if (f > 0) out += '/';
    for (std::size_t i = 0; i < factors[f].size(); ++i) {
      if (i > 0) out += ',';
      out += std::to_string(factors[f][i]);
    }
  }
  return out;
}

std::optional<Design> Design::parse(std::string_view text) {
  Design out;
  if (text.empty()) return out;
  out.factors.emplace_back();
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::uint32_t level = 0;
    const auto [next, error] = std::from_chars(at, end, level);
    if (error != std::errc() || level >= kMostColumns) return std::nullopt;
    out.factors.back().push_back(level);
    if (next == end) return out;
    if (*next == '/') {
      out.factors.emplace_back();
    } else if (*next != ',') {
      return std::nullopt;
    }
    at = next + 1;
  }
}

std::optional<AdditiveModel> AdditiveModel::fit(const Sample& y, const Design& design) {
  if (!well_formed(y, design)) return std::nullopt;
  AdditiveModel model;
  model.y_ = y;
  model.design_ = design;
  model.columns_ = 1;
  for (const auto& factor : design.factors) {
    model.offset_.push_back(model.columns_);
    model.columns_ += levels_of(factor);
  }
  // Every row of X has a one in the first column and in one column per factor, so X'X and X'y are sums of few terms.
  const double centre = mean(y);  // y - mean keeps the digits where effects are small against the level
  Matrix xtx = Matrix::Zero(index(model.columns_), index(model.columns_));
  Eigen::VectorXd xty = Eigen::VectorXd::Zero(index(model.columns_));
  std::vector<std::size_t> ones(design.factors.size() + 1, 0);
  const auto columns_of = [&](std::size_t row) {
    for (std::size_t f = 0; f < design.factors.size(); ++f) ones[f + 1] = model.offset_[f] + design.factors[f][row];
  };
  for (std::size_t row = 0; row < y.size(); ++row) {
    columns_of(row);
    for (const std::size_t a : ones) {
      xty[index(a)] += y[row] - centre;
      for (const std::size_t b : ones) xtx(index(a), index(b)) += 1;
    }
  }
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(xtx);
  const double tiny = solver.eigenvalues().maxCoeff() * 1e-10;
  Eigen::VectorXd inverted = solver.eigenvalues();
  Eigen::Index rank = 0;
  for (double& value : inverted) {
    rank += value > tiny ? 1 : 0;
    value = value > tiny ? 1 / value : 0;
  }
  const Matrix inverse = solver.eigenvectors() * inverted.asDiagonal() * solver.eigenvectors().transpose();
  const Eigen::VectorXd beta = inverse * xty;
  model.df_ = static_cast<double>(y.size()) - static_cast<double>(rank);
  if (model.df_ < 1) return std::nullopt;
  for (std::size_t row = 0; row < y.size(); ++row) {
    columns_of(row);
    double fitted = centre;
    for (const std::size_t a : ones) fitted += beta[index(a)];
    model.sse_ += (y[row] - fitted) * (y[row] - fitted);
  }
  model.residual_sd_ = std::sqrt(model.sse_ / model.df_);
  model.inverse_ = to_vector(inverse);
  model.projection_ = to_vector(inverse * xtx);
  model.coefficients_.assign(beta.data(), beta.data() + beta.size());
  return model;
}

std::optional<Contrast> AdditiveModel::contrast(std::size_t factor, std::uint32_t from, std::uint32_t to) const {
  if (factor >= design_.factors.size()) return std::nullopt;
  const std::uint32_t levels = levels_of(design_.factors[factor]);
  if (from >= levels || to >= levels || from == to) return std::nullopt;
  const Eigen::Index n = index(columns_);
  Eigen::VectorXd c = Eigen::VectorXd::Zero(n);
  c[index(offset_[factor] + to)] = 1;
  c[index(offset_[factor] + from)] = -1;
  const MatrixView projection(projection_.data(), n, n);
  if ((projection * c - c).cwiseAbs().maxCoeff() > kNotEstimable) return std::nullopt;
  const double variance = c.dot(MatrixView(inverse_.data(), n, n) * c);
  const double estimate = c.dot(VectorView(coefficients_.data(), n));
  return Contrast{estimate, residual_sd_ * std::sqrt(std::max(0.0, variance))};
}

std::optional<double> AdditiveModel::f_test(std::size_t factor) const {
  if (factor >= design_.factors.size() || !(sse_ > 0)) return std::nullopt;
  Design without = design_;
  without.factors.erase(without.factors.begin() + static_cast<std::ptrdiff_t>(factor));
  const auto smaller = fit(y_, without);
  if (!smaller) return std::nullopt;
  const double df = smaller->df_ - df_;
  if (df < 1) return std::nullopt;
  return f_upper((smaller->sse_ - sse_) / df / (sse_ / df_), df, df_);
}

}  // namespace chimera::analysis
