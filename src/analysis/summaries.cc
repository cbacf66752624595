#include "analysis/summaries.h"

#include <algorithm>

namespace chimera::analysis {
namespace {

using core::CellRef;
using core::Role;
using Kind = core::Statistic::Kind;

constexpr std::size_t kShown = 3;  // mismatches of one document that are told in full

// A stated statistic, and the values it should follow from.
struct Summary {
  Stated stated;
  std::string metric;
  std::vector<RawValue> raw;
  bool nested = false;  // the raw values are themselves statistics of groups
};

struct Mismatch {
  Summary summary;
  Recomputation recomputation;
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

bool same_quantity(const core::ColumnMeaning& a, const core::ColumnMeaning& b) {
  const bool definitions = a.definition == b.definition || a.definition.empty() || b.definition.empty();
  return is_measure(b.role) && a.metric == b.metric && definitions;
}

std::string_view parent_of(std::string_view pointer) {
  const std::size_t slash = pointer.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : pointer.substr(0, slash);
}

bool is_below(std::string_view pointer, std::string_view scope) {
  return pointer.size() > scope.size() && pointer.substr(0, scope.size()) == scope && pointer[scope.size()] == '/';
}

// The statistic that groups must state for a statistic over them: a mean of means, a smallest of smallest.
Kind nested_kind(Kind kind) { return kind == Kind::stddev || kind == Kind::median ? Kind::mean : kind; }

bool fits(const core::Statistic& wanted, const core::Statistic& found, bool nested) {
  if (!nested) return found.kind == Kind::sample;
  return found.kind == nested_kind(wanted.kind) && (wanted.kind != Kind::percentile || found.percent == wanted.percent);
}

// Values of the rows `rows` of one table that are the same quantity; the first column that has any.
std::vector<RawValue> values_in(const Workbench& bench, core::DocumentId document, std::uint32_t table,
                                const std::vector<std::uint32_t>& rows, const core::ColumnMeaning& wanted, bool nested) {
  const core::TableMeaning& meaning = bench.corpus.meaning(document)[table];
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
    std::vector<RawValue> out;
    for (const std::uint32_t r : rows) {
      const core::ColumnMeaning& found = meaning.at(r, c);
      if (!same_quantity(wanted, found) || !fits(wanted.statistic, found.statistic, nested)) continue;
      if (const auto value = raw_at(bench.corpus, {document, table, r, c})) out.push_back(*value);
    }
    if (!out.empty()) return out;
  }
  return {};
}

// Rows below the summary's own object, else below the object that holds it.
std::vector<RawValue> within_document(const Workbench& bench, const CellRef& cell, const core::ColumnMeaning& wanted, bool nested) {
  const core::Document& document = bench.corpus.document(cell.document);
  const std::string& own = document.tables[cell.table].rows[cell.row].pointer;
  const bool json = document.artifact.format == core::Format::json || document.artifact.format == core::Format::jsonl;
  if (!json) return {};
  for (const std::string_view scope : {std::string_view(own), parent_of(own)}) {
    for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
      const core::Table& table = document.tables[t];
      if (t == cell.table || table.kind == core::TableKind::object) continue;
      std::vector<std::uint32_t> rows;
      for (std::uint32_t r = 0; r < table.rows.size(); ++r)
        if (is_below(table.rows[r].pointer, scope)) rows.push_back(r);
      if (rows.empty()) continue;
      std::vector<RawValue> values = values_in(bench, cell.document, t, rows, wanted, nested);
      if (!values.empty()) return values;
    }
    if (own.empty()) break;
  }
  return {};
}

// Rows of a document of the same family that are about what the summary's row is about.
std::vector<RawValue> within_family(Workbench& bench, const CellRef& cell, const core::ColumnMeaning& wanted) {
  const std::vector<Term> telling = bench.terms.telling(cell.document, cell.table, cell.row);
  for (const Related& related : bench.relatives.of(cell.document)) {
    if (related.relation != Relation::shares_name || is_prose(bench.corpus.document(related.document))) continue;
    const core::Document& document = bench.corpus.document(related.document);
    for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
      const std::size_t size = document.tables[t].rows.size();
      std::vector<std::uint32_t> rows;
      const std::vector<Term> shared = bench.terms.known(related.document, t, telling);
      for (const RowMatch& match : bench.terms.find(related.document, t, shared, {})) rows.push_back(match.row);
      const bool alone = bench.corpus.document(cell.document).tables[cell.table].rows.size() == 1;
      for (std::uint32_t r = 0; shared.empty() && alone && r < size; ++r) rows.push_back(r);
      std::vector<RawValue> values = values_in(bench, related.document, t, rows, wanted, false);
      if (!values.empty()) return values;
    }
  }
  return {};
}

