#include "analysis/arithmetic.h"

#include <algorithm>
#include <cmath>

namespace chimera::analysis {
namespace {

using core::CellRef;
using core::Dimension;
using core::RowState;

constexpr std::size_t kFewestRows = 5;
constexpr double kMostRows = 0.8;
constexpr std::size_t kShown = 3;

// result = first / second, or first + second, by column.
struct Equation {
  bool quotient = true;
  std::uint32_t result = 0;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::vector<std::uint32_t> holds;   // rows
  std::vector<std::uint32_t> broken;
};

struct Value {
  double value = 0;     // in base units
  double rounding = 0;  // half a unit in the last place, in base units
};

// How a column writes its numbers: with so many decimals, or with so many significant digits, which are fewer decimals of a
// larger number. Of the most in nearly all rows: programs drop zeros at the end, and now and then write a number like
// 1.1878300000000001.
struct Written {
  int decimals = 0;
  int significant = 0;
};

// Digits before the point: 2 of 27.5, 0 of 0.5, -1 of 0.05.
int digits_before(double value) { return value == 0 ? 1 : static_cast<int>(std::floor(std::log10(std::fabs(value)))) + 1; }

int usual_most(std::vector<int> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, values.size() * 19 / 20)];
}

class TableArithmetic {
 public:
  TableArithmetic(const core::Corpus& corpus, core::DocumentId document, std::uint32_t table)
      : corpus_(corpus), document_(document), table_(table), meaning_(corpus.meaning(document)[table]) {
    for (const core::Column& column : corpus.document(document).tables[table].columns) {
      std::vector<int> decimals;
      std::vector<int> significant;
      for (const core::Cell& cell : column.cells) {
        if (cell.kind != core::CellKind::number) continue;
        decimals.push_back(std::max(0, static_cast<int>(cell.decimals)));
        significant.push_back(cell.decimals + digits_before(cell.number));
      }
      written_.push_back({usual_most(std::move(decimals)), usual_most(std::move(significant))});
    }
  }

  // The equation of each column that has one: the one that most rows follow.
  [[nodiscard]] std::vector<Equation> equations() const {
    std::vector<Equation> out;
    for (std::uint32_t c = 0; c < meaning_.columns.size(); ++c) {
      if (meaning_.columns[c].role != core::Role::response) continue;
      const Dimension dimension = meaning_.columns[c].unit->dimension;
      std::optional<Equation> best;
      if (dimension == Dimension::token_rate) best = best_of(c, columns(Dimension::tokens), columns(Dimension::time), true);
      if (dimension == Dimension::time) best = best_of(c, columns(Dimension::time), columns(Dimension::time), false);
      if (best) out.push_back(std::move(*best));
    }
    return out;
  }

 private:
  [[nodiscard]] std::vector<std::uint32_t> columns(Dimension dimension) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t c = 0; c < meaning_.columns.size(); ++c)
      if (is_measure(meaning_.columns[c].role) && meaning_.columns[c].unit->dimension == dimension) out.push_back(c);
    return out;
  }

  [[nodiscard]] std::optional<Equation> best_of(std::uint32_t result, const std::vector<std::uint32_t>& firsts,
                                                const std::vector<std::uint32_t>& seconds, bool quotient) const {
    std::optional<Equation> best;
    for (const std::uint32_t first : firsts) {
      for (const std::uint32_t second : seconds) {
        if (first == result || second == result || (!quotient && first >= second)) continue;
        Equation equation = test(result, first, second, quotient);
        const std::size_t rows = equation.holds.size() + equation.broken.size();
        const bool common = rows >= kFewestRows && static_cast<double>(equation.holds.size()) >= kMostRows * static_cast<double>(rows);
        if (common && (!best || equation.holds.size() > best->holds.size())) best = std::move(equation);
      }
    }
    return best;
  }

  [[nodiscard]] Equation test(std::uint32_t result, std::uint32_t first, std::uint32_t second, bool quotient) const {
    Equation equation{quotient, result, first, second, {}, {}};
    for (std::uint32_t r = 0; r < meaning_.states.size(); ++r) {
      if (meaning_.states[r] == RowState::failed) continue;
      const auto stated = value(r, result);
      const auto a = value(r, first);
      const auto b = value(r, second);
      // A part of zero makes every sum trivially true, a time of zero no quotient at all.
      if (!stated || !a || !b || a->value == 0 || b->value == 0) continue;
      const double expected = quotient ? a->value / b->value : a->value + b->value;
      const double spread = quotient ? std::fabs(expected) * (a->rounding / std::fabs(a->value) + b->rounding / std::fabs(b->value))
                                     : a->rounding + b->rounding;
      const double allowed = 2 * (stated->rounding + spread) + 1e-9 * std::fabs(expected);
      // Where rounding could hide a part, the row cannot tell.
      if (!quotient && allowed >= std::min(std::fabs(a->value), std::fabs(b->value))) continue;
      (std::fabs(stated->value - expected) <= allowed ? equation.holds : equation.broken).push_back(r);
    }
    return equation;
  }

  [[nodiscard]] std::optional<Value> value(std::uint32_t row, std::uint32_t column) const {
    const auto raw = raw_at(corpus_, {document_, table_, row, column});
    if (!raw) return std::nullopt;
    const bool counted = raw->decimals <= 0 && raw->unit->dimension == Dimension::tokens;
    const Written& written = written_[column];
    const int decimals = std::min(written.decimals, std::max(raw->decimals, written.significant - digits_before(raw->value)));
    const double rounding = counted ? 0.0 : 0.5 * std::pow(10.0, -decimals) * raw->unit->factor;
    return Value{raw->value * raw->unit->factor, rounding};
  }

  const core::Corpus& corpus_;
  core::DocumentId document_;
  std::uint32_t table_;
  const core::TableMeaning& meaning_;
  std::vector<Written> written_;  // per column
};

