#include "analysis/counterpart.h"

#include <algorithm>
#include <cmath>

namespace chimera::analysis {
namespace {

using core::CellRef;
using core::ColumnMeaning;
using Kind = core::Statistic::Kind;

// A bare "Throughput" column may hold means, and a mean over one run is that run.
bool direct(const core::Statistic& stated, const core::Statistic& found) {
  if (stated == found) return true;
  return (stated.kind == Kind::sample && found.kind == Kind::mean) || (stated.kind == Kind::mean && found.kind == Kind::sample);
}

struct Found {
  std::vector<RawValue> direct;                 // values of the stated statistic
  std::vector<std::vector<RawValue>> samples;   // columns it may have been computed from
};

Found gather(const Workbench& bench, const ColumnMeaning& wanted, const std::vector<Rows>& all) {
  Found found;
  for (const Rows& rows : all) {
    const core::TableMeaning& meaning = bench.corpus.meaning(rows.document)[rows.table];
    for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
      std::vector<RawValue> column;
      for (const std::uint32_t r : rows.rows) {
        const ColumnMeaning& here = meaning.at(r, c);
        if (!is_measure(here.role) || !same_metric(wanted, here)) continue;
        const auto value = raw_at(bench.corpus, {rows.document, rows.table, r, c});
        if (!value) continue;
        if (here.statistic.kind == Kind::sample) column.push_back(*value);
        else if (direct(wanted.statistic, here.statistic) && value->state != core::RowState::failed) found.direct.push_back(*value);
      }
      if (column.size() == 1 && direct(wanted.statistic, {}) && column[0].state != core::RowState::failed)
        found.direct.push_back(column[0]);
      else if (column.size() > 1) found.samples.push_back(std::move(column));
    }
  }
  return found;
}

// The value that agrees, else the first; unique where all are one value.
std::optional<Counterpart> from_values(const Stated& stated, const std::vector<RawValue>& values) {
  std::optional<Counterpart> out;
  for (const RawValue& value : values) {
    const auto converted = core::convert(value.value, value.unit, stated.unit);
    if (!converted) continue;
    // The file may be the less precise of the two.
    const double slack = 0.5 * std::pow(10.0, -value.decimals) * value.unit->factor / stated.unit->factor;
    const bool fits = agrees(stated, *converted, value.decimals < stated.decimals ? slack : 0);
    if (!out) out = Counterpart{fits, true, value.cell, std::nullopt, *converted};
    else if (out->value != *converted) out->unique = false;
    if (fits && !out->agrees) out = Counterpart{true, out->unique, value.cell, std::nullopt, *converted};
  }
  return out;
}

// A bare number over several samples is their mean, or else their median.
std::optional<Recomputation> recompute_as_meant(const core::Corpus& corpus, const Stated& stated, const std::vector<RawValue>& column) {
  if (stated.statistic.kind != Kind::sample) return recompute_in_blocks(corpus, stated, column);
  Stated wanted = stated;
  wanted.statistic.kind = Kind::mean;
  const auto mean = recompute(wanted, column);
  if (mean && mean->holds) return mean;
  wanted.statistic.kind = Kind::median;
  const auto median = recompute_in_blocks(corpus, wanted, column);
  return median && median->holds ? median : mean;
}

std::optional<Counterpart> from_samples(const core::Corpus& corpus, const Stated& stated, const std::vector<std::vector<RawValue>>& samples) {
  std::optional<Counterpart> out;
  for (const std::vector<RawValue>& column : samples) {
    const auto again = recompute_as_meant(corpus, stated, column);
    if (!again) continue;
    if (out && !again->holds) continue;
    out = Counterpart{again->holds, !out, column.front().cell, again, *core::convert(again->recomputed, again->unit, stated.unit)};
    if (again->holds) break;
  }
  return out;
}

}  // namespace

std::vector<std::uint32_t> measuring_tables(const core::Corpus& corpus, core::DocumentId document) {
  std::vector<std::uint32_t> out;
  const std::vector<core::TableMeaning>& meaning = corpus.meaning(document);
  for (std::uint32_t t = 0; t < meaning.size(); ++t) {
    const auto measures = [](const ColumnMeaning& column) { return is_measure(column.role); };
    const bool any = std::any_of(meaning[t].columns.begin(), meaning[t].columns.end(), measures) ||
                     std::any_of(meaning[t].variants.begin(), meaning[t].variants.end(), measures);
    if (any) out.push_back(t);
  }
  return out;
}

std::optional<Counterpart> find_counterpart(const Workbench& bench, const CellRef& cell, const std::vector<Rows>& rows) {
  const auto stated = stated_at(bench.corpus, cell);
  if (!stated) return std::nullopt;
  const ColumnMeaning& wanted = bench.corpus.meaning(cell.document)[cell.table].at(cell.row, cell.column);
  const Found found = gather(bench, wanted, rows);
  const auto value = from_values(*stated, found.direct);
  if (value && value->agrees) return value;
  const auto again = from_samples(bench.corpus, *stated, found.samples);
  if (again && again->agrees) return again;
  if (value && again) {
    Counterpart both = *value;
    both.unique = false;
    return both;
  }
  return value ? value : again;
}

}  // namespace chimera::analysis
