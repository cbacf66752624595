// The machine that something was measured on. Passive; measure/machine.h reads it. Absent and empty: not told, never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/telemetry.h"

namespace chimera::core {

struct Gpu {
  std::string name;
  std::string uuid;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<double> power_limit_w;
  std::optional<unsigned> compute_major;
  std::optional<unsigned> compute_minor;
};

// What a container or a service manager lets us have of the machine.
struct Limits {
  std::string container;  // docker, podman, kubernetes, lxc; empty: none was recognised
  unsigned cgroup = 0;    // version: 1, 2; 0: none
  std::optional<double> cpus;                 // quota / period; absent: no quota
  std::optional<std::uint64_t> memory_bytes;  // absent: no limit below the machine's memory
  std::optional<unsigned> allowed_cpus;       // processors that this process may run on
};

struct Machine {
  std::string cpu;     // as the processor names itself
  std::string vendor;
  std::string arch;    // x86_64, aarch64
  unsigned sockets = 0;
  unsigned cores = 0;    // physical
  unsigned threads = 0;  // logical processors
  std::string governor;  // "performance"; "mixed: performance, powersave" where processors differ
  std::string scaling_driver;
  std::optional<bool> boost;
  std::optional<double> max_mhz;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<std::uint64_t> swap_bytes;
  std::vector<Gpu> gpus;
  std::string driver;        // of the GPU
  std::string cuda_version;  // that the driver supports
  std::string kernel;
  std::string os;
  std::string hypervisor;  // vendor where it is told; "yes" where only that there is one is known
  Limits limits;
  std::vector<AbsentSource> absent;  // what could not be read, and why; sorted by source
};

// 16 hexadecimal digits, equal for machines that measurements may be compared across: processor, cores, threads, governor,
// boost, memory in whole GiB, the GPUs' names and memory, architecture, and limits. What software changes (kernel, driver, OS) and what names
// one specimen (UUIDs) is no part of it, so that a driver can be compared with its successor.
[[nodiscard]] std::string fingerprint(const Machine& machine);

// As settings of the vocabulary: cpu, cores, gpu, driver, cuda_version, os, governor, … for a RunConfig or a record.
[[nodiscard]] RunConfig settings_of(const Machine& machine);

// "AMD EPYC, 2 cores / 2 threads, 23.5 GiB, no GPU, Debian GNU/Linux 12".
[[nodiscard]] std::string describe(const Machine& machine);

}  // namespace chimera::core
