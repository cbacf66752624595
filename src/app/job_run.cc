#include "app/job_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "app/interrupt.h"
#include "app/job_registry.h"
#include "app/job_task.h"
#include "base/log.h"
#include "base/version.h"
#include "core/hash.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using cluster::TaskPhase;

constexpr std::size_t kToldFailures = 3;
constexpr std::size_t kToldLines = 5;
constexpr std::uint32_t kLargestArray = 1000;

std::string new_name(const std::string& folder) {
  const base::SystemClock clock;
  return fmt::format("chimera-{:08x}", core::Hash().text(folder).number(static_cast<std::uint64_t>(clock.wall())).number(static_cast<std::uint64_t>(::getpid())).value() >> 32U);
}

// What is to be done again is the same; how it is resumed, and where Slurm is to run it, may differ.
bool same_work(const cluster::JobSpec& before, const JobWish& wish) { return before.kind == wish.kind && before.tasks == wish.tasks; }

// Behind the program's name, without what only says how to begin.
std::vector<std::string> task_command(const std::vector<std::string>& typed) {
  std::vector<std::string> command(typed.begin() + 1, typed.end());
  std::erase_if(command, [](const std::string& word) { return word == "--resume"; });
  return command;
}

base::Result<cluster::JobSpec> spec_of(JobWish wish, const ExecutorOptions& options, const std::string& path) {
  std::error_code error;
  cluster::JobSpec spec;
  spec.name = new_name(path);
  spec.executor = options.executor;
  spec.kind = std::move(wish.kind);
  spec.program = fmt::format("chimera {}", base::version());
  spec.executable = fs::read_symlink("/proc/self/exe", error).string();
  spec.folder = fs::current_path(error).string();
  spec.result = fs::absolute(wish.result, error).string();
  spec.command = task_command(wish.command);
  spec.created = base::SystemClock().wall();
  spec.shape = std::move(wish.shape);
  spec.slurm = options.slurm;
  spec.tasks = std::move(wish.tasks);
  spec.group = kLargestArray;
  return spec;
}

// Everything that Slurm would refuse, before there is anything to clean up.
base::Result<void> ask_slurm(cluster::JobSpec& spec) {
  TRY_VOID(cluster::check_extra(spec.slurm.extra));
  cluster::SystemRunner runner;
  cluster::Slurm slurm(runner);
  TRY(const cluster::SlurmLimits limits, slurm.limits());
  if (limits.array_size < 2) return base::fail(ErrorKind::usage, fmt::format("this cluster allows no job arrays (MaxArraySize={})", limits.array_size));
  spec.group = std::min(kLargestArray, limits.array_size);
  if (spec.tasks.size() > limits.job_count) return base::fail(ErrorKind::usage, fmt::format("{} tasks are more than this cluster keeps in its queue (MaxJobCount={})", spec.tasks.size(), limits.job_count), "--pack makes larger tasks");
  cluster::Submission probe;
  probe.name = spec.name;
  probe.indices = {0};
  probe.folder = spec.folder;
  probe.output = "/dev/null";
  probe.shape = spec.shape;
  probe.options = spec.slurm;
  return slurm.test(probe);
}

std::string counts_of(const cluster::Tally& tally) {
  std::string text = fmt::format("{} of {} tasks done", tally.done, tally.all());
  for (const auto& [count, word] : {std::pair{tally.running, "running"}, std::pair{tally.waiting, "waiting"}, std::pair{tally.failed, "failed"}, std::pair{tally.unseen, "not to be seen"}, std::pair{tally.open, "not submitted"}})
    if (count > 0) text += fmt::format(", {} {}", count, word);
  return text;
}

// A line where there is no terminal, each time that a count changes; on one a line that is written over itself, with what a running
// task said last.
class JobView {
 public:
  JobView(const cluster::JobFolder& folder, const CommonOptions& common) : folder_(folder), silent_(common.quiet), terminal_(isatty(STDERR_FILENO) == 1) {}
  ~JobView() { clear(); }
  JobView(const JobView&) = delete;
  JobView& operator=(const JobView&) = delete;

