#include "facts/json_arrays.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/one_of.h"
#include "core/statistic.h"
#include "core/unit.h"
#include "facts/exceptions.h"
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

bool names_edges(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {"bins", "bin edges", "edges", "buckets", "bucket edges", "bucket limits", "bin centers"};
  return base::is_one_of(name, kNames);
}

bool names_counts(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {"counts", "hist", "histogram", "frequencies", "heights", "density", "bin counts", "bucket counts"};
  return base::is_one_of(name, kNames);
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

void name_percentile_pairs(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  const std::vector<core::Column>& columns = table.columns;
  if (!core::is_json(document.format_of(table)) || table.kind != core::TableKind::records || columns.size() != 2) return;
  const auto is_last = [](std::string_view key, std::string_view last) { return key.substr(key.rfind('/') + 1) == last; };
  if (!is_last(columns[0].key, "0") || !is_last(columns[1].key, "1") || !measures(meaning.columns[1])) return;
  const std::string_view name = std::string_view(table.name).substr(table.name.rfind('/') + 1);
  const std::vector<std::string> words = text::split_identifier(name);
  if (std::none_of(words.begin(), words.end(), [](const std::string& word) { return word == "percentiles" || word == "quantiles"; })) return;
  const double whole = std::find(words.begin(), words.end(), "quantiles") != words.end() ? 1 : 100;
  std::vector<core::Statistic> statistics;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const core::Cell& percent = columns[0].cells[r];
    const auto statistic = percent.kind == core::CellKind::number ? core::percentile(percent.number * 100 / whole) : std::nullopt;
    if (!statistic) return;
    statistics.push_back(*statistic);
  }
  core::ColumnMeaning& which = meaning.columns[0];
  which.role = Role::identity;
  which.rule = "which percentile the value beside it is";
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    core::ColumnMeaning value = meaning.columns[1];
    value.statistic = statistics[r];
    add_exception(meaning, r, 1, value);
  }
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

namespace {

struct Sum {
  double sum = 0;
  std::size_t count = 0;
};

// Of the lists of a table by the row that they stand in; empty where a value is no number, a list has only one, or rows are of several tables.
std::map<std::uint32_t, Sum> sums_of(const core::Table& list) {
  std::map<std::uint32_t, Sum> sums;
  for (std::size_t r = 0; r < list.rows.size(); ++r) {
    const core::Cell& cell = list.columns[0].cells[r];
    if (cell.kind != core::CellKind::number || list.rows[r].parent_table != list.rows.front().parent_table) return {};
    Sum& sum = sums[list.rows[r].parent_row];
    sum.sum += cell.number;
    ++sum.count;
  }
  const bool single = std::any_of(sums.begin(), sums.end(), [](const auto& sum) { return sum.second.count < 2; });
  return single ? std::map<std::uint32_t, Sum>() : sums;
}

bool is_mean_of(const core::Column& column, const std::map<std::uint32_t, Sum>& sums) {
  return std::all_of(sums.begin(), sums.end(), [&](const auto& each) {
    if (each.first >= column.cells.size() || column.cells[each.first].kind != core::CellKind::number) return false;
    const core::Cell& cell = column.cells[each.first];
    const double mean = each.second.sum / static_cast<double>(each.second.count);
    return std::fabs(mean - cell.number) <= 0.5001 * std::pow(10.0, -cell.decimals) + 1e-9 * std::fabs(mean);
  });
}

std::string_view object_of(std::string_view key) { return key.substr(0, key.rfind('/') == std::string_view::npos ? 0 : key.rfind('/')); }

}  // namespace

void take_metrics_of_means(const Catalog& catalog, const core::Document& document, std::uint32_t index, std::vector<core::TableMeaning>& meanings) {
  constexpr std::array<std::string_view, 14> kLists = {"runs", "samples", "values", "raw", "all", "measurements", "repetitions", "reps", "trials", "iterations", "data", "raw values", "all runs", "individual runs"};
  const core::Table& list = document.tables[index];
  if (!core::is_json(document.format_of(list)) || list.kind != core::TableKind::series || list.columns.empty() || list.rows.empty()) return;
  core::ColumnMeaning& column = meanings[index].columns[0];
  const std::uint32_t parent = list.rows.front().parent_table;
  const std::string_view key = list.columns[0].key;
  const bool without_unit = column.unit == core::no_unit() || column.unit == core::count_unit();
  const bool unnamed = base::is_one_of(join(text::split_identifier(key.substr(key.rfind('/') + 1)), " "), kLists);
  if (!unnamed || !measures(column) || !without_unit || by_recipe(column) || parent >= index || !list.columns[0].unit.empty()) return;
  const std::map<std::uint32_t, Sum> sums = sums_of(list);
  core::ColumnMeaning* mean = nullptr;
  for (std::size_t c = 0; c < meanings[parent].columns.size() && !sums.empty(); ++c) {
    core::ColumnMeaning& other = meanings[parent].columns[c];
    const bool single = other.statistic == core::Statistic{} || other.statistic.kind == core::Statistic::Kind::mean;
    const bool known = other.role == Role::response && single && !by_recipe(other) && catalog.metric(other.metric) != nullptr;
    if (!known || object_of(document.tables[parent].columns[c].key) != object_of(key) || !is_mean_of(document.tables[parent].columns[c], sums)) continue;
    if (mean != nullptr) return;
    mean = &other;
  }
  if (mean == nullptr) return;
  mean->statistic = {core::Statistic::Kind::mean, 0};
  const core::Provenance provenance = column.provenance;
  column = *mean;
  column.provenance = provenance;
  column.statistic = {};
  column.rule += "; of the mean beside the list";
}

void tell_positions_apart(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::uint32_t kMostPositions = 64;  // of a draft
  if (!core::is_json(document.format_of(table)) || table.kind != core::TableKind::series || table.columns.size() != 1) return;
  const std::vector<std::string> words = text::split_identifier(shape.columns[0].reading.leaf);
  const auto by = [](const std::string& a, const std::string& b) { return (a == "per" || a == "by") && base::is_one_of(b, {"pos", "position", "positions"}); };
  if (std::adjacent_find(words.begin(), words.end(), by) == words.end() || !measures(meaning.columns[0])) return;
  const auto next = [&](std::uint32_t r) { return r > 0 && table.rows[r].parent_table == table.rows[r - 1].parent_table && table.rows[r].parent_row == table.rows[r - 1].parent_row; };
  std::uint32_t position = 0;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    position = next(r) ? position + 1 : 0;
    if (position >= kMostPositions) return;
    core::ColumnMeaning variant = meaning.at(r, 0);
    variant.definition += (variant.definition.find(':') == std::string::npos ? ':' : '+') + std::to_string(position);
    variant.rule += "; of its position";
    add_exception(meaning, r, 0, variant);
  }
}

}  // namespace chimera::facts
