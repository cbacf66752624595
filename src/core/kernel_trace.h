// What a GPU did during one repetition, kernel by kernel: launches, times, shapes and theoretical occupancy. Passive values;
// measure/kernel_trace.h makes them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/config.h"
#include "core/trial.h"

namespace chimera::core {

// How a kernel was launched, and what each of its blocks takes.
struct LaunchShape {
  std::array<std::uint32_t, 3> grid{};   // blocks
  std::array<std::uint32_t, 3> block{};  // threads
  std::uint32_t registers = 0;           // of a thread
  std::uint64_t static_shared = 0;       // bytes of a block
  std::uint64_t dynamic_shared = 0;      // bytes of a block
  friend auto operator<=>(const LaunchShape&, const LaunchShape&) = default;
};

// All launches of one kernel.
struct KernelUse {
  std::string name;  // demangled, with template arguments, without parameters
  std::uint64_t launches = 0;
  base::Nanoseconds total = 0;
  base::Nanoseconds median = 0;
  LaunchShape shape;                // the most frequent one
  std::uint64_t shapes = 1;         // different ones
  std::optional<double> occupancy;  // of `shape`, theoretical, as a part of 1; absent: the GPU's limits are not known
  std::string limit;                // what bounds it: warps, blocks, registers, shared memory
};

struct KernelTrace {
  std::uint64_t launches = 0;        // with a time
  std::uint64_t graph_launches = 0;  // of these, from CUDA graphs
  std::uint64_t lost = 0;            // launches that the tracer dropped or could not time
  std::uint32_t devices = 0;
  base::Nanoseconds kernel_time = 0;  // added up; more than `busy` where kernels run side by side
  base::Nanoseconds busy = 0;         // in which at least one kernel ran, added up over the devices
  std::vector<KernelUse> kernels;     // the longest in total first
};

// One repetition under the tracer. It is no Sample: tracing costs time, so that it must not be pooled with measured ones.
struct KernelRecord {
  std::string trial;
  base::Nanoseconds started = 0;  // wall clock
  RunConfig config;               // as it took effect, with the work
  std::string tracer;             // "CUPTI 13.0"
  base::Nanoseconds duration = 0;  // of the repetition, by the client's steady clock
  KernelTrace trace;
  std::vector<std::string> remarks;
  std::optional<SampleFailure> failure;
  // Part of `duration` in which kernels ran, a mean over the devices that had any; absent where there was none.
  [[nodiscard]] std::optional<double> busy_part() const;
};

}  // namespace chimera::core
