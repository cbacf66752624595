#include "analysis/formula.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/additive.h"
#include "analysis/statistics.h"

namespace chimera::analysis {
namespace {

using Value = std::optional<double>;

// What stands behind the name: "0.05", "36", "0,0,1/0,1,0".
class Parameters {
 public:
  explicit Parameters(std::string_view text) {
    while (!text.empty()) {
      text.remove_prefix(1);  // the semicolon
      const std::size_t end = std::min(text.find(';'), text.size());
      parts_.push_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }
  // NaN where there is none or it is no number: every formula then gives nothing, since its result is not finite.
  [[nodiscard]] double number(std::size_t i) const {
    double value = 0;
    if (i >= parts_.size() || parts_[i].empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto [end, error] = std::from_chars(parts_[i].data(), parts_[i].data() + parts_[i].size(), value);
    const bool whole = error == std::errc() && end == parts_[i].data() + parts_[i].size();
    return whole ? value : std::numeric_limits<double>::quiet_NaN();
  }
  [[nodiscard]] std::optional<std::uint32_t> index(std::size_t i) const {
    const double value = number(i);
    if (!(value >= 0) || value > 1e6) return std::nullopt;
    return static_cast<std::uint32_t>(value);
  }
  [[nodiscard]] std::optional<Design> design(std::size_t i) const {
    if (i >= parts_.size()) return std::nullopt;
    return Design::parse(parts_[i]);
  }
  // A probability strictly between 0 and 1.
  [[nodiscard]] std::optional<double> chance(std::size_t i) const {
    const double value = number(i);
    if (!(value > 0 && value < 1)) return std::nullopt;
    return value;
  }
  // The confidence of one of several simultaneous intervals: parameters alpha and comparisons (Bonferroni).
  [[nodiscard]] std::optional<double> confidence(std::size_t i) const {
    const auto alpha = chance(i);
    const double comparisons = number(i + 1);
    if (!alpha || !(comparisons >= 1)) return std::nullopt;
    return 1 - *alpha / comparisons;
  }

 private:
  std::vector<std::string_view> parts_;
};

using Formula = Value (*)(const Parameters&, const Sample&);

double percent(double ratio) { return 100 * (ratio - 1); }

std::optional<Sample> logs(const Sample& x) {
  Sample out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i] > 0)) return std::nullopt;
    out[i] = std::log(x[i]);
  }
  return out;
}

// --- descriptions of a sample -------------------------------------------------------------------------------------
Value f_count(const Parameters&, const Sample& x) { return static_cast<double>(x.size()); }
Value f_sum(const Parameters&, const Sample& x) { return std::accumulate(x.begin(), x.end(), 0.0); }
Value f_mean(const Parameters&, const Sample& x) { return mean(x); }
Value f_median(const Parameters&, const Sample& x) { return median(x); }
Value f_min(const Parameters&, const Sample& x) { return *std::min_element(x.begin(), x.end()); }
Value f_max(const Parameters&, const Sample& x) { return *std::max_element(x.begin(), x.end()); }
Value f_range(const Parameters& p, const Sample& x) { return *f_max(p, x) - *f_min(p, x); }
Value f_stddev(const Parameters&, const Sample& x) { return stddev(x); }
Value f_variance(const Parameters&, const Sample& x) { return stddev(x) * stddev(x); }
Value f_cv(const Parameters&, const Sample& x) { return 100 * stddev(x) / mean(x); }
Value f_spread(const Parameters& p, const Sample& x) { return 100 * *f_range(p, x) / mean(x); }
Value f_product(const Parameters&, const Sample& x) {
  return std::accumulate(x.begin(), x.end(), 1.0, [](double a, double b) { return a * b; });
}
Value f_geomean(const Parameters&, const Sample& x) {
  const auto l = logs(x);
  if (!l) return std::nullopt;
  return std::exp(mean(*l));
}
Value f_percentile(const Parameters& p, const Sample& x) {
  const double percent_rank = p.number(0);
  if (!(percent_rank >= 0 && percent_rank <= 100)) return std::nullopt;
  return percentile(x, percent_rank);
}
Value f_constant(const Parameters& p, const Sample&) { return p.number(0); }

