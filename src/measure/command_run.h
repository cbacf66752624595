// Runs somebody's program once and takes down what it did: times, exit code, memory, output, telemetry.
//
// The program stays in the process group of the terminal, so that it may read from it. Its output goes to ours as it comes, and
// into files. SIGINT, SIGTERM, SIGHUP and SIGQUIT are passed on; whatever ends it, this comes back with what was seen.
// Threads: from the main thread, of which the program is told should we die; the sampler has one of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/telemetry.h"
#include "measure/spawn.h"
#include "measure/telemetry.h"

namespace chimera::measure {

struct CommandRunOptions {
  CommandLine command;
  std::string stdout_file;  // where its standard output is kept
  std::string stderr_file;
  int stdout_to = 1;        // and where it goes to, a descriptor
  int stderr_to = 2;
  std::uint64_t most_output = 1ULL << 30;  // bytes kept of each
  SamplerOptions sampler;
  std::string nvml_library = Nvml::kLibrary;
};

struct CapturedOutput {
  std::uint64_t bytes = 0;  // that the program wrote
  std::uint64_t kept = 0;   // in the file
  std::string problem;      // why not all was kept; empty: all was
};

struct CommandRun {
  base::Nanoseconds started = 0;  // wall clock
  base::Nanoseconds began = 0;    // steady
  base::Nanoseconds ended = 0;    // steady
  std::optional<int> exit_code;
  std::optional<int> signal;      // that ended it
  bool core_dumped = false;
  double user_s = 0;              // of it and all that it waited for
  double system_s = 0;
  // Of one process of it, the largest; absent where it may be our own from before the exec.
  std::optional<std::uint64_t> peak_rss_bytes;
  std::vector<int> passed_on;     // signals, in order
  CapturedOutput out;
  CapturedOutput err;
  std::vector<std::string> left_behind;  // "4711 (worker)": processes that it started and that go on
  core::Telemetry telemetry;
};

[[nodiscard]] tl::expected<CommandRun, CannotStart> run_command(const CommandRunOptions& options, const base::Clock& clock);

}  // namespace chimera::measure
