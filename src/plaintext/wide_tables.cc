#include "plaintext/wide_tables.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "core/unit.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using core::Cell;
using core::CellKind;

constexpr std::size_t kMostRows = 256;  // of a table for people
constexpr std::size_t kMostLevels = 64;
constexpr std::size_t kFewestLevels = 2;
constexpr std::size_t kFewestNumbered = 3;  // 0, 1, 2 are positions
constexpr std::string_view kSpread = "/±";

// What is varied in numbers.
constexpr std::array<std::string_view, 34> kVaried = {"batch",   "batches", "bs",     "thread",   "threads", "concurrency", "conc",    "context", "ctx",      "length", "lengths", "len",
                                                      "depth",   "size",    "sizes",  "tokens",   "users",   "clients",     "workers", "gpus",    "cores",    "isl",    "osl",     "requests",
                                                      "streams", "nodes",   "qps",    "ranks",    "n",       "processes",   "width",   "seq",     "parallel", "jobs"};

template <std::size_t N>
bool has_word_of(std::string_view text, const std::array<std::string_view, N>& list) {
  const std::vector<std::string> words = text::split_identifier(text);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return std::find(list.begin(), list.end(), word) != list.end(); });
}

// "4", "8K".
std::optional<double> level_of(const core::Document& document, const Cell& cell) {
  std::string_view text = text::trim(document.at(cell.span()));
  double scale = 1;
  if (text.size() > 1 && (text.back() == 'k' || text.back() == 'K')) scale = 1024, text.remove_suffix(1);
  const std::optional<text::Number> number = text::parse_number(text);
  if (!number || !number->integer || number->value < 0) return std::nullopt;
  return number->value * scale;
}

// The names of what rows and columns are of, and of what was measured.
struct Names {
  std::string rows;
  std::string columns;
  std::string value = "value";
};

Names names_of(std::string_view corner) {
  for (const std::string_view mark : {"\\", " / ", "↓", "→"}) {
    const std::size_t at = corner.find(mark);
    if (at == std::string_view::npos) continue;
    const auto side = [](std::string_view text) { return std::string(text::trim(text.substr(0, text.find_first_of("\\/")))); };
    const Names two{side(corner.substr(0, at)), side(corner.substr(at + mark.size()))};
    if (!two.rows.empty() && !two.columns.empty()) return two;
  }
  const core::UnitPtr unit = core::find_unit(corner);
  if (!unit_of_header(corner).empty() || (unit != nullptr && corner.size() > 1)) return {{}, {}, std::string(corner)};
  if (has_word_of(corner, kVaried)) return {{}, std::string(corner)};
  return {std::string(corner), {}};
}

// "50 | 90 | 99": percentiles, which a header names by their numbers too.
bool are_percentiles(const std::vector<double>& levels) {
  constexpr std::array<double, 11> kUsual = {1, 5, 10, 25, 50, 75, 80, 90, 95, 99, 100};
  const bool usual = std::all_of(levels.begin(), levels.end(), [&](double level) { return std::find(kUsual.begin(), kUsual.end(), level) != kUsual.end(); });
  return usual && levels.back() >= 90;
}

bool numbers_columns(const std::vector<double>& levels) {
  if (levels.size() < kFewestNumbered || levels.front() > 1) return false;
  return levels.back() - levels.front() + 1 == static_cast<double>(levels.size());
}

// As they were written: one column each, and none in front with numbers of several units.
bool stand_as_written(const core::Table& table, std::size_t written, std::size_t first) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const std::uint32_t position = table.columns[c].position;
    if (c < written ? position > 0 && position != c + 1 : position <= first) return false;
  }
  return true;
}

// The column from which on all headers are levels; nothing where they are none.
std::optional<std::size_t> first_level(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  if (header.size() < kFewestLevels + 1 || header.size() > table.columns.size()) return std::nullopt;
  if (table.rows.empty() || table.rows.size() > kMostRows || header.size() > kMostLevels) return std::nullopt;
  std::vector<double> levels;
  std::size_t first = header.size();
  while (first > 0) {
    const std::optional<double> level = level_of(document, header[first - 1]);
    if (!level || (!levels.empty() && *level >= levels.back())) break;
    levels.push_back(*level);
    --first;
  }
  std::reverse(levels.begin(), levels.end());
  if (first == 0 || levels.size() < kFewestLevels || level_of(document, header[first - 1])) return std::nullopt;
  if (!stand_as_written(table, header.size(), first)) return std::nullopt;
  const Names names = names_of(table.columns[first - 1].key);
  if (names.columns.empty() && (are_percentiles(levels) || numbers_columns(levels))) return std::nullopt;
  return first;
}

