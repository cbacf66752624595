// A program made ready to be started: found on PATH, its arguments and environment laid out before fork(), because the child
// of a process with threads may allocate nothing.
//
// Fails: with exit codes as a shell gives them, see CannotStart.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace chimera::measure {

struct CommandLine {
  std::vector<std::string> arguments;  // the program first; nothing is interpreted by a shell
  std::vector<std::pair<std::string, std::string>> environment;  // beside and before this process's own
};

// "python3 'my script.py' --n 3": as a shell would read it back.
[[nodiscard]] std::string quoted(const std::vector<std::string>& arguments);

struct CannotStart {
  base::Error error;
  int exit_code = 127;  // 127: there is no such program; 126: there is, but it cannot be run
};

class PreparedCommand {
 public:
  [[nodiscard]] static tl::expected<PreparedCommand, CannotStart> prepare(const CommandLine& command);
  PreparedCommand(PreparedCommand&&) noexcept;
  PreparedCommand& operator=(PreparedCommand&&) noexcept;
  ~PreparedCommand();

  [[nodiscard]] const std::string& program() const;  // the file that runs
  // In the child: gives signals that this program ignores their usual effect, sets this mask, and runs the program. Where that fails, writes errno
  // to `report` (a pipe that closes on exec) and ends with 127.
  [[noreturn]] void exec(const sigset_t& mask, int report) const noexcept;
  // In the parent: what exec() told. Blocks until the program runs or did not.
  [[nodiscard]] tl::expected<void, CannotStart> started(int report) const;

 private:
  struct Parts;
  explicit PreparedCommand(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace chimera::measure
