#include "measure/command_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "measure/proc.h"

namespace chimera::measure {
namespace {

constexpr int kReapMs = 250;                             // between looks whether it has ended, should SIGCHLD be lost to a thread of a library
constexpr int kDrainMs = 200;                            // without output, before it counts as over
constexpr base::Nanoseconds kDrainLongest = 2'000'000'000;  // processes that were left behind may write for ever

std::string reason_of(int error) { return std::system_category().message(error); }

// A descriptor that is closed with it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  ~Descriptor() { close(); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};
base::Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::fail(base::ErrorKind::input, fmt::format("cannot make a pipe: {}", reason_of(errno)));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

bool write_all(int fd, const char* from, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, from, size);
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) return false;
    from += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// One stream of the program: from its pipe to a descriptor of ours and into a file.
class Stream {
 public:
  Stream(Descriptor from, int to, const std::string& file, std::uint64_t most) : from_(std::move(from)), to_(to), most_(most) {
    file_ = Descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file_.get() < 0) seen_.problem = fmt::format("cannot write {}: {}", file, reason_of(errno));
  }
  [[nodiscard]] int fd() const { return from_.get(); }  // -1: it is over
  [[nodiscard]] const CapturedOutput& seen() const { return seen_; }

  void take() {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(from_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) return from_.close();
    const auto size = static_cast<std::size_t>(got);
    seen_.bytes += size;
    keep(buffer.data(), size);
    // Where our reader went away, the program is to see what it would have seen without us: a pipe that nobody reads.
    if (!write_all(to_, buffer.data(), size) && errno == EPIPE) from_.close();
  }

 private:
  void keep(const char* bytes, std::size_t size) {
    if (!seen_.problem.empty()) return;
    const std::size_t fits = static_cast<std::size_t>(std::min<std::uint64_t>(size, most_ - seen_.kept));
    if (!write_all(file_.get(), bytes, fits)) {
      seen_.problem = fmt::format("its output could not be kept beyond {} bytes: {}", seen_.kept, reason_of(errno));
      return;
    }
    seen_.kept += fits;
    if (fits < size) seen_.problem = fmt::format("its output was kept up to {} bytes alone", most_);
  }

  Descriptor from_;
  int to_;
  Descriptor file_;
  std::uint64_t most_;
  CapturedOutput seen_;
};

// Signals come through a descriptor while it lives; the mask from before is given to the program.
class SignalWatch {
 public:
  SignalWatch() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
    fd_ = Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch() {
    signalfd_siginfo info{};  // taken, or it would come again when the mask is gone
    while (::read(fd_.get(), &info, sizeof info) > 0) continue;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const sigset_t& before() const { return before_; }

 private:
  sigset_t before_{};
  Descriptor fd_;
};

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; }

class Runner {
 public:
  Runner(const CommandRunOptions& options, const base::Clock& clock) : options_(options), clock_(clock) {}

