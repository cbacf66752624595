// What a recommendation costs in quality: where it, or another that may be the best, differs from the first configuration in
// something that can change what a model says, both read a text, and the trade-off is told (docs/tuning.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/tune.h"
#include "app/tune_live.h"
#include "engines/engine.h"
#include "measure/quality.h"
#include "measure/summary.h"
#include "tune/tuner.h"

namespace chimera::app {

// One configuration against the baseline, which is the first of the space.
struct TradeOff {
  tune::ConfigId config = 0;
  // Of the objective, more than 1 where it is larger; absent where one of the two was not measured.
  std::optional<double> ratio;
  std::optional<core::Interval> interval;
  measure::TrialSummary quality;  // empty where nothing was read
};

struct QualityCheck {
  std::vector<std::string> parameters;  // in which those below differ from the baseline; empty: there is nothing to check
  std::vector<TradeOff> trade_offs;     // the recommended first
  std::size_t left_out = 0;             // further ones that may be the best and differ
  std::string skipped;                  // why nothing was read
  double seconds = 0;                   // beside the budget
};

// Which of those that may be the best are to be checked, the recommended first: one for each combination of values.
[[nodiscard]] QualityCheck quality_to_check(const LiveSpace& live, const tune::TuneResult& result, tune::ConfigId recommended);

// How much faster they are. A baseline that the search passed over is visited once, beside the budget.
void add_ratios(QualityCheck& check, tune::Observations observations, LiveMeasurer& measurer);

// Reads the text for each; records go to `recorder`. `weights`: of the model, "synthetic" or empty. `told`: records of an earlier
// session. False where the user stopped it.
[[nodiscard]] base::Result<bool> check_quality(QualityCheck& check, const LiveSpace& live, const std::string& weights, measure::QualityPass& pass, const std::vector<core::QualityRecord>& told,
                                               const measure::Stops& stops, measure::Recorder& recorder, const base::Clock& clock);

}  // namespace chimera::app
