#include "cluster/job.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <filesystem>
#include <system_error>

#include "base/files.h"
#include "cluster/job_json.h"
#include "measure/spawn.h"

namespace chimera::cluster {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr std::size_t kTail = 16384;  // bytes of an output that are looked at

std::string reason_of(int error) { return std::system_category().message(error); }

tl::unexpected<base::Error> cannot(const char* what, const std::string& path, int error) {
  return base::fail(ErrorKind::input, fmt::format("cannot {} {}: {}", what, path, reason_of(error)), error == ENOSPC || error == EDQUOT ? "free some space there" : "");
}

base::Error in_file(base::Error error, const std::string& path) {
  error.message = fmt::format("{}: {}", path, error.message);
  return error;
}

std::string host_name() {
  char name[HOST_NAME_MAX + 1] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Opened anew each time: on a network file system that is when another node's writes are seen.
std::optional<std::string> read_if_there(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  auto bytes = base::RealFileSystem().read(path);
  return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

}  // namespace

base::Result<void> publish(const std::string& path, std::string_view bytes) {
  const std::string draft = fmt::format("{}.{}.{}.partial", path, host_name(), ::getpid());
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return cannot("write", path, errno);
  int problem = write_all(file, bytes) && ::fsync(file) == 0 ? 0 : errno;
  if (::close(file) != 0 && problem == 0) problem = errno;  // where a network file system tells of a full disk
  if (problem == 0 && ::rename(draft.c_str(), path.c_str()) != 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(draft.c_str());
  return cannot("write", path, problem);
}

std::string job_folder_of(const std::string& result) {
  const fs::path path(result);
  return (path.parent_path() / (path.extension() == ".jsonl" || path.extension() == ".duckdb" ? path.stem() : path.filename())).string() + ".job";
}

bool JobFolder::exists(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::path(path) / "job.json", error);
}

base::Result<JobFolder> JobFolder::create(const std::string& path, JobSpec spec) {
  if (exists(path)) return base::fail(ErrorKind::usage, fmt::format("{} is there already", path), "--resume goes on with it");
  std::error_code error;
  fs::create_directories(fs::path(path) / "tasks", error);
  if (error) return base::fail(ErrorKind::input, fmt::format("cannot create {}: {}", path, error.message()));
  JobFolder folder(fs::canonical(path, error).string(), std::move(spec));
  if (error) return base::fail(ErrorKind::input, fmt::format("cannot find {} again: {}", path, error.message()));
  // The arguments of a task are its group; its index in the array is in the environment.
  const std::string script = fmt::format("#!/bin/sh\nexec {} \"$@\"\n", measure::quoted({folder.spec_.executable, "jobs", "work", folder.path_, "--group"}));
  TRY_VOID(publish(folder.script(), script));
  ::chmod(folder.script().c_str(), 0755);
  TRY_VOID(publish(folder.path_ + "/job.json", to_json(folder.spec_)));
  return folder;
}

base::Result<JobFolder> JobFolder::open(const std::string& path) {
  std::error_code error;
  const std::string whole = fs::canonical(path, error).string();
  if (error || !exists(whole)) return base::fail(ErrorKind::input, fmt::format("{} is no folder of a job", path), "chimera jobs lists those that are known");
  TRY(const std::string bytes, base::RealFileSystem().read(whole + "/job.json"));
  auto spec = parse_spec(bytes);
  if (!spec) return tl::make_unexpected(in_file(spec.error(), whole + "/job.json"));
  return JobFolder(whole, std::move(*spec));
}

std::string JobFolder::task_file(std::uint32_t task, const std::string& attempt, const std::string& ending) const { return fmt::format("{}/tasks/{}.{}.{}", path_, task, attempt, ending); }

std::string JobFolder::output_file(std::uint32_t task) const { return fmt::format("{}/tasks/g{}.{}.out", path_, task / spec_.group, task % spec_.group); }

std::uint32_t JobFolder::groups() const { return static_cast<std::uint32_t>((spec_.tasks.size() + spec_.group - 1) / spec_.group); }

std::string JobFolder::array_name(std::uint32_t group) const { return fmt::format("{}.{}", spec_.name, group); }

std::vector<std::string> JobFolder::array_names() const {
  std::vector<std::string> names;
  for (std::uint32_t group = 0; group < groups(); ++group) names.push_back(array_name(group));
  return names;
}

std::optional<std::uint32_t> JobFolder::task_of(const SlurmTask& row) const {
  const std::string begin = spec_.name + ".";
  if (row.name.rfind(begin, 0) != 0) return std::nullopt;
  std::uint32_t group = 0;
  const char* const last = row.name.data() + row.name.size();
  const auto [end, error] = std::from_chars(row.name.data() + begin.size(), last, group);
  if (error != std::errc() || end != last || group >= groups() || row.index >= spec_.group) return std::nullopt;
  const std::uint32_t task = group * spec_.group + row.index;
  return task < spec_.tasks.size() ? std::optional(task) : std::nullopt;
}

base::Result<void> JobFolder::note(const SubmittedArray& array) const {
  const std::string path = path_ + "/submissions.jsonl";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return cannot("write", path, errno);
  const int problem = write_all(file, to_line(array)) && ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (problem != 0) return cannot("write", path, problem);
  return {};
}

base::Result<std::vector<SubmittedArray>> JobFolder::submitted() const {
  const std::string path = path_ + "/submissions.jsonl";
  const auto bytes = read_if_there(path);
  if (!bytes) return std::vector<SubmittedArray>();
  auto arrays = parse_submissions(*bytes);
  if (!arrays) return tl::make_unexpected(in_file(arrays.error(), path));
  return arrays;
}

base::Result<void> JobFolder::put(const TaskResult& wanted) const {
  if (!wanted.complete) {
    TRY(const std::optional<TaskResult> there, result(wanted.task));
    if (there && there->complete) return {};
  }
  return publish(fmt::format("{}/tasks/{}.result.json", path_, wanted.task), to_json(wanted));
}

base::Result<std::optional<TaskResult>> JobFolder::result(std::uint32_t task) const {
  const std::string path = fmt::format("{}/tasks/{}.result.json", path_, task);
  const auto bytes = read_if_there(path);
  if (!bytes) return std::optional<TaskResult>();
  auto found = parse_result(*bytes);
  if (!found) return tl::make_unexpected(in_file(found.error(), path));
  if (found->task != task) return base::fail(ErrorKind::input, fmt::format("{} is about task {}", path, found->task));
  return std::optional(std::move(*found));
}

// One look at the folder rather than one at each task: a thousand tasks are polled by a single listing.
base::Result<std::map<std::uint32_t, TaskResult>> JobFolder::results() const {
  std::map<std::uint32_t, TaskResult> found;
  std::error_code error;
  constexpr std::string_view kEnding = ".result.json";
  for (const fs::directory_entry& entry : fs::directory_iterator(path_ + "/tasks", error)) {
    const std::string name = entry.path().filename().string();
    if (name.size() <= kEnding.size() || name.compare(name.size() - kEnding.size(), kEnding.size(), kEnding) != 0) continue;
    std::uint32_t task = 0;
    const char* const last = name.data() + name.size() - kEnding.size();
    const auto [end, wrong] = std::from_chars(name.data(), last, task);
    if (wrong != std::errc() || end != last || task >= spec_.tasks.size()) continue;
    TRY(std::optional<TaskResult> one, result(task));
    if (one) found.emplace(task, std::move(*one));
  }
  if (error) return base::fail(ErrorKind::input, fmt::format("cannot look into {}/tasks: {}", path_, error.message()));
  return found;
}

std::vector<std::string> JobFolder::last_lines(std::uint32_t task, std::size_t most) const {
  const int file = ::open(output_file(task).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  struct stat status {};
  std::string text(kTail, '\0');
  const off_t from = ::fstat(file, &status) == 0 ? std::max<off_t>(0, status.st_size - static_cast<off_t>(kTail)) : 0;
  const ssize_t got = ::pread(file, text.data(), text.size(), from);
  ::close(file);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text + "\n") {
    if (c != '\n' && c != '\r') {
      line += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c;
      continue;
    }
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
  }
  if (lines.size() > most) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
  return lines;
}

JobFolder::Lock::Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
JobFolder::Lock::~Lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

base::Result<JobFolder::Lock> JobFolder::lock() const {
  const std::string path = path_ + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return cannot("write", path, errno);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return Lock(file);
  const int problem = errno;
  ::close(file);
  if (problem == EWOULDBLOCK) return base::fail(ErrorKind::input, fmt::format("another process looks after the job in {}", path_), "chimera jobs shows how it stands");
  return cannot("lock", path, problem);
}

}  // namespace chimera::cluster
