// What chimera bench is to measure, from its command line: the trials, their labels and their settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/bench.h"
#include "base/result.h"
#include "core/trial_records.h"

namespace chimera::app {

// Every combination of the lists, the last list changing fastest; the first is the baseline, and its duplicate stands last.
// Usage errors: a setting that the engine does not know (with the nearest that it does), a list that is empty or names a value
// twice, a value that is no number where one is wanted.
[[nodiscard]] base::Result<std::vector<core::TrialPlan>> plan_trials(const BenchCommand& command);

// One setting and its values, from a list "1,2". A usage error where a value is empty or given twice.
struct Factor {
  std::string key;
  std::vector<std::string> values;
};
[[nodiscard]] base::Result<Factor> factor_of(std::string key, std::string_view list);
// The same from "key=1,2".
[[nodiscard]] base::Result<Factor> factor_of_setting(const std::string& text);

// Every combination of the factors' values over `common`, labelled t1, t2, …; a usage error where there are too many.
[[nodiscard]] base::Result<std::vector<core::TrialPlan>> combine(const std::vector<Factor>& factors, const core::RunConfig& common);

// The rules of the session. A usage error where --repeat is neither auto nor a number.
[[nodiscard]] base::Result<core::Protocol> protocol_of(const BenchCommand& command);

}  // namespace chimera::app
