#include "base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>

namespace chimera::base {
namespace {

namespace fs = std::filesystem;
using FileKey = std::pair<dev_t, ino_t>;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason_of(int error) { return std::system_category().message(error); }

tl::unexpected<Error> cannot(std::string_view verb, const std::string& path, int error) {
  std::string hint;
  if (error == EACCES) hint = "check the permissions of the file and of the folders above it";
  if (error == ENOENT) hint = "check the spelling; paths are relative to the current folder";
  if (error == ENOSPC) hint = "free some space, or write to another folder with -o";
  return fail(ErrorKind::input, fmt::format("cannot {} {}: {}", verb, path, reason_of(error)), std::move(hint));
}

FileInfo info_of(std::string path, const struct stat& st) {
  return {std::move(path), static_cast<std::uint64_t>(st.st_size),
          static_cast<Nanoseconds>(st.st_mtim.tv_sec) * 1'000'000'000 + st.st_mtim.tv_nsec};
}

// Walks one tree. Folders on the way down are remembered, so a link back to one of them is seen as a circle.
class Walker {
 public:
  // Room for many files costs nothing until it is used; growing into it would touch new memory at each step.
  explicit Walker(std::string root) : root_(std::move(root)) { out_.files.reserve(std::size_t{1} << 15U); }

  Listing run() {
    folder(root_, "");
    std::sort(out_.files.begin(), out_.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    std::sort(out_.problems.begin(), out_.problems.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return std::move(out_);
  }

 private:
  void problem(WalkProblem::Kind kind, const std::string& path, std::string reason) {
    out_.problems.push_back({kind, path, std::move(reason)});
  }

  void folder(const std::string& full, const std::string& relative) {
    struct stat st{};
    if (::stat(full.c_str(), &st) != 0) return problem(WalkProblem::Kind::unreadable, relative, reason_of(errno));
    const FileKey key{st.st_dev, st.st_ino};
    if (!on_the_way_.insert(key).second)
      return problem(WalkProblem::Kind::symlink_loop, relative, "a symbolic link leads back to a folder above it");
    // Names are looked up in the open folder: a third of the time of looking up whole paths.
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(full.c_str()), ::closedir);
    if (!entries) problem(WalkProblem::Kind::unreadable, relative, reason_of(errno));
    while (entries) {
      errno = 0;
      const dirent* next = ::readdir(entries.get());
      if (next == nullptr) {
        if (errno != 0) problem(WalkProblem::Kind::unreadable, relative, reason_of(errno));
        break;
      }
      const std::string_view name = next->d_name;
      if (name != "." && name != "..") entry(::dirfd(entries.get()), full, next->d_name, joined(relative, name));
    }
    on_the_way_.erase(key);
  }

  static std::string joined(std::string_view folder, std::string_view name) {
    if (folder.empty()) return std::string(name);
    std::string path;
    path.reserve(folder.size() + 1 + name.size());
    return path.append(folder).append(1, '/').append(name);
  }

  // `name` of the folder `full`, which is open as `in`. Most are files: of these no more is made than their path.
  void entry(int in, const std::string& full, const char* name, std::string relative) {
    struct stat st{};
    if (::fstatat(in, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return problem(WalkProblem::Kind::unreadable, relative, reason_of(errno));
    if (S_ISLNK(st.st_mode) && !follow(joined(full, name), relative, st)) return;
    if (S_ISDIR(st.st_mode)) {
      if (std::string_view(name) != ".git") folder(joined(full, name), relative);
    } else if (S_ISREG(st.st_mode)) {
      out_.files.push_back(info_of(std::move(relative), st));
    } else {
      problem(WalkProblem::Kind::special_file, relative, "neither a file nor a folder");
    }
  }

  // False where the link leads nowhere that may be looked at.
  bool follow(const std::string& link, const std::string& relative, struct stat& st) {
    const auto may_not = [&](WalkProblem::Kind kind, std::string reason) { return problem(kind, relative, std::move(reason)), false; };
    std::error_code error;
    const fs::path target = fs::canonical(link, error);
    if (error.value() == ELOOP) return may_not(WalkProblem::Kind::symlink_loop, "a symbolic link leads to itself");
    if (error) return may_not(WalkProblem::Kind::unreadable, "the symbolic link leads nowhere: " + error.message());
    if (!inside_root(target)) return may_not(WalkProblem::Kind::outside_root, "the symbolic link leads out of the folder");
    if (::stat(link.c_str(), &st) != 0) return may_not(WalkProblem::Kind::unreadable, reason_of(errno));
    return true;
  }

  [[nodiscard]] bool inside_root(const fs::path& target) {
    if (canonical_root_.empty()) {
      std::error_code error;
      canonical_root_ = fs::canonical(root_, error);
    }
    const auto [root_end, _] = std::mismatch(canonical_root_.begin(), canonical_root_.end(), target.begin(), target.end());
    return root_end == canonical_root_.end();
  }

  std::string root_;
  fs::path canonical_root_;
  std::set<FileKey> on_the_way_;
  Listing out_;
};

Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<Listing> RealFileSystem::walk(const std::string& root) const {
  struct stat st{};
  if (::stat(root.c_str(), &st) != 0) return cannot("open", root, errno);
  if (S_ISREG(st.st_mode)) return Listing{{info_of(fs::path(root).filename().string(), st)}, {}};
  if (!S_ISDIR(st.st_mode)) return fail(ErrorKind::input, fmt::format("cannot read {}: neither a file nor a folder", root));
  if (::access(root.c_str(), R_OK | X_OK) != 0) return cannot("open", root, errno);
  return Walker(root).run();
}

Result<FileInfo> RealFileSystem::stat(const std::string& path) const {
  struct stat st{};
  if (::stat(path.c_str(), &st) != 0) return cannot("open", path, errno);
  return info_of(fs::path(path).filename().string(), st);
}

Result<FileContent> FileSystem::read_content(const std::string& path) const {
  TRY(std::string bytes, read(path));
  TRY(const FileInfo after, stat(path));
  return FileContent{std::move(bytes), after.size, after.modified};
}

Result<std::string> RealFileSystem::read(const std::string& path) const {
  TRY(FileContent content, read_content(path));
  return std::move(content.bytes);
}

Result<FileContent> RealFileSystem::read_content(const std::string& path) const {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return cannot("open", path, errno);
  struct stat st{};
  if (::fstat(file.get(), &st) != 0) return cannot("read", path, errno);
  if (!S_ISREG(st.st_mode)) return fail(ErrorKind::input, fmt::format("cannot read {}: not a regular file", path));
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30U;  // the kernel gives less than 2 GiB at once
  // One byte more than expected, so that the end is seen without growing, and so is a file that grew while it was read.
  std::string bytes(static_cast<std::size_t>(st.st_size) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(size * 2);
    const std::size_t wanted = std::min(bytes.size() - size, kMostAtOnce);
    const ssize_t got = ::read(file.get(), bytes.data() + size, wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("read", path, errno);
    size += static_cast<std::size_t>(got);
    // A file gives all that it has; those of the kernel, which say that they are empty, may not.
    const bool all = size >= static_cast<std::size_t>(st.st_size) && st.st_size > 0;
    if (got == 0 || (all && static_cast<std::size_t>(got) < wanted)) break;
  }
  bytes.resize(size);
  if (::fstat(file.get(), &st) != 0) return cannot("read", path, errno);
  const FileInfo after = info_of({}, st);
  return FileContent{std::move(bytes), after.size, after.modified};
}

bool RealFileSystem::is_file(const std::string& path) const {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool FakeFileSystem::is_file(const std::string& path) const { return nodes_.count(path) > 0; }

namespace {

class MemoryReader final : public ByteReader {
 public:
  explicit MemoryReader(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t got = std::min(size, bytes_.size() - at_);
    std::memcpy(to, bytes_.data() + at_, got);
    at_ += got;
    return got;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

class DescriptorReader final : public ByteReader {
 public:
  DescriptorReader(int descriptor, std::string path) : file_(descriptor), path_(std::move(path)) {}
  [[nodiscard]] Result<std::size_t> read(char* to, std::size_t size) override {
    std::size_t got = 0;
    while (got < size) {
      const ssize_t more = ::read(file_.get(), to + got, size - got);
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) return cannot("read", path_, errno);
      if (more == 0) break;
      got += static_cast<std::size_t>(more);
    }
    return got;
  }

 private:
  Descriptor file_;
  std::string path_;
};

}  // namespace

Result<std::unique_ptr<ByteReader>> FileSystem::open_reader(const std::string& path) const {
  TRY(std::string bytes, read(path));
  return std::make_unique<MemoryReader>(std::move(bytes));
}

Result<std::unique_ptr<ByteReader>> RealFileSystem::open_reader(const std::string& path) const {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return cannot("open", path, errno);
  auto reader = std::make_unique<DescriptorReader>(descriptor, path);
  struct stat st {};
  if (::fstat(descriptor, &st) != 0) return cannot("read", path, errno);
  if (!S_ISREG(st.st_mode)) return fail(ErrorKind::input, fmt::format("cannot read {}: not a regular file", path));
  return reader;
}

void FakeFileSystem::add(std::string path, std::string bytes, Nanoseconds modified) {
  nodes_[std::move(path)] = Node{std::move(bytes), modified, {}, nullptr};
}

void FakeFileSystem::make_unreadable(const std::string& path, std::string reason) { nodes_[path].unreadable = std::move(reason); }

void FakeFileSystem::change_after_read(const std::string& path, std::string bytes, Nanoseconds modified) {
  nodes_[path].next = std::make_shared<Node>(Node{std::move(bytes), modified, {}, nullptr});
}

Result<Listing> FakeFileSystem::walk(const std::string& root) const {
  Listing listing;
  for (const auto& [path, node] : nodes_) {
    if (path == root) {
      listing.files.push_back({fs::path(path).filename().string(), node.bytes.size(), node.modified});
    } else if (root.empty() || path.rfind(root + "/", 0) == 0) {
      listing.files.push_back({root.empty() ? path : path.substr(root.size() + 1), node.bytes.size(), node.modified});
    }
  }
  if (listing.files.empty()) return cannot("open", root, ENOENT);
  return listing;
}

Result<FileInfo> FakeFileSystem::stat(const std::string& path) const {
  const auto node = nodes_.find(path);
  if (node == nodes_.end()) return cannot("open", path, ENOENT);
  return FileInfo{fs::path(path).filename().string(), node->second.bytes.size(), node->second.modified};
}

Result<std::string> FakeFileSystem::read(const std::string& path) const {
  const auto node = nodes_.find(path);
  if (node == nodes_.end()) return cannot("open", path, ENOENT);
  if (!node->second.unreadable.empty())
    return fail(ErrorKind::input, fmt::format("cannot read {}: {}", path, node->second.unreadable));
  std::string bytes = node->second.bytes;
  if (node->second.next) {
    const std::shared_ptr<Node> next = node->second.next;
    node->second = *next;
  }
  return bytes;
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const fs::path target(path);
  std::error_code error;
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  if (error) return cannot("create the folder of", path, error.value());
  const std::string draft = fmt::format("{}.{}.partial", path, ::getpid());
  {
    const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) return cannot("write", path, errno);
    Result<void> written = write_all(file.get(), bytes, path);
    if (written && ::fsync(file.get()) != 0 && errno != EINVAL) written = cannot("write", path, errno);
    if (!written) {
      ::unlink(draft.c_str());
      return written;
    }
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(draft.c_str());
    return cannot("write", path, reason);
  }
  return {};
}

}  // namespace chimera::base
