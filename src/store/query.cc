#include "store/query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace chimera::store {
namespace {

namespace fs = std::filesystem;

// Behind the quoted text or comment that begins at `at`; `at` itself where none does. Dollar quotes only as "$$".
std::size_t behind_quoted(std::string_view sql, std::size_t at) {
  const auto past = [&](std::string_view end, std::size_t from) {
    const std::size_t found = sql.find(end, from);
    return found == std::string_view::npos ? sql.size() : found + end.size();
  };
  if (sql[at] == '\'' || sql[at] == '"') return past(sql.substr(at, 1), at + 1);
  if (sql.substr(at, 2) == "--") return past("\n", at + 2);
  if (sql.substr(at, 2) == "/*") return past("*/", at + 2);
  if (sql.substr(at, 2) == "$$") return past("$$", at + 2);
  return at;
}

// The one statement of `sql` without the semicolon that ends it, so that another can be put round it.
std::string_view bare(std::string_view sql) {
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t behind = behind_quoted(sql, at);
    if (behind == at && sql[at] == ';') return sql.substr(0, at);
    at = behind == at ? at + 1 : behind;
  }
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
