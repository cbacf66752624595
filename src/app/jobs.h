// chimera jobs: what was handed to a cluster, how it stands, and what its tasks run.
#pragma once

#include <cstdint>
#include <string>

#include "app/commands.h"

namespace chimera::app {

struct JobsCommand {
  std::string action = "list";  // list, show, attach, cancel; work: what an array task runs
  std::string job;
  bool retry = false;           // attach: hand in again what failed
  std::size_t lines = 10;       // show: of each failed task's output
  std::uint32_t group = 0;      // work: which array of the job
};
[[nodiscard]] int jobs_command(const JobsCommand& command, const CommonOptions& common);

}  // namespace chimera::app
