// One set of measurements against another: what became faster, slower or stayed the same, and what cannot be said.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/collect.h"

namespace chimera::analysis {

enum class Change {
  better,    // the interval excludes no change, in the better direction, and is not within the margin
  worse,     // the same in the other direction
  same,      // the whole interval lies within the margin
  undecided  // neither
};

struct CompareSettings {
  double margin = 0.01;      // of equivalence, as a share: 1 / (1 + margin) to 1 + margin
  double confidence = 0.95;  // of all intervals together (Bonferroni over the comparisons)
  enum class Machines { same, any } machines = Machines::same;
};

struct Side {
  double centre = 0;  // geometric mean of the values, or the stated mean
  std::size_t n = 0;  // values, or the stated number of runs
  std::vector<std::string> paths;
};

// One metric under one configuration, on both sides. Ratios are B over A.
struct Effect {
  std::string metric;
  std::string definition;
  core::Statistic statistic;
  core::UnitPtr unit = core::no_unit();
  int direction = 0;
  bool cold = false;
  core::RunConfig config;  // what both sides share, less what is the same everywhere
  Side a, b;
  double ratio = 1;
  std::optional<Interval> interval;  // of the ratio; absent where the values do not give one
  std::string method;                // "paired", "welch", "stated", "exact"; empty without an interval
  Change change = Change::undecided;
  std::string reason;                // why undecided without an interval
  // The smallest change that this comparison could have told from none, as a share; NaN without an interval.
  [[nodiscard]] double smallest() const;
};

struct Refusal {
  std::string what;    // a metric, "machine", "configurations"
  std::string reason;
};

struct SetComparison {
  std::vector<Effect> effects;  // sorted by metric, definition, configuration
  std::vector<Refusal> refused;
  struct Difference {
    std::string key, a, b;      // a setting that is one thing throughout A and another throughout B; empty: not stated
  };
  std::vector<Difference> changed;
  std::size_t only_a = 0, only_b = 0;  // measurements whose configuration the other side has not
  bool comparable = false;             // something was compared
};

// Settings that are constant on each side and differ between them are what is compared; all others must be equal. Paired
// where both sides measured the same things (Student's t on log ratios), else Welch's t on the log scale (delta method).
// Where a side holds three sessions or more, sessions are the values, not the repetitions within (Kalibera & Jones 2013).
[[nodiscard]] SetComparison compare_sets(const core::Corpus& a, const core::Corpus& b, const CompareSettings& settings);

// What is true of the ratio given its interval.
[[nodiscard]] Change classify(const Interval& ratio, int direction, double margin);
[[nodiscard]] std::string_view to_string(Change change);

}  // namespace chimera::analysis
