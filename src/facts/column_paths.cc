#include "facts/column_paths.h"

#include <optional>
#include <string_view>
#include <utility>

#include "facts/naming.h"
#include "facts/percentile_names.h"
#include "text/words.h"

namespace chimera::facts {

std::vector<std::string> path_of(const core::Document& document, const core::Table& table, const core::Column& column) {
  if (!core::is_json(document.format_of(table))) return {column.key};
  std::vector<std::string> path = split_path(table.name);
  const std::vector<std::string> own = split_path(column.key);
  // The column of a series is the array itself, which the table's name ends in already.
  if (table.kind != core::TableKind::series || path.empty()) path.insert(path.end(), own.begin(), own.end());
  if (path.empty()) path.push_back(column.key);
  return path;
}

bool has_row_keys(const core::Document& document, const core::Table& table, const core::Column& column) {
  return core::is_json(document.format_of(table)) && table.kind == core::TableKind::keyed && !column.key.empty();
}

bool has_parent_keys(const core::Document& document, const core::Table& table) {
  if (!core::is_json(document.format_of(table)) || table.rows.empty() || table.rows.front().parent_table >= document.tables.size()) return false;
  return document.tables[table.rows.front().parent_table].kind == core::TableKind::keyed;
}

namespace {

// The key of a row behind the names around its table; p99 for a number below "percentiles".
void push_row_key(const core::Document& document, const core::Table& keyed, std::uint32_t row, std::vector<std::string>& path) {
  const std::string_view key = document.at(keyed.columns.front().cells[row].span());
  const auto percentile = path.empty() ? std::nullopt : percentile_key(path.back(), key);
  path.push_back(percentile ? core::to_string(*percentile) : std::string(key));
}

void append(std::vector<std::string>& path, std::vector<std::string> pieces) {
  for (std::string& piece : pieces) path.push_back(std::move(piece));
}

// The names around the cells of a row in a row that has a key. Its pointer says what stands for "*" in the table's name: the key, which may
// be a number, "/cache/128/times", and positions in arrays, which are no names. Its own key, where it has one, comes last.
std::vector<std::string> path_below_key(const core::Document& document, const core::Table& table, std::uint32_t index) {
  const core::Row& row = table.rows[index];
  const core::Table& keyed = document.tables[row.parent_table];
  const std::string_view around = keyed.rows[row.parent_row].pointer;
  std::vector<std::string> path = split_path(around.substr(0, around.rfind('/')));
  push_row_key(document, keyed, row.parent_row, path);
  const std::string_view below = std::string_view(row.pointer).substr(around.size());
  const bool has_key = table.kind == core::TableKind::keyed;
  append(path, split_path(has_key ? below.substr(0, below.rfind('/')) : below));
  if (has_key) push_row_key(document, table, index, path);
  return path;
}

}  // namespace

std::vector<std::string> path_of(const core::Document& document, const core::Table& table, const core::Column& column, std::uint32_t row) {
  if (has_parent_keys(document, table)) {
    std::vector<std::string> path = path_below_key(document, table, row);
    if (table.kind != core::TableKind::series) append(path, split_path(column.key));
    return path;
  }
  if (!has_row_keys(document, table, column)) return path_of(document, table, column);
  std::vector<std::string> path = split_path(table.name);
  push_row_key(document, table, row, path);
  append(path, split_path(column.key));
  return path;
}

}  // namespace chimera::facts
