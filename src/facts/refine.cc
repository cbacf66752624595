#include "facts/refine.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <cmath>
#include <map>
#include <set>
#include <optional>
#include <tuple>

#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "facts/naming.h"
#include "facts/profile.h"
#include "facts/repetitions.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Dimension;
using core::Role;

bool has_unit(const ColumnMeaning& meaning) { return meaning.unit->dimension != Dimension::unknown; }
bool is_number(const Cell& cell) { return cell.kind == CellKind::number && std::isfinite(cell.number); }

// A cell's value in base units, and how far the truth may be from it by rounding when it was written.
struct Written {
  double value = 0;
  double half_digit = 0;
};

Written in_base(const Cell& cell, core::UnitPtr unit) {
  return {cell.number * unit->factor, 0.5 * std::pow(10.0, -cell.decimals) * unit->factor};
}

// Columns that take part in one identity. `borrowed` gives the unit of summands that have none.
struct Terms {
  std::uint32_t target = 0;
  std::vector<std::uint32_t> sum;
  std::vector<std::uint32_t> over;
  core::UnitPtr borrowed = core::no_unit();
};

// The one column of `metric` that stands beside the target: same statistic, else a bare one; none where several do.
std::optional<std::uint32_t> operand(const core::TableMeaning& meaning, const std::string& metric, const ColumnMeaning& target) {
  std::vector<std::uint32_t> same;
  std::vector<std::uint32_t> bare;
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    if (!measures(column) || column.metric != metric) continue;
    if (column.statistic == target.statistic) same.push_back(c);
    else if (column.statistic == core::Statistic{}) bare.push_back(c);
  }
  if (same.size() == 1) return same.front();
  if (same.empty() && bare.size() == 1) return bare.front();
  return std::nullopt;
}

// The unit that all columns of the table with that dimension share; no unit where they do not.
core::UnitPtr common_unit(const core::TableMeaning& meaning, Dimension dimension) {
  core::UnitPtr common = core::no_unit();
  for (const ColumnMeaning& column : meaning.columns) {
    if (!measures(column) || column.unit->dimension != dimension) continue;
    if (common != core::no_unit() && common != column.unit) return core::no_unit();
    common = column.unit;
  }
  return common;
}

std::optional<Terms> terms_of(const IdentityRule& rule, const core::TableMeaning& meaning, std::uint32_t target) {
  Terms terms;
  terms.target = target;
  terms.borrowed = common_unit(meaning, Dimension::time);
  for (const auto& [names, columns] : {std::pair(&rule.sum, &terms.sum), std::pair(&rule.over, &terms.over)}) {
    for (const std::string& name : *names) {
      const auto column = operand(meaning, name, meaning.columns[target]);
      if (!column || *column == target) return std::nullopt;
      columns->push_back(*column);
    }
  }
  return terms;
}

class Proof {
 public:
  Proof(const Catalog& catalog, const core::Table& table, const core::TableMeaning& meaning, const Terms& terms)
      : catalog_(catalog), table_(table), meaning_(meaning), terms_(terms), weighed_(terms.sum.size(), false) {}

  bool holds() {
    for (std::uint32_t row = 0; row < table_.rows.size(); ++row) look_at(row);
    const bool every_summand_counts = std::all_of(weighed_.begin(), weighed_.end(), [](bool weighed) { return weighed; });
    return every_summand_counts && hits_ > 0 && hits_ * 10 >= rows_ * 9;
  }

 private:
  void look_at(std::uint32_t row) {
    const auto target = written(terms_.target, row);
    if (!target || !(target->value > 0)) return;
    Written sum;
    std::vector<double> parts;
    if (!add(terms_.sum, row, sum, &parts)) return;
    double expected = sum.value;
    double slack = sum.half_digit;
    if (!terms_.over.empty()) {
      Written over;
      if (!add(terms_.over, row, over, nullptr) || !(over.value > 0)) return;
      expected = sum.value / over.value;
      slack = expected * over.half_digit / over.value;  // counts are exact
    }
    slack += target->half_digit + 1e-9 * target->value;
    if (slack > 0.02 * target->value) return;  // too few digits to decide
    ++rows_;
    if (std::fabs(expected - target->value) > slack) return;
    ++hits_;
    for (std::size_t i = 0; i < parts.size(); ++i) weighed_[i] = weighed_[i] || parts.size() == 1 || parts[i] > slack;
  }

