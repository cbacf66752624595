#include "plaintext/text_grids.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/leading_cells.h"
#include "plaintext/number_forms.h"
#include "plaintext/report_grids.h"
#include "plaintext/spans.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kMostStatistics = 64;   // rows of one table
constexpr std::size_t kLongestHeader = 4096;  // bytes of a line

// Cells may be empty, those at the end of a row too.
Span around(const std::vector<std::vector<Span>>& rows) {
  Span span;
  for (const std::vector<Span>& row : rows)
    for (const Span& cell : row) span = joined(span, cell);
  return span;
}

Span around(const std::vector<DrawnRow>& rows) {
  Span span;
  for (const DrawnRow& row : rows)
    for (const Span& cell : row.cells) span = joined(span, cell);
  return span;
}

std::string label_of(const core::Document& document, const DrawnRow& row) {
  std::string label(document.at(row.cells.front()));
  for (const Span& line : row.more) label += ' ' + std::string(document.at(line));
  return label;
}

bool has_letter(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c & 0x80) != 0; });
}

// Node's console.table quotes what is a string to it.
Span without_quotes(std::string_view text, Span cell) {
  const char first = cell.size() > 2 ? text[cell.begin] : '\0';
  const bool quoted = (first == '\'' || first == '"') && text[cell.end - 1] == first;
  return quoted ? Span{cell.begin + 1, cell.end - 1} : cell;
}

// "Sequence Length (tokens)" before "min" is no rate of tokens a minute.
std::string without_rate(std::string label, const std::vector<std::string>& statistics) {
  const std::string unit(unit_of_header(label));
  const auto rate = [&](const std::string& statistic) { return core::find_unit(unit + '/' + text::lower(statistic)) != nullptr; };
  if (!unit.empty() && std::any_of(statistics.begin(), statistics.end(), rate)) label = text::trim(std::string_view(label).substr(0, label.find_last_of("([")));
  return label;
}

// "min" of "Min:", "p75" of "75%"; empty where the word names no statistic.
std::string statistic_of(std::string_view label) {
  while (!label.empty() && label.back() == ':') label.remove_suffix(1);
  if (std::string part = percentile_of(label); !part.empty()) return part;
  const auto found = core::find_statistic(text::lower(label));
  return found ? core::to_string(*found) : std::string();
}

// "Metric | avg | p99".
bool has_statistics(const DrawnTable& table) {
  if (table.keys.size() < 2 || !is_one_of(text::lower(table.keys.front()), {"metric", "metrics", "statistic", "statistics", "measurement", "measure"})) return false;
  return std::all_of(table.keys.begin() + 1, table.keys.end(), [](const std::string& key) { return core::find_statistic(text::lower(key)).has_value(); });
}

// "Parameter | Value", or names beside values without a header.
bool has_named_values(const DrawnTable& table) {
  if (table.rows.empty() || table.rows.front().cells.size() != 2) return false;
  return table.keys.empty() || is_one_of(text::lower(table.keys[1]), {"value", "values", "setting", "settings"});
}

// One row of all values, each named by its label, and by its column where `by_column` says so.
LocatedTable one_row(const core::Document& document, const DrawnTable& table, std::string section, std::vector<Span>& keys) {
  UnitColumns columns(core::TableKind::listing, std::move(section));
  const Span whole = around(table.rows);
  columns.add_row(row_at(document, whole));
  const bool by_column = has_statistics(table);
  for (const DrawnRow& row : table.rows) {
    const std::string label = label_of(document, row);
    if (row.cells.front().size() == 0 || !has_letter(label)) continue;
    keys.push_back(row.cells.front());
    keys.insert(keys.end(), row.more.begin(), row.more.end());
    for (std::size_t k = 1; k < row.cells.size(); ++k) {
      if (row.cells[k].size() == 0) continue;
      const std::size_t column = columns.add_column(by_column ? without_rate(label, table.keys) + '/' + table.keys[k] : label, unit_of_header(label));
      columns.put(column, read_written_cell(document.text, row.cells[k]));
    }
  }
  return {whole.begin, columns.finish()};
}

}  // namespace

std::optional<LocatedTable> table_of_statistics(const core::Document& document, const std::vector<Span>& header,
                                                const std::vector<std::vector<Span>>& rows, std::string section) {
  if (rows.size() > kMostStatistics) return std::nullopt;
  std::vector<std::string> names;
  for (const std::vector<Span>& row : rows) {
    names.push_back(statistic_of(document.at(row.front())));
    if (names.back().empty() || std::count(names.begin(), names.end(), names.back()) > 1) return std::nullopt;
  }
  if (names.size() < 2) return std::nullopt;
  UnitColumns columns(core::TableKind::listing, std::move(section));
  columns.add_row(row_at(document, around(rows)));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (names[r] == "n") continue;  // how many there are is in no unit of theirs
    for (std::size_t k = 1; k < std::min(header.size(), rows[r].size()); ++k) {
      if (rows[r][k].size() == 0) continue;
      const std::string key(document.at(header[k]));
      columns.put(columns.add_column(key + '/' + names[r], unit_of_header(key)), read_written_cell(document.text, rows[r][k]));
    }
  }
  return LocatedTable{header.front().begin, columns.finish()};
}

