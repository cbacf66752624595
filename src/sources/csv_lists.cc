#include "sources/csv_lists.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/one_of.h"
#include "core/statistic.h"
#include "sources/csv_texts.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

using core::Cell;
using core::CellKind;

constexpr std::size_t kMostRows = 4096;      // of a table for people
constexpr std::size_t kMostSamples = 65536;  // of one row

// "12.1;12.4;12.0" at `offset`; nothing where it is something else.
std::vector<Cell> numbers_between(std::string_view written, std::uint64_t offset) {
  std::vector<Cell> cells;
  for (std::size_t begin = 0; begin <= written.size();) {
    const std::size_t end = std::min(written.find(';', begin), written.size());
    const std::string_view piece = text::trim(written.substr(begin, end - begin));
    const std::optional<text::Number> number = text::parse_number(piece);
    if (!number || !number->finite || cells.size() == kMostSamples) return {};
    cells.push_back(number_at(offset + static_cast<std::uint64_t>(piece.data() - written.data()), piece.size(), *number));
    begin = end + 1;
  }
  return cells.size() < 2 ? std::vector<Cell>() : cells;
}

std::vector<Cell> samples_at(const core::Document& document, const Cell& cell) {
  const std::string_view written = document.at(cell.span());
  return text::trim(written).substr(0, 1) == "[" ? numbers_of_list(written, cell.begin, kMostSamples) : numbers_between(written, cell.begin);
}

// "ci_ms", "p50/p90 (ms)": the numbers of such lists are no samples of one thing.
bool names_parts_of_lists(std::string_view key) {
  constexpr std::array<std::string_view, 14> kOthers = {"ci", "interval", "intervals", "range", "ranges", "bounds", "limits", "percentiles", "quantiles", "percentile", "quantile", "histogram", "buckets", "bins"};
  const std::vector<std::string> words = text::split_identifier(key);
  std::size_t statistics = 0;
  for (const std::string& word : words) {
    if (base::is_one_of(word, kOthers)) return true;
    statistics += core::find_statistic(word).has_value() ? 1 : 0;
  }
  return statistics > 1;
}

}  // namespace

Cell number_at(std::uint64_t begin, std::size_t size, const text::Number& number) {
  Cell cell;
  cell.begin = begin;
  cell.size = static_cast<std::uint32_t>(size);
  cell.kind = CellKind::number;
  cell.number = number.value;
  cell.decimals = static_cast<std::int8_t>(std::clamp(number.decimals, -127, 127));
  return cell;
}

std::vector<Cell> numbers_of_list(std::string_view written, std::uint64_t offset, std::size_t most) {
  const std::size_t open = written.find_first_not_of(' ');
  if (open == std::string_view::npos || written[open] != '[' || written.back() != ']') return {};
  std::vector<Cell> cells;
  for (std::size_t begin = open + 1; begin < written.size();) {
    const std::size_t end = std::min(written.find(',', begin), written.size() - 1);
    const std::string_view piece = text::trim(written.substr(begin, end - begin));
    const std::optional<text::Number> number = text::parse_number(piece);
    if (!number || !number->finite || cells.size() == most) return {};
    cells.push_back(number_at(offset + static_cast<std::uint64_t>(piece.data() - written.data()), piece.size(), *number));
    begin = end + 1;
  }
  return cells;
}

bool holds_samples(const core::Document& document, const core::Column& column) {
  // Most columns hold numbers, which is found out sooner than what their names say.
  const auto first = std::find_if(column.cells.begin(), column.cells.end(), [](const Cell& cell) { return cell.kind != CellKind::absent && cell.kind != CellKind::null; });
  if (first == column.cells.end() || first->kind != CellKind::text || column.cells.size() > kMostRows) return false;
  if ((column.unit.empty() && !names_unit(column.key)) || names_parts_of_lists(column.key)) return false;
  bool some = false;
  for (const Cell& cell : column.cells) {
    if (cell.kind == CellKind::absent || cell.kind == CellKind::null) continue;
    if (cell.kind != CellKind::text || samples_at(document, cell).empty()) return false;
    some = true;
  }
  return some;
}

std::vector<core::Table> take_samples(const core::Document& document, std::uint32_t index, core::Table& table) {
  std::vector<core::Table> taken;
  std::vector<std::uint32_t> written;  // where each column stood
  for (std::size_t c = 0; c < table.columns.size(); ++c) written.push_back(table.columns[c].position > 0 ? table.columns[c].position : static_cast<std::uint32_t>(c + 1));
  for (std::size_t c = table.columns.size(); c-- > 0;) {
    if (table.columns.size() < 2 || !holds_samples(document, table.columns[c])) continue;
    core::Table series;
    series.kind = core::TableKind::series;
    series.name = table.name;
    series.titles = table.titles;
    series.header_line = table.header_line;
    core::Column column = std::move(table.columns[c]);
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(c));
    for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
      if (column.cells[r].kind != CellKind::text) continue;
      core::Row row = table.rows[r];
      row.parent_table = index;
      row.parent_row = r;
      const std::vector<Cell> samples = samples_at(document, column.cells[r]);
      series.rows.insert(series.rows.end(), samples.size(), row);
      series.columns.resize(1);
      series.columns[0].cells.insert(series.columns[0].cells.end(), samples.begin(), samples.end());
    }
    series.columns[0].key = std::move(column.key);
    series.columns[0].unit = std::move(column.unit);
    series.columns[0].position = written[c];
    written.erase(written.begin() + static_cast<std::ptrdiff_t>(c));
    taken.push_back(std::move(series));
  }
  for (std::size_t c = 0; c < table.columns.size() && !taken.empty(); ++c) table.columns[c].position = written[c];
  std::reverse(taken.begin(), taken.end());
  return taken;
}

}  // namespace chimera::sources
