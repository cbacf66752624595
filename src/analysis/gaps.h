// What is missing for a sound evaluation, decided from facts, roles and settings, never from file names.
#pragma once

#include <vector>

#include "analysis/workbench.h"
#include "analysis/study.h"

namespace chimera::analysis {

// One gap finding for each thing that files with performance measurements lack: repetitions, raw samples, GPU memory,
// power or energy, CUDA kernel statistics, times, hardware, software versions, seeds. Each says how many of these files
// lack it, names some, and gives the command that would record it. No gap where no file measures performance.
[[nodiscard]] std::vector<core::Finding> gap_findings(const std::vector<Study>& studies, Workbench& bench);

}  // namespace chimera::analysis
