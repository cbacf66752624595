// A program run to its end without a shell, and what it wrote: how Slurm is talked to. An interface, so that tests can answer
// in Slurm's place.
//
// Fails: input where the program is not there or cannot be run, engine where it does not end in time. Threads: one at a time.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace chimera::cluster {

struct CommandOutput {
  int exit_code = 0;  // 128 + N where signal N ended it
  std::string out;    // at most 64 MiB; more is an error
  std::string err;
};

class CommandRunner {
 public:
  virtual ~CommandRunner() = default;
  // The program first; nothing is interpreted by a shell. Fails not where the program does: its exit code says so.
  [[nodiscard]] virtual base::Result<CommandOutput> run(const std::vector<std::string>& arguments) = 0;
};

// In a process group of its own, so that Ctrl-C in the terminal does not end a submission half way; with LC_ALL=C and
// SLURM_TIME_FORMAT=%s, so that what is written can be read.
class SystemRunner final : public CommandRunner {
 public:
  explicit SystemRunner(base::Nanoseconds longest = 60'000'000'000) : longest_(longest) {}
  [[nodiscard]] base::Result<CommandOutput> run(const std::vector<std::string>& arguments) override;

 private:
  base::Nanoseconds longest_;
};

}  // namespace chimera::cluster
