#include "analysis/recompute.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/levels.h"

namespace chimera::analysis {
namespace {

using core::RowState;
using Kind = core::Statistic::Kind;

struct Sample {
  std::vector<double> values;  // in the unit of the stated number
  std::vector<core::CellRef> cells;
  std::map<std::int64_t, std::vector<double>> blocks;  // the same values, where all are nested
  double rounding = 0;         // half a unit in the last place of the least precise value
};

double half_unit(int decimals) { return 0.5 * std::pow(10.0, -decimals); }

bool belongs(RowState state, Over over) {
  if (over == Over::all) return true;
  if (state == RowState::failed || state == RowState::summary) return false;
  return over == Over::measured || state == RowState::ok;
}

std::optional<Sample> select(const Stated& stated, const std::vector<RawValue>& raw, Over over) {
  Sample sample;
  bool nested = true;
  for (const RawValue& value : raw) {
    if (!belongs(value.state, over)) continue;
    const auto converted = core::convert(value.value, value.unit, stated.unit);
    if (!converted) return std::nullopt;
    const bool counted = value.unit->dimension == core::Dimension::count || value.unit->dimension == core::Dimension::tokens;
    const double scale = value.unit->factor / stated.unit->factor;
    const double rounding = counted && value.decimals <= 0 ? 0.0 : half_unit(value.decimals) * scale;
    sample.rounding = std::max(sample.rounding, rounding);
    sample.values.push_back(value.state == RowState::failed ? 0.0 : *converted);
    sample.cells.push_back(value.cell);
    if (value.block) sample.blocks[*value.block].push_back(sample.values.back());
    else nested = false;
  }
  if (sample.values.empty()) return std::nullopt;
  if (!nested || sample.blocks.size() == sample.values.size()) sample.blocks.clear();
  return sample;
}

double mean(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }

double squares(const std::vector<double>& x) {
  const double m = mean(x);
  return std::accumulate(x.begin(), x.end(), 0.0, [m](double sum, double v) { return sum + (v - m) * (v - m); });
}

double quantile(std::vector<double> x, double percent) {  // linear interpolation, type 7 of Hyndman and Fan
  std::sort(x.begin(), x.end());
  const double at = percent / 100.0 * static_cast<double>(x.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(at));
  const std::size_t high = std::min(low + 1, x.size() - 1);
  return x[low] + (x[high] - x[low]) * (at - std::floor(at));
}

std::optional<double> compute(const core::Statistic& statistic, const std::vector<double>& x) {
  const double n = static_cast<double>(x.size());
  switch (statistic.kind) {
    case Kind::mean: return mean(x);
    case Kind::median: return quantile(x, 50);
    case Kind::minimum: return *std::min_element(x.begin(), x.end());
    case Kind::maximum: return *std::max_element(x.begin(), x.end());
    case Kind::sum: return std::accumulate(x.begin(), x.end(), 0.0);
    case Kind::stddev: if (n < 2) return std::nullopt; return std::sqrt(squares(x) / (n - 1));
    case Kind::range: return *std::max_element(x.begin(), x.end()) - *std::min_element(x.begin(), x.end());
    case Kind::percentile: return quantile(x, statistic.percent);
    default: return std::nullopt;
  }
}

// Of values nested in blocks: the repetitions of one block are no independent measurements (Kalibera & Jones 2013).
std::optional<double> median_of_blocks(const Sample& sample) {
  if (sample.blocks.size() < 2) return std::nullopt;
  std::vector<double> medians;
  for (const auto& [block, values] : sample.blocks) medians.push_back(quantile(values, 50));
  return quantile(medians, 50);
}

// Percentiles have nine definitions in use; each lies between these two order statistics.
bool percentile_possible(const Stated& stated, std::vector<double> x, double percent, double slack) {
  std::sort(x.begin(), x.end());
  const double n = static_cast<double>(x.size());
  const auto low = static_cast<std::size_t>(std::max(0.0, std::floor(percent / 100 * (n - 1)) - 1));
  const auto high = static_cast<std::size_t>(std::min(n - 1, std::ceil(percent / 100 * n)));
  const double margin = slack + 2 * half_unit(stated.decimals);
  return stated.value >= x[low] - margin && stated.value <= x[high] + margin;
}

bool holds_over(const Stated& stated, const Sample& sample) {
  const std::vector<double>& x = sample.values;
  const double n = static_cast<double>(x.size());
  double slack = sample.rounding;
  if (stated.statistic.kind == Kind::sum) slack *= n;
  if (stated.statistic.kind == Kind::stddev || stated.statistic.kind == Kind::range) slack *= 2;
  const auto value = compute(stated.statistic, x);
  if (value && agrees(stated, *value, slack)) return true;
  if (stated.statistic.kind == Kind::median) {
    const auto nested = median_of_blocks(sample);
    return nested && agrees(stated, *nested, slack);
  }
  if (stated.statistic.kind == Kind::percentile) return percentile_possible(stated, x, stated.statistic.percent, slack);
  // The other standard deviation in use divides by n.
  return stated.statistic.kind == Kind::stddev && agrees(stated, std::sqrt(squares(x) / n), slack);
}

}  // namespace

bool agrees(const Stated& stated, double value, double slack) {
  if (!std::isfinite(value) || !std::isfinite(stated.value)) return false;
  const double place = 2 * half_unit(stated.decimals);
  const double error = value - stated.value;
  const double noise = 1e-9 * std::max(std::fabs(value), std::fabs(stated.value)) + slack;
  if (std::fabs(error) <= place / 2 + noise) return true;
  const bool away = value >= 0 ? error > 0 : error < 0;  // truncated digits leave the rest out
  return stated.value != 0 && away && std::fabs(error) < place + noise;
}

std::string formula_of(const core::Statistic& statistic) {
  switch (statistic.kind) {
    case Kind::mean: return "mean";
    case Kind::median: return "median";
    case Kind::minimum: return "min";
    case Kind::maximum: return "max";
    case Kind::sum: return "sum";
    case Kind::stddev: return "stddev";
    case Kind::range: return "range";
    case Kind::percentile: return fmt::format("percentile;{}", statistic.percent);
    default: return {};
  }
}

std::optional<Recomputation> recompute(const Stated& stated, const std::vector<RawValue>& raw) {
  const auto measured = select(stated, raw, Over::measured);
  if (!measured) return std::nullopt;
  const auto value = compute(stated.statistic, measured->values);
  if (!value) return std::nullopt;
  Recomputation out;
  out.formula = formula_of(stated.statistic);
  out.inputs = measured->cells;
  out.unit = raw.front().unit;
  out.recomputed = *core::convert(*value, stated.unit, out.unit);
  if (holds_over(stated, *measured)) {
    out.holds = true;
    return out;
  }
  const auto warm = select(stated, raw, Over::warm);
  if (warm && warm->values.size() < measured->values.size() && holds_over(stated, *warm)) {
    out.holds = true;
    out.over = Over::warm;
    out.inputs = warm->cells;
    return out;
  }
  const auto all = select(stated, raw, Over::all);
  out.failed_as_zero = all && all->values.size() > measured->values.size() && holds_over(stated, *all);
  for (std::size_t i = 0; i < measured->values.size() && measured->values.size() > 1; ++i) {
    if (!agrees(stated, measured->values[i])) continue;
    const bool second = out.one_row.has_value();
    out.one_row = second ? std::optional<std::size_t>() : std::optional(i);
    if (second) break;
  }
  return out;
}

std::optional<RawValue> raw_at(const core::Corpus& corpus, const core::CellRef& ref) {
  const core::Cell& cell = corpus.document(ref.document).cell(ref);
  if (cell.kind != core::CellKind::number || !std::isfinite(cell.number)) return std::nullopt;
  const core::TableMeaning& meaning = corpus.meaning(ref.document)[ref.table];
  return RawValue{ref, meaning.at(ref.row, ref.column).unit, cell.number, cell.decimals, meaning.states[ref.row]};
}

std::optional<Recomputation> recompute_in_blocks(const core::Corpus& corpus, const Stated& stated, std::vector<RawValue> raw) {
  auto plain = recompute(stated, raw);
  if (stated.statistic.kind != Kind::median || (plain && plain->holds)) return plain;
  for (RawValue& value : raw) value.block = block_of(corpus, value.cell);
  return recompute(stated, raw);
}

std::optional<Stated> stated_at(const core::Corpus& corpus, const core::CellRef& ref) {
  const core::Cell& cell = corpus.document(ref.document).cell(ref);
  if (cell.kind != core::CellKind::number || !std::isfinite(cell.number)) return std::nullopt;
  const core::ColumnMeaning& column = corpus.meaning(ref.document)[ref.table].at(ref.row, ref.column);
  return Stated{ref, column.statistic, column.unit, cell.number, cell.decimals};
}

}  // namespace chimera::analysis
