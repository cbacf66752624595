#include "analysis/statistics.h"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/check.h"
#include "base/random.h"

namespace chimera::analysis {
namespace {

// Arguments out of range give NaN instead of an exception.
using Policy = boost::math::policies::policy<
    boost::math::policies::domain_error<boost::math::policies::errno_on_error>,
    boost::math::policies::pole_error<boost::math::policies::errno_on_error>,
    boost::math::policies::overflow_error<boost::math::policies::errno_on_error>,
    boost::math::policies::evaluation_error<boost::math::policies::errno_on_error>,
    boost::math::policies::promote_double<false>>;
using Normal = boost::math::normal_distribution<double, Policy>;
using StudentT = boost::math::students_t_distribution<double, Policy>;
using FisherF = boost::math::fisher_f_distribution<double, Policy>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kMadToSd = 1.4826022185056018;  // 1 / normal_quantile(0.75)

RatioEstimate ratio_estimate(double log_ratio, double error, double df, double confidence) {
  RatioEstimate out;
  out.ratio = std::exp(log_ratio);
  const double half = t_quantile(0.5 + confidence / 2, df) * error;
  out.low = std::exp(log_ratio - half);
  out.high = std::exp(log_ratio + half);
  out.p = t_two_sided(log_ratio / error, df);
  return out;
}

bool all_positive(const Sample& x) {
  return std::all_of(x.begin(), x.end(), [](double v) { return v > 0 && std::isfinite(v); });
}

// Variance of Kendall's S under no trend, corrected for ties (Kendall 1975).
double kendall_variance(Sample x) {
  std::sort(x.begin(), x.end());
  const auto term = [](double n) { return n * (n - 1) * (2 * n + 5); };
  double variance = term(static_cast<double>(x.size()));
  for (std::size_t i = 0; i < x.size();) {
    std::size_t j = i;
    while (j < x.size() && !(x[i] < x[j])) ++j;
    variance -= term(static_cast<double>(j - i));
    i = j;
  }
  return variance / 18;
}

Sample ranks(const Sample& x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  Sample out(x.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && !(x[order[i]] < x[order[j]])) ++j;
    for (std::size_t k = i; k < j; ++k) out[order[k]] = (static_cast<double>(i) + static_cast<double>(j) + 1) / 2;
    i = j;
  }
  return out;
}

}  // namespace

