#include "app/tune_objective.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "analysis/statistics.h"
#include "app/tune_measured.h"
#include "core/unit.h"
#include "text/words.h"

namespace chimera::app {
namespace {

using base::ErrorKind;

struct Alias {
  std::string_view name;
  std::string_view key;
};

constexpr std::array kAliases = {Alias{"decode_tps", "decode_tok_per_s"},  Alias{"prefill_tps", "prefill_tok_per_s"},           Alias{"request_tps", "request_tok_per_s"},
                                 Alias{"ttft", "ttft_s"},                  Alias{"tpot", "tpot_s"},                             Alias{"e2e", "e2e_s"},
                                 Alias{"load", "load_s"},                  Alias{"joules_per_token", "energy_per_token_j"},     Alias{"power", "power_w"},
                                 Alias{"gpu_memory", "gpu_memory_bytes"},  Alias{"memory", "peak_rss_bytes"}};

const core::MetricInfo* find_metric(std::string_view name) {
  for (const Alias& alias : kAliases)
    if (alias.name == name) return core::find_trial_metric(alias.key);
  return core::find_trial_metric(name);
}

std::string known_names() {
  std::string names;
  for (const Alias& alias : kAliases) names += fmt::format("{}{}", names.empty() ? "" : ", ", alias.name);
  return names;
}

}  // namespace

base::Result<VisitMetric> parse_metric(std::string_view name) {
  VisitMetric found;
  found.name = name;
  found.metric = find_metric(name);
  if (const std::size_t mark = name.rfind("_p"); found.metric == nullptr && mark != std::string_view::npos) {
    const std::string_view digits = name.substr(mark + 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), found.percent);
    if (error == std::errc() && end == digits.data() + digits.size() && found.percent > 0 && found.percent < 100) found.metric = find_metric(name.substr(0, mark));
  }
  if (found.metric == nullptr || found.metric->direction == 0)
    return base::fail(ErrorKind::usage, fmt::format("nothing measured is called \"{}\"", name), fmt::format("{}; with _p50, _p90, _p99 a percentile of the repetitions", known_names()));
  return found;
}

base::Result<Limit> parse_limit(std::string_view text) {
  const std::size_t sign = text.find_first_of("<>");
  const auto wrong = [&](std::string_view why) { return base::fail(ErrorKind::usage, fmt::format("--constraint \"{}\": {}", text, why), "for example --constraint 'ttft_p90<500ms'"); };
  if (sign == std::string_view::npos) return wrong("no < or > in it");
  Limit limit;
  limit.text = text;
  limit.below = text[sign] == '<';
  TRY(limit.metric, parse_metric(text::trim(text.substr(0, sign))));
  std::string_view rest = text.substr(sign + 1);
  if (!rest.empty() && rest.front() == '=') rest.remove_prefix(1);
  rest = text::trim(rest);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), limit.bound);
  if (error != std::errc()) return wrong("no number behind the sign");
  const std::string_view unit = text::trim(std::string_view(end, static_cast<std::size_t>(rest.data() + rest.size() - end)));
  if (unit.empty()) return limit;
  const core::UnitPtr given = core::find_unit(unit), wanted = core::find_unit(limit.metric.metric->unit);
  const auto converted = given == nullptr || wanted == nullptr ? std::nullopt : core::convert(limit.bound, given, wanted);
  if (!converted) return wrong(fmt::format("{} is measured in {}", limit.metric.name, limit.metric.metric->unit));
  limit.bound = *converted;
  return limit;
}

std::optional<std::vector<double>> values_of(const std::vector<VisitMetric>& objectives, const core::Sample& sample) {
  std::vector<double> values;
  for (const VisitMetric& objective : objectives) {
    const auto value = sample.metric(objective.metric->key);
    if (!value || !(*value > 0)) return std::nullopt;
    values.push_back(objective.metric->direction > 0 ? 1 / *value : *value);
  }
  return values;
}

double weighted(const std::vector<double>& values, const std::vector<double>& weights) {
  if (values.size() == 1) return values.front();
  double log_value = 0;
  for (std::size_t k = 0; k < values.size(); ++k) log_value += weights[k] * std::log(values[k]);
  return std::exp(log_value);
}

std::optional<double> value_of(const VisitMetric& metric, const std::vector<core::Sample>& samples) {
  analysis::Sample values;
  for (const core::Sample& sample : samples)
    if (sample.phase == core::Phase::measured && sample.validity != core::Validity::invalid && !sample.failure)
      if (const auto value = sample.metric(metric.metric->key)) values.push_back(*value);
  return values.empty() ? std::nullopt : std::optional(analysis::percentile(values, metric.percent));
}

std::string broken(const Limit& limit, const std::vector<core::Sample>& samples) {
  const auto value = value_of(limit.metric, samples);
  if (!value) return fmt::format("{} was not measured, so {} cannot hold", limit.metric.name, limit.text);
  if (limit.below ? *value < limit.bound : *value > limit.bound) return "";
  return fmt::format("{} does not hold: {} {}", limit.text, core::format_significant(*value, 4), limit.metric.metric->unit);
}

double Measured::objective_of(double log_value, std::size_t which) const {
  const double value = std::exp(log_value);
  return objectives()[which].metric->direction > 0 ? 1 / value : value;
}

}  // namespace chimera::app
