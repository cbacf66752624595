// Where a command does its work: here, or as tasks on a cluster (docs/cluster.md). The options that bench, tune and ingest share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/slurm.h"

namespace chimera::app {

struct ExecutorOptions {
  std::string executor = "local";  // local, slurm
  cluster::SlurmOptions slurm;
  std::uint32_t pack = 0;          // configurations of a task; 0: as many as make some minutes
  bool retry = false;              // hand in again what failed
  // Not typed by people. `job`: the folder of a job that is gone on with. With `task` this process does one of its tasks.
  std::string job;
  std::optional<std::uint32_t> task;
  std::string attempt;

  [[nodiscard]] bool is_task() const { return task.has_value(); }
  // The work is cut into tasks, wherever they run.
  [[nodiscard]] bool makes_job() const { return !is_task() && (executor != "local" || pack > 0 || !job.empty()); }
};

}  // namespace chimera::app
