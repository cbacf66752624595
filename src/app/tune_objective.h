// What chimera tune improves and what must hold: metrics of a trial by the names that people use, and conditions on them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/trial.h"

namespace chimera::app {

// A metric of a visit and which statistic of its repetitions: ttft_p90, gpu_memory, decode_tps.
struct VisitMetric {
  const core::MetricInfo* metric = nullptr;
  double percent = 50;
  std::string name;  // as written
};

// "gpu_memory<10GiB", "ttft_p90<500ms": the limit in the unit of the metric.
struct Limit {
  VisitMetric metric;
  bool below = true;
  double bound = 0;
  std::string text;
};

// Usage errors name what is known.
[[nodiscard]] base::Result<VisitMetric> parse_metric(std::string_view name);
[[nodiscard]] base::Result<Limit> parse_limit(std::string_view text);

// What the tuner makes smaller: of each objective its value, or its inverse where more is better. Nothing where the sample lacks one,
// or it is not positive.
[[nodiscard]] std::optional<std::vector<double>> values_of(const std::vector<VisitMetric>& objectives, const core::Sample& sample);
// The product of the values to the power of their weights, which add up to 1.
[[nodiscard]] double weighted(const std::vector<double>& values, const std::vector<double>& weights);

// Of the repetitions that are valid; nothing where none holds the metric.
[[nodiscard]] std::optional<double> value_of(const VisitMetric& metric, const std::vector<core::Sample>& samples);
// Why the limit is not met, or empty. A metric that was not measured meets no limit.
[[nodiscard]] std::string broken(const Limit& limit, const std::vector<core::Sample>& samples);

}  // namespace chimera::app