  bool add(const std::vector<std::uint32_t>& columns, std::uint32_t row, Written& sum, std::vector<double>* parts) const {
    for (const std::uint32_t column : columns) {
      const auto part = written(column, row);
      if (!part) return false;
      sum.value += part->value;
      sum.half_digit += part->half_digit;
      if (parts != nullptr) parts->push_back(part->value);
    }
    return true;
  }

  std::optional<Written> written(std::uint32_t column, std::uint32_t row) const {
    const Cell& cell = table_.columns[column].cells[row];
    if (!is_number(cell)) return std::nullopt;
    core::UnitPtr unit = meaning_.columns[column].unit;
    const MetricEntry* metric = catalog_.metric(meaning_.columns[column].metric);
    if (!has_unit(meaning_.columns[column]) && metric != nullptr && metric->dimension == Dimension::time) unit = terms_.borrowed;
    if (unit->dimension == Dimension::unknown) return std::nullopt;
    return in_base(cell, unit);
  }

  const Catalog& catalog_;
  const core::Table& table_;
  const core::TableMeaning& meaning_;
  const Terms& terms_;
  std::vector<bool> weighed_;  // per summand: was larger than what rounding hides, in some row
  std::size_t rows_ = 0;
  std::size_t hits_ = 0;
};

void apply(const IdentityRule& rule, const Terms& terms, core::TableMeaning& meaning) {
  ColumnMeaning& target = meaning.columns[terms.target];
  target.definition = rule.definition;
  target.rule += "; by arithmetic, " + rule.rule;
  std::vector<std::uint32_t> operands = terms.sum;
  operands.insert(operands.end(), terms.over.begin(), terms.over.end());
  for (const std::uint32_t column : operands) {
    ColumnMeaning& operand = meaning.columns[column];
    if (has_unit(operand) && operand.statistic == target.statistic) continue;
    if (!has_unit(operand)) operand.unit = terms.borrowed;
    operand.statistic = target.statistic;
    operand.rule += "; unit and statistic by arithmetic, " + rule.rule;
  }
}

bool equal_where_both(const core::Column& a, const core::Column& b) {
  for (std::size_t row = 0; row < a.cells.size(); ++row)
    if (is_number(a.cells[row]) && is_number(b.cells[row]) && a.cells[row].number != b.cells[row].number) return false;
  return true;
}

bool some_differ(const core::Table& table, const std::vector<std::size_t>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    for (std::size_t j = i + 1; j < columns.size(); ++j)
      if (!equal_where_both(table.columns[columns[i]], table.columns[columns[j]])) return true;
  return false;
}

std::string leaf_of(const std::string& key) { return key.substr(key.rfind('/') + 1); }

std::string parent_of(const std::string& key) {
  auto slash = key.rfind('/');
  const auto open = slash == std::string::npos ? slash : key.rfind('(', slash);
  if (open != std::string::npos && open > 0 && key.find(')', open) > slash) slash = key.rfind('/', open);  // "Speed (tokens/sec)"
  return slash == std::string::npos ? key : key.substr(0, slash);
}

// Members of one object: "latency/avg" and "latency/unit"; of a table without objects every column.
bool beside(const std::string& a, const std::string& b) {
  return a.substr(0, a.rfind('/') + 1) == b.substr(0, b.rfind('/') + 1);
}

