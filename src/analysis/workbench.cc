#include "analysis/workbench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/prose.h"

namespace chimera::analysis {
namespace {

using Kind = core::Statistic::Kind;

constexpr int kAsNeeded = 12;  // digits after the point that a computed value may be shown with

bool is_whole(double value) { return std::fabs(value - std::round(value)) <= 1e-9 * std::fabs(value); }

int significant_decimals(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return 0;
  return std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(value)))));
}

std::string_view word_for(const core::Statistic& statistic) {
  switch (statistic.kind) {
    case Kind::mean: return "mean ";
    case Kind::median: return "median ";
    case Kind::minimum: return "minimum ";
    case Kind::maximum: return "maximum ";
    case Kind::sum: return "total ";
    case Kind::stddev: return "standard deviation of ";
    case Kind::range: return "range of ";
    default: return "";
  }
}

void add(core::Finding& finding, core::FactId fact) {
  if (std::find(finding.facts.begin(), finding.facts.end(), fact) == finding.facts.end()) finding.facts.push_back(fact);
}

}  // namespace

bool is_prose(const core::Document& document) {
  return core::is_prose(document.artifact.format);
}

bool is_measure(core::Role role) { return role == core::Role::response || role == core::Role::count; }

bool same_metric(const core::ColumnMeaning& a, const core::ColumnMeaning& b) {
  if (a.metric != b.metric) return false;
  const auto bare = [](const core::ColumnMeaning& m) { return m.definition.empty() || m.definition == m.metric; };
  return a.definition == b.definition || bare(a) || bare(b);
}

std::string words_for(const core::Statistic& statistic, std::string_view metric, const core::Vocabulary& vocabulary) {
  const std::string name = words_of(vocabulary, metric);
  if (statistic.kind == Kind::percentile) return core::to_string(statistic) + " of " + name;
  return std::string(word_for(statistic)) + name;
}

int digits_of(const core::Cell& cell) {
  if (cell.number == 0) return 0;
  const int whole = static_cast<int>(std::floor(std::log10(std::fabs(cell.number)))) + 1;
  int digits = std::max(whole + cell.decimals, 0);
  // Zeros written behind the value say nothing more: 1024.000 has the digits of 1024.
  double scaled = std::fabs(cell.number) * std::pow(10.0, cell.decimals);
  for (; digits > 1 && scaled >= 1 && std::fmod(std::round(scaled), 10.0) == 0 && digits > whole; --digits) scaled /= 10;
  return digits;
}

int decimals_for(double value, double other, int written) {
  const int most = std::max(0, written);
  int decimals = std::min(significant_decimals(value, 5), most);
  // Zeros at the end of a computed value say nothing.
  while (written == kAsNeeded && decimals > 0 && is_whole(value * std::pow(10.0, decimals - 1))) --decimals;
  while (decimals < most && decimals < kAsNeeded && core::format_fixed(value, decimals) == core::format_fixed(other, decimals)) ++decimals;
  return decimals;
}

void quote(core::Statement& statement, core::Finding& finding, const core::Corpus& corpus, const core::CellRef& cell, double other) {
  const core::Fact fact = corpus.fact(cell);
  statement.quantity(fact, decimals_for(fact.value.value, other, fact.value.decimals));
  add(finding, fact.id);
}

void quote(core::Statement& statement, core::Finding& finding, const Ledger& ledger, core::FactId id, double other) {
  const core::Fact fact = ledger.get(id);
  statement.quantity(fact, decimals_for(fact.value.value, other, kAsNeeded));
  add(finding, id);
}

void quote_count(core::Statement& statement, core::Finding& finding, Workbench& bench, const std::vector<core::FactId>& counted) {
  Derivation derivation;
  derivation.formula = "count";
  derivation.inputs = counted;
  derivation.metric = "count";
  derivation.unit = core::no_unit();
  derivation.statistic = {Kind::count, 0};
  const core::FactId id = bench.ledger.derive(derivation);
  statement.quantity(bench.ledger.get(id), 0);
  add(finding, id);
}

core::Disagreement disagreement(const core::Corpus& corpus, const core::CellRef& stated, const core::CellRef& stronger, double value, core::UnitPtr unit) {
  const auto source = [&](const core::CellRef& cell) {
    const core::Document& in = corpus.document(cell.document);
    return core::SourceRef{in.artifact.path, in.to_file(in.cell(cell).span()), in.place(cell)};
  };
  const core::Document& in = corpus.document(stated.document);
  const std::string_view own = corpus.meaning(stated.document)[stated.table].at(stated.row, stated.column).unit->symbol;
  const auto with_unit = [](std::string number, std::string_view symbol) { return symbol.empty() ? number : fmt::format("{} {}", number, symbol); };
  return {source(stated), with_unit(std::string(in.at(in.cell(stated).span())), own), source(stronger), with_unit(fmt::format("{:.6g}", value), unit->symbol)};
}

std::string label_of(const core::Corpus& corpus, const core::CellRef& cell) {
  constexpr std::size_t kLongest = 60;
  const core::Document& document = corpus.document(cell.document);
  const core::TableMeaning& meaning = corpus.meaning(cell.document)[cell.table];
  const core::Table& table = document.tables[cell.table];
  std::string settings;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const core::Role role = meaning.at(cell.row, c).role;
    const core::Cell& name = table.columns[c].cells[cell.row];
    if (role != core::Role::identity && role != core::Role::factor) continue;
    const std::string text(document.at(name.span()));
    if (text.empty() || text.size() > kLongest || text.find_first_of("`\n") != std::string::npos) continue;
    const bool entity = c == 0 && table.columns[c].key.empty();
    if (name.kind == core::CellKind::text || entity) return text;
    if (name.kind == core::CellKind::number) settings += (settings.empty() ? "" : ", ") + table.columns[c].key + "=" + text;
  }
  if (!settings.empty()) return settings;
  const core::Place place = document.place(cell);
  return place.pointer.empty() ? "row " + std::to_string(place.row) : place.pointer;
}

}  // namespace chimera::analysis
