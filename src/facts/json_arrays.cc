#include "facts/json_arrays.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/unit.h"
#include "facts/meanings.h"
#include "facts/naming.h"
#include "facts/profile.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Role;

using Place = std::pair<std::uint32_t, std::uint32_t>;  // table and column


struct Histogram {
  std::vector<Place> edges;
  std::vector<Place> counts;
};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool names_edges(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {"bins", "bin edges", "edges", "buckets", "bucket edges", "bucket limits", "bin centers"};
  return is_one_of(kNames, name);
}

bool names_counts(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {"counts", "hist", "histogram", "frequencies", "heights", "density", "bin counts", "bucket counts"};
  return is_one_of(kNames, name);
}

// The column of a row's own object that names units, where the row's list stands: "trial/unit" for the list "trial/values".
const core::Column* unit_beside(const core::Table& around, const TableShape& shape, std::string_view list) {
  const std::size_t slash = list.rfind('/');
  const std::string_view object = slash == std::string_view::npos ? std::string_view() : list.substr(0, slash + 1);
  for (std::size_t c = 0; c < around.columns.size(); ++c) {
    const std::string_view key = around.columns[c].key;
    const bool names_unit = shape.columns[c].units || shape.columns[c].leaf_units;
    const bool beside = key.substr(0, object.size()) == object && key.find('/', object.size()) == std::string_view::npos;
    if (names_unit && beside) return &around.columns[c];
  }
  return nullptr;
}

}  // namespace

void mark_histograms(const core::Document& document, const Shape& shape, std::vector<core::TableMeaning>& meanings) {
  std::map<std::string, Histogram> found;  // by the path of the object
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    if (!core::is_json(document.format_of(table)) || (table.kind != core::TableKind::series && !table.by_columns)) continue;
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      const core::ColumnMeaning& column = meanings[t].columns[c];
      if ((!measures(column) && column.role != Role::factor && column.role != Role::index) || by_recipe(column)) continue;
      std::vector<std::string> path = shape.tables[t].columns[c].path;
      const std::string name = join(text::split_identifier(path.back()), " ");
      path.pop_back();
      if (names_edges(name)) found[join(path, "/")].edges.push_back({t, c});
      if (names_counts(name)) found[join(path, "/")].counts.push_back({t, c});
    }
  }
  for (const auto& [object, histogram] : found) {
    if (histogram.edges.empty() || histogram.counts.empty()) continue;
    for (const auto* places : {&histogram.edges, &histogram.counts}) {
      for (const auto& [t, c] : *places) {
        meanings[t].columns[c].role = Role::identity;
        meanings[t].columns[c].rule = "edges and counts of a histogram";
      }
    }
  }
}

void name_steps(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  const std::vector<core::Column>& columns = table.columns;
  if (!core::is_json(document.format_of(table)) || table.kind != core::TableKind::records || columns.size() != 3 || table.rows.size() < 2) return;
  if (columns[0].key != "0" || columns[1].key != "1" || columns[2].key != "2" || by_recipe(meaning.columns[2])) return;
  const auto all_numbers = [](const core::Cell& cell) { return cell.kind == core::CellKind::number; };
  for (const core::Column& column : columns)
    if (!std::all_of(column.cells.begin(), column.cells.end(), all_numbers)) return;
  const Profile when = profile_of(document, columns[0]);
  const Profile step = profile_of(document, columns[1]);
  if (!plausible_epoch(when.minimum) || !plausible_epoch(when.maximum) || !step.integers || !step.never_falls || step.minimum < 0) return;
  meaning.columns[0].role = Role::time;
  meaning.columns[1].role = Role::index;
  meaning.columns[1].metric = meaning.columns[1].definition = "step";
  meaning.columns[2].role = Role::response;
  meaning.columns[2].metric = meaning.columns[2].definition = "value";
  for (core::ColumnMeaning& column : meaning.columns) column.rule = "time, step and value";
}

void take_units_of_objects(const core::Document& document, std::uint32_t index, const Shape& shape, std::vector<core::TableMeaning>& meanings) {
  const core::Table& list = document.tables[index];
  if (!core::is_json(document.format_of(list)) || list.kind != core::TableKind::series || list.columns.empty() || list.rows.empty()) return;
  core::ColumnMeaning& column = meanings[index].columns[0];
  const std::uint32_t parent = list.rows.front().parent_table;
  const bool bare = column.role == Role::response && column.unit == core::no_unit() && !by_recipe(column);
  if (!bare || parent >= index || !list.columns[0].unit.empty()) return;
  const core::Column* units = unit_beside(document.tables[parent], shape.tables[parent], list.columns[0].key);
  if (units == nullptr) return;
  core::UnitPtr common = nullptr;
  for (const core::Row& row : list.rows) {
    if (row.parent_table != parent || row.parent_row >= units->cells.size()) return;
    const core::Cell& cell = units->cells[row.parent_row];
    const core::UnitPtr unit = cell.kind == core::CellKind::text ? core::find_unit(text::trim(document.at(cell.span()))) : nullptr;
    if (unit == nullptr || (common != nullptr && unit != common)) return;
    common = unit;
  }
  column.unit = common;
  column.rule += "; unit beside the list";
}

}  // namespace chimera::facts
