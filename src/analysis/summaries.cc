#include "analysis/summaries.h"

#include <algorithm>
#include <map>

namespace chimera::analysis {
namespace {

using core::CellRef;
using Kind = core::Statistic::Kind;

constexpr std::size_t kShown = 2;  // files of one kind of mismatch that are told in full

// The rows that a stated statistic is about.
struct Scope {
  core::DocumentId document;
  std::uint32_t table = 0;
  std::vector<std::uint32_t> rows;
};

// A stated statistic, and the values it should follow from.
struct Summary {
  Stated stated;
  std::string metric;
  Scope scope;
  std::vector<RawValue> raw;
  bool nested = false;  // the raw values are themselves statistics of groups
};

// Why a stated value is what it is, as far as the rows show.
enum class Cause { unknown, one_row, failures_as_zero, failures_without_values, statistic_of_one_group };

std::string_view name_of(Cause cause) {
  switch (cause) {
    case Cause::unknown: return "unexplained";
    case Cause::one_row: return "one_row";
    case Cause::failures_as_zero: return "failures_as_zero";
    case Cause::failures_without_values: return "failures_without_values";
    case Cause::statistic_of_one_group: return "one_group";
  }
  return "unexplained";
}

struct Mismatch {
  Summary summary;
  Recomputation recomputation;
  Cause cause = Cause::unknown;
  std::optional<CellRef> other;  // the cell that holds the stated value
};

struct Tally {
  std::vector<core::FactId> checked;
  std::vector<core::FactId> held;
  std::vector<core::FactId> warm_only;
};

bool is_recomputed(Kind kind) {
  return kind == Kind::mean || kind == Kind::median || kind == Kind::minimum || kind == Kind::maximum || kind == Kind::sum ||
         kind == Kind::stddev || kind == Kind::range || kind == Kind::percentile;
}

std::string_view parent_of(std::string_view pointer) {
  const std::size_t slash = pointer.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : pointer.substr(0, slash);
}

bool is_below(std::string_view pointer, std::string_view scope) {
  return pointer.size() > scope.size() && pointer.substr(0, scope.size()) == scope && pointer[scope.size()] == '/';
}

// The object that holds a value: keys of flattened columns carry the inner part of it.
std::string container_of(const core::Table& table, const CellRef& cell) {
  const std::string& key = table.columns[cell.column].key;
  const std::size_t slash = key.rfind('/');
  const std::string& pointer = table.rows[cell.row].pointer;
  return slash == std::string::npos ? pointer : pointer + "/" + key.substr(0, slash);
}

// An object that says of itself that it is about its siblings: "summary", "latency_percentiles", "overall".
bool sums_up_siblings(std::string_view container) {
  const std::string_view name = container.substr(container.rfind('/') + 1);
  for (const std::string_view word : {"summary", "stat", "overall", "aggregate", "total", "percentile", "all", "combined", "average"})
    if (name.find(word) != std::string_view::npos) return true;
  return false;
}

// The statistic that groups must state for a statistic over them: a mean of means, a smallest of smallest.
Kind nested_kind(Kind kind) { return kind == Kind::stddev || kind == Kind::median ? Kind::mean : kind; }

bool fits(const core::Statistic& wanted, const core::Statistic& found, bool nested) {
  if (!nested) return found.kind == Kind::sample;
  return found.kind == nested_kind(wanted.kind) && (wanted.kind != Kind::percentile || found.percent == wanted.percent);
}

// Whether some row of the table could hold such values; most tables of a document are about something else.
bool may_hold(const core::TableMeaning& meaning, const core::ColumnMeaning& wanted, bool nested) {
  const auto holds = [&](const core::ColumnMeaning& found) { return is_measure(found.role) && same_metric(wanted, found) && fits(wanted.statistic, found.statistic, nested); };
  return std::any_of(meaning.columns.begin(), meaning.columns.end(), holds) || std::any_of(meaning.variants.begin(), meaning.variants.end(), holds);
}

// Values of the rows `rows` of one table that are the same quantity; the first column that has any.
std::vector<RawValue> values_in(const Workbench& bench, const Scope& scope, const core::ColumnMeaning& wanted, bool nested) {
  const core::TableMeaning& meaning = bench.corpus.meaning(scope.document)[scope.table];
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
    std::vector<RawValue> out;
    for (const std::uint32_t r : scope.rows) {
      const core::ColumnMeaning& found = meaning.at(r, c);
      if (!is_measure(found.role) || !same_metric(wanted, found) || !fits(wanted.statistic, found.statistic, nested)) continue;
      auto value = raw_at(bench.corpus, {scope.document, scope.table, r, c});
      if (!value) continue;
      if (nested && value->state == core::RowState::summary) value->state = core::RowState::ok;
      out.push_back(*value);
    }
    if (!out.empty()) return out;
  }
  return {};
}

bool take(const Workbench& bench, Scope scope, const core::ColumnMeaning& wanted, bool nested, Summary& out) {
  if (scope.rows.empty()) return false;
  out.raw = values_in(bench, scope, wanted, nested);
  out.scope = std::move(scope);
  out.nested = nested;
  return !out.raw.empty();
}

// Rows below the object that holds the value, else below the one around it.
bool within_document(const Workbench& bench, const CellRef& cell, const core::ColumnMeaning& wanted, bool nested, Summary& out) {
  const core::Document& document = bench.corpus.document(cell.document);
  if (!core::is_json(document.artifact.format)) return false;
  const core::Row& own = document.tables[cell.table].rows[cell.row];
  const std::string container = container_of(document.tables[cell.table], cell);
  std::vector<std::string_view> around = {container};
  if (!container.empty() && (!nested || sums_up_siblings(container))) around.push_back(parent_of(container));
  for (const std::string_view in : around) {
    for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
      const core::Table& table = document.tables[t];
      if (t == cell.table || table.kind == core::TableKind::object || !may_hold(bench.corpus.meaning(cell.document)[t], wanted, nested)) continue;
      Scope scope{cell.document, t, {}};
      // Pointers of JSON lines begin anew in every record; rows stand in the order of the file.
      auto first = table.rows.begin(), end = table.rows.end();
      if (document.artifact.format == core::Format::jsonl) {
        first = std::partition_point(first, end, [&](const core::Row& row) { return row.line < own.line; });
        end = std::partition_point(first, end, [&](const core::Row& row) { return row.line == own.line; });
      }
      for (; first != end; ++first)
        if (is_below(first->pointer, in)) scope.rows.push_back(static_cast<std::uint32_t>(first - table.rows.begin()));
      if (take(bench, std::move(scope), wanted, nested, out)) return true;
    }
  }
  return false;
}

