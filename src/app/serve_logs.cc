#include "app/serve_logs.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace chimera::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 100000;  // of a walk
constexpr std::size_t kHead = 512;            // bytes of a file that tell what it is
constexpr std::string_view kMark = "\"chimera-trial/";

bool is_trial_log(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string head(kHead, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head.find(kMark) < head.find('\n');
}

bool within(const fs::path& file, const fs::path& root) {
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  return end == root.end();
}

// Whether /proc/PID/fdinfo/N says that the file was opened for writing: the last octal digit of its flags.
bool opened_for_writing(const fs::path& process, const std::string& descriptor) {
  std::ifstream info(process / "fdinfo" / descriptor);
  for (std::string word; info >> word;)
    if (word == "flags:" && info >> word) return !word.empty() && (word.back() - '0') % 4 != 0;
  return false;
}

pid_t parent_of(pid_t pid) {
  constexpr std::string_view kParent = "PPid:";
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);)
    if (line.rfind(kParent, 0) == 0) return static_cast<pid_t>(std::strtol(line.c_str() + kParent.size(), nullptr, 10));
  return 0;
}

// The processes of this user that run this very program and write the file; not what one of them is about to start, which has its files until
// then.
std::vector<pid_t> writers_of(const fs::path& file) {
  std::vector<pid_t> writers;
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t pid = 0;
    const auto [stop, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
    std::error_code none;
    if (wrong != std::errc() || stop != name.data() + name.size() || pid == ::getpid() || fs::read_symlink(entry->path() / "exe", none) != self) continue;
    for (fs::directory_iterator open(entry->path() / "fd", none), last; !none && open != last; open.increment(none)) {
      std::error_code gone;
      if (fs::read_symlink(open->path(), gone) == file && opened_for_writing(entry->path(), open->path().filename().string())) {
        writers.push_back(pid);
        break;
      }
    }
  }
  std::vector<pid_t> own;
  for (const pid_t pid : writers)
    if (std::find(writers.begin(), writers.end(), parent_of(pid)) == writers.end()) own.push_back(pid);
  return own;
}

}  // namespace

std::vector<LogEntry> Logs::list() const {
  std::vector<LogEntry> out;
  for (const std::string& root : roots_) {
    std::error_code error;
    const fs::path top = fs::canonical(root, error);
    if (error || !fs::is_directory(top, error)) continue;
    std::size_t seen = 0;
    for (fs::recursive_directory_iterator entry(top, fs::directory_options::skip_permission_denied, error), end; !error && entry != end && seen < kMostEntries; entry.increment(error), ++seen) {
      std::error_code none;
      if (entry->path().extension() != ".jsonl" || !entry->is_regular_file(none)) continue;
      const fs::path file = fs::canonical(entry->path(), none);
      if (none || !within(file, top) || !is_trial_log(file)) continue;
      out.push_back({entry->path().lexically_relative(top).generic_string(), file.string(), fs::file_size(file, none), !writers_of(file).empty()});
    }
  }
  std::sort(out.begin(), out.end(), [](const LogEntry& a, const LogEntry& b) { return a.name < b.name; });
  return out;
}

std::optional<std::string> Logs::find(const std::string& name) const {
  for (const LogEntry& log : list())
    if (log.name == name) return log.file;
  return std::nullopt;
}

base::Result<unsigned> Logs::stop(const std::string& name) const {
  const auto file = find(name);
  if (!file) return base::fail(base::ErrorKind::input, fmt::format("there is no log {}", name));
  unsigned asked = 0;
  for (const pid_t pid : writers_of(*file)) asked += ::kill(pid, SIGINT) == 0 ? 1 : 0;
  if (asked == 0) return base::fail(base::ErrorKind::input, fmt::format("nobody writes {}", name), "it has ended, or runs as another user or from another copy of the program");
  return asked;
}

}  // namespace chimera::app