// --- two numbers ----------------------------------------------------------------------------------------------------
Value f_difference(const Parameters&, const Sample& x) {
  if (x.size() != 2) return std::nullopt;
  return x[1] - x[0];
}
Value f_ratio(const Parameters&, const Sample& x) {
  if (x.size() != 2) return std::nullopt;
  return x[1] / x[0];
}
Value f_percent_change(const Parameters&, const Sample& x) {
  if (x.size() != 2) return std::nullopt;
  return 100 * (x[1] - x[0]) / x[0];
}
Value f_percent_of(const Parameters&, const Sample& x) {
  if (x.size() != 2) return std::nullopt;
  return 100 * x[0] / x[1];
}

// --- intervals of one sample ------------------------------------------------------------------------------------------
Value f_mean_low(const Parameters& p, const Sample& x) {
  const auto confidence = p.chance(0);
  const auto interval = confidence ? t_interval(x, *confidence) : std::nullopt;
  if (!interval) return std::nullopt;
  return interval->low;
}
Value f_mean_high(const Parameters& p, const Sample& x) {
  const auto confidence = p.chance(0);
  const auto interval = confidence ? t_interval(x, *confidence) : std::nullopt;
  if (!interval) return std::nullopt;
  return interval->high;
}
Value f_median_low(const Parameters& p, const Sample& x) {
  const auto confidence = p.chance(0);
  const auto interval = confidence ? median_interval(x, *confidence) : std::nullopt;
  if (!interval) return std::nullopt;
  return interval->low;
}
Value f_median_high(const Parameters& p, const Sample& x) {
  const auto confidence = p.chance(0);
  const auto interval = confidence ? median_interval(x, *confidence) : std::nullopt;
  if (!interval) return std::nullopt;
  return interval->high;
}
// Of the first input from the median of all, in scaled median absolute deviations.
Value f_mad_distance(const Parameters&, const Sample& x) { return std::abs(x.front() - median(x)) / scaled_mad(x); }

// --- the best of several identical configurations: log-normal, so that no expected value is negative ---------------
Value expected_extreme(const Sample& x, double side) {
  const auto l = logs(x);
  if (!l) return std::nullopt;
  return std::exp(mean(*l) + side * stddev(*l) * expected_normal_maximum(l->size()));
}
Value f_expected_max(const Parameters&, const Sample& x) { return expected_extreme(x, +1); }
Value f_expected_min(const Parameters&, const Sample& x) { return expected_extreme(x, -1); }
Value f_chance_of_max(const Parameters& p, const Sample& x) {
  const auto l = logs(x);
  if (!l) return std::nullopt;
  return chance_of_maximum((*f_max(p, *l) - mean(*l)) / stddev(*l), l->size());
}
Value f_chance_of_min(const Parameters& p, const Sample& x) {
  const auto l = logs(x);
  if (!l) return std::nullopt;
  return chance_of_maximum((mean(*l) - *f_min(p, *l)) / stddev(*l), l->size());
}

// --- sweeps: inputs are the responses of the rows, the last parameter is the design ----------------------------------
std::optional<AdditiveModel> fit(const Parameters& p, std::size_t design_at, const Sample& x) {
  const auto design = p.design(design_at);
  const auto l = logs(x);
  if (!design || !l) return std::nullopt;
  return AdditiveModel::fit(*l, *design);
}
// The noise of one run in percent: residual of the additive model of log responses.
Value f_noise(const Parameters& p, const Sample& x) {
  const auto model = fit(p, 0, x);
  if (!model) return std::nullopt;
  return 100 * model->residual_sd();
}
Value f_factor_p(const Parameters& p, const Sample& x) {
  const auto factor = p.index(0);
  const auto model = fit(p, 1, x);
  if (!model || !factor) return std::nullopt;
  return model->f_test(*factor);
}

