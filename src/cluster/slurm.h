// Slurm through its own programs: sbatch, squeue, scontrol, sinfo, scancel, and sacct where there is accounting.
//
// Keeps a reference. Threads: one at a time. Fails: input where Slurm is not there, usage where it refuses what was asked for (the partition is
// unknown, no permission, a limit), engine where it does not answer at the moment or writes what cannot be read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/command.h"
#include "cluster/slurm_output.h"

namespace chimera::cluster {

// What users say of where and how tasks run. Empty and 0: Slurm's default.
struct SlurmOptions {
  std::uint32_t nodes = 0;  // tasks that run at the same time, each on a node
  std::string partition;
  std::string gres;
  std::string time;
  std::string account;
  std::vector<std::string> extra;  // passed through, one option each: "--constraint=epyc"
};

// A usage error where a passed-through option is none, or one that is Chimera's own business (--array, --output, …).
[[nodiscard]] base::Result<void> check_extra(const std::vector<std::string>& extra);

struct Submission {
  std::string name;
  std::vector<std::uint32_t> indices;  // of the array, rising; not empty
  std::string folder;                  // in which tasks run
  std::string output;                  // file for what each writes; {index} stands for its index
  std::vector<std::string> script;     // a file, and the arguments that it is given
  std::vector<std::string> shape;      // what a task of this kind needs, before what the user says: --exclusive, …
  SlurmOptions options;
};

struct SlurmLimits {
  std::string version;              // "22.05.8"
  std::uint32_t array_size = 1001;  // an array's index is below it
  std::uint32_t job_count = 10000;  // tasks that Slurm keeps in mind
  bool accounting = false;          // sacct has something to say
};

class Slurm {
 public:
  explicit Slurm(CommandRunner& runner) : runner_(runner) {}

  [[nodiscard]] base::Result<SlurmLimits> limits();
  [[nodiscard]] base::Result<std::vector<Node>> nodes();
  // The job's number. The caller looks the name up before: Slurm does not mind two jobs of one name.
  [[nodiscard]] base::Result<std::uint64_t> submit(const Submission& submission);
  // What submit() would be refused for, without submitting; the script is not looked at.
  [[nodiscard]] base::Result<void> test(const Submission& submission);
  // All that Slurm still remembers of the jobs with these names, from the queue.
  [[nodiscard]] base::Result<std::vector<SlurmTask>> queue(const std::vector<std::string>& names);
  // The same from the accounts, which remember for longer and know later.
  [[nodiscard]] base::Result<std::vector<SlurmTask>> accounts(const std::vector<std::string>& names);
  // Jobs that are over already are passed over.
  [[nodiscard]] base::Result<void> cancel(const std::vector<std::uint64_t>& jobs);

 private:
  [[nodiscard]] base::Result<std::string> ask(const std::vector<std::string>& arguments);
  CommandRunner& runner_;
};

}  // namespace chimera::cluster
