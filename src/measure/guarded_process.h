// A program that cannot outlive us: a small process of ours stands between, and when we are gone, however that came about, it
// kills the program and everything that the program started, in whatever group or session.
//
// Owns both processes. Threads: one at a time. The guard is forked and not executed, so between its fork and its end it calls
// nothing but the system.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "measure/spawn.h"

namespace chimera::measure {

struct ProcessEnd {
  std::optional<int> exit_code;
  std::optional<int> signal;
};
[[nodiscard]] std::string describe(const ProcessEnd& end);  // "exit code 1", "ended by SIGSEGV"

class GuardedProcess {
 public:
  // Standard output and error go to `output`, a descriptor; standard input is empty.
  [[nodiscard]] static tl::expected<GuardedProcess, CannotStart> start(const CommandLine& command, int output);
  GuardedProcess(GuardedProcess&& other) noexcept;
  GuardedProcess& operator=(GuardedProcess&&) = delete;
  // Kills what still runs.
  ~GuardedProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Waits so long for its end; absent where it goes on. Once it has ended, what it left behind is killed too.
  [[nodiscard]] std::optional<ProcessEnd> ended(base::Nanoseconds wait);
  // To its process group.
  void signal(int number);
  // SIGTERM, and SIGKILL where it has not ended after `grace`.
  void stop(base::Nanoseconds grace);

 private:
  GuardedProcess() = default;
  pid_t guard_ = -1;
  pid_t pid_ = -1;
  int control_ = -1;  // a byte is a signal to pass on; its end is ours
  int report_ = -1;   // the program's end
  std::optional<ProcessEnd> end_;
};

}  // namespace chimera::measure
