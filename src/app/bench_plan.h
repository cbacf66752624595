// What chimera bench is to measure, from its command line: the trials, their labels and their settings.
#pragma once

#include <vector>

#include "app/bench.h"
#include "base/result.h"
#include "core/trial_records.h"

namespace chimera::app {

// Every combination of the lists, the last list changing fastest; the first is the baseline, and its duplicate stands last.
// Usage errors: a setting that the engine does not know (with the nearest that it does), a list that is empty or names a value
// twice, a value that is no number where one is wanted.
[[nodiscard]] base::Result<std::vector<core::TrialPlan>> plan_trials(const BenchCommand& command);

// The rules of the session. A usage error where --repeat is neither auto nor a number.
[[nodiscard]] base::Result<core::Protocol> protocol_of(const BenchCommand& command);

}  // namespace chimera::app
