#include "store/last_look.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/sha256.h"
#include "store/store.h"

namespace chimera::store {
namespace {

constexpr std::size_t kFirstPages = 3 * 4096;  // of a DuckDB file: its magic, and the two headers that it writes in turn

// Whether a process that wrote now would be in another's way.
bool is_held(int file) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(file, F_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

// Another one for each state that the store was in. None where it is not at rest.
std::optional<std::string> state_of(const std::string& store) {
  std::error_code error;
  if (std::filesystem::exists(store + ".wal", error) || error) return std::nullopt;
  const int file = ::open(store.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  std::array<char, kFirstPages> head{};
  struct stat about = {};
  const bool known = ::fstat(file, &about) == 0 && S_ISREG(about.st_mode) && ::pread(file, head.data(), head.size(), 0) == static_cast<ssize_t>(head.size());
  const bool held = is_held(file);
  ::close(file);
  if (!known || held) return std::nullopt;
  return fmt::format("{} {} {}.{:09} {}", kSchemaVersion, about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec, base::to_hex(base::sha256({head.data(), head.size()})));
}

}  // namespace

std::string last_look_file(const std::string& store) { return store + ".seen"; }

std::optional<LastLook> last_look(const std::string& store) {
  std::ifstream in(last_look_file(store));
  LastLook look;
  std::string state;
  if (!(in >> look.files >> look.readable >> look.tree) || !std::getline(in >> std::ws, state)) return std::nullopt;
  return state == state_of(store) ? std::optional(look) : std::nullopt;
}

void keep_last_look(const std::string& store, const LastLook& look) {
  const std::optional<std::string> state = state_of(store);
  std::ofstream out(last_look_file(store), std::ios::trunc);
  // The state comes last: of half a file none is believed.
  if (state) out << fmt::format("{} {} {}\n{}\n", look.files, look.readable, look.tree, *state);
}

}  // namespace chimera::store
