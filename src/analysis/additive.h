// The additive model of a sweep: log response = constant + one effect per level of every factor + noise.
//
// With single runs its residual is the estimate of noise: interactions end up in it too, so it is rather too large
// than too small. Least squares on indicator columns; aliased columns are allowed, aliased contrasts are not estimable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/statistics.h"

namespace chimera::analysis {

// Per factor the level of every row, levels counted from 0.
struct Design {
  std::vector<std::vector<std::uint32_t>> factors;
  // "0,0,1/0,1,0": how a formula of a derived fact carries its design.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] static std::optional<Design> parse(std::string_view text);
};

struct Contrast {
  double estimate = 0;  // level `to` minus level `from`
  double error = 0;     // its standard error
};

class AdditiveModel {
 public:
  // Nothing where lengths differ or no degree of freedom is left for noise.
  [[nodiscard]] static std::optional<AdditiveModel> fit(const Sample& y, const Design& design);
  [[nodiscard]] double residual_sd() const { return residual_sd_; }
  [[nodiscard]] double df() const { return df_; }
  // Nothing where the design cannot tell the two levels apart.
  [[nodiscard]] std::optional<Contrast> contrast(std::size_t factor, std::uint32_t from, std::uint32_t to) const;
  // P value of the F test that a factor does nothing, the other factors being in the model; nothing where it is aliased.
  [[nodiscard]] std::optional<double> f_test(std::size_t factor) const;

 private:
  Sample y_;
  Design design_;
  std::vector<std::size_t> offset_;   // first column of each factor
  std::vector<double> inverse_;       // pseudo-inverse of X'X, row-major
  std::vector<double> projection_;    // (X'X)+ X'X, row-major: what is estimable
  std::vector<double> coefficients_;
  std::size_t columns_ = 0;
  double residual_sd_ = 0;
  double df_ = 0;
  double sse_ = 0;
};

}  // namespace chimera::analysis
