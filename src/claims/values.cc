#include "claims/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/formula.h"

namespace chimera::claims {

using Kind = core::Statistic::Kind;

namespace {

constexpr std::size_t kKeptCells = 12;  // of the many that a statistic was computed from

// A number of a row that did not fail. A table of failures has no successful row to prefer; what it counts is still counted.
class Measures {
 public:
  Measures(const core::TableMeaning& meaning, std::uint32_t column)
      : meaning_(meaning), counts_failures_(meaning.columns[column].role != core::Role::response && !meaning.states.empty() &&
                                            std::all_of(meaning.states.begin(), meaning.states.end(), [](core::RowState s) { return s == core::RowState::failed; })) {}
  [[nodiscard]] bool holds(const core::Cell& cell, std::uint32_t row) const {
    return cell.kind == core::CellKind::number && std::isfinite(cell.number) && (meaning_.states[row] != core::RowState::failed || counts_failures_);
  }

 private:
  const core::TableMeaning& meaning_;
  bool counts_failures_;
};

}  // namespace

std::optional<std::string> formula_of(const core::Statistic& statistic) {
  switch (statistic.kind) {
    case Kind::mean: return "mean";
    case Kind::median: return "median";
    case Kind::minimum: return "min";
    case Kind::maximum: return "max";
    case Kind::stddev: return "stddev";
    case Kind::variance: return "variance";
    case Kind::sum: return "sum";
    case Kind::cv: return "cv";
    case Kind::range: return "range";
    case Kind::percentile: return fmt::format("percentile;{}", statistic.percent);
    default: return std::nullopt;
  }
}

const core::ColumnMeaning& Values::meaning(SheetId sheet, std::uint32_t column) const {
  return evidence_.corpus().meaning({sheet.document})[sheet.table].columns[column];
}

core::SourceRef Values::place(const core::CellRef& cell) const {
  const core::Document& in = evidence_.corpus().document(cell.document);
  return {in.artifact.path, in.to_file(in.cell(cell).span()), in.place(cell)};
}

std::vector<Candidate> Values::cells(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows) const {
  const core::Table& table = evidence_.corpus().documents()[sheet.document].tables[sheet.table];
  const core::TableMeaning& meaning = evidence_.corpus().meaning({sheet.document})[sheet.table];
  const Measures measures(meaning, column);
  std::vector<Candidate> found;
  for (const std::uint32_t r : rows) {
    const core::Cell& cell = table.columns[column].cells[r];
    if (!measures.holds(cell, r)) continue;
    found.push_back({cell.number, meaning.columns[column].unit, &meaning.columns[column], {core::CellRef{{sheet.document}, sheet.table, r, column}}, {}});
  }
  return found;
}

std::vector<Candidate> Values::of(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows,
                                  const std::vector<core::Statistic>& statistics) const {
  std::vector<core::Statistic> wanted = statistics;
  const core::Statistic own = meaning(sheet, column).statistic;
  const auto stated = std::find(wanted.rbegin(), wanted.rend(), own);
  if (own.kind != Kind::sample && stated != wanted.rend()) wanted.erase(std::next(stated).base());
  const auto formula = wanted.empty() ? std::nullopt : formula_of(wanted.front());
  if (!formula) return cells(sheet, column, rows);
  const core::Table& table = evidence_.corpus().documents()[sheet.document].tables[sheet.table];
  const core::TableMeaning& tables = evidence_.corpus().meaning({sheet.document})[sheet.table];
  Candidate all;
  all.column = &tables.columns[column];
  all.unit = wanted.front().kind == Kind::cv ? core::unit_of("%") : all.column->unit;
  const Measures measures(tables, column);
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::uint32_t r : rows) {
    const core::Cell& cell = table.columns[column].cells[r];
    if (!measures.holds(cell, r)) continue;
    values.push_back(cell.number);
    if (all.cells.size() < kKeptCells) all.cells.push_back(core::CellRef{{sheet.document}, sheet.table, r, column});
  }
  const auto value = analysis::evaluate(*formula, values);
  if (!value) return {};
  all.value = *value;
  all.how = fmt::format("{} of {} rows", core::to_string(wanted.front()), values.size());
  return {std::move(all)};
}

std::optional<Candidate> Values::mean(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows) const {
  std::vector<Candidate> all = of(sheet, column, rows, {core::Statistic{Kind::mean, 0}});
  if (all.empty()) return std::nullopt;
  if (all.size() > 1) {  // a column of means: the mean over its rows
    double sum = 0;
    for (const Candidate& one : all) sum += one.value;
    Candidate mean = all.front();
    mean.value = sum / static_cast<double>(all.size());
    for (std::size_t i = 1; i < all.size(); ++i) mean.cells.push_back(all[i].cells.front());
    mean.how = fmt::format("mean of {} rows", all.size());
    return mean;
  }
  return all.front();
}

}  // namespace chimera::claims
