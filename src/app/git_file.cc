#include "app/git_file.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/child.h"

namespace chimera::app {
namespace {

// `git show REVISION:PATH`, without a shell, into a file. The exit code; negative where git cannot be started.
int show(const std::string& object, const std::string& file) {
  const pid_t child = base::start_into_file({"git", "show", "--no-textconv", "--end-of-options", object}, "/dev/null", file);
  int status = 0;
  if (child == 0 || waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

GitFile::GitFile(std::string folder, std::string name) : folder_(new std::string(std::move(folder))), name_(std::move(name)) {}

void GitFile::Remover::operator()(const std::string* folder) const {
  std::error_code ignored;  // a folder that cannot be removed stays among the temporary ones
  std::filesystem::remove_all(*folder, ignored);
  delete folder;
}

std::string GitFile::path() const { return *folder_ + "/" + name_; }

base::Result<std::optional<GitFile>> check_out(const std::string& path, const base::FileSystem& files) {
  const std::size_t colon = path.find(':');
  if (colon == std::string::npos || colon == 0 || files.stat(path)) return std::optional<GitFile>();
  std::string folder = (std::filesystem::temp_directory_path() / "chimera-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return base::fail(base::ErrorKind::input, fmt::format("cannot make a folder for {}", path), "is the disk full?");
  GitFile file(folder, std::filesystem::path(path.substr(colon + 1)).filename().string());
  if (const int code = show(path, file.path()); code != 0)
    return base::fail(base::ErrorKind::input, code < 0 ? fmt::format("{} is no file, and git cannot be started", path) : fmt::format("{} is neither a file nor something that git knows", path),
                      "give a file, a folder, or REVISION:PATH in a git checkout");
  return std::optional<GitFile>(std::move(file));
}

}  // namespace chimera::app