// Rows of a document of the same family that are about what the summary's row is about.
bool within_family(Workbench& bench, const CellRef& cell, const core::ColumnMeaning& wanted, const std::vector<Related>& family,
                   Summary& out) {
  if (family.empty()) return false;
  const std::vector<Term> telling = bench.terms.telling(cell.document, cell.table, cell.row);
  const bool alone = bench.corpus.document(cell.document).tables[cell.table].rows.size() == 1;
  for (const Related& related : family) {
    const core::Document& document = bench.corpus.document(related.document);
    for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
      Scope scope{related.document, t, {}};
      const std::vector<Term> shared = bench.terms.known(related.document, t, telling);
      for (const RowMatch& match : bench.terms.find(related.document, t, shared, {})) scope.rows.push_back(match.row);
      const std::uint32_t all = shared.empty() && alone ? static_cast<std::uint32_t>(document.tables[t].rows.size()) : 0;
      for (std::uint32_t r = 0; r < all; ++r) scope.rows.push_back(r);
      if (take(bench, std::move(scope), wanted, false, out)) return true;
    }
  }
  return false;
}

std::optional<Summary> find_summary(Workbench& bench, const CellRef& cell, const std::vector<Related>& family) {
  const core::ColumnMeaning& wanted = bench.corpus.meaning(cell.document)[cell.table].at(cell.row, cell.column);
  if (!is_measure(wanted.role) || !is_recomputed(wanted.statistic.kind)) return std::nullopt;
  // A spread of quartiles is called a range too.
  const bool defined = !wanted.definition.empty() && wanted.definition != wanted.metric;
  if (wanted.statistic.kind == Kind::range && defined) return std::nullopt;
  const auto stated = stated_at(bench.corpus, cell);
  if (!stated) return std::nullopt;
  Summary out;
  out.stated = *stated;
  out.metric = wanted.metric;
  const bool found = within_document(bench, cell, wanted, false, out) || within_family(bench, cell, wanted, family, out) ||
                     within_document(bench, cell, wanted, true, out);
  return found ? std::optional(std::move(out)) : std::nullopt;
}

