// NVIDIA Nsight Compute around a command: its counters as a CSV file of one row a kernel launch.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace chimera::app {

// The program; empty where it is not installed.
[[nodiscard]] std::string find_ncu();

// `command` under ncu, which writes its counters to `csv`: times, occupancy (achieved, theoretical, what limits it), how many
// threads of a warp work, bank conflicts of shared memory, what warps wait for. An input error where ncu is not installed.
[[nodiscard]] base::Result<std::vector<std::string>> under_ncu(const std::vector<std::string>& command, const std::string& csv);

}  // namespace chimera::app
