// The space that chimera tune searches on an engine: from --set lists and a space.toml (docs/tuning.md).
#pragma once

#include <string>
#include <vector>

#include "app/bench.h"
#include "core/trial_records.h"
#include "tune/space.h"

namespace chimera::app {

struct LiveSpace {
  tune::Space space;
  std::vector<core::TrialPlan> plans;  // by ConfigId; labels t1, t2, …
};

// A parameter that another switches off stands at its first value, so that configurations which are the same are one. Usage
// errors: a setting that the engine does not know, a condition on something that is no parameter; input errors: a file that
// is no TOML, a space in which nothing is left.
[[nodiscard]] base::Result<LiveSpace> live_space(const BenchCommand& command, const std::string& file);

}  // namespace chimera::app
