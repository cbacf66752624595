#include "claims/measured.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "analysis/formula.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using Kind = core::Statistic::Kind;

constexpr std::size_t kKeptCells = 12;  // of the many that a statistic was computed from
constexpr std::array kComputed = {core::Statistic{Kind::mean, 0},    core::Statistic{Kind::median, 50}, core::Statistic{Kind::minimum, 0},
                                  core::Statistic{Kind::maximum, 0}, core::Statistic{Kind::stddev, 0},  core::Statistic{Kind::sum, 0},
                                  core::Statistic{Kind::cv, 0}};

bool is_statistic(const Candidate& candidate, const core::Statistic& statistic) {
  const auto same = [&](const core::Statistic& own) {
    const bool medians = (own.kind == Kind::median || (own.kind == Kind::percentile && own.percent == 50)) && statistic.kind == Kind::median;
    return medians || (own.kind == statistic.kind && (own.kind != Kind::percentile || own.percent == statistic.percent));
  };
  // the statistic of a computed value stands at the front of how it was computed
  if (candidate.how.empty()) return same(candidate.column->statistic);
  return candidate.how.rfind(core::to_string(statistic) + " ", 0) == 0;
}

}  // namespace

bool Measured::is_of_type(const Candidate& candidate, const std::string& type) const {
  return type.empty() || core::to_string(evidence_.corpus().document(candidate.cells.front().document).artifact.declared) == type;
}

// One value for each statistic of the rows; its own cells are cited, the first few.
void Measured::add_statistics(const std::vector<Candidate>& rows, Given& given) const {
  if (rows.size() < 2) return;
  std::vector<double> values;
  values.reserve(rows.size());
  for (const Candidate& row : rows) values.push_back(row.value);
  for (const core::Statistic& statistic : kComputed) {
    const auto value = analysis::evaluate(*formula_of(statistic), values);
    if (!value) continue;
    Candidate all;
    all.value = *value;
    all.unit = statistic.kind == Kind::cv ? core::unit_of("%") : rows.front().unit;
    all.column = rows.front().column;
    for (std::size_t i = 0; i < std::min(kKeptCells, rows.size()); ++i) all.cells.push_back(rows[i].cells.front());
    all.how = fmt::format("{} of {} rows", core::to_string(statistic), values.size());
    if (statistic.kind == Kind::stddev) {  // of a population, as spreadsheets also offer it
      Candidate population = all;
      population.value *= std::sqrt(static_cast<double>(values.size() - 1) / static_cast<double>(values.size()));
      given.statistics[population.unit].push_back(std::move(population));
    }
    given.statistics[all.unit].push_back(std::move(all));
  }
}

// `metrics`: of a column whose rows mean different things, only these count (all where there are none).
void Measured::add_table(const Evidence::ColumnAt& at, const std::set<std::string>& metrics, Given& given) const {
  std::vector<std::uint32_t> rows(evidence_.corpus().documents()[at.sheet.document].tables[at.sheet.table].rows.size());
  for (std::uint32_t r = 0; r < rows.size(); ++r) rows[r] = r;
  std::vector<Candidate> cells = values_.cells(at.sheet, at.column, rows);
  const bool mixed = values_.is_mixed(at.sheet, at.column);
  if (mixed) cells.erase(std::remove_if(cells.begin(), cells.end(), [&](const Candidate& c) { return !metrics.empty() && metrics.count(c.column->metric) == 0; }), cells.end());
  else add_statistics(cells, given);
  for (const Candidate& cell : cells) {
    given.cells[cell.unit].push_back(cell);
    if (cell.column->statistic.kind != Kind::sample) given.statistics[cell.unit].push_back(cell);
  }
  if (mixed) return;
  for (const std::vector<std::uint32_t>& group : evidence_.groups(at.sheet)) {
    const std::vector<Candidate> part = values_.cells(at.sheet, at.column, group);
    if (part.size() > 1 && part.size() < cells.size()) add_statistics(part, given);
  }
}

// Over all tables of one statistic, over those of one type of file: "the mean of all JSON files".
void Measured::add_pooled(const std::vector<Candidate>& all, Given& given) const {
  std::map<std::string, std::vector<Candidate>> pools;
  for (const Candidate& cell : all) {
    const core::Artifact& artifact = evidence_.corpus().document(cell.cells.front().document).artifact;
    for (const std::string& pool : {std::string(), std::string(core::to_string(artifact.declared))}) pools[pool].push_back(cell);
  }
  for (const auto& [name, cells] : pools) add_statistics(cells, given);
}