// Whether two members are about what the object around both is about: between it and them stand only objects like "results".
bool of_one_thing(const Catalog& catalog, const std::string& a, const std::string& b) {
  const std::vector<std::string> left = split_path(a);
  const std::vector<std::string> right = split_path(b);
  std::size_t shared = 0;
  while (shared + 1 < std::min(left.size(), right.size()) && left[shared] == right[shared]) ++shared;
  for (const auto& path : {left, right}) {
    for (std::size_t i = shared; i + 1 < path.size(); ++i) {
      const std::string words = join(text::split_identifier(path[i]), " ");
      if (!catalog.is(Word::container, words) && !catalog.is(Word::filler, words)) return false;
    }
  }
  return true;
}

// The unit that `units` writes for each row becomes that of `column`, where it fits the metric.
void take_units(const Catalog& catalog, const core::Document& document, const core::Table& table, std::uint32_t units, std::uint32_t column,
                core::TableMeaning& meaning) {
  const ColumnMeaning before = meaning.columns[column];
  const MetricEntry* metric = catalog.metric(before.metric);
  bool first = true;
  for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
    const core::UnitPtr unit = core::find_unit(document.at(table.columns[units].cells[row].span()));
    ColumnMeaning here = before;
    if (unit != nullptr && (metric == nullptr || metric->dimension == unit->dimension)) {
      here.unit = unit;
      here.rule += std::string(kUnitWritten) + table.columns[units].key;
    }
    if (first) meaning.columns[column] = here;
    else add_exception(meaning, row, column, here);
    first = false;
  }
}

// Of an object of alike objects each row measures something else: what its column means is true of the first row alone.
bool differs_by_row(const core::TableMeaning& meaning, std::size_t column) {
  return std::any_of(meaning.exceptions.begin(), meaning.exceptions.end(), [&](const core::CellException& exception) {
    return exception.column == column && meaning.variants[exception.variant].definition != meaning.columns[column].definition;
  });
}

}  // namespace

namespace {

// "Min (sec)" beside "Max" and "Average": the one quantity that columns which name a statistic alone are of.
std::optional<std::size_t> statistic_in_unit(const Catalog& catalog, const core::Table& table, const core::TableMeaning& meaning) {
  std::optional<std::size_t> lender;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    if (column.role != Role::response || column.statistic == core::Statistic{} || catalog.metric(column.metric) == nullptr || !has_unit(column)) continue;
    if (!take_apart(catalog, leaf_of(table.columns[c].key)).bare.empty()) continue;
    if (differs_by_row(meaning, c) || (lender && meaning.columns[*lender].definition != column.definition)) return std::nullopt;
    if (!lender) lender = c;
  }
  return lender;
}

}  // namespace

void borrow_metrics(const Catalog& catalog, const core::Table& table, core::TableMeaning& meaning) {
  std::optional<std::size_t> lender;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    if (column.role != Role::response || column.statistic.kind != core::Statistic::Kind::mean || catalog.metric(column.metric) == nullptr) continue;
    if (differs_by_row(meaning, c) || (lender && meaning.columns[*lender].definition != column.definition)) return;
    if (!lender) lender = c;
  }
  if (!lender) lender = statistic_in_unit(catalog, table, meaning);
  if (!lender) return;
  const ColumnMeaning from = meaning.columns[*lender];
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    if (column.role != Role::response || column.statistic == core::Statistic{} || catalog.metric(column.metric) != nullptr) continue;
    const NamePart own = take_apart(catalog, leaf_of(table.columns[c].key));
    if (!own.bare.empty()) continue;
    if (!of_one_thing(catalog, table.columns[*lender].key, table.columns[c].key)) continue;
    const bool scatter = column.statistic.kind == core::Statistic::Kind::cv;
    if (has_unit(column) && column.unit->dimension != (scatter ? Dimension::fraction : from.unit->dimension)) continue;
    column.metric = from.metric;
    column.definition = from.definition + (own.standard_error ? (from.definition.find(':') == std::string::npos ? ":" : "+") + std::string("standard_error") : "");
    column.direction = scatter ? 0 : from.direction;
    column.rule += "; statistic of " + table.columns[*lender].key;
  }
}

