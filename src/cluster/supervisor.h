// Sees a job through: hands its tasks to Slurm, looks how they stand until each is done or has failed, and hands in again what
// the cluster lost. Everything it knows is in the job's folder and in Slurm, so it may end at any moment and another one go on.
//
// Keeps references. Threads: one. Fails: usage and input where Slurm refuses or the folder cannot be used; a controller that does not
// answer is waited for.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cluster/status.h"

namespace chimera::cluster {

struct JobState {
  std::vector<TaskStatus> tasks;
  std::string trouble;  // why Slurm could not be asked; empty: it was
  [[nodiscard]] Tally tally() const { return cluster::tally(tasks); }
};

struct Patience {
  base::Nanoseconds result = 60'000'000'000;   // for a result that a network file system may show late, of a task that went well
  base::Nanoseconds unknown = 15'000'000'000;  // for a task that Slurm does not know, or that ended badly without a result
  unsigned submissions = 3;                    // of one task, the first included
};

class Supervisor {
 public:
  Supervisor(const JobFolder& folder, Slurm& slurm, const SlurmLimits& limits, const base::Clock& clock, Patience patience = {});

  // Results and queue as they are now. A task that was not seen for longer than there is patience has failed.
  [[nodiscard]] base::Result<JobState> look();
  // Hands in the tasks that are open, and those that have failed through the cluster and may be tried again. How many.
  [[nodiscard]] base::Result<std::size_t> submit(const JobState& state);
  // Hands in also those that failed by themselves, once.
  void retry_failed() { retry_ = true; }
  [[nodiscard]] base::Result<void> cancel(const JobState& state);

  // Until everything is done or has failed (true), or `stop` asks to leave it alone (false). `pause` waits, shorter where stop is
  // asked; `seen` is told of each look.
  using Seen = std::function<void(const JobState&)>;
  using Pause = std::function<void(base::Nanoseconds)>;
  [[nodiscard]] base::Result<bool> see_through(const std::stop_token& stop, const Pause& pause, const Seen& seen);

  [[nodiscard]] const JobState& state() const { return state_; }

 private:
  [[nodiscard]] base::Result<void> submit_group(std::uint32_t group, const std::vector<std::uint32_t>& tasks);
  [[nodiscard]] bool wants_submission(const TaskStatus& task) const;
  void lose_patience(JobState& state);
  [[nodiscard]] base::Nanoseconds interval() const;

  const JobFolder& folder_;
  Slurm& slurm_;
  SlurmLimits limits_;
  const base::Clock& clock_;
  Patience patience_;
  bool retry_ = false;
  JobState state_;
  std::vector<SlurmTask> rows_;  // of the last time that Slurm was asked
  std::map<std::uint32_t, base::Nanoseconds> unseen_since_;
  base::Nanoseconds began_ = 0;
};

// What every array of this job is submitted with, for these indices.
[[nodiscard]] Submission submission_of(const JobFolder& folder, std::uint32_t group, std::vector<std::uint32_t> indices);

}  // namespace chimera::cluster
