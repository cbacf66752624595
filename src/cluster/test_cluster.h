// A Slurm of three variables for tests of what talks to it: it takes jobs, forgets them, and does not answer, as it is told.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cluster/job.h"
#include "cluster/supervisor.h"

namespace chimera::cluster {

class FakeSlurm final : public CommandRunner {
 public:
  [[nodiscard]] base::Result<CommandOutput> run(const std::vector<std::string>& arguments) override {
    calls.push_back(arguments);
    if (!answers) return CommandOutput{1, "", arguments[0] + ": error: Unable to contact slurm controller (connect failure)\n"};
    if (arguments[0] == "sbatch") return submit(arguments);
    if (arguments[0] == "squeue") return CommandOutput{0, queue(), ""};
    if (arguments[0] == "scancel") {
      for (SlurmTask& task : tasks) task.written = "CANCELLED";
      return CommandOutput{};
    }
    return CommandOutput{1, "", "error: not known to this one\n"};
  }

  // Puts the tasks of this job and index into that state.
  void set(std::uint32_t index, const std::string& state, int signal = 0) {
    for (SlurmTask& task : tasks)
      if (task.index == index) task.written = state, task.signal = signal, task.node = "n1";
  }
  [[nodiscard]] std::size_t submissions() const {
    std::size_t count = 0;
    for (const auto& call : calls) count += call[0] == "sbatch" ? 1 : 0;
    return count;
  }

  bool answers = true;
  std::string refusal;           // of sbatch
  bool takes_without_answer = false;  // the next job is taken, and its answer lost
  std::vector<SlurmTask> tasks;  // `written` is the state
  std::vector<std::vector<std::string>> calls;

 private:
  static std::string value(const std::vector<std::string>& arguments, const std::string& option) {
    for (const std::string& argument : arguments)
      if (argument.rfind(option + "=", 0) == 0) return argument.substr(option.size() + 1);
    return {};
  }
  base::Result<CommandOutput> submit(const std::vector<std::string>& arguments) {
    if (!refusal.empty()) return CommandOutput{1, "", "sbatch: error: " + refusal + "\n"};
    ++last_;
    const auto indices = parse_index_list(value(arguments, "--array"));
    if (!indices) return CommandOutput{1, "", "sbatch: error: Invalid job array specification\n"};
    for (const std::uint32_t index : *indices) {
      SlurmTask task;
      task.job = last_, task.index = index, task.name = value(arguments, "--job-name"), task.written = "PENDING";
      tasks.push_back(task);
    }
    if (std::exchange(takes_without_answer, false)) return CommandOutput{1, "", "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n"};
    return CommandOutput{0, std::to_string(last_) + "\n", ""};
  }
  [[nodiscard]] std::string queue() const {
    std::string text;
    for (const SlurmTask& task : tasks)
      text += std::to_string(task.job) + "_" + std::to_string(task.index) + "|" + task.name + "|" + task.written + "|" + std::to_string(task.exit_code) + ":" + std::to_string(task.signal) + "|" +
              std::to_string(task.restarts) + "|" + task.node + "|None|\n";
    return text;
  }
  std::uint64_t last_ = 10;
};

// A job's folder in a temporary one.
class TemporaryJob {
 public:
  explicit TemporaryJob(std::size_t tasks, std::uint32_t group = 1000) {
    std::string name = (std::filesystem::temp_directory_path() / "chimera_job.XXXXXX").string();
    place_ = ::mkdtemp(name.data());
    JobSpec spec;
    spec.name = "chimera-0123abcd", spec.kind = "bench", spec.program = "chimera 0.0.0", spec.executable = "/bin/true", spec.folder = place_, spec.result = place_ + "/log.jsonl";
    spec.command = {"bench", "--set", "threads=1,2"};
    spec.group = group;
    for (std::size_t i = 0; i < tasks; ++i) spec.tasks.push_back({"t1", "t" + std::to_string(i + 2)});
    folder_.emplace(*JobFolder::create(place_ + "/log.job", std::move(spec)));
  }
  TemporaryJob(const TemporaryJob&) = delete;
  TemporaryJob& operator=(const TemporaryJob&) = delete;
  ~TemporaryJob() { std::filesystem::remove_all(place_); }

  [[nodiscard]] const JobFolder& folder() const { return *folder_; }
  void finish(std::uint32_t task, bool complete = true) const {
    TaskResult result;
    result.task = task, result.attempt = "a", result.complete = complete, result.exit_code = complete ? 0 : 4;
    if (!complete) result.reason = "the engine is gone";
    static_cast<void>(folder_->put(result));
  }

 private:
  std::string place_;
  std::optional<JobFolder> folder_;
};

}  // namespace chimera::cluster
