#include "measure/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>

#include "base/ascii.h"

namespace chimera::measure {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::size_t kMostProcesses = 100'000;  // more is somebody's fork bomb

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n' || text.back() == '\0')) text.remove_suffix(1);
  return text;
}

// The fields of /proc/PID/stat behind the command's name, which may itself hold blanks and parentheses.
std::vector<std::string_view> stat_fields(std::string_view stat) {
  const std::size_t end = stat.rfind(')');
  return end == std::string_view::npos ? std::vector<std::string_view>() : words(stat.substr(end + 1));
}

std::uint64_t value(std::string_view text) { return leading_number(text).value_or(0); }

}  // namespace

std::optional<std::string> Proc::text(const std::string& path) const {
  const int fd = ::open((root_ + path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  std::string bytes;
  char buffer[4096];
  ssize_t got = 0;
  while (bytes.size() < kMostBytes && (got = ::read(fd, buffer, sizeof buffer)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(fd);
  if (got < 0) return std::nullopt;
  bytes.resize(bytes.find_last_not_of(std::string_view(" \t\n\0", 4)) + 1);
  return bytes;
}

std::optional<std::uint64_t> Proc::number(const std::string& path) const {
  const auto content = text(path);
  return content ? leading_number(*content) : std::nullopt;
}

std::vector<std::string> Proc::names(const std::string& path) const {
  std::vector<std::string> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir((root_ + path).c_str()), ::closedir);
  while (folder) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    if (entry->d_name[0] != '.') found.emplace_back(entry->d_name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool Proc::exists(const std::string& path) const { return ::access((root_ + path).c_str(), F_OK) == 0; }

std::string Proc::reason(const std::string& path) const {
  const int fd = ::open((root_ + path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::system_category().message(errno);
  char byte = 0;
  const ssize_t got = ::read(fd, &byte, 1);
  const int problem = errno;
  ::close(fd);
  return got < 0 ? std::system_category().message(problem) : "nothing useful in it";
}

std::optional<std::string_view> field(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && trimmed(line.substr(0, colon)) == key) return trimmed(line.substr(colon + 1));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
  text = trimmed(text);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \t\n", at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
  return parts;
}

std::optional<unsigned> count_cpu_list(std::string_view text) {
  unsigned count = 0;
  for (text = trimmed(text); !text.empty();) {
    const std::string_view range = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), range.size() + 1));
    const std::size_t dash = range.find('-');
    const auto first = leading_number(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : leading_number(range.substr(dash + 1));
    if (!first || !last || *last < *first || *last > 1'000'000) return std::nullopt;
    count += static_cast<unsigned>(*last - *first + 1);
  }
  return count == 0 ? std::nullopt : std::optional(count);
}

ProcessUse ProcessTree::use() {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::string root = "/proc/" + std::to_string(root_);
  if (!has_children_files_) has_children_files_ = proc_.exists(root + "/task/" + std::to_string(root_) + "/children");
  pids_.assign(1, root_);
  if (*has_children_files_) find_children();
  else find_by_scan();
  ProcessUse use;
  for (const int pid : pids_) {
    const auto stat = proc_.text("/proc/" + std::to_string(pid) + "/stat");
    const std::vector<std::string_view> fields = stat ? stat_fields(*stat) : std::vector<std::string_view>();
    if (fields.size() < 22) continue;  // ended meanwhile
    const bool waits_only = pid == root_ && counted_ == Root::left_out;
    use.ticks += value(fields[13]) + value(fields[14]) + (waits_only ? 0 : value(fields[11]) + value(fields[12]));
    if (waits_only) continue;
    use.rss_bytes += value(fields[21]) * page;
    ++use.processes;
  }
  if (counted_ == Root::left_out) pids_.erase(pids_.begin());
  return use;
}

void ProcessTree::find_children() {
  for (std::size_t i = 0; i < std::min(pids_.size(), kMostProcesses); ++i) {
    const std::string tasks = "/proc/" + std::to_string(pids_[i]) + "/task/";
    for (const std::string& task : proc_.names(tasks)) {
      const auto children = proc_.text(tasks + task + "/children");
      if (!children) continue;
      for (const std::string_view child : words(*children)) pids_.push_back(static_cast<int>(value(child)));
    }
  }
}

void ProcessTree::find_by_scan() {
  std::vector<std::pair<int, int>> parents;  // of every process: parent, process
  for (const std::string& name : proc_.names("/proc")) {
    if (!base::all_digits(name)) continue;
    const auto stat = proc_.text("/proc/" + name + "/stat");
    const std::vector<std::string_view> fields = stat ? stat_fields(*stat) : std::vector<std::string_view>();
    if (fields.size() > 1) parents.emplace_back(static_cast<int>(value(fields[1])), static_cast<int>(value(name)));
  }
  std::sort(parents.begin(), parents.end());
  for (std::size_t i = 0; i < pids_.size(); ++i) {
    auto at = std::lower_bound(parents.begin(), parents.end(), std::pair(pids_[i], 0));
    for (; at != parents.end() && at->first == pids_[i]; ++at)
      if (std::find(pids_.begin(), pids_.end(), at->second) == pids_.end()) pids_.push_back(at->second);
  }
}

}  // namespace chimera::measure
