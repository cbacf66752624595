// A job from where it stands to its end: on Slurm, watched until it is over or left alone, or here, one task after another. What
// bench, tune and ingest share.
#pragma once

#include <string>
#include <vector>

#include "app/commands.h"
#include "app/executor.h"
#include "base/result.h"
#include "cluster/supervisor.h"

namespace chimera::app {

// What a kind of work makes of a command.
struct JobWish {
  std::string kind;                  // bench, tune, ingest
  std::string result;                // the file that all tasks make together
  std::vector<std::string> command;  // as typed, the program's name first
  std::vector<std::string> shape;    // options of sbatch that its tasks need
  std::vector<std::vector<std::string>> tasks;
};

// The job's folder beside its result: made where it is not there, after Slurm was asked whether it would take it; else gone on with, which
// needs `resume`. Errors: the folder holds another job; everything that Slurm says no to.
[[nodiscard]] base::Result<cluster::JobFolder> begin_job(JobWish wish, const ExecutorOptions& options, bool resume);

struct JobOutcome {
  bool left = false;  // it goes on without us, or was stopped here
  std::map<std::uint32_t, cluster::TaskResult> results;  // complete ones
  std::map<std::uint32_t, std::string> failures;
};
// Hands its tasks to Slurm and leaves them there: they take their place in the queue. Here nothing, for here they run one after another.
[[nodiscard]] base::Result<void> hand_in_job(const cluster::JobFolder& folder, const ExecutorOptions& options);
[[nodiscard]] base::Result<JobOutcome> run_job(const cluster::JobFolder& folder, const ExecutorOptions& options, const CommonOptions& common);

// "7 (t12, t19)"
[[nodiscard]] std::string task_title(const cluster::JobFolder& folder, std::uint32_t task);

// Says on standard error what failed and why, with the last lines of the first few. The error to end with.
[[nodiscard]] base::Error tell_failures(const cluster::JobFolder& folder, const JobOutcome& outcome);

}  // namespace chimera::app