  tl::expected<CommandRun, CannotStart> run() {
    auto prepared = PreparedCommand::prepare(options_.command);
    if (!prepared) return tl::make_unexpected(prepared.error());
    auto out = make_pipe();
    auto err = make_pipe();
    auto report = make_pipe();
    for (const auto* pipe : {&out, &err, &report})
      if (!*pipe) return tl::make_unexpected(CannotStart{pipe->error(), 126});
    ::prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);  // what it leaves behind becomes ours, and so is seen
    own_rss_ = own_rss();
    run_.started = clock_.wall();
    run_.began = clock_.steady();
    const int parent = ::getpid();
    child_ = ::fork();
    if (child_ == 0) become(*prepared, parent, out->write.get(), err->write.get(), report->write.get());
    if (child_ < 0) return tl::make_unexpected(CannotStart{{base::ErrorKind::input, fmt::format("cannot start a process: {}", reason_of(errno)), ""}, 126});
    out->write.close();
    err->write.close();
    report->write.close();
    if (auto started = prepared->started(report->read.get()); !started) {
      ::waitpid(child_, nullptr, 0);
      return tl::make_unexpected(started.error());
    }
    watch(std::move(out->read), std::move(err->read));
    return std::move(run_);
  }

 private:
  [[noreturn]] void become(const PreparedCommand& prepared, int parent, int out, int err, int report) const {
    ::prctl(PR_SET_PDEATHSIG, static_cast<long>(SIGTERM), 0L, 0L, 0L);
    if (::getppid() != parent) ::_exit(127);  // we died before that was in force
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    prepared.exec(signals_.before(), report);
  }

  static std::uint64_t own_rss() {
    const auto status = Proc().text("/proc/self/status");
    const auto peak = status ? field(*status, "VmHWM") : std::nullopt;
    return peak ? leading_number(*peak).value_or(0) * 1024 : 0;
  }

  void watch(Descriptor out_pipe, Descriptor err_pipe) {
    Stream out(std::move(out_pipe), options_.stdout_to, options_.stdout_file, options_.most_output);
    Stream err(std::move(err_pipe), options_.stderr_to, options_.stderr_file, options_.most_output);
    Watched watched;
    watched.root_process = ProcessTree::Root::left_out;
    watched.nvml_library = options_.nvml_library;
    const auto sampler = start_sampler(watched, options_.sampler, clock_);
    while (!ended_) {
      step(out, err, kReapMs);
      reap();
    }
    run_.telemetry = sampler->stop();
    left_behind();
    while ((out.fd() >= 0 || err.fd() >= 0) && step(out, err, kDrainMs))
      if (!run_.left_behind.empty() && clock_.steady() - run_.ended > kDrainLongest) break;
    run_.out = out.seen();
    run_.err = err.seen();
  }

  // Waits for something to happen and sees to it; false where nothing did in time.
  bool step(Stream& out, Stream& err, int timeout_ms) {
    std::array<pollfd, 3> waits = {{{signals_.fd(), POLLIN, 0}, {out.fd(), POLLIN, 0}, {err.fd(), POLLIN, 0}}};
    const int ready = ::poll(waits.data(), waits.size(), timeout_ms);
    if (ready < 0) return errno == EINTR;
    if (waits[1].revents != 0) out.take();
    if (waits[2].revents != 0) err.take();
    if (waits[0].revents != 0) take_signals();
    return ready > 0;
  }

  void take_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.fd(), &info, sizeof info) > 0) {
      const auto signal = static_cast<int>(info.ssi_signo);
      if (signal == SIGCHLD) {
        reap();
        continue;
      }
      run_.passed_on.push_back(signal);
      // From the terminal (SI_KERNEL) it has the signal already: it is in the same process group.
      if (!ended_ && info.ssi_code != SI_KERNEL) ::kill(child_, signal);
    }
  }

  // Every child that has ended, those among them that our program left behind.
  void reap() {
    int status = 0;
    rusage usage{};
    pid_t ended = 0;
    while ((ended = ::wait4(-1, &status, WNOHANG, &usage)) > 0) {
      if (ended != child_) continue;
      run_.ended = clock_.steady();
      ended_ = true;
      if (WIFEXITED(status)) run_.exit_code = WEXITSTATUS(status);
      if (WIFSIGNALED(status)) run_.signal = WTERMSIG(status);
      run_.core_dumped = WIFSIGNALED(status) && WCOREDUMP(status);
      run_.user_s = seconds(usage.ru_utime);
      run_.system_s = seconds(usage.ru_stime);
      // The kernel counts from the fork on, when the memory was still ours.
      const std::uint64_t peak = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
      if (peak > own_rss_) run_.peak_rss_bytes = peak;
    }
  }

  void left_behind() {
    const Proc proc;
    ProcessTree tree(proc, ::getpid(), ProcessTree::Root::left_out);
    (void)tree.use();
    for (const int pid : tree.pids()) run_.left_behind.push_back(fmt::format("{} ({})", pid, proc.text(fmt::format("/proc/{}/comm", pid)).value_or("ended")));
  }

  const CommandRunOptions& options_;
  const base::Clock& clock_;
  SignalWatch signals_;
  CommandRun run_;
  std::uint64_t own_rss_ = 0;
  pid_t child_ = -1;
  bool ended_ = false;
};

}  // namespace

tl::expected<CommandRun, CannotStart> run_command(const CommandRunOptions& options, const base::Clock& clock) { return Runner(options, clock).run(); }

}  // namespace chimera::measure