struct FittedContrast {
  Contrast contrast;
  double df = 0;
};
// Parameters from `at`: factor; from; to; design.
std::optional<FittedContrast> fit_contrast(const Parameters& p, std::size_t at, const Sample& x) {
  const auto factor = p.index(at);
  const auto from = p.index(at + 1);
  const auto to = p.index(at + 2);
  const auto model = fit(p, at + 3, x);
  if (!factor || !from || !to || !model) return std::nullopt;
  const auto contrast = model->contrast(*factor, *from, *to);
  if (!contrast) return std::nullopt;
  return FittedContrast{*contrast, model->df()};
}
Value f_effect(const Parameters& p, const Sample& x) {
  const auto c = fit_contrast(p, 0, x);
  if (!c) return std::nullopt;
  return percent(std::exp(c->contrast.estimate));
}
Value effect_end(const Parameters& p, const Sample& x, double side) {
  const auto confidence = p.confidence(0);
  const auto c = fit_contrast(p, 2, x);
  if (!confidence || !c) return std::nullopt;
  return percent(std::exp(c->contrast.estimate + side * t_quantile(0.5 + *confidence / 2, c->df) * c->contrast.error));
}
Value f_effect_low(const Parameters& p, const Sample& x) { return effect_end(p, x, -1); }
Value f_effect_high(const Parameters& p, const Sample& x) { return effect_end(p, x, +1); }
// The change in percent that two-sided comparisons at this confidence find with this power; `error` on the log scale.
Value found_with(double confidence, double power, double df, double error) {
  return percent(std::exp((t_quantile(0.5 + confidence / 2, df) + t_quantile(power, df)) * error));
}
// alpha; comparisons; power; factor; from; to; design
Value f_detectable(const Parameters& p, const Sample& x) {
  const auto confidence = p.confidence(0);
  const auto power = p.chance(2);
  const auto c = fit_contrast(p, 3, x);
  if (!confidence || !power || !c) return std::nullopt;
  return found_with(*confidence, *power, c->df, c->contrast.error);
}
Value f_order_share(const Parameters& p, const Sample& x) {
  const auto design = p.design(0);
  if (!design || design->factors.size() != 1 || design->factors[0].size() != x.size()) return std::nullopt;
  return 100 * order_share(design->factors[0]);
}
// alpha; power; comparisons. Inputs: noise of one run and the gap to find, in the same unit.
Value f_repetitions(const Parameters& p, const Sample& x) {
  const auto alpha = p.chance(0);
  const auto power = p.chance(1);
  if (x.size() != 2 || !alpha || !power) return std::nullopt;
  return repetitions_needed(x[0], x[1], *alpha, *power, p.number(2));
}
// alpha; comparisons; power; df; repetitions. Input: noise of one run in percent.
Value f_seeable(const Parameters& p, const Sample& x) {
  const auto confidence = p.confidence(0);
  const auto power = p.chance(2);
  const double df = p.number(3);
  const double repetitions = p.number(4);
  if (x.size() != 1 || !confidence || !power || !(df >= 1) || !(repetitions >= 1)) return std::nullopt;
  return found_with(*confidence, *power, df, x[0] / 100 * std::sqrt(2 / repetitions));
}
// alpha; df; repetitions. Inputs: a value that is the mean of so many runs, and the noise of one run in percent: the end of
// the value's interval on the log scale.
Value run_end(const Parameters& p, const Sample& x, double side) {
  const auto alpha = p.chance(0);
  const double df = p.number(1);
  const double repetitions = p.number(2);
  if (x.size() != 2 || !(x[0] > 0) || !alpha || !(df >= 1) || !(repetitions >= 1)) return std::nullopt;
  return x[0] * std::exp(side * t_quantile(1 - *alpha / 2, df) * x[1] / 100 / std::sqrt(repetitions));
}
Value f_run_low(const Parameters& p, const Sample& x) { return run_end(p, x, -1); }
Value f_run_high(const Parameters& p, const Sample& x) { return run_end(p, x, +1); }
// alpha; df; repetitions; +1 where more is better, else -1. Inputs: noise of one run in percent, then one value per
// configuration. How many others may be the best one instead: Hsu's comparison with the best on the log scale.
Value f_tied(const Parameters& p, const Sample& x) {
  const auto alpha = p.chance(0);
  const double df = p.number(1);
  const double repetitions = p.number(2);
  const double direction = p.number(3);
  if (x.size() < 3 || !alpha || !(df >= 1) || !(repetitions >= 1) || std::abs(direction) != 1.0) return std::nullopt;
  const auto values = logs(Sample(x.begin() + 1, x.end()));
  if (!values) return std::nullopt;
  const double margin = tie_margin(values->size(), df, 1 - *alpha, x[0] / 100, repetitions);
  double best = -std::numeric_limits<double>::infinity();
  for (const double v : *values) best = std::max(best, direction * v);
  const auto near = [&](double v) { return best - direction * v <= margin; };
  return static_cast<double>(std::count_if(values->begin(), values->end(), near)) - 1;
}

