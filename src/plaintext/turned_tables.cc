#include "plaintext/turned_tables.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/header_words.h"
#include "plaintext/pair_tables.h"
#include "plaintext/spans.h"
#include "plaintext/wide_tables.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLargestTurned = 200;  // rows of a table that may be one of metrics

using text::MarkdownSpan;
using text::MarkdownTable;

// Digits and something beside them.
bool may_have_unit(std::string_view cell) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto plain = [&](char c) { return digit(c) || c == '.' || c == ',' || c == '-' || c == '+' || c == '*'; };
  return std::any_of(cell.begin(), cell.end(), digit) && !std::all_of(cell.begin(), cell.end(), plain);
}

std::string plain_at(std::string_view text, MarkdownSpan span) { return plain_text(text::at(text, text::without_emphasis(text, span))); }

// Whether one column holds numbers of different dimensions: seconds below tokens a second can only be metrics.
bool mixes_dimensions(std::string_view text, const MarkdownTable& table) {
  for (std::size_t j = 1; j < table.header.size(); ++j) {
    std::set<core::Dimension> dimensions;
    for (const std::vector<MarkdownSpan>& row : table.rows) {
      if (j >= row.size() || !may_have_unit(text::at(text, row[j]))) continue;
      const WrittenCell written = read_written_cell(text, to_core(row[j]));
      const core::UnitPtr unit = written.cell.kind == core::CellKind::number ? core::find_unit(written.unit) : nullptr;
      // Changes stand in per cent or as a factor beside any metric, and "8B" of parameters beside "671 B" of them.
      if (unit != nullptr && unit->dimension != core::Dimension::fraction && unit->dimension != core::Dimension::none &&
          unit->dimension != core::Dimension::count)
        dimensions.insert(unit->dimension);
    }
    if (dimensions.size() > 1) return true;
  }
  return false;
}

// "Metric | Mean | P99": the rows say what each number is of, which needs no turning; so does a column of units.
bool columns_are_statistics(std::string_view text, const MarkdownTable& table) {
  std::size_t statistics = 0;
  for (std::size_t j = 1; j < table.header.size(); ++j) {
    const std::string name = text::lower(plain_at(text, table.header[j]));
    if (name == "unit" || name == "units") return true;
    statistics += core::find_statistic(name).has_value() ? 1 : 0;
  }
  return statistics > 1 && statistics * 2 >= table.header.size() - 1;
}

// "First token (ms)", "Throughput (tok/s)" in front of every row: quantities, whatever the header calls them.
bool names_quantities(std::string_view text, const MarkdownTable& table) {
  const auto has_unit = [&](const std::vector<MarkdownSpan>& row) { return !unit_of_header(plain_at(text, row.front())).empty(); };
  return table.rows.size() > 1 && std::all_of(table.rows.begin(), table.rows.end(), has_unit);
}

}  // namespace

bool rows_are_metrics(std::string_view text, const MarkdownTable& table) {
  const std::size_t columns = table.header.size();
  if (columns < 2 || table.rows.empty() || table.rows.size() > kLargestTurned) return false;
  std::set<std::string> names;
  for (const std::vector<MarkdownSpan>& row : table.rows) {
    if (row.size() < 2 || read_written_cell(text, to_core(row.front())).cell.kind != core::CellKind::text)
      return false;
    if (!names.insert(plain_at(text, row.front())).second) return false;
  }
  for (std::size_t j = 1; j < columns; ++j)
    if (!unit_of_header(plain_at(text, table.header[j])).empty()) return false;
  const std::string first = plain_at(text, table.header[0]);
  if (columns_are_statistics(text, table)) return false;
  if (names_metrics(first)) return true;
  if (columns == 2 && (names_settings(first) || names_values(plain_at(text, table.header[1])))) return true;
  return names_quantities(text, table) || (!names_things(first) && mixes_dimensions(text, table));
}

}  // namespace chimera::plaintext
