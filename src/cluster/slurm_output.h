// What Slurm's programs write, as values. Nothing in it is trusted: a line that does not have the form that was asked for is an
// error, a word that is not known stays a word.
//
// Formats are those that were asked for with -O and --format, fields separated by '|' (Slurm 21.08 and later). Threads: pure functions.
// Fails: engine, with the line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace chimera::cluster {

enum class SlurmState { pending, running, completed, failed, cancelled, timed_out, out_of_memory, node_failed, preempted, other };
[[nodiscard]] SlurmState state_of(std::string_view written);  // "CANCELLED by 1000" and "NODE_FAIL" too
// It is over: nothing of it runs, nor will without a new submission.
[[nodiscard]] bool is_over(SlurmState state);

// One task of an array as Slurm sees it.
struct SlurmTask {
  std::uint64_t job = 0;    // of the array
  std::uint32_t index = 0;  // in the array
  std::string name;         // of the job
  SlurmState state = SlurmState::other;
  std::string written;      // the state in Slurm's word
  int exit_code = 0;
  int signal = 0;           // that ended it; 0: none
  unsigned restarts = 0;
  std::string node;         // empty: none yet
  std::string reason;       // empty: none
};

inline constexpr const char* kQueueFormat = "JobArrayID:|,Name:|,State:|,exit_code:|,RestartCnt:|,NodeList:|,Reason:|";
[[nodiscard]] base::Result<std::vector<SlurmTask>> parse_queue(std::string_view text);  // squeue -h -r -O
inline constexpr const char* kAccountFormat = "JobID,JobName,State,ExitCode,NodeList";
// sacct -X -n -P. Tasks that never ran stand together as "12_[4-8]" and are taken apart.
[[nodiscard]] base::Result<std::vector<SlurmTask>> parse_accounts(std::string_view text);

// The answer of sbatch --parsable: "12" or "12;cluster".
[[nodiscard]] base::Result<std::uint64_t> parse_job_id(std::string_view text);

// The lines "Key = value" of scontrol show config; absent where there is no such key.
[[nodiscard]] std::optional<std::string> config_value(std::string_view text, std::string_view key);

struct Node {
  std::string name;
  std::string state;      // "idle", "allocated", "down*", …
  std::string partition;
  std::uint32_t cpus = 0;
  std::uint64_t memory_mib = 0;
  std::string gres;       // empty: none
  [[nodiscard]] bool usable() const;  // up, or will be
};
inline constexpr const char* kNodeFormat = "NodeList:|,StateLong:|,PartitionName:|,CPUs:|,Memory:|,Gres:|";
[[nodiscard]] base::Result<std::vector<Node>> parse_nodes(std::string_view text);  // sinfo -h -N -O

// "0-2,5" for array indices that rise; empty for none.
[[nodiscard]] std::string index_list(const std::vector<std::uint32_t>& indices);
// The reverse, also with the "%4" of a limit behind it; an error where it is none, or names more than a million.
[[nodiscard]] base::Result<std::vector<std::uint32_t>> parse_index_list(std::string_view text);

// What an error output says, without the program's name before each line: "invalid partition specified: nope".
[[nodiscard]] std::string complaint(std::string_view err);
// The controller or the database does not answer at the moment, rather than refuse.
[[nodiscard]] bool says_unreachable(std::string_view err);

}  // namespace chimera::cluster