namespace {

// "Mean Δp/±" is of what "Mean Δp" is of, though it has two words for statistics.
void take_metric(const ColumnMeaning& mean, ColumnMeaning& spread) {
  const bool known = by_recipe(mean) || by_recipe(spread) || mean.definition == spread.definition;
  if (known || mean.statistic.kind != core::Statistic::Kind::mean || spread.statistic.kind != core::Statistic::Kind::stddev) return;
  spread.metric = mean.metric;
  spread.definition = mean.definition;
  spread.rule += "; of the mean before it";
}

}  // namespace

namespace {

// "ppl_err" beside "ppl": how far it may be off. "latency_error" may be anything that went wrong.
void read_named_errors(const Catalog& catalog, const core::Table& table, core::TableMeaning& meaning) {
  for (std::size_t e = 0; e < meaning.columns.size(); ++e) {
    ColumnMeaning& error = meaning.columns[e];
    std::vector<std::string> words = text::split_identifier(leaf_of(table.columns[e].key));
    const bool named = words.size() > 1 && (words.back() == "err" || words.back() == "uncertainty");
    if (!named || error.role != Role::response || error.statistic != core::Statistic{} || by_recipe(error)) continue;
    words.pop_back();
    for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
      const ColumnMeaning& value = meaning.columns[c];
      const bool single = value.statistic == core::Statistic{} || value.statistic.kind == core::Statistic::Kind::mean;
      if (c == e || value.role != Role::response || !single || catalog.metric(value.metric) == nullptr || !beside(table.columns[c].key, table.columns[e].key)) continue;
      if (text::split_identifier(leaf_of(table.columns[c].key)) != words) continue;
      error.metric = value.metric;
      error.definition = value.definition + (value.definition.find(':') == std::string::npos ? ":" : "+") + "standard_error";
      error.statistic = {core::Statistic::Kind::stddev, 0};
      error.unit = value.unit;
      error.direction = 0;
      error.rule += "; how far " + table.columns[c].key + " may be off";
      break;
    }
  }
}

}  // namespace

void read_named_spreads(const Catalog& catalog, const core::Table& table, core::TableMeaning& meaning) {
  read_named_errors(catalog, table, meaning);
  constexpr std::size_t kMostSpreads = 64;
  const auto object = [&](std::size_t c) { return std::string_view(table.columns[c].key).substr(0, table.columns[c].key.size() - leaf_of(table.columns[c].key).size()); };
  std::size_t spreads = 0;
  for (std::size_t s = 0; s < meaning.columns.size(); ++s) {
    ColumnMeaning& spread = meaning.columns[s];
    if (spread.role != Role::response || spread.statistic.kind != core::Statistic::Kind::stddev || by_recipe(spread) || has_unit(spread) || catalog.metric(spread.metric) != nullptr) continue;
    const std::vector<std::string> words = take_apart(catalog, leaf_of(table.columns[s].key)).bare;
    if (words.empty() || ++spreads > kMostSpreads) continue;
    std::vector<std::size_t> means;
    for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
      const ColumnMeaning& column = meaning.columns[c];
      const bool single = column.statistic == core::Statistic{} || column.statistic.kind == core::Statistic::Kind::mean;
      if (c == s || column.role != Role::response || !single || !has_unit(column) || catalog.metric(column.metric) == nullptr || object(c) != object(s)) continue;
      const NamePart part = take_apart(catalog, leaf_of(table.columns[c].key));
      if (part.unit != nullptr && part.bare == words) means.push_back(c);
    }
    if (means.size() != 1) continue;
    ColumnMeaning& mean = meaning.columns[means.front()];
    spread.metric = mean.metric;
    spread.definition = mean.definition;
    spread.unit = mean.unit;
    spread.direction = 0;
    spread.rule += "; of the mean beside it";
    if (by_recipe(mean)) continue;
    mean.statistic.kind = core::Statistic::Kind::mean;
    mean.rule += "; the mean of what " + table.columns[s].key + " spreads";
  }
}

