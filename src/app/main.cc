#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "app/cli.h"

namespace {

// Outputs are replaced in one step when they are whole, so there is nothing to undo: the old ones still stand.
void interrupted(int) {
  constexpr char kMessage[] = "\nchimera: interrupted\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  ::_exit(130);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is a failed write, not a death
  std::signal(SIGXFSZ, SIG_IGN);  // so is a file that may not grow any further
  std::signal(SIGINT, interrupted);
  return chimera::app::run_command_line(std::vector<std::string>(argv + 1, argv + argc));
}
