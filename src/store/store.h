// A store: one DuckDB file that holds what was read from folders of files, for SQL and for reading again.
//
// One process writes and nobody else opens the file meanwhile (DuckDB's rule). Fails: input where the file is none of
// ours, damaged, from a newer version, or held by another process, which the message names.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/duck.h"

namespace chimera::store {

// Of schema.sql and views.sql. A file with a higher version is refused.
inline constexpr unsigned kSchemaVersion = 4;
// Contents of files stand in pieces: whatever looks at a column has some thousand values in memory at once.
inline constexpr std::size_t kContentPiece = std::size_t{16} << 10U;

// Whether the file begins as a DuckDB database does. False where it cannot be read.
[[nodiscard]] bool looks_like_store(const std::string& path);

// A new store in which nothing was stored yet, whose creation is at no time: what the build puts into the program, so that a store
// is made by writing a file. Overwrites `path`.
[[nodiscard]] base::Result<void> make_blank(const std::string& path, const std::string& program);

class Store {
 public:
  // An existing store.
  [[nodiscard]] static base::Result<Store> open(const std::string& path, const DuckOptions& options);
  // Makes the file where there is none: beside it first, then renamed, so that a store is whole or not there. `blank`: the bytes of
  // make_blank(), which take a tenth of a second less; not needed.
  [[nodiscard]] static base::Result<Store> open_or_create(const std::string& path, const DuckOptions& options, const base::Clock& clock,
                                                          const std::string& program, std::string_view blank = {});
  [[nodiscard]] Connection& connection() { return connection_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Store(std::string path, Duck duck, Connection connection) : path_(std::move(path)), duck_(std::move(duck)), connection_(std::move(connection)) {}
  std::string path_;
  Duck duck_;
  Connection connection_;
};

}  // namespace chimera::store
