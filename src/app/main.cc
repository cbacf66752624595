#include <unistd.h>

#ifdef CHIMERA_MIMALLOC
#include <mimalloc.h>
#endif

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

// What a thread allocates first lies on huge pages too (base/huge_pages.h), for which its memory must not be mapped piece by piece.
void map_whole() {
#if defined(CHIMERA_MIMALLOC) && MI_MALLOC_VERSION < 300
  mi_option_set(mi_option_eager_commit_delay, 0);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  map_whole();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is a failed write, not a death
  std::signal(SIGXFSZ, SIG_IGN);  // so is a file that may not grow any further
  std::signal(SIGINT, interrupted);
  return chimera::app::run_command_line(std::vector<std::string>(argv + 1, argv + argc));
}