std::optional<LocatedTable> table_of_quantities(const core::Document& document, const std::vector<Span>& header, const std::vector<std::vector<Span>>& rows, std::string section) {
  constexpr std::string_view kWithin = "+/- ";  // "+/- sd": how many are within it
  if (header.front().size() > 0 || rows.size() > kMostStatistics) return std::nullopt;
  const auto names_statistic = [&](Span name) {
    const std::string lower = text::lower(document.at(name));
    return core::find_statistic(lower.rfind(kWithin, 0) == 0 ? lower.substr(kWithin.size()) : lower).has_value();
  };
  if (!std::all_of(header.begin() + 1, header.end(), names_statistic)) return std::nullopt;
  std::vector<std::string> labels;
  for (const std::vector<Span>& row : rows) {
    const std::string_view label = document.at(row.front());
    if (label.back() != ':') return std::nullopt;
    labels.emplace_back(text::trim(label.substr(0, label.size() - 1)));
    if (labels.back().empty() || std::count(labels.begin(), labels.end(), labels.back()) > 1) return std::nullopt;
  }
  const std::string unit_of_all(unit_of_header(section));
  UnitColumns columns(core::TableKind::listing, std::move(section));
  columns.add_row(row_at(document, around(rows)));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    // "req/s" is what its values are in, and says with that what they are.
    const core::UnitPtr unit = core::find_unit(labels[r]);
    const std::string_view quantity = unit == nullptr ? std::string_view() : quantity_name(*unit);
    for (std::size_t k = 1; k < std::min(header.size(), rows[r].size()); ++k) {
      const std::string_view name = document.at(header[k]);
      const bool within = name.substr(0, kWithin.size()) == kWithin;
      WrittenCell written = read_written_cell(document.text, rows[r][k]);
      if (written.unit.empty() && !within) written.unit = unit != nullptr ? std::string_view(labels[r]) : unit_of_all;
      const std::string of = quantity.empty() ? labels[r] : std::string(quantity);
      columns.put(columns.add_column(within ? of + " within deviation" : of + '/' + std::string(name), {}), written);
    }
  }
  return LocatedTable{header.front().begin, columns.finish()};
}

std::vector<std::vector<text::MarkdownSpan>> header_lines_above(const core::Document& document, const text::MarkdownTable& table) {
  constexpr std::size_t kMostAbove = 3;
  std::vector<std::vector<text::MarkdownSpan>> lines;
  std::size_t next = document.place(table.span.begin).line - 1;
  while (next-- > 0) {
    const Span line = trimmed(document.text, line_at(document, next, table.span.begin, kLongestHeader));
    if (line.size() == 0) break;
    text::PipeRow row = text::split_row(document.text, {line.begin, line.end}, text::PipesInCode::separate);
    if (!row.leading || !row.trailing) break;
    text::NumberToken token;
    const auto filled = std::count_if(row.cells.begin(), row.cells.end(), [](text::MarkdownSpan cell) { return !text::empty(cell); });
    const bool names = row.cells.size() == table.header.size() && filled > 1 && !text::NumberScanner(document.at(line)).next(token);
    // What follows the rule of another table are its rows.
    if (!names || lines.size() == kMostAbove || text::delimiter_cells(document.at(line)) > 0) return {};
    lines.insert(lines.begin(), std::move(row.cells));
  }
  return lines;
}

LocatedTable table_of_pipes(const core::Document& document, const text::MarkdownTable& table, std::vector<Span>& keys) {
  UnitColumns columns(core::TableKind::markdown, {});
  columns.table().header_line = document.place(table.span.begin).line;
  std::vector<std::vector<text::MarkdownSpan>> lines = header_lines_above(document, table);
  lines.push_back(table.header);
  std::vector<std::string> names(table.header.size());
  for (const std::vector<text::MarkdownSpan>& line : lines)
    for (std::size_t c = 0; c < names.size(); ++c) {
      if (!names[c].empty() && !text::empty(line[c])) names[c] += ' ';
      names[c] += text::at(document.text, line[c]);
      keys.push_back(to_core(line[c]));
    }
  for (const std::string& name : names) columns.add_named(name, unit_of_header(name));
  LeadingCells leading(names.size());
  for (const std::vector<text::MarkdownSpan>& cells : table.rows) {
    if (std::all_of(cells.begin(), cells.end(), [](text::MarkdownSpan cell) { return text::empty(cell); })) continue;  // sets groups of rows apart
    columns.add_row(row_at(document, {cells.front().begin, cells.back().end}));
    leading.begin_row();
    for (std::size_t k = 0; k < cells.size(); ++k) columns.put(k, leading.value(k, text::empty(cells[k]), read_written_cell(document.text, to_core(cells[k]))));
  }
  return {table.span.begin, columns.finish()};
}

