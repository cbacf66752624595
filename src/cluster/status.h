// How each task of a job stands: from its result, which is the truth, and from what Slurm says where there is none.
//
// Pure functions over what was read.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/job.h"

namespace chimera::cluster {

enum class TaskPhase {
  open,     // nobody was asked to do it yet
  waiting,  // in Slurm's queue
  running,
  done,     // its result is complete
  failed,   // it will not be done without being submitted again
  unseen    // Slurm knows nothing of it, or says that it is over, and there is no result yet
};
[[nodiscard]] std::string_view to_string(TaskPhase phase);

struct TaskStatus {
  TaskPhase phase = TaskPhase::open;
  std::optional<TaskResult> result;
  std::optional<SlurmTask> row;  // of the attempt that counts: one that lives, else the last
  unsigned submissions = 0;
  std::string reason;            // failed, unseen: what is known of why; waiting: what Slurm waits for
  bool by_the_cluster = false;   // failed, unseen: through no fault of its own, so that it may be tried again unasked
};

struct Evidence {
  std::map<std::uint32_t, TaskResult> results;
  std::vector<SlurmTask> rows;            // of all arrays of the job; later ones win
  std::vector<SubmittedArray> submitted;
  std::function<std::vector<std::string>(std::uint32_t)> last_lines;  // of a task's output
};

// One for each task.
[[nodiscard]] std::vector<TaskStatus> judge(const JobFolder& folder, const Evidence& evidence);

// Why an attempt ended without a result: "killed: it needed more memory than it may have". `lines` are the last of its output, where
// Slurm's own daemon says more than the queue does.
[[nodiscard]] std::string why_it_ended(const SlurmTask& row, const std::vector<std::string>& lines);

struct Tally {
  std::size_t open = 0;
  std::size_t waiting = 0;
  std::size_t running = 0;
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t unseen = 0;
  [[nodiscard]] std::size_t all() const { return open + waiting + running + done + failed + unseen; }
  [[nodiscard]] bool over() const { return done + failed == all(); }
};
[[nodiscard]] Tally tally(const std::vector<TaskStatus>& tasks);

}  // namespace chimera::cluster
