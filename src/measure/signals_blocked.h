// No signal is taken in this thread while it lives. Threads that a foreign library starts meanwhile inherit that, so that they never
// take a signal that is meant for this program: one that did swallowed the end of a child that we waited for.
#pragma once

#include <pthread.h>

#include <csignal>

namespace chimera::measure {

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace chimera::measure
