// chimera doctor --slurm: whether work can be handed to the cluster, before any is: what Slurm says, and what a task of a second finds on
// each node.
#pragma once

#include <vector>

#include "app/doctor.h"
#include "measure/health.h"

namespace chimera::app {

// Leaves nothing behind. The probes run in a folder below the current one, which is to be shared; --quick runs none.
[[nodiscard]] std::vector<measure::Check> examine_slurm(const DoctorCommand& command);

}  // namespace chimera::app
