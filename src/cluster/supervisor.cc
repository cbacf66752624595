#include "cluster/supervisor.h"

#include <algorithm>
#include <set>

namespace chimera::cluster {
namespace {

using base::ErrorKind;

constexpr base::Nanoseconds kSecond = 1'000'000'000;

}  // namespace

Submission submission_of(const JobFolder& folder, std::uint32_t group, std::vector<std::uint32_t> indices) {
  Submission submission;
  submission.name = folder.array_name(group);
  submission.indices = std::move(indices);
  submission.folder = folder.spec().folder;
  submission.output = folder.path() + "/tasks/g" + std::to_string(group) + ".{index}.out";
  submission.script = {folder.script(), std::to_string(group)};
  submission.shape = folder.spec().shape;
  submission.options = folder.spec().slurm;
  return submission;
}

Supervisor::Supervisor(const JobFolder& folder, Slurm& slurm, const SlurmLimits& limits, const base::Clock& clock, Patience patience)
    : folder_(folder), slurm_(slurm), limits_(limits), clock_(clock), patience_(patience), began_(clock.steady()) {}

base::Result<JobState> Supervisor::look() {
  JobState state;
  auto rows = slurm_.queue(folder_.array_names());
  if (!rows && rows.error().kind != ErrorKind::engine) return tl::make_unexpected(rows.error());
  if (rows) rows_ = std::move(*rows);
  else state.trouble = rows.error().message;
  // After the queue: a task that ended between the two has its result by then.
  TRY(auto results, folder_.results());
  TRY(auto submitted, folder_.submitted());
  Evidence evidence{std::move(results), rows_, std::move(submitted), [this](std::uint32_t task) { return folder_.last_lines(task, 20); }};
  state.tasks = judge(folder_, evidence);
  const auto forgotten = [](const TaskStatus& task) { return task.phase == TaskPhase::unseen && !task.row; };
  if (state.trouble.empty() && limits_.accounting && std::any_of(state.tasks.begin(), state.tasks.end(), forgotten)) {
    // The accounts lag and are no reason to fail: what they say is more than nothing.
    if (auto more = slurm_.accounts(folder_.array_names())) {
      std::erase_if(*more, [](const SlurmTask& row) { return !is_over(row.state); });
      evidence.rows.insert(evidence.rows.begin(), more->begin(), more->end());
      state.tasks = judge(folder_, evidence);
    }
  }
  lose_patience(state);
  state_ = state;
  return state;
}

void Supervisor::lose_patience(JobState& state) {
  const base::Nanoseconds now = clock_.steady();
  for (std::uint32_t i = 0; i < state.tasks.size(); ++i) {
    TaskStatus& task = state.tasks[i];
    // Of a task that failed the result may still be under way too.
    const bool doubtful = task.phase == TaskPhase::unseen || (task.phase == TaskPhase::failed && !task.result);
    if (!doubtful) {
      unseen_since_.erase(i);
      continue;
    }
    const auto since = unseen_since_.emplace(i, now).first->second;
    const bool went_well = task.row && task.row->state == SlurmState::completed;
    const base::Nanoseconds bearable = went_well ? patience_.result : patience_.unknown / (task.row ? 5 : 1);
    // While Slurm does not answer, its silence says nothing.
    const bool out = state.trouble.empty() && now - since >= bearable;
    task.phase = out ? TaskPhase::failed : TaskPhase::unseen;
  }
}

bool Supervisor::wants_submission(const TaskStatus& task) const {
  if (task.phase == TaskPhase::open) return true;
  const bool result_may_come = task.row && task.row->state == SlurmState::completed;
  if (retry_ && task.phase == TaskPhase::unseen) return !result_may_come;
  if (task.phase != TaskPhase::failed) return false;
  return retry_ || (task.by_the_cluster && task.submissions < patience_.submissions);
}

base::Result<void> Supervisor::submit_group(std::uint32_t group, const std::vector<std::uint32_t>& tasks) {
  std::vector<std::uint32_t> indices;
  for (const std::uint32_t task : tasks) indices.push_back(task % folder_.spec().group);
  TRY(const std::uint64_t job, slurm_.submit(submission_of(folder_, group, std::move(indices))));
  for (const std::uint32_t task : tasks) unseen_since_.erase(task);
  return folder_.note({job, group, tasks, clock_.wall()});
}

base::Result<std::size_t> Supervisor::submit(const JobState& state) {
  if (!state.trouble.empty()) return std::size_t{0};  // an array may be there that could not be seen
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_group;
  std::size_t count = 0;
  for (std::uint32_t task = 0; task < state.tasks.size(); ++task)
    if (wants_submission(state.tasks[task])) by_group[task / folder_.spec().group].push_back(task), ++count;
  retry_ = false;
  for (const auto& [group, tasks] : by_group) TRY_VOID(submit_group(group, tasks));
  return count;
}

base::Result<void> Supervisor::cancel(const JobState& state) {
  std::set<std::uint64_t> jobs;
  for (const TaskStatus& task : state.tasks)
    if (task.row && !is_over(task.row->state)) jobs.insert(task.row->job);
  return slurm_.cancel({jobs.begin(), jobs.end()});
}

// Often at first, when people watch; every quarter of a minute later, since one controller serves everybody.
base::Nanoseconds Supervisor::interval() const {
  const base::Nanoseconds running = clock_.steady() - began_;
  if (running < 60 * kSecond) return kSecond;
  return running < 600 * kSecond ? 5 * kSecond : 15 * kSecond;
}

base::Result<bool> Supervisor::see_through(const std::stop_token& stop, const Pause& pause, const Seen& seen) {
  while (true) {
    TRY(JobState state, look());
    const auto handed_in = submit(state);
    if (!handed_in && handed_in.error().kind != ErrorKind::engine) return tl::make_unexpected(handed_in.error());
    if (!handed_in) state.trouble = handed_in.error().message;
    if (handed_in && *handed_in > 0) {
      TRY(state, look());
    }
    seen(state);
    if (state.tally().over()) return true;
    if (stop.stop_requested()) return false;
    pause(interval());
    if (stop.stop_requested()) return false;
  }
}

}  // namespace chimera::cluster