LocatedTable table_of_drawn(const core::Document& document, const DrawnTable& table, std::string section, std::vector<Span>& keys) {
  if (table.title.size() > 0) section = std::string(document.at(table.title));
  keys.insert(keys.end(), table.headers.begin(), table.headers.end());
  if (has_statistics(table) || has_named_values(table)) return one_row(document, table, std::move(section), keys);
  if (table.header_lines == 1 && table.headers.size() == table.keys.size()) {
    std::vector<std::vector<Span>> rows;
    for (const DrawnRow& row : table.rows) rows.push_back(row.cells);
    if (auto statistics = table_of_statistics(document, table.headers, rows, section)) return std::move(*statistics);
  }
  UnitColumns columns(core::TableKind::csv, std::move(section));
  const std::uint64_t begin = table.headers.empty() ? around(table.rows).begin : table.headers.front().begin;
  columns.table().header_line = document.place(begin).line;
  for (const std::string& key : table.keys) columns.add_column(key, unit_of_header(key));
  const bool wrapped = std::any_of(table.rows.begin(), table.rows.end(), [](const DrawnRow& row) { return !row.more.empty(); });
  const std::size_t rest = wrapped ? columns.add_column(table.keys.front() + "/rest", {}) : 0;
  LeadingCells leading(table.keys.size());
  for (const DrawnRow& row : table.rows) {
    columns.add_row(row_at(document, around({row})));
    leading.begin_row();
    for (std::size_t k = 0; k < row.cells.size(); ++k) {
      const WrittenCell written = leading.value(k, row.cells[k].size() == 0, read_written_cell(document.text, without_quotes(document.text, row.cells[k])));
      if (written.cell.size > 0) columns.put(k, written);
    }
    if (!row.more.empty()) columns.put(rest, {text_cell({row.more.front().begin, row.more.front().end}), {}, {}});
  }
  return {begin, columns.finish()};
}

LocatedTable table_of_commented(const core::Document& document, const CommentedTable& table, std::string section, std::vector<Span>& keys) {
  keys.insert(keys.end(), table.headers.begin(), table.headers.end());
  UnitColumns columns(core::TableKind::csv, std::move(section));
  columns.table().header_line = document.place(table.headers.front().begin).line;
  for (std::size_t k = 0; k < table.keys.size(); ++k)
    columns.add_column(table.keys[k], table.units[k].empty() ? unit_of_header(table.keys[k]) : table.units[k]);
  for (const std::vector<Span>& fields : table.rows) {
    columns.add_row(row_at(document, {fields.front().begin, fields.back().end}));
    for (std::size_t k = 0; k < fields.size(); ++k)
      columns.put(k, table.dates[k] ? WrittenCell{text_cell(fields[k]), {}, {}} : read_written_cell(document.text, fields[k]));
  }
  return {table.headers.front().begin, columns.finish()};
}

LocatedTable table_of_lines(const core::Document& document, const LineTable& table, std::string section, std::vector<Span>& keys) {
  keys.insert(keys.end(), table.header.begin(), table.header.end());
  UnitColumns columns(core::TableKind::csv, std::move(section));
  columns.table().header_line = document.place(table.header.front().begin).line;
  for (const Span name : table.header) columns.add_named(std::string(document.at(name)), unit_of_header(document.at(name)));
  for (const std::vector<Span>& row : table.rows) {
    columns.add_row(row_at(document, {row.front().begin, row.back().end}));
    for (std::size_t k = 0; k < row.size(); ++k) columns.put(k, read_written_cell(document.text, row[k]));
  }
  return {table.header.front().begin, columns.finish()};
}

std::vector<LocatedTable> drawn_tables_in(const core::Document& document, Span span, const std::string& section, std::vector<Span>& keys) {
  std::vector<LocatedTable> found;
  const auto first = std::lower_bound(document.lines.begin(), document.lines.end(), span.begin);
  for (auto i = static_cast<std::size_t>(first - document.lines.begin()); i < document.lines.size() && document.lines[i] < span.end;) {
    const auto table = drawn_table(document, i, span.end);
    if (table && !table->rows.empty()) found.push_back(table_of_drawn(document, *table, section, keys));
    if (table && !table->things.empty()) found.push_back(table_of_things(document, *table, section, keys));
    const auto listed = table ? std::nullopt : comma_table(document, i, span.end);
    if (listed) found.push_back(table_of_lines(document, *listed, section, keys));
    i = table ? table->next : listed ? listed->next : i + 1;
  }
  return found;
}

}  // namespace chimera::plaintext
