// Numbers in, numbers out: estimates, intervals, tests, multiplicity and power. docs/statistics.md gives the sources.
//
// Every function is pure and deterministic. Where the data do not suffice (too few values, no spread) the answer is
// nothing or NaN as said; no function guesses.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "core/finding.h"

namespace chimera::analysis {

using Sample = std::vector<double>;
using core::Interval;

// Of at least one value. `percentile` interpolates linearly between order statistics (Hyndman & Fan type 7).
[[nodiscard]] double mean(const Sample& x);
[[nodiscard]] double percentile(Sample x, double percent);
[[nodiscard]] double median(const Sample& x);
// With n - 1; NaN of fewer than two values.
[[nodiscard]] double stddev(const Sample& x);
// Median absolute deviation times 1.4826: estimates the standard deviation where outliers may be present.
[[nodiscard]] double scaled_mad(const Sample& x);

// Distributions.
[[nodiscard]] double normal_cdf(double z);
[[nodiscard]] double normal_quantile(double p);
[[nodiscard]] double t_quantile(double p, double df);
[[nodiscard]] double t_two_sided(double t, double df);                 // P(|T| >= |t|)
[[nodiscard]] double f_upper(double f, double df1, double df2);        // P(F >= f)
[[nodiscard]] double hypergeometric_upper(std::size_t hits, std::size_t drawn, std::size_t marked, std::size_t total);

// Of the mean; nothing of fewer than two values.
[[nodiscard]] std::optional<Interval> t_interval(const Sample& x, double confidence);
// Of the median, by order statistics (sign test); nothing where n is too small for the confidence (n < 6 at 95 %).
[[nodiscard]] std::optional<Interval> median_interval(Sample x, double confidence);
// Percentile bootstrap of the median with a fixed seed; nothing of fewer than five values.
[[nodiscard]] std::optional<Interval> bootstrap_median_interval(const Sample& x, double confidence, unsigned resamples);

struct Moments {
  double mean = 0;
  double sd = 0;
  double n = 0;
};
[[nodiscard]] Moments moments(const Sample& x);
// The ratio of means b / a with Welch's degrees of freedom on the log scale (delta method). Nothing where a mean is
// not positive, n < 2, or neither group has any spread.
struct RatioEstimate {
  double ratio = 1;
  double low = 1;
  double high = 1;
  double p = 1;
};
[[nodiscard]] std::optional<RatioEstimate> welch_ratio(const Moments& a, const Moments& b, double confidence);
// The geometric mean of b[i] / a[i] with a t interval of the log ratios. Equal lengths, all positive, n >= 2.
[[nodiscard]] std::optional<RatioEstimate> paired_ratio(const Sample& a, const Sample& b, double confidence);

// Kendall's trend of x over its order: two-sided p (Mann 1945, ties corrected, exact sizes are not used: n >= 8), and
// the Theil-Sen slope per step with its interval (Sen 1968). Nothing of fewer than eight values.
struct Trend {
  double p = 1;
  double slope = 0;
  double low = 0;
  double high = 0;
};
[[nodiscard]] std::optional<Trend> trend(const Sample& x, double confidence);

// Spearman's rank correlation (ties get the mean rank) and its two-sided p value by the t approximation. Nothing of
// fewer than five pairs or where one side does not vary.
struct Correlation {
  double rho = 0;
  double p = 1;
};
[[nodiscard]] std::optional<Correlation> rank_correlation(const Sample& x, const Sample& y);

// The mean of the largest of n independent standard normal values.
[[nodiscard]] double expected_normal_maximum(std::size_t n);
// P(the largest of n independent standard normal values >= z).
[[nodiscard]] double chance_of_maximum(double z, std::size_t n);

// Repetitions per configuration so that a two-sided t test at alpha / comparisons of one against another finds `gap`
// with `power`, the noise of one run being `sd` (same unit) and estimated anew from all comparisons + 1 configurations.
// At least 2. Nothing where gap or sd is not positive.
[[nodiscard]] std::optional<double> repetitions_needed(double sd, double gap, double alpha, double power, double comparisons);
// The one-sided critical value of the largest of k - 1 correlated t statistics (equal n, correlation 1/2): Dunnett's
// and Hsu's d. By Bonferroni, which is never too small.
[[nodiscard]] double hsu_critical(std::size_t k, double df, double confidence);
// How far, on the log scale, a configuration may lie behind the best of k and still be the best (Hsu 1984): `noise` is the
// standard deviation of one run's logarithm, `repetitions` the runs of each.
[[nodiscard]] double tie_margin(std::size_t k, double df, double confidence, double noise, double repetitions);

// p values, adjusted by Holm's step-down method; same order.
[[nodiscard]] Sample holm(const Sample& p);

// Share of the variance of the positions 0..n-1 that the groups explain (eta squared), 0..1: near 1 where each group
// is one block of consecutive positions, near 0 where the groups are spread evenly.
[[nodiscard]] double order_share(const std::vector<std::uint32_t>& group);

}  // namespace chimera::analysis
