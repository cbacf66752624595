// The options that tuning an engine and replaying a table share.
#pragma once

#include <string>

#include "app/tune.h"
#include "app/tune_live.h"
#include "base/result.h"
#include "tune/tuner.h"

namespace chimera::app {

// Usage errors: an unknown strategy or part.
[[nodiscard]] base::Result<tune::TuneOptions> tune_options(const TuneCommand& command);
// "90s", "20m", "1.5h", "600": seconds. A usage error otherwise.
[[nodiscard]] base::Result<double> duration_of(const std::string& text);
// Objectives, limits and the budget.
[[nodiscard]] base::Result<LiveOptions> live_options(const TuneCommand& command);
// chimera tune without --replay.
[[nodiscard]] base::Result<int> tune_engine(const TuneCommand& command, const CommonOptions& common);

}  // namespace chimera::app