double mean(const Sample& x) {
  CHECK(!x.empty(), "the mean of nothing");
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double percentile(Sample x, double percent) {
  CHECK(!x.empty() && percent >= 0 && percent <= 100, "a percentile of nothing, or out of range");
  std::sort(x.begin(), x.end());
  const double position = percent / 100 * static_cast<double>(x.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= x.size()) return x.back();
  return x[below] + (position - static_cast<double>(below)) * (x[below + 1] - x[below]);
}

double median(const Sample& x) { return percentile(x, 50); }

double stddev(const Sample& x) {
  if (x.size() < 2) return kNaN;
  const double m = mean(x);
  double sum = 0;
  for (const double v : x) sum += (v - m) * (v - m);
  return std::sqrt(sum / static_cast<double>(x.size() - 1));
}

double scaled_mad(const Sample& x) {
  const double m = median(x);
  Sample distance(x.size());
  std::transform(x.begin(), x.end(), distance.begin(), [m](double v) { return std::abs(v - m); });
  return kMadToSd * median(distance);
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

double normal_quantile(double p) { return boost::math::quantile(Normal(), p); }

double t_quantile(double p, double df) { return boost::math::quantile(StudentT(df), p); }

double t_two_sided(double t, double df) {
  if (!std::isfinite(t)) return 0;
  const StudentT student(df);
  return 2 * boost::math::cdf(boost::math::complement(student, std::abs(t)));
}

double f_upper(double f, double df1, double df2) {
  if (!(f > 0)) return 1;
  if (!std::isfinite(f)) return 0;
  return boost::math::cdf(boost::math::complement(FisherF(df1, df2), f));
}

double hypergeometric_upper(std::size_t hits, std::size_t drawn, std::size_t marked, std::size_t total) {
  CHECK(drawn <= total && marked <= total, "more drawn or marked than there are");
  const auto log_choose = [](std::size_t n, std::size_t k) {
    const auto log_factorial = [](std::size_t m) { return std::lgamma(static_cast<double>(m) + 1); };
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
  };
  double sum = 0;
  for (std::size_t k = hits; k <= std::min(drawn, marked); ++k) {
    if (k + total < marked + drawn) continue;  // more unmarked than there are
    sum += std::exp(log_choose(marked, k) + log_choose(total - marked, drawn - k) - log_choose(total, drawn));
  }
  return std::min(1.0, sum);
}

std::optional<Interval> t_interval(const Sample& x, double confidence) {
  if (x.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(x.size());
  const double half = t_quantile(0.5 + confidence / 2, n - 1) * stddev(x) / std::sqrt(n);
  return Interval{mean(x) - half, mean(x) + half, confidence};
}

std::optional<Interval> median_interval(Sample x, double confidence) {
  // The largest r with P(Binomial(n, 1/2) < r) <= (1 - confidence) / 2; the interval is [x(r), x(n - r + 1)].
  const auto n = static_cast<double>(x.size());
  const double allowed = (1 - confidence) / 2;
  double log_term = -n * std::log(2.0);  // of C(n, k) / 2^n
  double below = 0;
  std::size_t rank = 0;
  for (std::size_t k = 0; k < x.size() / 2; ++k) {
    below += std::exp(log_term);
    if (below > allowed) break;
    rank = k + 1;
    log_term += std::log((n - static_cast<double>(k)) / (static_cast<double>(k) + 1));
  }
  if (rank == 0) return std::nullopt;
  std::sort(x.begin(), x.end());
  return Interval{x[rank - 1], x[x.size() - rank], confidence};
}

std::optional<Interval> bootstrap_median_interval(const Sample& x, double confidence, unsigned resamples) {
  if (x.size() < 5 || resamples == 0) return std::nullopt;
  base::SplitMix random(x.size());
  Sample medians(resamples);
  Sample drawn(x.size());
  for (double& m : medians) {
    for (double& v : drawn) v = x[random.below(x.size())];
    m = median(drawn);
  }
  const double tail = 50 * (1 - confidence);
  return Interval{percentile(medians, tail), percentile(medians, 100 - tail), confidence};
}

Moments moments(const Sample& x) { return {mean(x), stddev(x), static_cast<double>(x.size())}; }

std::optional<RatioEstimate> welch_ratio(const Moments& a, const Moments& b, double confidence) {
  if (!(a.mean > 0) || !(b.mean > 0) || a.n < 2 || b.n < 2) return std::nullopt;
  const double va = a.sd * a.sd / (a.mean * a.mean * a.n);
  const double vb = b.sd * b.sd / (b.mean * b.mean * b.n);
  const double variance = va + vb;
  if (!(variance > 0)) return std::nullopt;
  const double df = variance * variance / (va * va / (a.n - 1) + vb * vb / (b.n - 1));
  return ratio_estimate(std::log(b.mean / a.mean), std::sqrt(variance), df, confidence);
}

std::optional<RatioEstimate> paired_ratio(const Sample& a, const Sample& b, double confidence) {
  if (a.size() != b.size() || a.size() < 2 || !all_positive(a) || !all_positive(b)) return std::nullopt;
  Sample logs(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) logs[i] = std::log(b[i] / a[i]);
  const double error = stddev(logs) / std::sqrt(static_cast<double>(logs.size()));
  if (!(error > 0)) return std::nullopt;
  return ratio_estimate(mean(logs), error, static_cast<double>(logs.size() - 1), confidence);
}

std::optional<Trend> trend(const Sample& x, double confidence) {
  if (x.size() < 8) return std::nullopt;
  Sample slopes;
  slopes.reserve(x.size() * (x.size() - 1) / 2);
  double s = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = i + 1; j < x.size(); ++j) {
      s += static_cast<double>(x[j] > x[i]) - static_cast<double>(x[j] < x[i]);
      slopes.push_back((x[j] - x[i]) / static_cast<double>(j - i));
    }
  }
  const double sigma = std::sqrt(kendall_variance(x));
  if (!(sigma > 0)) return std::nullopt;
  Trend out;
  const double z = s == 0 ? 0 : (std::abs(s) - 1) / sigma;  // continuity correction
  out.p = 2 * (1 - normal_cdf(z));
  const double margin = normal_quantile(0.5 + confidence / 2) * sigma;
  const auto count = static_cast<double>(slopes.size());
  const auto at = [count](double rank) { return std::clamp(100 * rank / (count - 1), 0.0, 100.0); };
  std::sort(slopes.begin(), slopes.end());
  const auto ranked = [&](double percent_rank) { return slopes[static_cast<std::size_t>(std::lround(percent_rank / 100 * (count - 1)))]; };
  out.slope = ranked(50);
  out.low = ranked(at((count - margin) / 2 - 1));
  out.high = ranked(at((count + margin) / 2));
  return out;
}

std::optional<Correlation> rank_correlation(const Sample& x, const Sample& y) {
  if (x.size() != y.size() || x.size() < 5) return std::nullopt;
  const Sample a = ranks(x);
  const Sample b = ranks(y);
  const double sa = stddev(a);
  const double sb = stddev(b);
  if (!(sa > 0) || !(sb > 0)) return std::nullopt;
  const double ma = mean(a);
  const double mb = mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - ma) * (b[i] - mb);
  const double df = static_cast<double>(a.size()) - 2;
  const double rho = std::clamp(sum / (df + 1) / sa / sb, -1.0, 1.0);
  const double rest = 1 - rho * rho;
  return Correlation{rho, rest > 0 ? t_two_sided(rho * std::sqrt(df / rest), df) : 0.0};
}

