// DuckDB's C API with owners and results: the only place, with row_function.cc, that knows its header.
//
// Threads: one connection, one thread. Fails: input where the file or the statement is at fault; messages are DuckDB's
// own, which show the place in a statement with a caret.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace chimera::store {

enum class Access { read, write };

struct DuckOptions {
  Access access = Access::read;
  unsigned threads = 0;      // 0: as many as there are processors
  std::string memory_limit;  // "400MB"; empty: DuckDB's own
  bool outside = false;      // may read and write other files (export); else a query cannot leave the store
};

// An open database file.
class Duck {
 public:
  [[nodiscard]] static base::Result<Duck> open(const std::string& path, const DuckOptions& options);
  Duck(Duck&&) noexcept;
  Duck& operator=(Duck&&) noexcept;
  ~Duck();
  struct Handle;
  [[nodiscard]] const Handle& handle() const { return *handle_; }

 private:
  explicit Duck(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

// A result, read from front to back.
class Rows {
 public:
  enum class Kind { boolean, integer, real, text, other };
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();
  [[nodiscard]] std::size_t columns() const;
  [[nodiscard]] std::string name(std::size_t column) const;
  [[nodiscard]] Kind kind(std::size_t column) const;
  // The next row; false after the last one, and at the first call of an empty result.
  [[nodiscard]] bool next();
  [[nodiscard]] bool null(std::size_t column) const;
  [[nodiscard]] std::uint64_t number(std::size_t column) const;  // of an integer column that has no negative values
  [[nodiscard]] std::int64_t integer(std::size_t column) const;
  [[nodiscard]] double real(std::size_t column) const;
  [[nodiscard]] bool boolean(std::size_t column) const;
  [[nodiscard]] std::string_view text(std::size_t column) const;  // text and blobs; lives until next()
  // Any value of the first four kinds as text: the shortest that reads back, "true", "inf".
  [[nodiscard]] std::string written(std::size_t column) const;

 private:
  friend class Connection;
  struct State;
  explicit Rows(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Connection {
 public:
  [[nodiscard]] static base::Result<Connection> open(const Duck& duck);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();
  // Every statement of `sql`, in order.
  [[nodiscard]] base::Result<void> run(const std::string& sql);
  // One statement with its result; `?` in it are the texts, in order.
  [[nodiscard]] base::Result<Rows> query(const std::string& sql, const std::vector<std::string>& texts = {});
  // What a statement gives, without running it: how many statements there are, whether the first is a SELECT, and the
  // names and SQL types of its columns.
  struct Shape {
    std::size_t statements = 0;
    bool is_select = false;
    std::vector<std::string> names;
    std::vector<Rows::Kind> kinds;
    std::vector<bool> numeric;  // also where the kind is other: HUGEINT, DECIMAL
  };
  [[nodiscard]] base::Result<Shape> shape(const std::string& sql);
  // Makes the statement that runs fail. The one call that another thread may make.
  void interrupt();
  struct Handle;
  [[nodiscard]] const Handle& handle() const { return *handle_; }

 private:
  explicit Connection(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

// Rows of one table, many at a time, inside the connection's transaction. Values in the order of the columns.
class Appender {
 public:
  [[nodiscard]] static base::Result<Appender> open(const Connection& connection, const std::string& schema, const std::string& table);
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) noexcept;
  ~Appender();
  Appender& number(std::uint64_t value);
  Appender& integer(std::int64_t value);
  Appender& real(double value);
  Appender& boolean(bool value);
  Appender& text(std::string_view value);
  Appender& bytes(std::string_view value);
  Appender& null();
  void end_row();
  // Writes what was given; the first failure of all calls before.
  [[nodiscard]] base::Result<void> close();

 private:
  struct Handle;
  explicit Appender(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace chimera::store
