// The command line: what can be typed, what it means, how it ends.
#pragma once

#include <string>
#include <vector>

namespace chimera::app {

// `arguments` without the program's name. Returns the exit code (docs/interfaces.md). Machine-readable output goes to
// standard output, everything else to standard error.
[[nodiscard]] int run_command_line(std::vector<std::string> arguments);

}  // namespace chimera::app
