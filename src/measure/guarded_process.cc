#include "measure/guarded_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace chimera::measure {
namespace {

struct Pipes {
  std::array<int, 2> control{-1, -1};
  std::array<int, 2> report{-1, -1};
  std::array<int, 2> started{-1, -1};
  void close_all() const {
    for (const auto* pipe : {&control, &report, &started})
      for (const int end : *pipe)
        if (end >= 0) ::close(end);
  }
};

void close_end(int& end) {
  if (end >= 0) ::close(std::exchange(end, -1));
}

// What follows runs in the guard, where nothing may be allocated.

// Kills the children of this process, which takes over the orphans of those it killed, until there is none.
void kill_all_below() {
  char path[64];
  char* at = path + sizeof "/proc/self/task/" - 1;
  std::memcpy(path, "/proc/self/task/", sizeof "/proc/self/task/" - 1);
  char digits[16];
  int count = 0;
  for (auto rest = static_cast<unsigned>(::getpid()); rest > 0; rest /= 10) digits[count++] = static_cast<char>('0' + rest % 10);
  while (count > 0) *at++ = digits[--count];
  std::memcpy(at, "/children", sizeof "/children");
  for (int round = 0; round < 1000; ++round) {
    char text[4096];
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t size = file < 0 ? 0 : ::read(file, text, sizeof text);
    if (file >= 0) ::close(file);
    int pid = 0;
    for (ssize_t i = 0; i < size; ++i) {
      if (text[i] >= '0' && text[i] <= '9') {
        pid = pid * 10 + (text[i] - '0');
      } else if (pid > 0) {
        ::kill(pid, SIGKILL);
        pid = 0;
      }
    }
    if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
  }
}

struct Guard {
  const PreparedCommand& prepared;
  Pipes pipes;
  int output;
  sigset_t mask;

  [[noreturn]] void run() {
    ::setpgid(0, 0);  // Ctrl-C in the terminal is not for us
    ::prctl(PR_SET_NAME, "chimera-guard", 0L, 0L, 0L);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    const int signals = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    const int guard = ::getpid();
    const pid_t program = ::fork();
    if (program == 0) become(guard);
    [[maybe_unused]] auto written = ::write(pipes.report[1], &program, sizeof program);
    close_others(signals);
    watch(program, signals);
    ::kill(-program, SIGKILL);
    kill_all_below();
    ::_exit(0);
  }

  [[noreturn]] void become(int guard) const {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, static_cast<long>(SIGKILL), 0L, 0L, 0L);
    if (::getppid() != guard) ::_exit(127);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    prepared.exec(mask, pipes.started[1]);
  }

  // Locks and pipes of the program that we came from would live as long as we do.
  void close_others(int signals) const {
    const int keep[] = {pipes.control[0], pipes.report[1], signals};
    for (int fd = 0; fd < 65536; ++fd) {
      if (fd == keep[0] || fd == keep[1] || fd == keep[2]) continue;
      const int next = fd > keep[0] && fd > keep[1] && fd > keep[2] ? fd : -1;
      if (next >= 0 && ::syscall(SYS_close_range, static_cast<unsigned>(next), ~0U, 0U) == 0) return;
      ::close(fd);
    }
  }

  // Until the program has ended, of which it tells, or our maker has.
  void watch(pid_t program, int signals) const {
    while (true) {
      pollfd waits[2] = {{pipes.control[0], POLLIN, 0}, {signals, POLLIN, 0}};
      if (::poll(waits, 2, -1) < 0) continue;
      signalfd_siginfo info{};
      while (::read(signals, &info, sizeof info) > 0) continue;
      int status = 0;
      pid_t ended = 0;
      while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0) {
        if (ended != program) continue;
        [[maybe_unused]] const auto written = ::write(pipes.report[1], &status, sizeof status);
        return;
      }
      if (waits[0].revents == 0) continue;
      unsigned char number = 0;
      if (::read(pipes.control[0], &number, 1) != 1) return;
      ::kill(-program, number);
    }
  }
};

}  // namespace

std::string describe(const ProcessEnd& end) {
  if (!end.signal) return fmt::format("exit code {}", end.exit_code.value_or(0));
  const char* name = ::sigabbrev_np(*end.signal);
  return name == nullptr ? fmt::format("ended by signal {}", *end.signal) : fmt::format("ended by SIG{}", name);
}

tl::expected<GuardedProcess, CannotStart> GuardedProcess::start(const CommandLine& command, int output) {
  auto prepared = PreparedCommand::prepare(command);
  if (!prepared) return tl::make_unexpected(prepared.error());
  Pipes pipes;
  for (auto* pipe : {&pipes.control, &pipes.report, &pipes.started})
    if (::pipe2(pipe->data(), O_CLOEXEC) != 0) {
      pipes.close_all();
      return tl::make_unexpected(CannotStart{{base::ErrorKind::input, fmt::format("cannot make a pipe: {}", std::system_category().message(errno)), ""}, 126});
    }
  sigset_t mask;
  sigemptyset(&mask);  // not ours: a program that waits for signals elsewhere has blocked SIGTERM, by which this one is ended
  Guard guard{*prepared, pipes, output, mask};
  GuardedProcess process;
  process.guard_ = ::fork();
  if (process.guard_ == 0) guard.run();
  close_end(pipes.control[0]);
  close_end(pipes.report[1]);
  close_end(pipes.started[1]);
  process.control_ = std::exchange(pipes.control[1], -1);
  process.report_ = std::exchange(pipes.report[0], -1);
  tl::expected<void, CannotStart> started = tl::make_unexpected(CannotStart{{base::ErrorKind::input, "cannot start a process", ""}, 126});
  if (process.guard_ > 0 && ::read(process.report_, &process.pid_, sizeof process.pid_) == static_cast<ssize_t>(sizeof process.pid_) && process.pid_ > 0) started = prepared->started(pipes.started[0]);
  close_end(pipes.started[0]);
  if (!started) return tl::make_unexpected(started.error());
  return process;
}

GuardedProcess::GuardedProcess(GuardedProcess&& other) noexcept
    : guard_(std::exchange(other.guard_, -1)), pid_(std::exchange(other.pid_, -1)), control_(std::exchange(other.control_, -1)), report_(std::exchange(other.report_, -1)), end_(other.end_) {}

GuardedProcess::~GuardedProcess() {
  close_end(control_);  // at which the guard kills what is left
  if (guard_ > 0)
    while (::waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) continue;
  close_end(report_);
}

std::optional<ProcessEnd> GuardedProcess::ended(base::Nanoseconds wait) {
  if (end_) return end_;
  pollfd waits{report_, POLLIN, 0};
  if (::poll(&waits, 1, static_cast<int>(std::min<base::Nanoseconds>((wait + 999'999) / 1'000'000, 1'000'000'000))) <= 0) return std::nullopt;
  int status = 0;
  if (::read(report_, &status, sizeof status) != static_cast<ssize_t>(sizeof status)) status = SIGKILL;  // the guard itself was killed, and the program with it
  end_ = ProcessEnd{};
  if (WIFEXITED(status)) end_->exit_code = WEXITSTATUS(status);
  else end_->signal = WTERMSIG(status);
  return end_;
}

void GuardedProcess::signal(int number) {
  const auto byte = static_cast<unsigned char>(number);
  if (control_ >= 0 && !end_)
    while (::write(control_, &byte, 1) < 0 && errno == EINTR) continue;
}

void GuardedProcess::stop(base::Nanoseconds grace) {
  signal(SIGTERM);
  if (!ended(grace)) signal(SIGKILL);
  (void)ended(10'000'000'000);
}

}  // namespace chimera::measure