void read_spreads(const core::Table& table, core::TableMeaning& meaning) {
  constexpr std::string_view kSpread = "/±";
  const bool written = table.kind == core::TableKind::markdown || table.kind == core::TableKind::transposed;
  for (std::uint32_t s = 0; s < meaning.columns.size(); ++s) {
    const core::Column& spread = table.columns[s];
    if (spread.key.size() <= kSpread.size() || spread.key.compare(spread.key.size() - kSpread.size(), kSpread.size(), kSpread) != 0) continue;
    for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
      const core::Column& column = table.columns[c];
      const bool beside = column.unit == spread.unit && column.key.size() + kSpread.size() == spread.key.size() && spread.key.rfind(column.key, 0) == 0;
      if (!beside || meaning.columns[c].role != Role::response) continue;
      // A time that programs print may be a median ("5 ns/iter (+/- 1)"): there recipes know.
      const Dimension dimension = meaning.columns[c].unit->dimension;
      if (!written && dimension != Dimension::token_rate && dimension != Dimension::request_rate) continue;
      take_metric(meaning.columns[c], meaning.columns[s]);
      if (meaning.columns[c].statistic != core::Statistic{} || by_recipe(meaning.columns[c])) continue;
      ColumnMeaning mean = meaning.columns[c];
      mean.statistic.kind = core::Statistic::Kind::mean;
      mean.rule += "; the mean before its ±";
      std::vector<std::uint32_t> rows;
      for (std::uint32_t r = 0; r < table.rows.size(); ++r)
        if (is_number(column.cells[r]) && is_number(spread.cells[r])) rows.push_back(r);
      const auto numbers = static_cast<std::size_t>(std::count_if(column.cells.begin(), column.cells.end(), is_number));
      if (rows.size() == numbers) meaning.columns[c] = mean;
      else for (const std::uint32_t r : rows) add_exception(meaning, r, c, mean);
    }
  }
}

namespace {

// A share in per cent stands beside the same as a fraction, and beside a rate may stand a percentile of times. A power of a thousand
// is no unit.
bool may_lend(const ColumnMeaning& lender, const ColumnMeaning& borrower) {
  const Dimension dimension = lender.unit->dimension;
  const bool rate = dimension == Dimension::request_rate || dimension == Dimension::operation_rate || dimension == Dimension::token_rate || dimension == Dimension::bandwidth;
  if (dimension == Dimension::fraction) return false;
  // "3.66k" beside "266.73": the k is of that number alone.
  if (dimension == Dimension::count && lender.unit->factor != 1) return false;
  return !rate || lender.statistic != core::Statistic{} || borrower.statistic == core::Statistic{};
}

}  // namespace

void split_dimensions(const Catalog& catalog, core::TableMeaning& meaning) {
  std::map<std::string, std::set<Dimension>> dimensions;
  const auto unknown = [&](const ColumnMeaning& column) {
    return column.role == Role::response && has_unit(column) && column.unit->dimension != Dimension::fraction && !by_recipe(column) && catalog.metric(column.metric) == nullptr;
  };
  for (const ColumnMeaning& column : meaning.columns)
    if (unknown(column)) dimensions[column.definition].insert(column.unit->dimension);
  for (ColumnMeaning& column : meaning.columns)
    if (unknown(column) && dimensions[column.definition].size() > 1) column.definition += ":" + std::string(core::to_string(column.unit->dimension));
}

