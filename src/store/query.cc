#include "store/query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace chimera::store {
namespace {

namespace fs = std::filesystem;

// The statement around which another is put: without the semicolon that ends it.
std::string bare(std::string sql) {
  const std::size_t end = sql.find_last_not_of(" \t\r\n");
  sql.resize(end == std::string::npos ? 0 : end + 1);
  if (!sql.empty() && sql.back() == ';') sql.pop_back();
  return sql;
}

// The same answer with every type that Rows does not write (dates, lists, decimals) cast to text. Columns by position:
// their names may be equal.
std::string in_text(const std::string& sql, const Connection::Shape& shape) {
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (std::size_t c = 0; c < shape.names.size(); ++c) {
    names.push_back(fmt::format("c{}", c));
    values.push_back(shape.kinds[c] == Rows::Kind::other ? fmt::format("c{}::VARCHAR", c) : names.back());
  }
  return fmt::format("SELECT {} FROM ({}\n) AS asked({})", fmt::join(values, ", "), bare(sql), fmt::join(names, ", "));
}

std::string hint_for(const std::string& message) {
  if (message.find("Catalog Error") != std::string::npos || message.find("Binder Error") != std::string::npos)
    return "the views are artifacts, records, facts, numbers, diagnostics, coverage; DESCRIBE facts lists the columns";
  if (message.find("Permission Error") != std::string::npos || message.find("read-only") != std::string::npos || message.find("disabled by configuration") != std::string::npos)
    return "a query reads the store and nothing else; chimera export writes Parquet files";
  return {};
}

base::Error explained(base::Error error) {
  if (error.hint.empty()) error.hint = hint_for(error.message);
  return error;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace

base::Result<Answer> Answer::ask(Store& store, const std::string& sql) {
  Connection& connection = store.connection();
  const auto shape = connection.shape(sql);
  if (!shape) return tl::make_unexpected(explained(shape.error()));
  if (shape->statements > 1)
    return base::fail(base::ErrorKind::usage, fmt::format("one statement at a time, found {}", shape->statements), "call chimera query once for each");
  const bool cast = shape->is_select && std::find(shape->kinds.begin(), shape->kinds.end(), Rows::Kind::other) != shape->kinds.end();
  auto rows = connection.query(cast ? in_text(sql, *shape) : sql);
  if (!rows) return tl::make_unexpected(explained(rows.error()));
  std::vector<Column> columns;
  for (std::size_t c = 0; c < rows->columns(); ++c) {
    const bool known = c < shape->names.size() && shape->is_select;
    const Rows::Kind kind = known ? shape->kinds[c] : rows->kind(c);
    const bool numeric = known ? shape->numeric[c] : kind == Rows::Kind::integer || kind == Rows::Kind::real;
    columns.push_back({known ? shape->names[c] : rows->name(c), numeric, kind == Rows::Kind::boolean});
  }
  return Answer(std::move(columns), std::move(*rows));
}

base::Result<std::vector<std::string>> export_parquet(const std::string& path, const std::string& folder) {
  TRY(Store store, Store::open(path, {Access::read, 0, "", true}));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return base::fail(base::ErrorKind::input, fmt::format("cannot create {}: {}", folder, error.message()), "check the permissions of the folders above it");
  std::vector<std::string> written;
  for (const auto& [view, order] : {std::pair<std::string, std::string>{"artifacts", "path"},
                                    {"records", "path, \"begin\", \"table\", record"},
                                    {"numbers", "path, \"begin\", series"},
                                    {"facts", "path, \"begin\", series"},
                                    {"diagnostics", "ALL"},
                                    {"coverage", "path, fate"}}) {
    const std::string target = (fs::path(folder) / (view + ".parquet")).string();
    const std::string draft = target + ".partial";
    const auto done = store.connection().run(
        fmt::format("COPY (SELECT * FROM {} ORDER BY {}) TO {} (FORMAT parquet, COMPRESSION zstd)", view, order, quoted(draft)));
    if (!done) {
      fs::remove(draft, error);
      return tl::make_unexpected(done.error());
    }
    fs::rename(draft, target, error);
    if (error) return base::fail(base::ErrorKind::input, fmt::format("cannot write {}: {}", target, error.message()));
    written.push_back(target);
  }
  return written;
}

}  // namespace chimera::store
