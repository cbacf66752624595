#include "cluster/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "measure/spawn.h"

namespace chimera::cluster {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

// Both ends of three pipes, closed when they go.
struct Pipes {
  std::array<int, 2> out{-1, -1};
  std::array<int, 2> err{-1, -1};
  std::array<int, 2> started{-1, -1};
  ~Pipes() {
    for (auto* pipe : {&out, &err, &started})
      for (int& end : *pipe) close_end(end);
  }
  static void close_end(int& end) {
    if (end >= 0) ::close(std::exchange(end, -1));
  }
  bool open() {
    return ::pipe2(out.data(), O_CLOEXEC) == 0 && ::pipe2(err.data(), O_CLOEXEC) == 0 && ::pipe2(started.data(), O_CLOEXEC) == 0;
  }
};

[[noreturn]] void become(const measure::PreparedCommand& prepared, const Pipes& pipes) {
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(pipes.out[1], STDOUT_FILENO);
  ::dup2(pipes.err[1], STDERR_FILENO);
  sigset_t mask;
  sigemptyset(&mask);
  prepared.exec(mask, pipes.started[1]);
}

// What is there to read, into `to`; false at the end.
bool take(int from, std::string& to) {
  char buffer[65536];
  const ssize_t got = ::read(from, buffer, sizeof buffer);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  to.append(buffer, static_cast<std::size_t>(got));
  return got > 0;
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

// Reads both pipes to their ends. False where that takes too long or gives too much.
bool read_all(Pipes& pipes, CommandOutput& output, base::Nanoseconds longest) {
  const base::SystemClock clock;
  const base::Nanoseconds end = clock.steady() + longest;
  while (pipes.out[0] >= 0 || pipes.err[0] >= 0) {
    const base::Nanoseconds left = end - clock.steady();
    if (left <= 0 || output.out.size() + output.err.size() > kMostBytes) return false;
    pollfd waits[2] = {{pipes.out[0], POLLIN, 0}, {pipes.err[0], POLLIN, 0}};  // poll passes over negative descriptors
    if (::poll(waits, 2, static_cast<int>(left / 1'000'000) + 1) <= 0) continue;
    if (waits[0].revents != 0 && !take(pipes.out[0], output.out)) Pipes::close_end(pipes.out[0]);
    if (waits[1].revents != 0 && !take(pipes.err[0], output.err)) Pipes::close_end(pipes.err[0]);
  }
  return true;
}

}  // namespace

base::Result<CommandOutput> SystemRunner::run(const std::vector<std::string>& arguments) {
  const auto prepared = measure::PreparedCommand::prepare({arguments, {{"LC_ALL", "C"}, {"SLURM_TIME_FORMAT", "%s"}}});
  if (!prepared) return tl::make_unexpected(prepared.error().error);
  Pipes pipes;
  if (!pipes.open()) return base::fail(base::ErrorKind::input, fmt::format("no pipe for {}: {}", arguments.front(), std::system_category().message(errno)));
  const pid_t child = ::fork();
  if (child < 0) return base::fail(base::ErrorKind::input, fmt::format("cannot start {}: {}", arguments.front(), std::system_category().message(errno)));
  if (child == 0) become(*prepared, pipes);
  for (auto* pipe : {&pipes.out, &pipes.err, &pipes.started}) Pipes::close_end((*pipe)[1]);
  const auto started = prepared->started(pipes.started[0]);
  CommandOutput output;
  const bool whole = started && read_all(pipes, output, longest_);
  if (!whole) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!started) return tl::make_unexpected(started.error().error);
  if (!whole) return base::fail(base::ErrorKind::engine, fmt::format("{} did not answer within {} s", arguments.front(), longest_ / 1'000'000'000), "is the cluster's controller well? scontrol ping");
  output.exit_code = exit_code_of(status);
  return output;
}

}  // namespace chimera::cluster
