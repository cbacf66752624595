// Theoretical occupancy of a kernel launch: the warps that a multiprocessor can hold at once, as a part of the most that it
// could. Pure functions.
//
// The limits of each compute capability are those of NVIDIA's CUDA C++ Programming Guide ("Technical Specifications per
// Compute Capability"); the rules of allocation are those of its occupancy calculator (cuda_occupancy.h of CUDA 13.0):
// registers go to warps in units of 256, shared memory to blocks in units of 128 bytes (256 before 8.0) with 1 KiB
// that the driver takes from 8.0 on. Shared memory is taken to be as large as the multiprocessor can make it.
#pragma once

#include <optional>
#include <string>

#include "core/kernel_trace.h"

namespace chimera::measure {

struct Occupancy {
  double part = 0;      // of 1; 0 where a block does not fit
  unsigned blocks = 0;  // on a multiprocessor at once
  std::string limit;    // warps, blocks, registers, shared memory; the first of these where several bound it
};

// Absent for compute capabilities whose limits are not known here, and for a block without threads.
[[nodiscard]] std::optional<Occupancy> theoretical_occupancy(unsigned compute_major, unsigned compute_minor, const core::LaunchShape& shape);

}  // namespace chimera::measure
