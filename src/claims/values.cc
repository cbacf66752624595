#include "claims/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

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

bool Values::measures(SheetId sheet, std::uint32_t column, core::Dimension dimension) const {
  const core::TableMeaning& table = evidence_.corpus().meaning({sheet.document})[sheet.table];
  if (table.columns[column].unit->dimension == dimension) return true;
  return std::any_of(table.exceptions.begin(), table.exceptions.end(), [&](const core::CellException& e) { return e.column == column && table.variants[e.variant].unit->dimension == dimension; });
}

bool Values::is_mixed(SheetId sheet, std::uint32_t column) const {
  const std::vector<core::CellException>& exceptions = evidence_.corpus().meaning({sheet.document})[sheet.table].exceptions;
  return std::any_of(exceptions.begin(), exceptions.end(), [&](const core::CellException& e) { return e.column == column; });
}

const core::ColumnMeaning& Values::meaning(const core::CellRef& cell) const {
  return evidence_.corpus().meaning(cell.document)[cell.table].at(cell.row, cell.column);
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
    const core::ColumnMeaning& own = meaning.at(r, column);
    found.push_back({cell.number, own.unit, &own, {core::CellRef{{sheet.document}, sheet.table, r, column}}, {}});
  }
  return found;
}

// A column whose rows mean different things ("AverageLatency(us)" above "Throughput(ops/sec)"): the cells that state the
// statistic themselves, else one value of each meaning that several rows share.
std::vector<Candidate> Values::of_mixed(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows,
                                        const std::vector<core::Statistic>& statistics) const {
  std::vector<Candidate> all = cells(sheet, column, rows);
  const auto states_it = [&](const Candidate& c) { return std::find(statistics.begin(), statistics.end(), c.column->statistic) != statistics.end(); };
  if (statistics.empty()) return all;
  if (std::any_of(all.begin(), all.end(), states_it)) {
    all.erase(std::remove_if(all.begin(), all.end(), [&](const Candidate& c) { return !states_it(c); }), all.end());
    return all;
  }
  const auto formula = formula_of(statistics.front());
  if (!formula) return {};
  std::map<const core::ColumnMeaning*, std::vector<const Candidate*>> groups;
  std::vector<std::vector<const Candidate*>> parts(1);  // all of them: so they are read where nobody sees that they differ
  for (const Candidate& candidate : all) {
    groups[candidate.column].push_back(&candidate);
    parts.front().push_back(&candidate);
  }
  for (const Candidate& candidate : all)
    if (groups.size() > 1 && groups[candidate.column].front() == &candidate) parts.push_back(groups[candidate.column]);
  std::vector<Candidate> found;
  for (const std::vector<const Candidate*>& part : parts) {
    std::vector<double> values;
    for (const Candidate* member : part) values.push_back(member->value);
    const auto value = analysis::evaluate(*formula, values);
    if (!value) continue;
    Candidate one = *part.front();
    one.cells.clear();
    for (std::size_t i = 0; i < std::min(kKeptCells, part.size()); ++i) one.cells.push_back(part[i]->cells.front());
    one.value = *value;
    if (statistics.front().kind == Kind::cv) one.unit = core::unit_of("%");
    one.how = fmt::format("{} of {} rows", core::to_string(statistics.front()), values.size());
    found.push_back(std::move(one));
  }
  return found;
}

std::vector<Candidate> Values::of(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows,
                                  const std::vector<core::Statistic>& statistics) const {
  if (is_mixed(sheet, column)) return of_mixed(sheet, column, rows, statistics);
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
  const bool mixed = is_mixed(sheet, column);
  std::vector<Candidate> all = mixed ? cells(sheet, column, rows) : of(sheet, column, rows, {core::Statistic{Kind::mean, 0}});
  const auto differs = [&](const Candidate& c) { return c.column->metric != all.front().column->metric || !(c.column->statistic == all.front().column->statistic); };
  if (all.empty() || (mixed && std::any_of(all.begin(), all.end(), differs))) return std::nullopt;
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