// Statistics of groups bound the same statistic of all: a pooled mean, percentile or extreme lies between theirs.
// What lies inside may be weighted by sizes that nobody kept, so only what lies outside is a mismatch.
bool impossible(const Summary& summary) {
  if (summary.stated.statistic.kind == Kind::stddev || summary.stated.statistic.kind == Kind::sum) return false;
  double low = 0;
  double high = 0;
  bool first = true;
  for (const RawValue& value : summary.raw) {
    const auto converted = core::convert(value.value, value.unit, summary.stated.unit);
    if (!converted) return false;
    low = first ? *converted : std::min(low, *converted);
    high = first ? *converted : std::max(high, *converted);
    first = false;
  }
  const Stated& stated = summary.stated;
  return (stated.value < low && !agrees(stated, low)) || (stated.value > high && !agrees(stated, high));
}

core::FactId derive(Workbench& bench, const Mismatch& mismatch, std::string formula, core::Statistic statistic) {
  Derivation derivation;
  derivation.formula = std::move(formula);
  for (const CellRef& cell : mismatch.recomputation.inputs) derivation.inputs.push_back(bench.corpus.id(cell));
  derivation.metric = mismatch.summary.metric;
  derivation.unit = mismatch.recomputation.unit;
  derivation.statistic = statistic;
  return bench.ledger.derive(derivation);
}

bool any_failed(const Workbench& bench, const Scope& scope) {
  const std::vector<core::RowState>& states = bench.corpus.meaning(scope.document)[scope.table].states;
  return std::any_of(scope.rows.begin(), scope.rows.end(), [&](std::uint32_t r) { return states[r] == core::RowState::failed; });
}

// Another statistic of one group that is the stated value.
std::optional<CellRef> statistic_of_one_group(const Workbench& bench, const Summary& summary) {
  const Scope& scope = summary.scope;
  const core::TableMeaning& meaning = bench.corpus.meaning(scope.document)[scope.table];
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
    for (const std::uint32_t r : scope.rows) {
      if (meaning.at(r, c).metric != summary.metric || !is_measure(meaning.at(r, c).role)) continue;
      const auto value = raw_at(bench.corpus, {scope.document, scope.table, r, c});
      const auto converted = value ? core::convert(value->value, value->unit, summary.stated.unit) : std::nullopt;
      if (converted && agrees(summary.stated, *converted)) return value->cell;
    }
  }
  return std::nullopt;
}

void find_cause(const Workbench& bench, Mismatch& mismatch) {
  const Recomputation& again = mismatch.recomputation;
  if (mismatch.summary.nested) {
    mismatch.other = statistic_of_one_group(bench, mismatch.summary);
    if (mismatch.other) mismatch.cause = Cause::statistic_of_one_group;
  } else if (again.one_row) {
    mismatch.other = again.inputs[*again.one_row];
    mismatch.cause = Cause::one_row;
  } else if (again.failed_as_zero) {
    mismatch.cause = Cause::failures_as_zero;
  } else if (mismatch.summary.stated.statistic.kind == Kind::sum && any_failed(bench, mismatch.summary.scope)) {
    mismatch.cause = Cause::failures_without_values;
  }
}