// --- two groups: percent change from a to b ---------------------------------------------------------------------------
enum class Part { estimate, low, high, p };
Value part_of(const std::optional<RatioEstimate>& r, Part part) {
  if (!r) return std::nullopt;
  switch (part) {
    case Part::estimate: return percent(r->ratio);
    case Part::low: return percent(r->low);
    case Part::high: return percent(r->high);
    case Part::p: return r->p;
  }
  return std::nullopt;
}
// alpha; comparisons; size of the first group
Value welch(const Parameters& p, const Sample& x, Part part) {
  const auto confidence = p.confidence(0);
  const auto first = p.index(2);
  if (!confidence || !first || *first < 2 || *first + 2 > x.size()) return std::nullopt;
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(*first);
  return part_of(welch_ratio(moments({x.begin(), middle}), moments({middle, x.end()}), *confidence), part);
}
Value f_welch(const Parameters& p, const Sample& x) { return welch(p, x, Part::estimate); }
Value f_welch_low(const Parameters& p, const Sample& x) { return welch(p, x, Part::low); }
Value f_welch_high(const Parameters& p, const Sample& x) { return welch(p, x, Part::high); }
Value f_welch_p(const Parameters& p, const Sample& x) { return welch(p, x, Part::p); }
// alpha; comparisons. Inputs: the first group, then its partners in the same order.
Value paired(const Parameters& p, const Sample& x, Part part) {
  const auto confidence = p.confidence(0);
  if (!confidence || x.size() % 2 != 0) return std::nullopt;
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  return part_of(paired_ratio({x.begin(), middle}, {middle, x.end()}, *confidence), part);
}
Value f_paired(const Parameters& p, const Sample& x) { return paired(p, x, Part::estimate); }
Value f_paired_low(const Parameters& p, const Sample& x) { return paired(p, x, Part::low); }
Value f_paired_high(const Parameters& p, const Sample& x) { return paired(p, x, Part::high); }
Value f_paired_p(const Parameters& p, const Sample& x) { return paired(p, x, Part::p); }
// alpha; comparisons; power. Inputs as of `paired`: the change that so many pairs of this scatter find.
Value f_paired_detectable(const Parameters& p, const Sample& x) {
  const auto confidence = p.confidence(0);
  const auto power = p.chance(2);
  const auto l = logs(x);
  const std::size_t n = x.size() / 2;
  if (!confidence || !power || !l || x.size() % 2 != 0 || n < 2) return std::nullopt;
  Sample differences;
  for (std::size_t i = 0; i < n; ++i) differences.push_back((*l)[n + i] - (*l)[i]);
  const auto pairs = static_cast<double>(n);
  return found_with(*confidence, *power, pairs - 1, stddev(differences) / std::sqrt(pairs));
}
// alpha; comparisons. Inputs: mean, standard deviation, n of a, then of b.
Value from_moments(const Parameters& p, const Sample& x, Part part) {
  const auto confidence = p.confidence(0);
  if (!confidence || x.size() != 6) return std::nullopt;
  return part_of(welch_ratio({x[0], x[1], x[2]}, {x[3], x[4], x[5]}, *confidence), part);
}
Value f_moments(const Parameters& p, const Sample& x) { return from_moments(p, x, Part::estimate); }
Value f_moments_low(const Parameters& p, const Sample& x) { return from_moments(p, x, Part::low); }
Value f_moments_high(const Parameters& p, const Sample& x) { return from_moments(p, x, Part::high); }
Value f_moments_p(const Parameters& p, const Sample& x) { return from_moments(p, x, Part::p); }

// --- drift: over the whole run in percent of the median ---------------------------------------------------------------
Value drift_part(const Parameters& p, const Sample& x, double Trend::* member) {
  const auto confidence = p.chance(0);
  const auto t = confidence ? trend(x, *confidence) : std::nullopt;
  if (!t) return std::nullopt;
  return 100 * (*t).*member * static_cast<double>(x.size() - 1) / median(x);
}
Value f_drift(const Parameters& p, const Sample& x) { return drift_part(p, x, &Trend::slope); }
Value f_drift_low(const Parameters& p, const Sample& x) { return drift_part(p, x, &Trend::low); }
Value f_drift_high(const Parameters& p, const Sample& x) { return drift_part(p, x, &Trend::high); }
Value f_drift_p(const Parameters&, const Sample& x) {
  const auto t = trend(x, 0.95);
  if (!t) return std::nullopt;
  return t->p;
}

