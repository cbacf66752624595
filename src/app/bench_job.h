// chimera bench cut into tasks: which configurations each measures, and one trial log made of all their logs (docs/cluster.md).
//
// Every task measures the baseline, its duplicate and the references beside its own configurations, in blocks of its own on one
// node: what is compared is compared within a node.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/bench.h"
#include "app/job_run.h"
#include "base/result.h"
#include "cluster/job.h"
#include "core/trial_records.h"
#include "measure/trial_json.h"

namespace chimera::app {

// Labels of the trials of each task, in the order of the plan. Configurations are dealt by `seed`, so that no setting stands for a task.
// `pack`: so many configurations beside the baseline; 0: 8 to 24 of them, the fewer the more `nodes` there are. One task where they fit
// into one.
[[nodiscard]] std::vector<std::vector<std::string>> pack_trials(const std::vector<core::TrialPlan>& plan, std::uint32_t pack, std::uint32_t nodes, std::uint64_t seed);

// What Slurm is told of tasks that measure.
[[nodiscard]] std::vector<std::string> shape_of_measuring(const ExecutorOptions& options);

// What the tasks of a job measured, as one trial log: a session for each kind of machine.
struct MergedLog {
  std::string text;
  std::vector<measure::TrialSession> sessions;
};
[[nodiscard]] base::Result<MergedLog> merge_job(const cluster::JobFolder& folder, const JobOutcome& outcome, const std::vector<core::TrialPlan>& plan);

// Begins the job or goes on with it, and shows what came of it when it is over. Returns the exit code.
[[nodiscard]] int bench_as_job(const BenchCommand& command, const CommonOptions& common, const std::vector<core::TrialPlan>& plan);

// The command of one task: its trials left in the plan, its log in the folder of the job. What an earlier attempt measured on such a machine is
// taken over, as far as its blocks are whole.
[[nodiscard]] base::Result<BenchCommand> bench_task(const BenchCommand& command, std::vector<core::TrialPlan>& plan);

}  // namespace chimera::app