Measured::Given Measured::compute(const Columns& columns) const {
  Given given;
  std::set<Evidence::ColumnAt> places(columns.begin(), columns.end());
  std::set<std::string> metrics;
  for (const Evidence::ColumnAt& at : columns)
    if (!values_.is_mixed(at.sheet, at.column)) metrics.insert(values_.meaning(at.sheet, at.column).metric);
  for (const std::string& metric : metrics) {
    for (const SheetId sheet : evidence_.sheets_of(metric)) {
      if (evidence_.is_prose(sheet.document)) continue;
      const auto& meanings = evidence_.corpus().meaning({sheet.document})[sheet.table].columns;
      for (std::uint32_t c = 0; c < meanings.size(); ++c)
        if (meanings[c].metric == metric) places.insert({sheet, c});
    }
  }
  for (const Evidence::ColumnAt& at : places) add_table(at, metrics, given);
  for (const auto& [unit, list] : given.cells) add_pooled(list, given);
  for (auto* lists : {&given.cells, &given.statistics})
    for (auto& [unit, list] : *lists)
      std::stable_sort(list.begin(), list.end(), [](const Candidate& a, const Candidate& b) { return a.value < b.value; });
  return given;
}

const Measured::Given& Measured::of(const Columns& columns) const {
  const auto known = known_.find(&columns);
  return known != known_.end() ? known->second : known_.emplace(&columns, compute(columns)).first->second;
}

std::vector<const Candidate*> Measured::find(const Given& given, const Wanted& wanted, std::size_t most) const {
  std::vector<const Candidate*> found;
  const core::Quantity& stated = wanted.mention.stated;
  const double reach = 2 * last_place(stated) + (wanted.mention.relation == Relation::equal ? 0 : std::max(1.0, std::abs(stated.value) * 0.5));
  for (const auto& [unit, list] : wanted.statistic == nullptr ? given.cells : given.statistics) {
    double low = stated.value - reach;
    double high = stated.value + reach;
    if (wanted.unit != nullptr && wanted.unit != unit) {
      const auto from = core::convert(low, wanted.unit, unit);
      const auto to = core::convert(high, wanted.unit, unit);
      if (from && to) low = *from, high = *to;
      else if (wanted.unit->dimension == core::Dimension::fraction) low /= 100;  // a share may be written as a part of one
      if (from && wanted.unit->dimension == core::Dimension::information) low *= 0.9, high *= 1.1;  // KB of 1000 or 1024
    }
    if (wanted.mention.relation == Relation::at_least) high = list.empty() ? high : list.back().value;
    if (wanted.mention.relation == Relation::at_most) low = list.empty() ? low : list.front().value;
    auto at = std::lower_bound(list.begin(), list.end(), low, [](const Candidate& c, double v) { return c.value < v; });
    for (; at != list.end() && at->value <= high && found.size() < most; ++at) {
      if (fit(wanted.mention, wanted.unit, *at) != Fit::equal || !is_of_type(*at, wanted.type)) continue;
      if (wanted.statistic == nullptr || is_statistic(*at, *wanted.statistic)) found.push_back(&*at);
    }
  }
  return found;
}

std::optional<Measured::Extremes> Measured::extremes(const Given& given, core::Dimension dimension) {
  Extremes found;
  const auto base = [](const Candidate& c) { return c.value * c.unit->factor; };
  for (const auto& [unit, list] : given.cells) {
    if (unit->dimension != dimension || list.empty()) continue;
    if (found.low == nullptr || base(list.front()) < base(*found.low)) found.low = &list.front();
    if (found.high == nullptr || base(list.back()) > base(*found.high)) found.high = &list.back();
    found.count += list.size();
  }
  return found.low == nullptr ? std::nullopt : std::optional(found);
}

std::vector<const Candidate*> Measured::all(const Given& given, const Wanted& wanted) const {
  std::vector<const Candidate*> found;
  for (const auto& [unit, list] : wanted.statistic == nullptr ? given.cells : given.statistics) {
    if (wanted.unit != nullptr && unit->dimension != core::Dimension::unknown && unit->dimension != wanted.unit->dimension) continue;
    for (const Candidate& candidate : list)
      if ((wanted.statistic == nullptr || is_statistic(candidate, *wanted.statistic)) && is_of_type(candidate, wanted.type)) found.push_back(&candidate);
  }
  return found;
}

}  // namespace chimera::claims
