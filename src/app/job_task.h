// One task of a job, done by this process: what an array task of Slurm runs, and what is done here one after another with
// --executor local --pack.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cluster/job.h"

namespace chimera::app {

// Who does it, so that no two attempts share a file.
struct Attempt {
  std::string name;       // <job>.<restart>.<node>.<process>
  std::uint64_t job = 0;  // of Slurm; 0: none
  std::string node;       // as Slurm calls it; empty: none
};
// From Slurm's environment of a task, else of this process.
[[nodiscard]] Attempt this_attempt();

// Does it, unless it is done, and writes its result. Fails (input) where the result cannot be written; what the task itself could not
// do stands in the result.
[[nodiscard]] base::Result<cluster::TaskResult> do_task(const cluster::JobFolder& folder, std::uint32_t task, const Attempt& attempt);

// The ending of the file that an attempt at a task of this kind makes: "jsonl", "duckdb".
[[nodiscard]] std::string task_ending(const std::string& kind);

}  // namespace chimera::app
