// A store as a file system: the files that were ingested, with the bytes that they had then. What reads folders reads a
// store through this, and so gives the same answers.
//
// Bytes of files too large to be kept are read again where they were; a file that has changed since is an input error.
// Threads: const members may be called from several threads.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"
#include "store/store.h"

namespace chimera::store {

// Absolute, without "." and ".." and a slash at the end; symbolic links stay.
[[nodiscard]] std::string place_of(const std::string& typed);

class StoredFiles final : public base::FileSystem {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<StoredFiles>> open(const std::string& path);
  // As they were typed, where that still leads to the same place from the current folder; else absolute.
  [[nodiscard]] const std::vector<std::string>& roots() const { return roots_; }

  [[nodiscard]] base::Result<base::Listing> walk(const std::string& root) const override;
  [[nodiscard]] base::Result<base::FileInfo> stat(const std::string& path) const override;
  [[nodiscard]] base::Result<std::string> read(const std::string& path) const override;
  [[nodiscard]] bool is_file(const std::string& path) const override;

 private:
  struct Entry {
    std::uint32_t id = 0;
    base::FileInfo info;     // path relative to its root
    std::string digest;
    std::string place;       // on this machine
    std::string unreadable;  // why it could not be read, and the hint
    std::string hint;
  };
  explicit StoredFiles(Store store) : store_(std::move(store)) {}
  [[nodiscard]] base::Result<void> load();
  [[nodiscard]] base::Result<void> load_entries(const std::vector<std::string>& places, const std::vector<bool>& are_files);
  [[nodiscard]] const Entry* find(const std::string& path) const;
  [[nodiscard]] std::uint32_t last_ahead(std::uint32_t id) const;
  [[nodiscard]] base::Result<std::string> read_again(const Entry& entry) const;

  mutable Store store_;
  std::vector<std::string> roots_;
  std::vector<bool> is_file_;
  std::map<std::string, base::Listing> listings_;  // by root
  std::map<std::string, Entry> entries_;           // by path as asked for: root/path, or the root that is a file
  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::uint64_t> sizes_;   // in bytes, by number
  mutable std::map<std::uint32_t, std::string> ahead_;  // bytes that came along with those asked for
};

}  // namespace chimera::store