void explain(core::Statement& statement, const Workbench& bench, const Mismatch& mismatch) {
  switch (mismatch.cause) {
    case Cause::unknown: return;
    case Cause::one_row:
      statement.text(" The stated value is that of the row ").code(label_of(bench.corpus, *mismatch.other)).text(" alone.");
      return;
    case Cause::failures_as_zero: statement.text(" The stated value counts failed rows as zero."); return;
    case Cause::failures_without_values:
      statement.text(" Rows that failed keep no value, so the rest of the total cannot be followed.");
      return;
    case Cause::statistic_of_one_group: {
      const core::Fact fact = bench.corpus.fact(*mismatch.other);
      statement.text(" The stated value is the " + words_for(fact.statistic, fact.metric, bench.vocabulary) + " of a part of the data.");
      return;
    }
  }
}

// Over groups the nearest bound is told: "p95 of all" lies between the smallest and the largest p95 of the groups.
void tell(core::Finding& finding, Workbench& bench, const Mismatch& mismatch) {
  core::Statement& statement = finding.statement;
  const Stated& stated = mismatch.summary.stated;
  const Recomputation& again = mismatch.recomputation;
  const std::string words = words_for(stated.statistic, mismatch.summary.metric, bench.vocabulary);
  const double in_raw_unit = *core::convert(stated.value, stated.unit, again.unit);
  const bool below = in_raw_unit < again.recomputed;
  const core::Statistic::Kind bound = below ? Kind::minimum : Kind::maximum;
  const core::FactId found = mismatch.summary.nested ? derive(bench, mismatch, below ? "min" : "max", {bound, 0})
                                                     : derive(bench, mismatch, again.formula, stated.statistic);
  const double other = *core::convert(bench.ledger.value(found), again.unit, stated.unit);
  statement.text(statement.empty() ? "" : " ").artifact(bench.corpus.document(stated.cell.document).artifact.path);
  statement.text(" states ");
  quote(statement, finding, bench.corpus, stated.cell, other);
  statement.text(" as the " + words);
  if (mismatch.summary.nested) statement.text(below ? ", but the groups it covers begin at " : ", but the groups it covers end at ");
  else statement.text("; its rows give ");
  quote(statement, finding, bench.ledger, found, in_raw_unit);
  statement.text(".");
  explain(statement, bench, mismatch);
}

void add_paths(core::Finding& finding, const Workbench& bench, const Mismatch& mismatch) {
  finding.paths.push_back(bench.corpus.document(mismatch.summary.stated.cell.document).artifact.path);
  finding.paths.push_back(bench.corpus.document(mismatch.summary.scope.document).artifact.path);
}

