#include "measure/trial_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "base/files.h"

namespace chimera::measure {

struct TrialLog::File {
  std::string path;
  int descriptor = -1;
  std::mutex mutex;  // guards the end of the file
  TrialLogContent content;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

namespace {

std::string reason_of(int error) { return std::system_category().message(error); }

// Makes the name of a new file as lasting as its content.
void sync_folder(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

base::Result<void> write_all(int descriptor, const std::string& path, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      return base::fail(base::ErrorKind::engine, fmt::format("the record cannot be written to {}: {}", path, reason_of(reason)),
                        reason == ENOSPC || reason == EDQUOT ? "free some space and go on with --resume: what was measured before is in the log" : "what was measured before is in the log; --resume goes on");
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

TrialLog::TrialLog(std::unique_ptr<File> file) : file_(std::move(file)) {}
TrialLog::TrialLog(TrialLog&&) noexcept = default;
TrialLog& TrialLog::operator=(TrialLog&&) noexcept = default;
TrialLog::~TrialLog() = default;
const TrialLogContent& TrialLog::content() const { return file_->content; }
const std::string& TrialLog::path() const { return file_->path; }

base::Result<TrialLog> TrialLog::open(const std::string& path, LogMode mode) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (error) return base::fail(base::ErrorKind::input, fmt::format("cannot create the folder of {}: {}", path, error.message()));
  auto file = std::make_unique<File>();
  file->path = path;
  file->descriptor = ::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_CREAT, 0644);
  if (file->descriptor < 0) return base::fail(base::ErrorKind::input, fmt::format("cannot open {}: {}", path, reason_of(errno)));
  if (::flock(file->descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return base::fail(base::ErrorKind::input, fmt::format("another session is measuring into {}", path), "wait for it, or name another log with -o");
    return base::fail(base::ErrorKind::input, fmt::format("cannot lock {}: {}", path, reason_of(errno)));
  }
  struct stat status {};
  if (::fstat(file->descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return base::fail(base::ErrorKind::input, fmt::format("{} is no regular file", path));
  if (status.st_size == 0) {
    sync_folder(path);
    return TrialLog(std::move(file));
  }
  if (mode == LogMode::create) return base::fail(base::ErrorKind::usage, fmt::format("{} is there already", path), "--resume goes on with it; -o names another");
  TRY(const std::string bytes, base::RealFileSystem().read(path));
  if (!looks_like_trial_log(bytes)) return base::fail(base::ErrorKind::input, fmt::format("{} is no trial log", path), "-o names the log");
  TRY(file->content, parse_trial_log(bytes));
  if (file->content.good_bytes < bytes.size() && ::ftruncate(file->descriptor, static_cast<off_t>(file->content.good_bytes)) != 0)
    return base::fail(base::ErrorKind::input, fmt::format("the broken last line of {} cannot be taken away: {}", path, reason_of(errno)));
  return TrialLog(std::move(file));
}

void TrialLog::drop_if_empty() {
  struct stat status {};
  if (::fstat(file_->descriptor, &status) == 0 && status.st_size == 0) ::unlink(file_->path.c_str());
}

base::Result<void> TrialLog::append(const core::TrialRecord& record) {
  const std::string line = to_line(record);
  const std::lock_guard lock(file_->mutex);
  const off_t before = ::lseek(file_->descriptor, 0, SEEK_END);
  base::Result<void> result = write_all(file_->descriptor, file_->path, line);
  // A pipe or a device cannot be synced, which open() has excluded: EIO here means that the line may not be on the disk.
  if (result && ::fdatasync(file_->descriptor) != 0)
    result = base::fail(base::ErrorKind::engine, fmt::format("the record cannot be made lasting in {}: {}", file_->path, reason_of(errno)), "what was measured before is in the log; --resume goes on");
  if (!result && before >= 0 && ::ftruncate(file_->descriptor, before) != 0) result.error().message += "; its last line is broken off";
  return result;
}

}  // namespace chimera::measure