  void show(const cluster::JobState& state) {
    if (silent_) return;
    std::string line = counts_of(state.tally());
    if (!state.trouble.empty()) line += "; " + state.trouble;
    else if (const auto reason = waiting_for(state); !reason.empty()) line += fmt::format("; waiting for {}", reason);
    if (!terminal_) {
      if (line != last_) base::log_info(line);
      last_ = line;
      return;
    }
    if (const std::string said = running_says(state); !said.empty()) line += "; " + said;
    clear();
    std::fputs(line.substr(0, 160).c_str(), stderr);
    std::fflush(stderr);
    drawn_ = true;
  }
  void clear() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
  }

 private:
  // Why Slurm starts none, where none runs.
  static std::string waiting_for(const cluster::JobState& state) {
    if (state.tally().running > 0) return {};
    for (const cluster::TaskStatus& task : state.tasks)
      if (task.phase == TaskPhase::waiting) return task.reason;
    return {};
  }
  [[nodiscard]] std::string running_says(const cluster::JobState& state) const {
    for (std::uint32_t i = 0; i < state.tasks.size(); ++i) {
      if (state.tasks[i].phase != TaskPhase::running) continue;
      const auto lines = folder_.last_lines(i, 1);
      return fmt::format("task {}{}{}", i + 1, state.tasks[i].row ? " on " + state.tasks[i].row->node : "", lines.empty() ? "" : ": " + lines.back());
    }
    return {};
  }
  const cluster::JobFolder& folder_;
  bool silent_;
  bool terminal_;
  bool drawn_ = false;
  std::string last_;
};

// Waits, no longer than the user lets it.
void wait_for(base::Nanoseconds time, const std::stop_token& stop) {
  const int wake = ::eventfd(0, EFD_CLOEXEC);
  const std::stop_callback on_stop(stop, [wake] {
    constexpr std::uint64_t kOne = 1;
    [[maybe_unused]] const auto written = ::write(wake, &kOne, sizeof kOne);
  });
  pollfd waits{wake, POLLIN, 0};
  ::poll(&waits, 1, static_cast<int>(time / 1'000'000));
  ::close(wake);
}

JobOutcome outcome_of(const std::vector<cluster::TaskStatus>& tasks) {
  JobOutcome outcome;
  for (std::uint32_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].phase == TaskPhase::done) outcome.results.emplace(i, *tasks[i].result);
    else if (tasks[i].phase == TaskPhase::failed) outcome.failures.emplace(i, tasks[i].reason);
  }
  return outcome;
}

// The folder is locked while `use` has the supervisor.
base::Result<void> supervise(const cluster::JobFolder& folder, const ExecutorOptions& options, const std::function<base::Result<void>(cluster::Supervisor&)>& use) {
  cluster::SystemRunner runner;
  cluster::Slurm slurm(runner);
  const base::SystemClock clock;
  TRY(const cluster::JobFolder::Lock lock, folder.lock());
  const auto limits = slurm.limits();
  if (!limits && limits.error().kind != ErrorKind::engine) return tl::make_unexpected(limits.error());
  cluster::Supervisor supervisor(folder, slurm, limits.value_or(cluster::SlurmLimits()), clock);
  if (options.retry) supervisor.retry_failed();
  return use(supervisor);
}

base::Result<JobOutcome> run_on_slurm(const cluster::JobFolder& folder, const ExecutorOptions& options, const CommonOptions& common) {
  JobOutcome outcome;
  TRY_VOID(supervise(folder, options, [&](cluster::Supervisor& supervisor) -> base::Result<void> {
    const Interrupt interrupt;
    JobView view(folder, common);
    const std::stop_token stop = interrupt.token();
    const auto over = supervisor.see_through(stop, [&](base::Nanoseconds time) { wait_for(time, stop); }, [&](const cluster::JobState& state) { view.show(state); });
    view.clear();
    if (!over) return tl::make_unexpected(over.error());
    outcome = outcome_of(supervisor.state().tasks);
    outcome.left = !*over;
    return {};
  }));
  const std::string& name = folder.spec().name;
  if (outcome.left) base::log_warning(fmt::format("{}: the tasks go on. chimera jobs attach {} comes back, chimera jobs cancel {} ends them", name, name, name));
  return outcome;
}

