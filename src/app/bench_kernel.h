// chimera bench kernel: kernels of ggml by the protocol of docs/bench.md, against the copy bandwidth of the same backend.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/bench.h"

namespace chimera::app {

struct KernelCommand {
  std::string kernel;
  std::string backend = "auto";  // cpu, cuda, auto
  double run_ms = 100;           // of one repetition, at least
  std::int64_t copy_mib = 256;   // of the copy that is measured beside it; 0: none
  BenchCommand bench;            // settings, rules, outputs
  std::vector<std::string> foreign;  // options given that are of engines alone
};
[[nodiscard]] int bench_kernel_command(const KernelCommand& command, const CommonOptions& common);

}  // namespace chimera::app