std::optional<Summary> find_summary(Workbench& bench, const CellRef& cell) {
  const core::ColumnMeaning& wanted = bench.corpus.meaning(cell.document)[cell.table].at(cell.row, cell.column);
  if (!is_measure(wanted.role) || !is_recomputed(wanted.statistic.kind)) return std::nullopt;
  const auto stated = stated_at(bench.corpus, cell);
  if (!stated) return std::nullopt;
  Summary out{*stated, wanted.metric, within_document(bench, cell, wanted, false), false};
  if (out.raw.empty()) out.raw = within_family(bench, cell, wanted);
  if (out.raw.empty()) {
    out.raw = within_document(bench, cell, wanted, true);
    out.nested = true;
  }
  if (out.raw.empty()) return std::nullopt;
  return out;
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

core::FactId derive_again(Workbench& bench, const Mismatch& mismatch) {
  Derivation derivation;
  derivation.formula = mismatch.recomputation.formula;
  for (const CellRef& cell : mismatch.recomputation.inputs) derivation.inputs.push_back(bench.corpus.id(cell));
  derivation.metric = mismatch.summary.metric;
  derivation.unit = mismatch.recomputation.unit;
  derivation.statistic = mismatch.summary.stated.statistic;
  return bench.ledger.derive(derivation);
}

std::size_t failed_among(const std::vector<RawValue>& raw) {
  return static_cast<std::size_t>(
      std::count_if(raw.begin(), raw.end(), [](const RawValue& v) { return v.state == core::RowState::failed; }));
}

// "It is the value of one row alone, `x`."
void explain(core::Statement& statement, const Workbench& bench, const Mismatch& mismatch) {
  if (mismatch.recomputation.one_row) {
    statement.text(" It is the value of one row alone, ");
    statement.code(label_of(bench.corpus, mismatch.recomputation.inputs[*mismatch.recomputation.one_row])).text(".");
  } else if (mismatch.recomputation.failed_as_zero) {
    statement.text(" It counts failed rows as zero.");
  } else if (mismatch.summary.stated.statistic.kind == Kind::sum && failed_among(mismatch.summary.raw) > 0) {
    statement.text(" Rows that failed keep no value, so the rest of the total cannot be followed.");
  }
}

void tell(core::Finding& finding, Workbench& bench, const Mismatch& mismatch) {
  core::Statement& statement = finding.statement;
  const Stated& stated = mismatch.summary.stated;
  const double recomputed = *core::convert(mismatch.recomputation.recomputed, mismatch.recomputation.unit, stated.unit);
  statement.text(statement.empty() ? "" : " ").artifact(bench.corpus.document(stated.cell.document).artifact.path);
  statement.text(" states ");
  quote(statement, finding, bench.corpus, stated.cell, recomputed);
  statement.text(" as the " + words_for(stated.statistic, mismatch.summary.metric, bench.vocabulary));
  const core::FactId again = derive_again(bench, mismatch);
  statement.text(mismatch.summary.nested ? "; the groups it covers give " : "; its rows give ");
  quote(statement, finding, bench.ledger, again, *core::convert(stated.value, stated.unit, mismatch.recomputation.unit));
  statement.text(".");
  explain(statement, bench, mismatch);
}

core::Finding make_finding(Workbench& bench, core::DocumentId document, const std::vector<Mismatch>& mismatches) {
  core::Finding finding;
  const std::string& path = bench.corpus.document(document).artifact.path;
  finding.kind = core::FindingKind::summary_mismatch;
  finding.id = "summary_mismatch:" + path;
  finding.title = "A summary does not follow from its rows";
  finding.weight = 78;
  for (std::size_t i = 0; i < mismatches.size() && i < kShown; ++i) tell(finding, bench, mismatches[i]);
  finding.paths = {path};
  for (const Mismatch& mismatch : mismatches)
    for (const CellRef& cell : mismatch.recomputation.inputs) finding.paths.push_back(bench.corpus.document(cell.document).artifact.path);
  std::sort(finding.paths.begin(), finding.paths.end());
  finding.paths.erase(std::unique(finding.paths.begin(), finding.paths.end()), finding.paths.end());
  if (mismatches.size() > kShown) {
    std::vector<core::FactId> all;
    for (const Mismatch& mismatch : mismatches) all.push_back(bench.corpus.id(mismatch.summary.stated.cell));
    core::Statement doubt;
    doubt.text("In all ");
    quote_count(doubt, finding, bench, all);
    doubt.text(" stated values of this file do not follow from its rows.");
    finding.doubts.push_back(std::move(doubt));
  }
  finding.action.text("Take the rows; compute the summary again with the script that wrote it.");
  return finding;
}

void check_document(Workbench& bench, core::DocumentId id, Tally& tally, std::vector<Mismatch>& mismatches) {
  const core::Document& document = bench.corpus.document(id);
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
    for (std::uint32_t r = 0; r < document.tables[t].rows.size(); ++r) {
      for (std::uint32_t c = 0; c < document.tables[t].columns.size(); ++c) {
        const auto summary = find_summary(bench, {id, t, r, c});
        if (!summary) continue;
        const auto recomputation = recompute(summary->stated, summary->raw);
        if (!recomputation) continue;
        const core::FactId fact = bench.corpus.id(summary->stated.cell);
        if (recomputation->holds) {
          tally.checked.push_back(fact);
          tally.held.push_back(fact);
          if (recomputation->over == Over::warm) tally.warm_only.push_back(fact);
        } else if (!summary->nested || impossible(*summary)) {
          tally.checked.push_back(fact);
          mismatches.push_back({*summary, *recomputation});
        }
      }
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
  for (std::uint32_t i = 0; i < bench.corpus.documents().size(); ++i) {
    const core::DocumentId id{i};
    if (bench.relatives.original(id) != id || is_prose(bench.corpus.document(id))) continue;
    std::vector<Mismatch> mismatches;
    check_document(bench, id, tally, mismatches);
    if (!mismatches.empty()) out.push_back(make_finding(bench, id, mismatches));
  }
  if (!tally.checked.empty()) out.push_back(agreement_finding(bench, tally));
  return out;
}

}  // namespace chimera::analysis
