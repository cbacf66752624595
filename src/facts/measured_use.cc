#include "facts/measured_use.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "base/one_of.h"
#include "core/unit.h"
#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "facts/profile.h"
#include "facts/second_looks.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::ColumnMeaning;
using core::Role;

constexpr double kGiga = 1e9;
constexpr double kGibi = 1024.0 * 1024.0 * 1024.0;
constexpr double kMixed = 1024e6;  // of "16384 MB"
constexpr std::size_t kMostNamed = 4096;  // rows that name what a process took

// 16 GB, 16384 MB, 24 GiB: whole gigabytes.
bool is_capacity(double bytes) {
  const auto whole = [&](double unit) { return bytes >= unit && std::fabs(bytes / unit - std::round(bytes / unit)) < 1e-6; };
  return whole(kGiga) || whole(kGibi) || whole(kMixed);
}

void take(const MetricEntry& metric, std::string definition, std::string_view rule, ColumnMeaning& column) {
  column.role = metric.role;
  column.metric = metric.name;
  column.definition = std::move(definition);
  column.direction = metric.direction;
  column.rule = metric.rule + "; " + std::string(rule);
}

// Of the processor's time, by the name that time(1) gives it; empty of other names.
std::string_view processor_time(std::string_view name) { return name == "user" ? "cpu_time:user" : name == "sys" ? "cpu_time:system" : std::string_view(); }

void name_process_times(const Catalog& catalog, const core::Document& document, const core::Table& table, std::uint32_t names, core::TableMeaning& meaning) {
  const MetricEntry* metric = catalog.metric("cpu_time");
  const std::vector<core::Cell>& cells = table.columns[names].cells;
  const auto name_of = [&](const core::Cell& cell) { return text::lower(text::trim(document.at(cell.span()))); };
  bool real = false;
  bool user = false;
  for (const core::Cell& cell : cells) {
    const std::string name = cell.kind == core::CellKind::text && cell.size < 8 ? name_of(cell) : std::string();
    if (name != "real" && processor_time(name).empty()) return;
    real = real || name == "real";
    user = user || name == "user";
  }
  if (!real || !user || metric == nullptr) return;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    if (column.role != Role::response || by_recipe(column) || column.unit->dimension != core::Dimension::time) continue;
    for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
      const std::string_view definition = processor_time(name_of(cells[r]));
      if (definition.empty() || table.columns[c].cells[r].kind != core::CellKind::number) continue;
      ColumnMeaning variant = column;
      take(*metric, std::string(definition), "as time(1) names it", variant);
      add_exception(meaning, r, c, variant);
    }
  }
}

}  // namespace

void read_memory_in_use(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  const MetricEntry* used = catalog.metric("memory_used");
  const bool results = std::any_of(meaning.columns.begin(), meaning.columns.end(), [](const ColumnMeaning& column) { return column.role == Role::response && column.direction != 0; });
  if (used == nullptr || !results || table.rows.size() < 2) return;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    if (column.rule.find(kOfAMachine) != std::string::npos) continue;
    if (column.metric != "memory_total" || !measures(column) || by_recipe(column) || shape.columns[c].reading.leaf != "ram" || column.unit->dimension != core::Dimension::information) continue;
    if (profile_of(document, table.columns[c]).distinct < 2) continue;
    const std::vector<core::Cell>& cells = table.columns[c].cells;
    const bool sold = std::all_of(cells.begin(), cells.end(), [&](const core::Cell& cell) { return cell.kind != core::CellKind::number || is_capacity(cell.number * column.unit->factor); });
    if (!sold) take(*used, used->name, "no size that memory is sold in", column);
  }
}

void read_process_times(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  const auto column_of = [&](std::string_view name) {
    const auto found = std::find_if(shape.columns.begin(), shape.columns.end(), [&](const ColumnShape& column) { return column.reading.leaf == name; });
    return static_cast<std::size_t>(found - shape.columns.begin());
  };
  const std::array<std::size_t, 3> columns = {column_of("real"), column_of("user"), column_of("sys")};
  const auto is_time = [&](std::size_t c) {
    if (c == meaning.columns.size()) return false;
    const ColumnMeaning& column = meaning.columns[c];
    const bool unit = column.unit == core::no_unit() || column.unit->dimension == core::Dimension::time;
    return column.role == Role::response && unit && !by_recipe(column) && profile_of(document, table.columns[c]).numbers > 0;
  };
  if (std::all_of(columns.begin(), columns.end(), is_time)) {
    for (const std::size_t c : columns) {
      ColumnMeaning& column = meaning.columns[c];
      const std::string_view processor = processor_time(shape.columns[c].reading.leaf);
      const MetricEntry* metric = catalog.metric(processor.empty() ? "latency" : "cpu_time");
      if (metric == nullptr) continue;
      if (column.unit == core::no_unit()) column.unit = core::unit_of("s");
      take(*metric, processor.empty() ? metric->name : std::string(processor), "as time(1) names it", column);
    }
  }
  if (table.rows.size() < 2 || table.rows.size() > kMostNamed) return;
  for (std::uint32_t c = 0; c < table.columns.size() && c < 4; ++c)
    if (meaning.columns[c].role == Role::factor || meaning.columns[c].role == Role::identity) name_process_times(catalog, document, table, c, meaning);
}

void read_nanoseconds(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 4> kNames = {"total duration", "load duration", "prompt eval duration", "eval duration"};
  constexpr double kLeast = 1e6;  // a millisecond; in seconds eleven days
  std::vector<std::size_t> found;
  bool long_enough = true;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    if (!base::is_one_of(shape.columns[c].reading.leaf, kNames)) continue;
    if (!measures(column) || by_recipe(column) || column.unit != core::no_unit() || column.statistic != core::Statistic{}) return;
    const Profile profile = profile_of(document, table.columns[c]);
    if (profile.numbers == 0) continue;
    long_enough = long_enough && profile.integers && (profile.minimum == 0 || profile.minimum >= kLeast / 100) && profile.maximum >= kLeast;
    found.push_back(c);
  }
  if (!long_enough) return;
  for (const std::size_t c : found) {
    meaning.columns[c].unit = core::unit_of("ns");
    meaning.columns[c].rule += "; nanoseconds, as Ollama answers";
  }
}

}  // namespace chimera::facts