// Inputs: the values, then their partners in the same order.
std::optional<Correlation> correlation(const Sample& x) {
  if (x.size() % 2 != 0) return std::nullopt;
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  return rank_correlation({x.begin(), middle}, {middle, x.end()});
}
Value f_rank_correlation(const Parameters&, const Sample& x) {
  const auto c = correlation(x);
  if (!c) return std::nullopt;
  return c->rho;
}
Value f_rank_correlation_p(const Parameters&, const Sample& x) {
  const auto c = correlation(x);
  if (!c) return std::nullopt;
  return c->p;
}

struct Entry {
  std::string_view name;
  Formula formula;
};

// Sorted by name.
constexpr std::array kFormulas = {
    Entry{"chance_of_max", f_chance_of_max}, Entry{"chance_of_min", f_chance_of_min},
    Entry{"constant", f_constant},           Entry{"count", f_count},
    Entry{"cv", f_cv},                       Entry{"detectable", f_detectable},
    Entry{"difference", f_difference},       Entry{"drift", f_drift},
    Entry{"drift_high", f_drift_high},       Entry{"drift_low", f_drift_low},
    Entry{"drift_p", f_drift_p},             Entry{"effect", f_effect},
    Entry{"effect_high", f_effect_high},     Entry{"effect_low", f_effect_low},
    Entry{"expected_max", f_expected_max},   Entry{"expected_min", f_expected_min},
    Entry{"factor_p", f_factor_p},           Entry{"geomean", f_geomean},
    Entry{"mad_distance", f_mad_distance},   Entry{"max", f_max},
    Entry{"mean", f_mean},                   Entry{"mean_high", f_mean_high},
    Entry{"mean_low", f_mean_low},           Entry{"median", f_median},
    Entry{"median_high", f_median_high},     Entry{"median_low", f_median_low},
    Entry{"min", f_min},                     Entry{"moments", f_moments},
    Entry{"moments_high", f_moments_high},   Entry{"moments_low", f_moments_low},
    Entry{"moments_p", f_moments_p},         Entry{"noise", f_noise},
    Entry{"order_share", f_order_share},     Entry{"paired", f_paired},
    Entry{"paired_detectable", f_paired_detectable}, Entry{"paired_high", f_paired_high},     Entry{"paired_low", f_paired_low},
    Entry{"paired_p", f_paired_p},           Entry{"percent_change", f_percent_change},
    Entry{"percent_of", f_percent_of},       Entry{"percentile", f_percentile},
    Entry{"product", f_product},             Entry{"range", f_range},
    Entry{"rank_correlation", f_rank_correlation}, Entry{"rank_correlation_p", f_rank_correlation_p},
    Entry{"ratio", f_ratio},                 Entry{"repetitions", f_repetitions},
    Entry{"run_high", f_run_high},           Entry{"run_low", f_run_low},
    Entry{"seeable", f_seeable},
    Entry{"spread", f_spread},               Entry{"stddev", f_stddev},
    Entry{"sum", f_sum},                     Entry{"tied", f_tied},
    Entry{"variance", f_variance},           Entry{"welch", f_welch},
    Entry{"welch_high", f_welch_high},       Entry{"welch_low", f_welch_low},
    Entry{"welch_p", f_welch_p},
};

static_assert(std::is_sorted(kFormulas.begin(), kFormulas.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; }));

}  // namespace

std::optional<double> evaluate(std::string_view formula, const std::vector<double>& inputs) {
  if (inputs.empty()) return std::nullopt;
  if (!std::all_of(inputs.begin(), inputs.end(), [](double v) { return std::isfinite(v); })) return std::nullopt;
  const std::size_t name_end = std::min(formula.find(';'), formula.size());
  const std::string_view name = formula.substr(0, name_end);
  const auto entry = std::lower_bound(kFormulas.begin(), kFormulas.end(), name,
                                      [](const Entry& e, std::string_view n) { return e.name < n; });
  if (entry == kFormulas.end() || entry->name != name) return std::nullopt;
  const Value value = entry->formula(Parameters(formula.substr(name_end)), inputs);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::vector<std::string_view> formula_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kFormulas) names.push_back(entry.name);
  return names;
}

}  // namespace chimera::analysis