base::Result<JobOutcome> run_here(const cluster::JobFolder& folder) {
  TRY(const cluster::JobFolder::Lock lock, folder.lock());
  JobOutcome outcome;
  for (std::uint32_t task = 0; task < folder.spec().tasks.size(); ++task) {
    Attempt attempt = this_attempt();
    attempt.job = 0, attempt.node.clear();
    TRY(cluster::TaskResult result, do_task(folder, task, attempt));
    outcome.left = result.exit_code == static_cast<int>(ErrorKind::interrupted) && !result.complete;
    if (outcome.left) return outcome;
    if (result.complete) outcome.results.emplace(task, std::move(result));
    else outcome.failures.emplace(task, result.reason);
  }
  return outcome;
}

}  // namespace

std::string task_title(const cluster::JobFolder& folder, std::uint32_t task) {
  std::vector<std::string> items = folder.spec().tasks[task];
  constexpr std::size_t kShown = 6;
  const std::size_t more = items.size() > kShown ? items.size() - kShown : 0;
  items.resize(items.size() - more);
  return fmt::format("task {} ({}{})", task + 1, fmt::join(items, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

base::Result<cluster::JobFolder> begin_job(JobWish wish, const ExecutorOptions& options, bool resume) {
  const std::string path = options.job.empty() ? cluster::job_folder_of(wish.result) : options.job;
  if (cluster::JobFolder::exists(path)) {
    TRY(cluster::JobFolder folder, cluster::JobFolder::open(path));
    const std::string told = fmt::format("it was begun with: chimera {}", fmt::join(folder.spec().command, " "));
    if (!resume && options.job.empty()) return base::fail(ErrorKind::usage, fmt::format("{} is there already", path), fmt::format("--resume goes on with it, chimera jobs attach {} too; {}", folder.spec().name, told));
    if (!same_work(folder.spec(), wish)) return base::fail(ErrorKind::input, fmt::format("{} holds a job of other tasks", path), told);
    return folder;
  }
  TRY(cluster::JobSpec spec, spec_of(std::move(wish), options, path));
  if (options.executor == "slurm") TRY_VOID(ask_slurm(spec));
  TRY(cluster::JobFolder folder, cluster::JobFolder::create(path, std::move(spec)));
  remember_job(folder);
  base::log_info(fmt::format("{}: {} task{} in {}", folder.spec().name, folder.spec().tasks.size(), folder.spec().tasks.size() == 1 ? "" : "s", path));
  return folder;
}

base::Result<void> hand_in_job(const cluster::JobFolder& folder, const ExecutorOptions& options) {
  if (options.executor != "slurm") return {};
  return supervise(folder, options, [](cluster::Supervisor& supervisor) -> base::Result<void> {
    TRY(const cluster::JobState state, supervisor.look());
    const auto handed_in = supervisor.submit(state);
    // A controller that does not answer is waited for by whoever sees the job through.
    if (!handed_in && handed_in.error().kind != ErrorKind::engine) return tl::make_unexpected(handed_in.error());
    return {};
  });
}

base::Result<JobOutcome> run_job(const cluster::JobFolder& folder, const ExecutorOptions& options, const CommonOptions& common) {
  return options.executor == "slurm" ? run_on_slurm(folder, options, common) : run_here(folder);
}

base::Error tell_failures(const cluster::JobFolder& folder, const JobOutcome& outcome) {
  std::size_t told = 0;
  for (const auto& [task, reason] : outcome.failures) {
    if (told++ == kToldFailures) break;
    base::log_warning(fmt::format("{}: {}", task_title(folder, task), reason));
    for (const std::string& line : folder.last_lines(task, kToldLines)) base::log_warning("  | " + line);
  }
  return {ErrorKind::engine, fmt::format("{} of {} tasks failed", outcome.failures.size(), folder.spec().tasks.size()),
          fmt::format("chimera jobs show {} says why; --resume, or chimera jobs attach {} --retry, hands them in again", folder.spec().name, folder.spec().name)};
}

}  // namespace chimera::app
