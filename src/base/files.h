// The file system as an interface: the real one, and one in memory for tests that inject faults.
//
// Owns: read() hands the bytes to the caller. Threads: const members may be called from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace chimera::base {

struct FileInfo {
  std::string path;  // relative to the walked root, '/' as separator; of a single file: its name
  std::uint64_t size = 0;
  Nanoseconds modified = 0;
};

// Something under a walked root that could not be looked at, and why. Never a reason to stop the walk.
struct WalkProblem {
  enum class Kind { unreadable, symlink_loop, outside_root, special_file };
  Kind kind = Kind::unreadable;
  std::string path;
  std::string reason;
};

struct Listing {
  std::vector<FileInfo> files;        // regular files, sorted by path (bytewise)
  std::vector<WalkProblem> problems;  // sorted by path
};

// A whole file, and what it was when all of it was read.
struct FileContent {
  std::string bytes;
  std::uint64_t size = 0;  // that the file system says
  Nanoseconds modified = 0;
};

// A file from its beginning, piece by piece. Threads: one at a time.
class ByteReader {
 public:
  virtual ~ByteReader() = default;
  // Up to `size` bytes into `to`; fewer than asked for only at the end of the file.
  [[nodiscard]] virtual Result<std::size_t> read(char* to, std::size_t size) = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // Every regular file under `root` (or `root` itself where it is a file). Follows symbolic links to files and
  // folders inside the root once; a link that leads out of the root or in a circle is a problem, not a file.
  // Hidden folders named ".git" are passed over. Fails only where `root` itself cannot be opened.
  [[nodiscard]] virtual Result<Listing> walk(const std::string& root) const = 0;
  // Size and time of one path, or an error of kind input.
  [[nodiscard]] virtual Result<FileInfo> stat(const std::string& path) const = 0;
  // The whole content. An input error where it cannot be read; `hint` says what usually helps.
  [[nodiscard]] virtual Result<std::string> read(const std::string& path) const = 0;
  // The same with its size and time behind the reading, so that a file that changes meanwhile is noticed.
  [[nodiscard]] virtual Result<FileContent> read_content(const std::string& path) const;
  // Whether the path names a regular file; false also where it names nothing.
  [[nodiscard]] virtual bool is_file(const std::string& path) const = 0;
  // The content piece by piece; what read() gives, where nothing better is known.
  [[nodiscard]] virtual Result<std::unique_ptr<ByteReader>> open_reader(const std::string& path) const;
};

class RealFileSystem final : public FileSystem {
 public:
  [[nodiscard]] Result<Listing> walk(const std::string& root) const override;
  [[nodiscard]] Result<FileInfo> stat(const std::string& path) const override;
  [[nodiscard]] Result<std::string> read(const std::string& path) const override;
  [[nodiscard]] Result<FileContent> read_content(const std::string& path) const override;
  [[nodiscard]] bool is_file(const std::string& path) const override;
  [[nodiscard]] Result<std::unique_ptr<ByteReader>> open_reader(const std::string& path) const override;
};

// Files in memory. A file may be made unreadable, or made to change between two reads.
class FakeFileSystem final : public FileSystem {
 public:
  void add(std::string path, std::string bytes, Nanoseconds modified = 0);
  void make_unreadable(const std::string& path, std::string reason);
  // After the next read() of `path`, stat() and read() give `bytes` and `modified` instead.
  void change_after_read(const std::string& path, std::string bytes, Nanoseconds modified);

  [[nodiscard]] Result<Listing> walk(const std::string& root) const override;
  [[nodiscard]] Result<FileInfo> stat(const std::string& path) const override;
  [[nodiscard]] Result<std::string> read(const std::string& path) const override;
  [[nodiscard]] bool is_file(const std::string& path) const override;

 private:
  struct Node {
    std::string bytes;
    Nanoseconds modified = 0;
    std::string unreadable;
    std::shared_ptr<Node> next;
  };
  mutable std::map<std::string, Node> nodes_;
};

// Replaces `path` in one step (written beside it, synced, renamed), so that a reader sees the old or the new bytes
// and never half of them. Creates missing parent folders. An input error names the step that failed.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace chimera::base