// At least half of the cells hold a number.
bool hold_numbers(const core::Table& table, std::size_t first, std::size_t levels) {
  std::size_t numbers = 0;
  for (std::size_t c = first; c < table.columns.size(); ++c)
    numbers += static_cast<std::size_t>(std::count_if(table.columns[c].cells.begin(), table.columns[c].cells.end(), [](const Cell& cell) { return cell.kind == CellKind::number; }));
  return numbers * 2 >= table.rows.size() * (levels - first);
}

// Which of the columns as they were written one is part of.
std::size_t written_as(const core::Table& table, std::size_t column, std::size_t written) {
  if (column < written) return column;
  const std::uint32_t position = table.columns[column].position;
  return position > 0 && position <= written ? position - 1 : written;
}

class Spreading {
 public:
  Spreading(const core::Table& table, const std::vector<Cell>& header, std::size_t first) : table_(table), header_(header), first_(first), names_(names_of(table.columns[first - 1].key)) {}

  core::Table spread() {
    out_.kind = core::TableKind::keyed;
    out_.name = table_.name;
    out_.titles = table_.titles;
    out_.header_line = table_.header_line;
    for (std::size_t c = 0; c < first_; ++c) add_column(c + 1 < first_ ? table_.columns[c].key : names_.rows, {});
    add_column(names_.columns, {});
    for (std::size_t c = first_; c < table_.columns.size(); ++c) targets_.push_back(target(table_.columns[c]));
    for (std::size_t r = 0; r < table_.rows.size(); ++r)
      for (std::size_t level = first_; level < header_.size(); ++level) add_row(r, level);
    return std::move(out_);
  }

 private:
  std::size_t add_column(std::string key, std::string unit) {
    core::Column& column = out_.columns.emplace_back();
    column.key = std::move(key);
    column.unit = std::move(unit);
    return out_.columns.size() - 1;
  }

  // The column for numbers of that unit.
  std::size_t target(const core::Column& column) {
    const bool spread = column.key.size() > kSpread.size() && column.key.compare(column.key.size() - kSpread.size(), kSpread.size(), kSpread) == 0;
    std::string key = names_.value + (spread ? std::string(kSpread) : std::string());
    for (std::size_t c = first_ + 1; c < out_.columns.size(); ++c)
      if (out_.columns[c].key == key && out_.columns[c].unit == column.unit) return c;
    return add_column(std::move(key), column.unit);
  }

  void add_row(std::size_t row, std::size_t level) {
    bool any = false;
    const auto fill = [&](std::size_t column) {
      const Cell& cell = table_.columns[column].cells[row];
      if (cell.kind == CellKind::absent || written_as(table_, column, header_.size()) != level) return;
      std::vector<Cell>& cells = out_.columns[targets_[column - first_]].cells;
      if (cells.size() == out_.rows.size()) cells.push_back(cell), any = true;
    };
    for (std::size_t c = first_; c < table_.columns.size(); ++c) fill(c);
    if (!any) return;
    for (std::size_t c = 0; c < first_; ++c) out_.columns[c].cells.push_back(table_.columns[c].cells[row]);
    out_.columns[first_].cells.push_back(header_[level]);
    out_.rows.push_back(table_.rows[row]);
    for (core::Column& column : out_.columns)
      if (column.cells.size() < out_.rows.size()) column.cells.push_back({table_.rows[row].span.end, 0, CellKind::absent, 0, false, 0});
  }

  const core::Table& table_;
  const std::vector<Cell>& header_;
  std::size_t first_;  // column of levels
  Names names_;
  core::Table out_;
  std::vector<std::size_t> targets_;  // columns of the new table by those of the old, from first_ on
};

}  // namespace

bool names_metrics(std::string_view header) {
  constexpr std::array<std::string_view, 7> kMetrics = {"metric", "metrics", "measure", "measurement", "kpi", "indicator", "quantity"};
  return has_word_of(header, kMetrics);
}

bool may_head_levels(std::string_view corner) {
  const Names names = names_of(corner);
  return !names.columns.empty() || names_metrics(corner);
}

std::optional<core::Table> table_of_levels(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  const std::optional<std::size_t> first = first_level(document, table, header);
  if (!first || !hold_numbers(table, *first, header.size())) return std::nullopt;
  core::Table spread = Spreading(table, header, *first).spread();
  return spread.rows.empty() ? std::nullopt : std::optional(std::move(spread));
}

}  // namespace chimera::plaintext
