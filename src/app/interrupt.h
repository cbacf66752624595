// The user's interrupt (Ctrl-C, SIGINT, SIGTERM) as a stop token, for commands that keep what was measured.
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

 private:
  std::stop_source source_;
  int signals_ = -1;  // signalfd
  int wake_ = -1;     // eventfd
  std::thread waiter_;
};

}  // namespace chimera::app