void borrow_units(const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  const auto scatter = [](const ColumnMeaning& column) {
    return column.statistic.kind == core::Statistic::Kind::cv || column.statistic.kind == core::Statistic::Kind::variance;
  };
  // A unit that we do not know is a unit all the same.
  const auto borrows = [&](std::size_t c) {
    const ColumnMeaning& column = meaning.columns[c];
    return column.role == Role::response && !has_unit(column) && !scatter(column) && table.columns[c].unit.empty() && shape.columns[c].reading.unknown_unit.empty();
  };
  bool any = false;
  for (std::size_t c = 0; c < meaning.columns.size() && !any; ++c) any = borrows(c);
  if (!any) return;
  // Per definition the first column that has a unit; none where others disagree. A coefficient of variation has no unit to lend, a variance a squared one.
  std::unordered_map<std::string_view, std::optional<std::size_t>> lenders;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    if (column.role != Role::response || !has_unit(column) || scatter(column) || differs_by_row(meaning, c)) continue;
    const auto [lender, fresh] = lenders.emplace(column.definition, c);
    if (!fresh && lender->second && meaning.columns[*lender->second].unit != column.unit) lender->second.reset();
  }
  std::vector<std::pair<std::size_t, std::size_t>> loans;  // before any is made: who borrows does not lend
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    if (!borrows(c)) continue;
    const auto lender = lenders.find(meaning.columns[c].definition);
    // Among cells of one column that have units a bare one has none: its row may be of another quantity. In a turned table that is a column.
    const bool same_column = lender != lenders.end() && lender->second && table.columns[*lender->second].key == table.columns[c].key;
    if (same_column && table.kind != core::TableKind::transposed) continue;
    if (lender != lenders.end() && lender->second && may_lend(meaning.columns[*lender->second], meaning.columns[c])) loans.emplace_back(c, *lender->second);
  }
  for (const auto& [c, lender] : loans) {
    meaning.columns[c].unit = meaning.columns[lender].unit;
    meaning.columns[c].rule += "; unit of " + table.columns[lender].key;
  }
}

void read_unit_columns(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  for (std::uint32_t u = 0; u < table.columns.size(); ++u) {
    const std::string& key = table.columns[u].key;
    if (meaning.columns[u].role == Role::response || !shape.columns[u].leaf_units) continue;
    meaning.columns[u].role = Role::identity;
    for (std::uint32_t c = 0; c < table.columns.size(); ++c)
      if (c != u && beside(table.columns[c].key, key) && measures(meaning.columns[c]) && !has_unit(meaning.columns[c]) && !by_recipe(meaning.columns[c]))
        take_units(catalog, document, table, u, c, meaning);
  }
}

void prove_definitions(const Catalog& catalog, const core::Table& table, core::TableMeaning& meaning) {
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
    for (const IdentityRule& rule : catalog.identities) {
      const ColumnMeaning& column = meaning.columns[c];
      if (!measures(column) || column.metric != rule.metric || column.definition != column.metric) continue;
      const auto terms = terms_of(rule, meaning, c);
      if (terms && Proof(catalog, table, meaning, *terms).holds()) apply(rule, *terms, meaning);
    }
  }
}

namespace {

// {"summary": {"mean_output_tps": 3.5, "mean_decode_tps": 13.5}}: the objects that do not tell these apart. Positions number what is alike.
std::set<std::string> objects_of_two_means(const core::Table& table, const std::map<core::Statistic, std::vector<std::size_t>>& statistics) {
  std::set<std::string> shared;
  for (const auto& [statistic, columns] : statistics) {
    std::set<std::string> parents;
    for (const std::size_t c : columns) {
      const std::string& key = table.columns[c].key;
      const bool position = key.find('[') != std::string::npos || text::split_identifier(leaf_of(key)).size() < 3;  // "stdev" beside "stdev_" says nothing else
      if (statistic != core::Statistic{} && !position && !parents.insert(parent_of(key)).second) shared.insert(parent_of(key));
    }
  }
  return shared;
}

}  // namespace

void tell_apart(const core::Table& table, core::TableMeaning& meaning) {
  // Of one definition by its statistics: what is told apart in one is told apart in all, so that a mean and its p99 stay together.
  std::map<std::pair<std::string, Dimension>, std::map<core::Statistic, std::vector<std::size_t>>> groups;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    if (measures(column) && !by_recipe(column) && !is_repetition(column)) groups[{column.definition, column.unit->dimension}][column.statistic].push_back(c);
  }
  for (const auto& [what, statistics] : groups) {
    const bool differ = std::any_of(statistics.begin(), statistics.end(), [&](const auto& one) { return some_differ(table, one.second); });
    if (!differ) continue;
    const std::set<std::string> shared = objects_of_two_means(table, statistics);
    for (const auto& [statistic, columns] : statistics)
      for (const std::size_t c : columns) {
        const std::string parent = parent_of(table.columns[c].key);
        meaning.columns[c].definition += "@" + (shared.count(parent) > 0 ? table.columns[c].key : parent);
      }
  }
}

