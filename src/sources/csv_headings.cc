#include "sources/csv_headings.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace chimera::sources {
namespace {

using core::CellKind;

constexpr std::size_t kMostRows = 4096;

bool heads(const core::Table& table, std::size_t row) {
  const auto empty = [&](const core::Column& column) { return column.cells[row].kind == CellKind::absent; };
  return table.columns.front().cells[row].kind == CellKind::text && std::all_of(table.columns.begin() + 1, table.columns.end(), empty);
}

// Two headings at least, each above a row, and a name that stands below two of them.
bool tell_rows_apart(const core::Document& document, const core::Table& table, const std::vector<bool>& headings) {
  std::unordered_map<std::string_view, std::size_t> heading_of;
  std::size_t found = 0;
  bool repeats = false;
  for (std::size_t r = 0; r < headings.size(); ++r) {
    if (headings[r] && (r + 1 == headings.size() || headings[r + 1])) return false;
    if (headings[r]) ++found;
    if (headings[r]) continue;
    const auto [known, fresh] = heading_of.emplace(document.at(table.columns.front().cells[r].span()), found);
    repeats = repeats || (!fresh && known->second != found);
  }
  return found > 1 && repeats;
}

}  // namespace

std::vector<HeadedTable> split_at_headings(const core::Document& document, core::Table table) {
  std::vector<HeadedTable> parts;
  std::vector<bool> headings;
  const bool may_have = table.columns.size() > 1 && table.rows.size() > 2 && table.rows.size() <= kMostRows && heads(table, 0);
  for (std::size_t r = 0; may_have && r < table.rows.size(); ++r) headings.push_back(heads(table, r));
  if (headings.empty() || !tell_rows_apart(document, table, headings)) {
    parts.push_back({std::move(table), {}});
    return parts;
  }
  core::Table empty = table;
  empty.rows.clear();
  for (core::Column& column : empty.columns) column.cells.clear();
  for (std::size_t r = 0; r < headings.size(); ++r) {
    if (headings[r]) {
      parts.push_back({empty, table.columns.front().cells[r]});
      continue;
    }
    core::Table& part = parts.back().table;
    part.rows.push_back(table.rows[r]);
    for (std::size_t c = 0; c < part.columns.size(); ++c) part.columns[c].cells.push_back(table.columns[c].cells[r]);
  }
  return parts;
}

}  // namespace chimera::sources
