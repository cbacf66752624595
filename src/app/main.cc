#include <csignal>
#include <string>
#include <vector>

#include "app/cli.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is a failed write, not a death
  return chimera::app::run_command_line(std::vector<std::string>(argv + 1, argv + argc));
}