namespace {

bool sets_the_same(const core::Document& document, const core::Column& a, const core::Column& b) {
  for (std::size_t row = 0; row < a.cells.size(); ++row) {
    const std::string_view left = document.at(a.cells[row].span());
    const std::string_view right = document.at(b.cells[row].span());
    if (!left.empty() && !right.empty() && left != right) return false;
  }
  return true;
}

// Neither holds the other.
bool are_side_by_side(std::string_view a, std::string_view b) {
  const std::string left = std::string(a) + "/";
  const std::string right = std::string(b) + "/";
  return left.rfind(right, 0) != 0 && right.rfind(left, 0) != 0;
}

}  // namespace

namespace {

// Of every object that has a list of rows: whether a column numbers them from 0 on, as nvidia-smi does GPUs.
bool numbers_each_list(const core::Table& table, const core::Column& column) {
  constexpr std::size_t kMostDevices = 16;
  std::size_t length = 0;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const bool next = r > 0 && table.rows[r].parent_table == table.rows[r - 1].parent_table && table.rows[r].parent_row == table.rows[r - 1].parent_row;
    if (r > 0 && !next && length < 2) return false;
    length = next ? length + 1 : 1;
    const core::Cell& cell = column.cells[r];
    if (length > kMostDevices || cell.kind != core::CellKind::number || cell.number != static_cast<double>(length - 1)) return false;
  }
  return length > 1;
}

}  // namespace

void name_devices(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  const auto of_gpu = [](const ColumnMeaning& column) { return measures(column) && column.metric.rfind("gpu_", 0) == 0; };
  if (std::none_of(meaning.columns.begin(), meaning.columns.end(), of_gpu)) return;
  const auto is_time = [](const ColumnMeaning& column) { return column.role == Role::time; };
  const auto holds_memory = [](const ColumnMeaning& column) { return measures(column) && column.unit->dimension == Dimension::information; };
  // A list of what each GPU holds and does at one moment.
  const bool snapshot = table.kind == core::TableKind::records && core::is_json(document.format_of(table)) && !table.name.empty() &&
                        std::none_of(meaning.columns.begin(), meaning.columns.end(), is_time) && std::any_of(meaning.columns.begin(), meaning.columns.end(), holds_memory);
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    const std::string& leaf = shape.columns[c].reading.leaf;
    if (column.role != Role::index || by_recipe(column) || (leaf != "index" && leaf != "idx")) continue;
    const Profile profile = profile_of(document, table.columns[c]);
    const bool again = profile.numbers == table.rows.size() && profile.distinct > 1 && 2 * profile.distinct <= table.rows.size();
    if (!again && !(snapshot && numbers_each_list(table, table.columns[c]))) continue;
    column.role = Role::factor;
    column.metric = column.definition = "gpu_index";
    column.rule = "one of several devices";
  }
}

void tell_settings_apart(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  std::set<std::string> measured;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c)
    if (measures(meaning.columns[c]) && table.columns[c].key.find('/') != std::string::npos) measured.insert(parent_of(table.columns[c].key));
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c)
    if (meaning.columns[c].role == Role::factor && !by_recipe(meaning.columns[c]) && measured.count(parent_of(table.columns[c].key)) > 0)
      groups[meaning.columns[c].metric].push_back(c);
  for (const auto& [name, columns] : groups) {
    const core::Column& first = table.columns[columns.front()];
    const auto differs = [&](std::size_t other) {
      return are_side_by_side(parent_of(first.key), parent_of(table.columns[other].key)) && !sets_the_same(document, first, table.columns[other]);
    };
    if (std::none_of(columns.begin() + 1, columns.end(), differs)) continue;
    for (const std::size_t c : columns) meaning.columns[c].metric = meaning.columns[c].definition = name + "@" + parent_of(table.columns[c].key);
  }
}

}  // namespace chimera::facts
