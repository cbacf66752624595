#include "store/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/check.h"
#include "store/embedded.h"

namespace chimera::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "DUCK";  // at byte 8 of every DuckDB file

std::string_view embedded(std::string_view name) {
  for (const base::EmbeddedFile& file : embedded_data())
    if (file.name == name) return file.bytes;
  CHECK(false, "the SQL of the store is in the program");
  return {};
}

// When a process began: the time of the machine's start (/proc/stat, btime) and field 22 of /proc/PID/stat in ticks.
std::string since_when(const std::string& pid) {
  std::ifstream of_process("/proc/" + pid + "/stat");
  std::string text((std::istreambuf_iterator<char>(of_process)), {});
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  for (int i = 3; i <= 22 && fields >> field; ++i) {}
  std::ifstream of_machine("/proc/stat");
  std::int64_t boot = 0;
  for (std::string word; of_machine >> word;)
    if (word == "btime") of_machine >> boot;
  std::int64_t ticks = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), ticks);
  const std::int64_t per_second = ::sysconf(_SC_CLK_TCK);
  if (error != std::errc() || boot == 0 || per_second <= 0) return {};
  return base::format_utc((boot + ticks / per_second) * 1'000'000'000);
}

// "... Conflicting lock is held in /usr/bin/foo (PID 123) by user ..." in words that say what to do.
base::Error held(const std::string& path, const std::string& message) {
  const std::size_t at = message.find("(PID ");
  const std::string pid = at == std::string::npos ? "" : message.substr(at + 5, message.find(')', at) - at - 5);
  const std::string since = pid.empty() ? "" : since_when(pid);
  return {base::ErrorKind::input,
          fmt::format("{} is open in another process{}{}", path, pid.empty() ? "" : fmt::format(" (pid {})", pid),
                      since.empty() ? "" : fmt::format(", which runs since {}", since)),
          "wait until it is done; one process writes a store, and nobody reads it meanwhile"};
}

base::Error explained(const std::string& path, base::Error error) {
  if (error.message.find("onflicting lock") != std::string::npos || error.message.find("Could not set lock") != std::string::npos)
    return held(path, error.message);
  if (error.message.find("newer version") != std::string::npos || error.message.find("storage version") != std::string::npos)
    return {base::ErrorKind::input, fmt::format("{} was written by a newer DuckDB than this program has", path), error.message};
  if (error.hint.empty()) error.hint = "nothing was changed; a store can be made anew with chimera ingest";
  error.message = fmt::format("cannot open the store {}: {}", path, error.message);
  return error;
}

base::Result<void> require_ours(Connection& connection, const std::string& path) {
  auto meta = connection.query("SELECT version FROM stored.meta");
  if (!meta || !meta->next())
    return base::fail(base::ErrorKind::input, fmt::format("{} is a DuckDB file, but no store of chimera", path), "nothing was changed; give another --store");
  const std::uint64_t version = meta->number(0);
  if (version > kSchemaVersion)
    return base::fail(base::ErrorKind::input,
                      fmt::format("{} was made by a newer chimera: its schema has version {}, this program knows {}", path, version, kSchemaVersion),
                      "nothing was changed; use the newer program");
  if (version < kSchemaVersion)
    return base::fail(base::ErrorKind::input,
                      fmt::format("{} was made by an older chimera: its schema has version {}, this program writes {}", path, version, kSchemaVersion),
                      "nothing was changed; ingest the files into a new store");
  return {};
}

// What a new store is made in, which then gets its name.
std::string beside(const std::string& path) { return path + ".new"; }

void clear_away(const std::string& path) {
  std::error_code error;
  fs::remove(path, error);
  fs::remove(path + ".wal", error);
}

base::Result<void> give_name(const std::string& path) {
  std::error_code error;
  fs::rename(beside(path), path, error);
  if (error) return base::fail(base::ErrorKind::input, fmt::format("cannot create {}: {}", path, error.message()), "check the folder and its permissions");
  return {};
}

base::Result<void> create(const std::string& path, base::Nanoseconds created, const std::string& program) {
  clear_away(beside(path));  // of a process that was stopped while it made one, or of a blank one that the disk had no room for
  {
    auto duck = Duck::open(beside(path), {Access::write, 1, "", false});
    if (!duck) return tl::make_unexpected(explained(beside(path), duck.error()));
    TRY(Connection connection, Connection::open(*duck));
    TRY_VOID(connection.run(fmt::format("BEGIN; {} {} INSERT INTO stored.meta VALUES ({}, {}, '{}'); COMMIT; CHECKPOINT;",
                                        embedded("src/store/schema.sql"), embedded("src/store/views.sql"), kSchemaVersion, created, program)));
  }
  return give_name(path);
}

// False where the file could not be written so; why is found out by creating it.
bool write_blank(const std::string& path, std::string_view blank) {
  clear_away(beside(path));
  std::ofstream out(beside(path), std::ios::binary);
  out.write(blank.data(), static_cast<std::streamsize>(blank.size())).flush();
  out.close();
  return !out.fail() && give_name(path).has_value();
}

}  // namespace

base::Result<void> make_blank(const std::string& path, const std::string& program) {
  clear_away(path);
  return create(path, 0, program);
}

bool looks_like_store(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  char magic[4] = {};
  const ssize_t got = ::pread(fd, magic, sizeof magic, 8);
  ::close(fd);
  return got == sizeof magic && std::string_view(magic, sizeof magic) == kMagic;
}

base::Result<Store> Store::open(const std::string& path, const DuckOptions& options) {
  std::error_code error;
  if (!fs::exists(path, error))
    return base::fail(base::ErrorKind::input, fmt::format("there is no store {}", path), "chimera ingest DIR --store FILE makes one");
  if (!looks_like_store(path)) {
    const bool readable = ::access(path.c_str(), R_OK) == 0;
    return base::fail(base::ErrorKind::input, fmt::format("{} {}", path, readable ? "is no store: not a DuckDB file" : "cannot be read"),
                      readable ? "nothing was changed; give another --store" : "check its permissions");
  }
  auto duck = Duck::open(path, options);
  if (!duck) return tl::make_unexpected(explained(path, duck.error()));
  TRY(Connection connection, Connection::open(*duck));
  TRY_VOID(require_ours(connection, path));
  return Store(path, std::move(*duck), std::move(connection));
}

base::Result<Store> Store::open_or_create(const std::string& path, const DuckOptions& options, const base::Clock& clock, const std::string& program, std::string_view blank) {
  std::error_code error;
  if (fs::exists(path, error)) return open(path, options);
  const fs::path parent = fs::path(path).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (!blank.empty() && write_blank(path, blank)) {
    auto store = open(path, options);
    if (store && store->connection().run(fmt::format("UPDATE stored.meta SET created = {}", clock.wall()))) return store;
    clear_away(path);  // by a DuckDB that is older than the one of the build
  }
  TRY_VOID(create(path, clock.wall(), program));
  return open(path, options);
}

}  // namespace chimera::store
