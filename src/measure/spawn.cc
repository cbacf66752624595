#include "measure/spawn.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace chimera::measure {
namespace {

bool is_program(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

CannotStart cannot_run(const std::string& program, const std::string& why, const std::string& hint) {
  return {{base::ErrorKind::input, fmt::format("cannot run {}: {}", program, why), hint}, 126};
}

tl::expected<std::string, CannotStart> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (is_program(name)) return name;
    if (is_there(name)) return tl::make_unexpected(cannot_run(name, "no file that may be executed", fmt::format("chmod +x {}, or name its interpreter: python3 {}", name, name)));
    return tl::make_unexpected(CannotStart{{base::ErrorKind::input, fmt::format("there is no program {}", name), "check the spelling; paths are relative to the current folder"}, 127});
  }
  const char* set = std::getenv("PATH");
  std::string_view path = set == nullptr ? "/usr/local/bin:/usr/bin:/bin" : set;
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    std::string file = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
    if (is_program(file)) return file;
  }
  std::string hint = "nothing of that name is on PATH";
  if (is_there(name)) hint = fmt::format("a file of that name is here: ./{} runs it", name);
  return tl::make_unexpected(CannotStart{{base::ErrorKind::input, fmt::format("command not found: {}", name), std::move(hint)}, 127});
}

}  // namespace

std::string quoted(const std::vector<std::string>& arguments) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  std::string line;
  for (const std::string& argument : arguments) {
    if (!line.empty()) line += ' ';
    if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) {
      line += argument;
      continue;
    }
    line += '\'';
    for (const char c : argument) c == '\'' ? line += "'\\''" : line += c;
    line += '\'';
  }
  return line;
}

struct PreparedCommand::Parts {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<char*> argv;
  std::vector<char*> envp;
};

PreparedCommand::PreparedCommand(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PreparedCommand::PreparedCommand(PreparedCommand&&) noexcept = default;
PreparedCommand& PreparedCommand::operator=(PreparedCommand&&) noexcept = default;
PreparedCommand::~PreparedCommand() = default;
const std::string& PreparedCommand::program() const { return parts_->program; }

tl::expected<PreparedCommand, CannotStart> PreparedCommand::prepare(const CommandLine& command) {
  if (command.arguments.empty() || command.arguments.front().empty())
    return tl::make_unexpected(CannotStart{{base::ErrorKind::usage, "no command to run", "it follows --: chimera run -- python3 bench.py"}, 2});
  auto program = find_program(command.arguments.front());
  if (!program) return tl::make_unexpected(program.error());
  auto parts = std::make_unique<Parts>();
  parts->program = std::move(*program);
  parts->arguments = command.arguments;
  for (const auto& [key, value] : command.environment) parts->environment.push_back(fmt::format("{}={}", key, value));
  for (char** own = environ; *own != nullptr; ++own) {
    const std::string_view entry(*own);
    const std::string_view key = entry.substr(0, entry.find('='));
    bool replaced = false;
    for (const auto& [other, value] : command.environment) replaced = replaced || other == key;
    if (!replaced) parts->environment.emplace_back(entry);
  }
  for (std::string& argument : parts->arguments) parts->argv.push_back(argument.data());
  for (std::string& entry : parts->environment) parts->envp.push_back(entry.data());
  parts->argv.push_back(nullptr);
  parts->envp.push_back(nullptr);
  return PreparedCommand(std::move(parts));
}

void PreparedCommand::exec(const sigset_t& mask, int report) const noexcept {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::sigaction(signal, &usual, nullptr);  // main() ignores these, and that is inherited
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execve(parts_->program.c_str(), parts_->argv.data(), parts_->envp.data());
  const int problem = errno;
  [[maybe_unused]] const auto written = ::write(report, &problem, sizeof problem);
  ::_exit(127);
}

tl::expected<void, CannotStart> PreparedCommand::started(int report) const {
  int problem = 0;
  ssize_t got = 0;
  while ((got = ::read(report, &problem, sizeof problem)) < 0 && errno == EINTR) continue;
  if (got != static_cast<ssize_t>(sizeof problem)) return {};  // closed by the exec
  if (problem == ENOEXEC) return tl::make_unexpected(cannot_run(parts_->program, "it is neither a program of this machine nor begins with #!", "name its interpreter: bash " + parts_->program));
  if (problem == ENOENT) return tl::make_unexpected(cannot_run(parts_->program, "the interpreter in its first line does not exist", "look at the line that begins with #!"));
  return tl::make_unexpected(cannot_run(parts_->program, std::system_category().message(problem), ""));
}

}  // namespace chimera::measure
