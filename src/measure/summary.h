// What a session found: estimates with their doubt, from its samples alone. Pure functions: the same log gives the same
// summary, whoever asks.
//
// The unit is the block: the median of a trial's repetitions in one visit is one value. Intervals are of the median of the
// blocks' values, by the sign test; with five blocks, where that has none at 95 %, by the bootstrap. Invalid samples are left
// out; outliers are counted and stay in. docs/bench.md gives the sources.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/trial_records.h"
#include "measure/trial_json.h"

namespace chimera::measure {

inline constexpr double kConfidence = 0.95;

struct Estimate {
  std::string key;  // of core::trial_metrics(); itl_p99_s, ttft_p90_s: percentiles of all repetitions together; copy_share_percent
  std::string definition;
  std::string unit;
  std::string title;
  int direction = 0;
  std::optional<double> value;             // absent: too few samples for this percentile
  std::optional<core::Interval> interval;  // absent: too few blocks
  std::size_t n = 0;        // blocks; of a percentile, values
  std::size_t samples = 0;  // repetitions
  std::size_t outliers = 0;  // further than 10 scaled median absolute deviations from the median of the repetitions
  std::string remark;
  // The larger side of the interval, as a part of the value.
  [[nodiscard]] std::optional<double> half_width() const;
};

struct TrialSummary {
  core::TrialPlan plan;
  core::RunConfig effective;         // empty where nothing was measured
  std::vector<Estimate> estimates;   // of measured repetitions, in the order of core::trial_metrics()
  std::vector<Estimate> cold;        // of loads
  std::size_t blocks = 0;
  std::size_t measured = 0;
  std::size_t failed = 0;
  std::size_t doubtful = 0;
  std::optional<core::TrialStop> stop;
  std::optional<core::SampleFailure> failure;  // the last
  std::vector<std::string> remarks;
  [[nodiscard]] const Estimate* find(std::string_view key) const;
};

// The baseline against its duplicate, by the ratio in each block.
struct AaCheck {
  std::string key;
  std::string title;
  double ratio = 1;  // median of duplicate / baseline
  std::optional<core::Interval> interval;
  std::size_t n = 0;
  // Whether the interval holds 1; absent: too few blocks.
  std::optional<bool> holds;
  // The smallest difference that this session may claim, as a part of 1; absent where there is no interval.
  std::optional<double> smallest_difference;
};

// A trial against the baseline, by the ratio in each block that has both.
struct Contrast {
  std::string trial;
  std::string key;
  double ratio = 1;  // median of trial / baseline
  std::optional<core::Interval> interval;
  std::size_t n = 0;
  // The interval excludes 1 by more than the smallest difference of the session.
  bool differs = false;
};

struct SessionSummary {
  std::vector<TrialSummary> trials;  // in the order of the plan
  std::vector<AaCheck> aa;           // of the watched metrics
  std::vector<Contrast> contrasts;
  std::vector<std::string> remarks;
};
[[nodiscard]] SessionSummary summarise(const TrialSession& session);

// The blocks' values of one metric of a trial, in order of the blocks; absent blocks have none.
struct BlockValue {
  std::uint32_t block = 0;
  double value = 0;
};
[[nodiscard]] std::vector<BlockValue> block_values(const TrialSession& session, std::string_view trial, std::string_view key);

// The metric by which the decode rate, the prefill rate, the wait are watched: the client's, else the server's; of kernels the
// arithmetic rate, else the bandwidth. Empty where a trial has none.
[[nodiscard]] std::vector<std::string> watched_metrics(const TrialSession& session);

// Samples needed before a percentile may be stated at 99 % confidence (MLPerf's early stopping): 11, 64, 130, 662 for p50, p90,
// p95, p99.
[[nodiscard]] std::size_t samples_for_percentile(double percent);

}  // namespace chimera::measure
