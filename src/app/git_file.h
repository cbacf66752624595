// A file as it was in a git revision: "REVISION:PATH".
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/result.h"

namespace chimera::app {

// A copy in a folder of its own, which is removed with this object.
class GitFile {
 public:
  explicit GitFile(std::string folder, std::string name);
  GitFile(GitFile&&) noexcept = default;
  GitFile& operator=(GitFile&&) noexcept = default;
  [[nodiscard]] std::string path() const;

 private:
  struct Remover {
    void operator()(const std::string* folder) const;
  };
  std::unique_ptr<const std::string, Remover> folder_;
  std::string name_;
};

// Nothing where `path` exists or names no revision; else what git holds of it. Fails (input) where git has no such
// revision or path.
[[nodiscard]] base::Result<std::optional<GitFile>> check_out(const std::string& path, const base::FileSystem& files);

}  // namespace chimera::app
