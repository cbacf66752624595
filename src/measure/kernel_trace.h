// Kernel launches as a tracer saw them, and what they come to. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/kernel_trace.h"
#include "core/machine.h"

namespace chimera::measure {

struct KernelLaunch {
  std::uint32_t name = 0;  // its place among the names
  std::uint32_t device = 0;
  std::uint32_t stream = 0;
  bool from_graph = false;
  std::uint64_t start = 0;  // nanoseconds, by the tracer's clock
  std::uint64_t end = 0;    // not before `start`
  core::LaunchShape shape;
};

struct LaunchTrace {
  std::vector<std::string> names;  // as the compiler mangled them
  std::vector<KernelLaunch> launches;
  std::uint64_t lost = 0;  // dropped, or without times
};

// "void mul_mat_vec_q<(ggml_type)12, 1>(void const*, ...)" of its mangled form becomes "mul_mat_vec_q<(ggml_type)12, 1>"; what
// cannot be demangled stays.
[[nodiscard]] std::string short_kernel_name(const std::string& mangled);

// Kernels of one short name together. Occupancy is computed where all of the machine's GPUs are of one compute capability:
// tracers number devices in another order than the machine does.
[[nodiscard]] core::KernelTrace summarise_launches(const LaunchTrace& trace, const std::vector<core::Gpu>& gpus);

}  // namespace chimera::measure