// Mismatches of one kind: the same place in files of one shape, and the same cause.
core::Finding make_finding(Workbench& bench, const std::string& kind, const std::vector<Mismatch>& mismatches) {
  core::Finding finding;
  finding.kind = core::FindingKind::summary_mismatch;
  finding.id = "summary_mismatch:" + bench.corpus.document(mismatches.front().summary.stated.cell.document).artifact.path + ":" + kind;
  finding.title = "A summary does not follow from its rows";
  finding.weight = 78;
  std::vector<std::string> told;
  std::vector<core::FactId> all;
  for (const Mismatch& mismatch : mismatches) {
    const std::string& path = bench.corpus.document(mismatch.summary.stated.cell.document).artifact.path;
    add_paths(finding, bench, mismatch);
    all.push_back(bench.corpus.id(mismatch.summary.stated.cell));
    const Recomputation& again = mismatch.recomputation;
    if (!again.inputs.empty() && !mismatch.summary.nested) {
      finding.disagreements.push_back(disagreement(bench.corpus, mismatch.summary.stated.cell, again.inputs.front(), again.recomputed, again.unit));
      finding.disagreements.back().stronger.bytes = {};
    }
    if (told.size() == kShown || std::find(told.begin(), told.end(), path) != told.end()) continue;
    told.push_back(path);
    tell(finding, bench, mismatch);
  }
  std::sort(finding.paths.begin(), finding.paths.end());
  finding.paths.erase(std::unique(finding.paths.begin(), finding.paths.end()), finding.paths.end());
  if (mismatches.size() > told.size()) {
    finding.statement.text(" In all ");
    quote_count(finding.statement, finding, bench, all);
    finding.statement.text(" stated values are of this kind.");
  }
  finding.action.text("Take the rows; compute the summary again, and repair the script that wrote it.");
  return finding;
}

using Mismatches = std::map<std::string, std::vector<Mismatch>>;  // by place and cause

std::string kind_of(const Workbench& bench, const Mismatch& mismatch) {
  const CellRef& cell = mismatch.summary.stated.cell;
  const core::Table& table = bench.corpus.document(cell.document).tables[cell.table];
  const std::string& key = table.columns[cell.column].key;
  const std::size_t slash = key.rfind('/');
  const bool percentile = mismatch.summary.stated.statistic.kind == Kind::percentile && slash != std::string::npos;
  return (percentile ? key.substr(0, slash) : key) + ":" + std::string(name_of(mismatch.cause));
}

// One stated statistic of a row, checked.
struct Check {
  Summary summary;
  Recomputation recomputation;
  std::string container;
};

// Most statistics of the same thing in the same object hold, so the rows are the right ones.
bool is_confirmed(const Check& check, const std::vector<Check>& row) {
  std::ptrdiff_t balance = 0;
  for (const Check& other : row) {
    if (other.container != check.container || other.summary.metric != check.summary.metric) continue;
    balance += other.recomputation.holds ? 1 : -1;
  }
  return balance > 0;
}

// The row counts more values than were kept: "rounds": 68000 beside four of them.
bool is_cut(const Workbench& bench, const Check& check) {
  const CellRef& cell = check.summary.stated.cell;
  const core::TableMeaning& meaning = bench.corpus.meaning(cell.document)[cell.table];
  const core::Table& table = bench.corpus.document(cell.document).tables[cell.table];
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
    if (container_of(table, {cell.document, cell.table, cell.row, c}) != check.container) continue;
    const core::ColumnMeaning& column = meaning.at(cell.row, c);
    const bool counts = column.role == core::Role::count && column.unit->dimension != core::Dimension::tokens;
    const auto value = raw_at(bench.corpus, {cell.document, cell.table, cell.row, c});
    if (counts && value && value->value > static_cast<double>(check.summary.scope.rows.size())) return true;
  }
  return false;
}

// What nothing explains may as well be our misreading; then it is only told where the rows are known to be the right
// ones and the statistic has one meaning.
bool is_sure(const Workbench& bench, const Mismatch& mismatch, bool confirmed) {
  constexpr int kFewestDigits = 3;
  const CellRef& cell = mismatch.summary.stated.cell;
  if (mismatch.summary.nested && !impossible(mismatch.summary)) return false;
  const Kind kind = mismatch.summary.stated.statistic.kind;
  if (mismatch.cause == Cause::one_row && kind != Kind::mean) return false;
  if (mismatch.cause == Cause::one_row || mismatch.cause == Cause::statistic_of_one_group)
    return digits_of(bench.corpus.document(cell.document).cell(cell)) >= kFewestDigits;
  if (mismatch.cause != Cause::unknown) return true;
  const bool one_meaning = kind != Kind::stddev && kind != Kind::percentile && kind != Kind::range;
  const core::Role role = bench.corpus.meaning(cell.document)[cell.table].at(cell.row, cell.column).role;
  return confirmed && one_meaning && role == core::Role::response;
}