double expected_normal_maximum(std::size_t n) {
  CHECK(n > 0, "the maximum of nothing");
  // E max = integral of x dPhi(x)^n by Simpson's rule; the density vanishes outside +-10.
  constexpr int kSteps = 400;
  const auto power = static_cast<double>(n) - 1;
  const auto density = [&](double x) {
    return x * static_cast<double>(n) * std::pow(normal_cdf(x), power) * std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
  };
  const double h = 20.0 / kSteps;
  double sum = density(-10) + density(10);
  for (int i = 1; i < kSteps; ++i) sum += (i % 2 == 1 ? 4 : 2) * density(-10 + h * i);
  return sum * h / 3;
}

double chance_of_maximum(double z, std::size_t n) {
  return -std::expm1(static_cast<double>(n) * std::log1p(-normal_cdf(-z)));
}

std::optional<double> repetitions_needed(double sd, double gap, double alpha, double power, double comparisons) {
  if (!(sd > 0) || !(gap > 0) || !(comparisons >= 1)) return std::nullopt;
  const double a = 1 - alpha / comparisons / 2;
  const double effect = 2 * (sd / gap) * (sd / gap);
  // The normal quantiles give a lower bound; from there up to the first n that its own t quantiles accept.
  double n = std::max(2.0, std::ceil(effect * std::pow(normal_quantile(a) + normal_quantile(power), 2)));
  for (int step = 0; step < 1000; ++step, ++n) {
    const double df = (comparisons + 1) * (n - 1);
    if (effect * std::pow(t_quantile(a, df) + t_quantile(power, df), 2) <= n) return n;
  }
  return std::nullopt;
}

double hsu_critical(std::size_t k, double df, double confidence) {
  const double comparisons = k > 1 ? static_cast<double>(k - 1) : 1;
  return t_quantile(1 - (1 - confidence) / comparisons, df);
}

double tie_margin(std::size_t k, double df, double confidence, double noise, double repetitions) {
  return hsu_critical(k, df, confidence) * noise * std::sqrt(2 / repetitions);
}

Sample holm(const Sample& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  Sample out(p.size());
  double running = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    running = std::max(running, std::min(1.0, p[order[i]] * static_cast<double>(p.size() - i)));
    out[order[i]] = running;
  }
  return out;
}

double order_share(const std::vector<std::uint32_t>& group) {
  const auto n = static_cast<double>(group.size());
  if (group.size() < 2) return 0;
  const std::size_t groups = *std::max_element(group.begin(), group.end()) + std::size_t{1};
  Sample sum(groups, 0.0);
  Sample count(groups, 0.0);
  for (std::size_t i = 0; i < group.size(); ++i) {
    sum[group[i]] += static_cast<double>(i);
    count[group[i]] += 1;
  }
  const double centre = (n - 1) / 2;
  double between = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    if (count[g] > 0) between += count[g] * std::pow(sum[g] / count[g] - centre, 2);
  }
  return between * 12 / (n * (n * n - 1));
}

}  // namespace chimera::analysis
