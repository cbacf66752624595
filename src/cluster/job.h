// A piece of work cut into tasks that run wherever Slurm puts them, as a folder on the shared file system:
//
//   job.json                 what is to be done, written once
//   submissions.jsonl        what was handed to Slurm, a line each
//   tasks/7.result.json      how task 7 ended: the truth, whatever Slurm says or forgets
//   tasks/7.<attempt>.*      what one attempt at task 7 made
//   tasks/g0.7.out           what task 7 wrote to its terminal
//
// A task may run twice at the same time, where a node was lost that still works. So every attempt has files of its own, and a
// result names its attempt's: whichever is there last is whole. Files appear under their names when they are complete.
//
// Fails: input, with the file. Threads: one at a time; processes on several nodes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cluster/slurm.h"

namespace chimera::cluster {

struct JobSpec {
  std::string name;      // Slurm knows its arrays as NAME.0, NAME.1, …
  std::string executor = "slurm";  // local: its tasks are done where it was begun
  std::string kind;      // bench, tune, ingest; probe: does nothing but say where it ran
  std::string program;   // "chimera 0.1.0": tasks are done by the same
  std::string executable;
  std::string folder;    // in which it was called, and tasks run
  std::string result;    // the file that is made of all tasks
  std::vector<std::string> command;  // behind the program's name
  base::Nanoseconds created = 0;
  std::uint32_t group = 1000;        // tasks of one array: less than Slurm's MaxArraySize
  std::vector<std::string> shape;    // options of sbatch that this kind of work needs
  SlurmOptions slurm;
  std::vector<std::vector<std::string>> tasks;  // what each is about: labels of trials, paths of files
};

// How an attempt at a task ended.
struct TaskResult {
  std::uint32_t task = 0;
  std::string attempt;   // <job>.<restart>.<node>.<process>: no two are equal
  std::uint64_t job = 0;  // of Slurm; 0: none
  std::string node;
  std::string machine;   // fingerprint; empty: not told
  base::Nanoseconds started = 0;
  base::Nanoseconds ended = 0;
  int exit_code = 0;
  bool complete = false;  // there is nothing left to do, whatever the exit code
  std::string file;       // in tasks/, that it made; empty: none
  std::string reason;     // why it is not complete
};

struct SubmittedArray {
  std::uint64_t job = 0;
  std::uint32_t group = 0;
  std::vector<std::uint32_t> tasks;
  base::Nanoseconds at = 0;
};

// Replaces `path` in one step, through a file whose name no other process on any node uses. Synced before it is renamed.
[[nodiscard]] base::Result<void> publish(const std::string& path, std::string_view bytes);

// "x.job" for "x.jsonl", beside it.
[[nodiscard]] std::string job_folder_of(const std::string& result);

class JobFolder {
 public:
  // Writes job.json into a new folder, and the script that tasks begin with. An error where there is a job already.
  [[nodiscard]] static base::Result<JobFolder> create(const std::string& path, JobSpec spec);
  [[nodiscard]] static base::Result<JobFolder> open(const std::string& path);
  [[nodiscard]] static bool exists(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }  // absolute
  [[nodiscard]] const JobSpec& spec() const { return spec_; }
  [[nodiscard]] std::string script() const { return path_ + "/run.sh"; }
  [[nodiscard]] std::string task_file(std::uint32_t task, const std::string& attempt, const std::string& ending) const;
  [[nodiscard]] std::string output_file(std::uint32_t task) const;
  [[nodiscard]] std::uint32_t groups() const;
  [[nodiscard]] std::string array_name(std::uint32_t group) const;
  // The names of all its arrays; and which task a row of the queue is about, absent where it is no row of this job.
  [[nodiscard]] std::vector<std::string> array_names() const;
  [[nodiscard]] std::optional<std::uint32_t> task_of(const SlurmTask& row) const;

  [[nodiscard]] base::Result<void> note(const SubmittedArray& array) const;
  [[nodiscard]] base::Result<std::vector<SubmittedArray>> submitted() const;
  // A complete result stays; one that is not gives way to any other.
  [[nodiscard]] base::Result<void> put(const TaskResult& result) const;
  [[nodiscard]] base::Result<std::optional<TaskResult>> result(std::uint32_t task) const;
  [[nodiscard]] base::Result<std::map<std::uint32_t, TaskResult>> results() const;
  // The end of what a task wrote, at most so many lines; empty where it wrote nothing.
  [[nodiscard]] std::vector<std::string> last_lines(std::uint32_t task, std::size_t most) const;

  // One process at a time submits. An input error where another one does now; the lock ends with the value.
  class Lock {
   public:
    Lock(Lock&& other) noexcept;
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    friend class JobFolder;
    explicit Lock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
  };
  [[nodiscard]] base::Result<Lock> lock() const;

 private:
  JobFolder(std::string path, JobSpec spec) : path_(std::move(path)), spec_(std::move(spec)) {}
  std::string path_;
  JobSpec spec_;
};

}  // namespace chimera::cluster