void judge_row(Workbench& bench, const std::vector<Check>& row, Tally& tally, Mismatches& mismatches) {
  for (const Check& check : row) {
    const core::FactId fact = bench.corpus.id(check.summary.stated.cell);
    if (check.recomputation.holds) {
      tally.checked.push_back(fact);
      tally.held.push_back(fact);
      if (check.recomputation.over == Over::warm) tally.warm_only.push_back(fact);
      continue;
    }
    Mismatch mismatch{check.summary, check.recomputation, Cause::unknown, std::nullopt};
    find_cause(bench, mismatch);
    if (is_cut(bench, check) || !is_sure(bench, mismatch, is_confirmed(check, row))) continue;
    tally.checked.push_back(fact);
    mismatches[kind_of(bench, mismatch)].push_back(std::move(mismatch));
  }
}

void check_document(Workbench& bench, core::DocumentId id, Tally& tally, Mismatches& mismatches) {
  const core::Document& document = bench.corpus.document(id);
  std::vector<Related> family;
  for (const Related& related : bench.relatives.of(id))
    if (related.relation == Relation::shares_name && !is_prose(bench.corpus.document(related.document))) family.push_back(related);
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
    for (std::uint32_t r = 0; r < document.tables[t].rows.size(); ++r) {
      std::vector<Check> row;
      for (std::uint32_t c = 0; c < document.tables[t].columns.size(); ++c) {
        auto summary = find_summary(bench, {id, t, r, c}, family);
        if (!summary) continue;
        auto again = recompute_in_blocks(bench.corpus, summary->stated, summary->raw);
        if (again) row.push_back({std::move(*summary), std::move(*again), container_of(document.tables[t], {id, t, r, c})});
      }
      judge_row(bench, row, tally, mismatches);
    }
  }
}

core::Finding agreement_finding(Workbench& bench, const Tally& tally) {
  core::Finding finding;
  finding.kind = core::FindingKind::agreement;
  finding.id = "agreement:summaries";
  finding.title = "Summaries recomputed from their rows";
  finding.weight = 30;
  const bool all = tally.held.size() == tally.checked.size();
  if (tally.held.empty()) {
    finding.statement.text("None of the ");
    quote_count(finding.statement, finding, bench, tally.checked);
    finding.statement.text(" summary values whose rows are at hand follows from them.");
    return finding;
  }
  finding.statement.text(all ? "All of the " : "Of the ");
  quote_count(finding.statement, finding, bench, tally.checked);
  finding.statement.text(" summary values whose rows are at hand");
  if (!all) {
    finding.statement.text(", ");
    quote_count(finding.statement, finding, bench, tally.held);
  }
  finding.statement.text(" follow from them at the precision written.");
  if (!tally.warm_only.empty()) {
    core::Statement doubt;
    quote_count(doubt, finding, bench, tally.warm_only);
    doubt.text(" of them leave out the rows that include loading a model, without saying so.");
    finding.doubts.push_back(std::move(doubt));
  }
  return finding;
}

}  // namespace

std::vector<core::Finding> summary_findings(Workbench& bench) {
  std::vector<core::Finding> out;
  Tally tally;
  Mismatches mismatches;
  for (std::uint32_t i = 0; i < bench.corpus.documents().size(); ++i) {
    const core::DocumentId id{i};
    if (bench.relatives.original(id) == id && !is_prose(bench.corpus.document(id))) check_document(bench, id, tally, mismatches);
  }
  for (const auto& [kind, alike] : mismatches) out.push_back(make_finding(bench, kind, alike));
  if (!tally.checked.empty()) out.push_back(agreement_finding(bench, tally));
  return out;
}

}  // namespace chimera::analysis
