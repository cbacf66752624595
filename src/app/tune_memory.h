// Configurations that a tuner need not try: those whose model cannot fit into GPU memory, told from its file (docs/tuning.md).
#pragma once

#include <string>
#include <vector>

#include "app/bench.h"
#include "app/tune_objective.h"
#include "app/tune_space.h"
#include "core/machine.h"

namespace chimera::app {

// By ConfigId why it cannot fit, with the numbers; empty: it may. Held against the GPUs' memory and against limits on it. Nothing
// is refused where there is no GPU, the model's file is not here, or a server decides how many layers it takes.
[[nodiscard]] std::vector<std::string> too_large(const LiveSpace& live, const BenchCommand& command, const std::vector<Limit>& limits, const core::Machine& machine);

}  // namespace chimera::app
