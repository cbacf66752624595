// For tests only: a corpus built by hand from small comma-separated tables, so that analysis is tested without
// readers and recipes.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/corpus.h"

namespace chimera::analysis::test {

struct ColumnSpec {
  std::string key;
  core::Role role = core::Role::unread;
  std::string metric;  // empty: the key. A factor becomes the setting of this name.
  std::string unit;    // a symbol of the unit table; empty: none
  int direction = 0;
  core::Statistic::Kind statistic = core::Statistic::Kind::sample;
};

inline ColumnSpec factor(std::string key) { return {std::move(key), core::Role::factor, "", "", 0}; }
inline ColumnSpec identity(std::string key) { return {std::move(key), core::Role::identity, "", "", 0}; }
inline ColumnSpec throughput(std::string key = "tokens_s") { return {std::move(key), core::Role::response, "throughput", "tok/s", 1}; }
inline ColumnSpec ttft(std::string key = "ttft_s") { return {std::move(key), core::Role::response, "ttft", "s", -1}; }
inline ColumnSpec timestamp(std::string key = "timestamp") { return {std::move(key), core::Role::time, "", "", 0}; }

struct TestTable {
  std::string path;
  std::vector<ColumnSpec> columns;
  std::vector<std::string> rows;              // "40,1024,0.2,101.5"; an empty cell is absent
  std::vector<core::RowState> states = {};         // empty: all ok
  core::TableKind kind = core::TableKind::csv;
  core::Format format = core::Format::csv;
  std::vector<std::string> pointers = {};          // of the rows, of JSON
  std::string prose = {};                          // what stands above the table
  std::vector<std::uint64_t> lines = {};           // of the rows; empty: one after the other
};

namespace detail {

inline bool is_number(const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && end == text.c_str() + text.size() && text.find('T') == std::string::npos;
}

inline core::Cell make_cell(const std::string& text, std::uint64_t begin) {
  core::Cell cell;
  cell.begin = begin;
  cell.size = static_cast<std::uint32_t>(text.size());
  if (text.empty()) return cell;
  cell.kind = is_number(text, cell.number) ? core::CellKind::number : core::CellKind::text;
  const std::size_t point = text.find('.');
  if (cell.kind == core::CellKind::number && point != std::string::npos)
    cell.decimals = static_cast<std::int8_t>(text.size() - point - 1);
  return cell;
}

inline core::ColumnMeaning meaning_of(const ColumnSpec& column) {
  core::ColumnMeaning means;
  means.role = column.role;
  means.metric = column.metric.empty() ? column.key : column.metric;
  means.unit = column.unit.empty() ? core::no_unit() : core::unit_of(column.unit);
  means.direction = column.direction;
  means.statistic.kind = column.statistic;
  return means;
}

inline void append(core::Document& document, std::vector<core::TableMeaning>& meanings, std::vector<core::RunConfig>& configs,
                   const TestTable& spec) {
  core::Table table;
  core::TableMeaning meaning;
  table.kind = spec.kind;
  for (const ColumnSpec& column : spec.columns) {
    table.columns.push_back({column.key, "", {}, 0, {}});
    meaning.columns.push_back(meaning_of(column));
  }
  document.text += spec.prose + "header\n";
  for (std::size_t r = 0; r < spec.rows.size(); ++r) {
    core::RunConfig config;
    core::Row row;
    row.line = r < spec.lines.size() ? spec.lines[r] : document.lines.size() + 1;
    row.span.begin = document.text.size();
    if (r < spec.pointers.size()) row.pointer = spec.pointers[r];
    document.lines.push_back(document.text.size());
    std::string_view rest = spec.rows[r];
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const std::string text(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      table.columns[c].cells.push_back(make_cell(text, document.text.size()));
      document.text += text + ",";
      if (meaning.columns[c].role == core::Role::factor && !text.empty()) config.set(meaning.columns[c].metric, core::canonical_value(text));
    }
    row.span.end = document.text.size();
    document.text += "\n";
    table.rows.push_back(row);
    meaning.configs.push_back(static_cast<std::uint32_t>(configs.size()));
    meaning.states.push_back(spec.states.empty() ? core::RowState::ok : spec.states[r]);
    configs.push_back(std::move(config));
  }
  document.tables.push_back(std::move(table));
  meanings.push_back(std::move(meaning));
}

}  // namespace detail

// One document of several tables; path and format are the first one's. Documents must be added in order of path.
inline core::DocumentId add(core::Corpus& corpus, const std::vector<TestTable>& tables) {
  core::Document document;
  document.artifact.path = tables.front().path;
  document.artifact.format = document.artifact.declared = tables.front().format;
  document.lines.push_back(0);
  std::vector<core::TableMeaning> meanings;
  std::vector<core::RunConfig> configs;
  for (const TestTable& table : tables) detail::append(document, meanings, configs, table);
  document.artifact.digest = base::sha256(document.text);
  return corpus.add(std::move(document), std::move(meanings), configs);
}

inline core::DocumentId add(core::Corpus& corpus, const TestTable& table) { return add(corpus, std::vector<TestTable>{table}); }

}  // namespace chimera::analysis::test
