#include "app/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>

namespace chimera::app {
namespace {

sigset_t interrupting() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = interrupting();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  waiter_ = std::thread([this] {
    pollfd waits[2] = {{signals_, POLLIN, 0}, {wake_, POLLIN, 0}};
    while ((waits[1].revents & POLLIN) == 0) {
      if (::poll(waits, 2, -1) < 0) continue;
      signalfd_siginfo taken{};  // or it would still be pending when the signals are given back
      if ((waits[0].revents & POLLIN) == 0 || ::read(signals_, &taken, sizeof taken) <= 0) continue;
      if (!source_.request_stop()) second_.request_stop();
    }
  });
}

Interrupt::~Interrupt() {
  constexpr std::uint64_t kOne = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &kOne, sizeof kOne);
  waiter_.join();
  ::close(signals_);
  ::close(wake_);
  const sigset_t set = interrupting();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace chimera::app