std::string formula_text(const core::Table& table, const Equation& equation) {
  const std::string sign = equation.quotient ? " / " : " + ";
  return table.columns[equation.result].key + " = " + table.columns[equation.first].key + sign + table.columns[equation.second].key;
}

core::FactId expected(Workbench& bench, core::DocumentId document, std::uint32_t table, const Equation& equation, std::uint32_t row) {
  const core::FactId first = bench.corpus.id({document, table, row, equation.first});
  const core::FactId second = bench.corpus.id({document, table, row, equation.second});
  const core::ColumnMeaning& result = bench.corpus.meaning(document)[table].at(row, equation.result);
  Derivation derivation;
  derivation.formula = equation.quotient ? "ratio" : "sum";
  derivation.inputs = equation.quotient ? std::vector{second, first} : std::vector{first, second};
  derivation.metric = result.metric;
  derivation.unit = result.unit;
  derivation.statistic = result.statistic;
  return bench.ledger.derive(derivation);
}

// ratio() and sum() take values as they are written, so the units must already fit.
bool in_written_units(const core::TableMeaning& meaning, const Equation& equation) {
  const double result = meaning.columns[equation.result].unit->factor;
  const double first = meaning.columns[equation.first].unit->factor;
  const double second = meaning.columns[equation.second].unit->factor;
  return equation.quotient ? first / second == result : first == result && second == result;
}

core::Finding make_finding(Workbench& bench, core::DocumentId document, std::uint32_t table, const Equation& equation) {
  const core::Document& in = bench.corpus.document(document);
  const std::string text = formula_text(in.tables[table], equation);
  core::Finding finding;
  finding.kind = core::FindingKind::contradiction;
  finding.id = "contradiction:" + in.artifact.path + ":" + text;
  finding.title = "Rows that contradict themselves";
  finding.weight = 66;
  finding.paths = {in.artifact.path};
  std::vector<core::FactId> holds;
  std::vector<core::FactId> broken;
  for (const std::uint32_t r : equation.holds) holds.push_back(bench.corpus.id({document, table, r, equation.result}));
  for (const std::uint32_t r : equation.broken) broken.push_back(bench.corpus.id({document, table, r, equation.result}));
  core::Statement& statement = finding.statement;
  statement.text("In ").artifact(in.artifact.path).text(", ").code(text).text(" holds in ");
  quote_count(statement, finding, bench, holds);
  statement.text(" rows and not in ");
  quote_count(statement, finding, bench, broken);
  for (std::size_t i = 0; i < equation.broken.size() && i < kShown; ++i) {
    const CellRef cell{document, table, equation.broken[i], equation.result};
    const core::FactId should = expected(bench, document, table, equation, equation.broken[i]);
    statement.text(i == 0 ? ": " : "; ").code(label_of(bench.corpus, cell)).text(" states ");
    quote(statement, finding, bench.corpus, cell, bench.ledger.value(should));
    statement.text(" where its parts give ");
    quote(statement, finding, bench.ledger, should, in.cell(cell).number);
  }
  statement.text(".");
  finding.action.text("Leave these rows out of comparisons until the difference is explained.");
  return finding;
}

}  // namespace

std::vector<core::Finding> arithmetic_findings(Workbench& bench) {
  std::vector<core::Finding> out;
  std::vector<core::FactId> followed;
  for (std::uint32_t i = 0; i < bench.corpus.documents().size(); ++i) {
    const core::DocumentId id{i};
    if (bench.relatives.original(id) != id || is_prose(bench.corpus.document(id))) continue;
    for (std::uint32_t t = 0; t < bench.corpus.document(id).tables.size(); ++t) {
      for (const Equation& equation : TableArithmetic(bench.corpus, id, t).equations()) {
        for (const std::uint32_t r : equation.holds) followed.push_back(bench.corpus.id({id, t, r, equation.result}));
        const bool sound = in_written_units(bench.corpus.meaning(id)[t], equation);
        if (!equation.broken.empty() && sound) out.push_back(make_finding(bench, id, t, equation));
      }
    }
  }
  if (followed.empty()) return out;
  core::Finding finding;
  finding.kind = core::FindingKind::agreement;
  finding.id = "agreement:arithmetic";
  finding.title = "Rates and sums that follow from the rest of their row";
  finding.weight = 28;
  quote_count(finding.statement, finding, bench, followed);
  finding.statement.text(" rates and sums follow from the other numbers of their row, the rounding of each allowed for.");
  out.push_back(std::move(finding));
  return out;
}

}  // namespace chimera::analysis
