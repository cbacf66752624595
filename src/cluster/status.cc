#include "cluster/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace chimera::cluster {
namespace {

bool any_says(const std::vector<std::string>& lines, std::initializer_list<std::string_view> words) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    // Only Slurm's daemon, not what the task itself wrote.
    if (line.find("slurmstepd") == std::string::npos && line.find("slurmd") == std::string::npos) return false;
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return line.find(word) != std::string::npos; });
  });
}

bool lives(const SlurmTask& row) { return !is_over(row.state); }

// Of two attempts the one that lives, else the later.
bool counts_more(const SlurmTask& a, const SlurmTask& b) {
  if (lives(a) != lives(b)) return lives(a);
  if (lives(a) && (a.state == SlurmState::running) != (b.state == SlurmState::running)) return a.state == SlurmState::running;
  return a.job >= b.job;
}

std::string on_node(const SlurmTask& row) { return row.node.empty() ? std::string() : " on " + row.node; }

void judge_ended(TaskStatus& status, const std::vector<std::string>& lines) {
  const SlurmTask& row = *status.row;
  status.by_the_cluster = row.state == SlurmState::node_failed || row.state == SlurmState::preempted;
  const bool told = status.result && !status.result->reason.empty();
  status.phase = row.state == SlurmState::completed && !status.result ? TaskPhase::unseen : TaskPhase::failed;
  // What the task said of itself knows more, unless it was ended from outside.
  const bool from_outside = row.state == SlurmState::timed_out || row.state == SlurmState::cancelled || row.state == SlurmState::out_of_memory || row.state == SlurmState::node_failed || row.signal != 0;
  status.reason = told && !from_outside ? status.result->reason : why_it_ended(row, lines);
}

}  // namespace

std::string_view to_string(TaskPhase phase) {
  switch (phase) {
    case TaskPhase::open: return "open";
    case TaskPhase::waiting: return "waiting";
    case TaskPhase::running: return "running";
    case TaskPhase::done: return "done";
    case TaskPhase::failed: return "failed";
    case TaskPhase::unseen: return "unseen";
  }
  return "";
}

std::string why_it_ended(const SlurmTask& row, const std::vector<std::string>& lines) {
  const bool memory = row.state == SlurmState::out_of_memory || row.reason == "OutOfMemory" || any_says(lines, {"memory limit", "oom-kill", "oom_kill", "out-of-memory", "Out Of Memory"});
  if (memory) return fmt::format("killed{}: it needed more memory than it may have; --sbatch=--mem=SIZE gives more", on_node(row));
  if (row.state == SlurmState::timed_out || any_says(lines, {"DUE TO TIME LIMIT"})) return fmt::format("ran into its time limit{}; --time allows more", on_node(row));
  if (row.state == SlurmState::node_failed || any_says(lines, {"DUE TO NODE FAILURE"})) return fmt::format("its node was lost{}", row.node.empty() ? "" : ": " + row.node);
  if (row.state == SlurmState::preempted || any_says(lines, {"DUE TO PREEMPTION"})) return fmt::format("gave way to another job{}", on_node(row));
  if (row.state == SlurmState::cancelled) return "cancelled";
  const std::string last = lines.empty() ? std::string() : ": " + lines.back();
  if (row.state == SlurmState::completed) return fmt::format("ended{} and left no result{}", on_node(row), last);
  if (row.signal == SIGKILL) return fmt::format("killed by signal {}{}, as Slurm does at a memory limit{}", row.signal, on_node(row), last);
  if (row.signal != 0) return fmt::format("ended by signal {}{}{}", row.signal, on_node(row), last);
  return fmt::format("ended with code {}{}{}", row.exit_code, on_node(row), last);
}

std::vector<TaskStatus> judge(const JobFolder& folder, const Evidence& evidence) {
  std::vector<TaskStatus> tasks(folder.spec().tasks.size());
  for (const auto& [task, result] : evidence.results) tasks[task].result = result;
  for (const SubmittedArray& array : evidence.submitted)
    for (const std::uint32_t task : array.tasks)
      if (task < tasks.size()) ++tasks[task].submissions;
  for (const SlurmTask& row : evidence.rows)
    if (const auto task = folder.task_of(row); task && (!tasks[*task].row || counts_more(row, *tasks[*task].row))) tasks[*task].row = row;
  for (std::uint32_t task = 0; task < tasks.size(); ++task) {
    TaskStatus& status = tasks[task];
    if (status.result && status.result->complete) {
      status.phase = TaskPhase::done;
    } else if (status.row && lives(*status.row)) {
      status.phase = status.row->state == SlurmState::pending ? TaskPhase::waiting : TaskPhase::running;
      if (status.phase == TaskPhase::waiting) status.reason = status.row->reason;
    } else if (status.row) {
      judge_ended(status, evidence.last_lines ? evidence.last_lines(task) : std::vector<std::string>());
    } else if (status.result) {
      status.phase = TaskPhase::failed;
      status.reason = status.result->reason;
    } else if (status.submissions > 0) {
      status.phase = TaskPhase::unseen;
      status.by_the_cluster = true;
      status.reason = "Slurm knows nothing of it any more";
    }
  }
  return tasks;
}

Tally tally(const std::vector<TaskStatus>& tasks) {
  Tally sum;
  for (const TaskStatus& task : tasks) {
    switch (task.phase) {
      case TaskPhase::open: ++sum.open; break;
      case TaskPhase::waiting: ++sum.waiting; break;
      case TaskPhase::running: ++sum.running; break;
      case TaskPhase::done: ++sum.done; break;
      case TaskPhase::failed: ++sum.failed; break;
      case TaskPhase::unseen: ++sum.unseen; break;
    }
  }
  return sum;
}

}  // namespace chimera::cluster
