// chimera run: any program, with its times, memory, output, machine and telemetry in a trial log.
#pragma once

#include <string>
#include <vector>

#include "app/commands.h"

namespace chimera::app {

struct RunCommand {
  std::string name;
  std::string log;  // empty: chimera-runs/<time>.jsonl
  bool ncu = false;
  double hz = 10;   // of the telemetry
  std::vector<std::string> command;
};
// The exit code is the program's: 128 + N where signal N ended it, 127 where there is no such program, 126 where it cannot be
// run. Another one only where the program could not be started or its record could not be written.
[[nodiscard]] int run_command(const RunCommand& command, const CommonOptions& common);

}  // namespace chimera::app
