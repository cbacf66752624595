// The search on an engine for one objective or several, and their Pareto front.
#pragma once

#include <vector>

#include "app/tune_live.h"
#include "app/tune_prior.h"
#include "tune/front.h"
#include "tune/tuner.h"

namespace chimera::app {

// One objective is one search. Of several each has one, and then all together, with equal shares of what is left; what was measured
// by one objective was measured by all. The answer is by the first.
// `earlier` may be null; `budget` is in seconds; `options.known` and `options.prior` are set here.
[[nodiscard]] tune::TuneResult search(const LiveSpace& live, LiveMeasurer& measurer, tune::TuneOptions options, const PriorLogs* earlier, double budget, const tune::TuneProgress& progress);

// Of everything that was measured; empty for one objective.
[[nodiscard]] std::vector<tune::FrontMember> front_of(const LiveMeasurer& measurer, double confidence);

}  // namespace chimera::app
