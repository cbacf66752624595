// The user's interrupt (Ctrl-C, SIGINT, SIGTERM) as stop tokens, for commands that keep what was measured: the first asks to
// finish what is under way, the second to drop it.
//
// Takes the signals away from the handler of main() while it lives. Threads: waits in one of its own.
#pragma once

#include <stop_token>
#include <thread>

namespace chimera::app {

class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  [[nodiscard]] std::stop_token second() const { return second_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_source second_;
  int signals_ = -1;  // signalfd
  int wake_ = -1;     // eventfd
  std::thread waiter_;
};

}  // namespace chimera::app
