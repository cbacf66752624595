#include "sources/csv_groups.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/statistic.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kFirstRecords = 5;
constexpr std::size_t kLongestTitle = 120;
constexpr std::size_t kMostColumns = 256;

std::string_view at(std::string_view text, const RawRecord& record, std::size_t c) {
  return c < record.cells.size() ? text.substr(record.cells[c].begin, record.cells[c].end - record.cells[c].begin) : std::string_view();
}

// Runs of cells that are not empty, in a record with no number in it; nothing where they do not name the same columns, two and more.
std::vector<ColumnGroup> groups_of(std::string_view text, const RawRecord& record) {
  std::vector<ColumnGroup> groups;
  for (std::size_t c = 0; c < record.cells.size(); ++c) {
    if (record.cells[c].empty()) continue;
    if (text::parse_number(at(text, record, c))) return {};
    if (groups.empty() || groups.back().end != c) groups.push_back({c, c, {}});
    groups.back().end = c + 1;
  }
  if (groups.size() < 2) return {};
  const std::size_t width = groups[0].end - groups[0].begin;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < width; ++i) names.insert(at(text, record, groups[0].begin + i));
  // "mean,p99,,mean,p99" below "TTFT" and "TPOT" are statistics of the same rows.
  const bool statistics = core::find_statistic(text::lower(at(text, record, groups[0].begin))).has_value();
  if (width < 2 || names.size() != width || statistics) return {};
  for (const ColumnGroup& group : groups) {
    if (group.end - group.begin != width) return {};
    for (std::size_t i = 0; i < width; ++i)
      if (at(text, record, group.begin + i) != at(text, record, groups[0].begin + i)) return {};
  }
  return groups;
}

// One title above each group and nothing else, each another.
bool take_titles(std::string_view text, const RawRecord& record, std::vector<ColumnGroup>& groups) {
  std::set<std::string_view> titles;
  std::size_t filled = 0;
  for (const RawCell& cell : record.cells) filled += cell.empty() ? 0 : 1;
  for (ColumnGroup& group : groups) {
    for (std::size_t c = group.begin; c < std::min(group.end, record.cells.size()); ++c) {
      if (record.cells[c].empty()) continue;
      group.title = record.cells[c];
      if (at(text, record, c).size() <= kLongestTitle) titles.insert(at(text, record, c));
    }
  }
  return filled == groups.size() && titles.size() == groups.size();
}

}  // namespace

std::optional<SideBySide> find_side_by_side(std::string_view text, const std::vector<RawRecord>& records) {
  for (std::size_t i = 1; i + 1 < std::min(records.size(), kFirstRecords); ++i) {
    if (records[i].cells.size() < 5 || records[i].cells.size() > kMostColumns) continue;
    std::vector<ColumnGroup> groups = groups_of(text, records[i]);
    if (!groups.empty() && take_titles(text, records[i - 1], groups)) return SideBySide{i, std::move(groups)};
  }
  return std::nullopt;
}

std::vector<core::Table> part_side_by_side(const core::Document& document, core::Table table, const std::vector<ColumnGroup>& groups) {
  std::vector<core::Table> parts;
  if (groups.empty()) parts.push_back(std::move(table));
  for (const ColumnGroup& group : groups) {
    core::Table part;
    part.kind = table.kind;
    part.name = std::string(text::trim(document.at(group.title.span())));
    part.titles = table.titles;
    if (!table.name.empty()) part.titles.push_back({core::Title::kLabel, table.name});
    part.header_line = table.header_line;
    part.whole_columns = table.whole_columns;
    std::vector<std::size_t> own;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::size_t written = table.columns[c].position > 0 ? table.columns[c].position - 1 : c;
      if (written < group.begin || written >= group.end) continue;
      own.push_back(c);
      core::Column& column = part.columns.emplace_back();
      column.key = table.columns[c].key;
      column.unit = table.columns[c].unit;
      column.position = static_cast<std::uint32_t>(written + 1);
    }
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      if (std::all_of(own.begin(), own.end(), [&](std::size_t c) { return table.columns[c].cells[r].kind == core::CellKind::absent; })) continue;
      part.rows.push_back(table.rows[r]);
      for (std::size_t i = 0; i < own.size(); ++i) part.columns[i].cells.push_back(table.columns[own[i]].cells[r]);
    }
    if (!part.rows.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace chimera::sources
