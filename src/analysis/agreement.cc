#include "analysis/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/counterpart.h"

namespace chimera::analysis {
namespace {

using core::CellRef;
using core::DocumentId;

constexpr std::size_t kShown = 3;            // differences that are told in full
constexpr int kStrong = 2;                   // settings that make a row's match no chance
constexpr double kSameThing = 0.25;          // relative difference up to which two values can be about one thing
constexpr std::size_t kNamesEverything = 12; // a document that names more files than this is an index of them

// A file that a table of prose may be about.
struct Candidate {
  DocumentId document;
  std::vector<std::uint32_t> tables;
  bool related = false;
  bool shares_name = false;
};

struct Compared {
  CellRef cell;  // in the prose
  Counterpart counterpart;
};

// One row of prose against one file.
struct RowResult {
  const Candidate* candidate = nullptr;
  std::vector<Compared> cells;
  std::size_t agreeing = 0;
  int settings = 0;
};

struct TableResult {
  std::vector<RowResult> rows;
  std::size_t agreeing = 0;
  std::size_t compared = 0;
};

struct Tally {
  std::vector<core::FactId> compared;
  std::vector<core::FactId> agreeing;
  std::vector<std::string> paths;
};

std::size_t settings_among(const std::vector<Term>& terms) {
  return static_cast<std::size_t>(std::count_if(terms.begin(), terms.end(), [](const Term& term) {
    return !term.key.empty() && term.key != kUnnamed && !term.value.empty() && term.value.find_first_not_of("0123456789.-") == std::string::npos;
  }));
}

class Comparison {
 public:
  Comparison(Workbench& bench, DocumentId prose) : bench_(bench), prose_(prose) {
    const std::vector<Related> related = bench.relatives.of(prose);
    for (const Related& r : related) {
      if (is_prose(bench.corpus.document(r.document))) continue;
      add(r.document, true, r.relation == Relation::shares_name);
    }
    names_everything_ = candidates_.size() > kNamesEverything;
  }

  // The best file for each row; `everywhere` looks beyond the related ones for rows that settings identify.
  TableResult compare(std::uint32_t table) {
    TableResult result;
    const core::Table& t = bench_.corpus.document(prose_).tables[table];
    for (std::uint32_t r = 0; r < t.rows.size(); ++r) {
      RowResult best = best_of(candidates_, table, r);
      const bool identified = settings_among(bench_.terms.telling(prose_, table, r)) >= static_cast<std::size_t>(kStrong);
      if (best.agreeing < best.cells.size() || best.cells.empty()) {
        if (identified) prefer(best, best_of(everywhere(), table, r));
      }
      if (best.cells.empty()) continue;
      result.agreeing += best.agreeing;
      result.compared += best.cells.size();
      result.rows.push_back(std::move(best));
    }
    return result;
  }

  // The same against related files alone.
  TableResult compare_related(std::uint32_t table) {
    TableResult result;
    const core::Table& t = bench_.corpus.document(prose_).tables[table];
    for (std::uint32_t r = 0; r < t.rows.size(); ++r) {
      RowResult best = best_of(candidates_, table, r);
      if (best.cells.empty()) continue;
      result.agreeing += best.agreeing;
      result.compared += best.cells.size();
      result.rows.push_back(std::move(best));
    }
    return result;
  }

  [[nodiscard]] bool names_everything() const { return names_everything_; }

 private:
  void add(DocumentId id, bool related, bool shares_name) {
    std::vector<std::uint32_t> tables = measuring_tables(bench_.corpus, id);
    if (!tables.empty()) candidates_.push_back({id, std::move(tables), related, shares_name});
  }

  const std::vector<Candidate>& everywhere() {
    if (looked_everywhere_) return everywhere_;
    looked_everywhere_ = true;
    for (std::uint32_t i = 0; i < bench_.corpus.documents().size(); ++i) {
      const DocumentId id{i};
      const bool known = std::any_of(candidates_.begin(), candidates_.end(), [id](const Candidate& c) { return c.document == id; });
      if (known || bench_.relatives.original(id) != id || is_prose(bench_.corpus.document(id))) continue;
      std::vector<std::uint32_t> tables = measuring_tables(bench_.corpus, id);
      if (!tables.empty()) everywhere_.push_back({id, std::move(tables), false, false});
    }
    return everywhere_;
  }

  static void prefer(RowResult& best, RowResult other) {
    if (other.agreeing > best.agreeing || (best.cells.empty() && other.agreeing > 0)) best = std::move(other);
  }

  RowResult best_of(const std::vector<Candidate>& candidates, std::uint32_t table, std::uint32_t row) {
    RowResult best;
    const core::TableMeaning& meaning = bench_.corpus.meaning(prose_)[table];
    if (meaning.states[row] == core::RowState::failed) return best;
    const std::vector<Term> wanted = bench_.terms.telling(prose_, table, row);
    const std::vector<Term>& context = bench_.terms.of(prose_, table, row);
    const std::vector<Term> counts = counts_of(table, row);
    for (const Candidate& candidate : candidates) {
      const std::vector<Rows> rows = rows_of(candidate, wanted, context, counts);
      if (rows.empty()) continue;
      RowResult result = against(candidate, rows, table, row);
      const bool better = result.agreeing != best.agreeing ? result.agreeing > best.agreeing : best.cells.empty();
      if (!result.cells.empty() && better) best = std::move(result);
    }
    return best;
  }

  // Whether a table varies enough of the wanted settings to be looked at; cheaper than its terms.
  [[nodiscard]] bool has_settings(DocumentId document, std::uint32_t table, const std::vector<Term>& wanted) const {
    int found = 0;
    for (const core::ColumnMeaning& column : bench_.corpus.meaning(document)[table].columns) {
      if (column.role != core::Role::factor) continue;
      found += std::any_of(wanted.begin(), wanted.end(), [&](const Term& term) { return term.key == column.metric; }) ? 1 : 0;
    }
    return found >= kStrong;
  }

  // The counts of a row of prose: what it counts the other file may have set, and then they tell rows apart.
  [[nodiscard]] std::vector<Term> counts_of(std::uint32_t table, std::uint32_t row) const {
    const core::Document& document = bench_.corpus.document(prose_);
    const core::TableMeaning& meaning = bench_.corpus.meaning(prose_)[table];
    std::vector<Term> out;
    for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
      const core::ColumnMeaning& column = meaning.at(row, c);
      const core::Cell& cell = document.tables[table].columns[c].cells[row];
      if (column.role == core::Role::count && cell.kind == core::CellKind::number) out.push_back({column.metric, term_value(document.at(cell.span()))});
    }
    return out;
  }

  std::vector<Rows> rows_of(const Candidate& candidate, const std::vector<Term>& telling, const std::vector<Term>& context, const std::vector<Term>& counts) {
    std::vector<Rows> out;
    for (const std::uint32_t t : candidate.tables) {
      std::vector<Term> wanted = telling;
      for (const Term& count : counts)
        if (bench_.terms.occurs(candidate.document, t, count)) wanted.push_back(count);
      if (!candidate.related && !has_settings(candidate.document, t, wanted)) continue;
      Rows rows{candidate.document, t, {}, 0};
      for (const RowMatch& match : bench_.terms.find(candidate.document, t, wanted, context)) {
        rows.rows.push_back(match.row);
        rows.settings = std::max(rows.settings, match.settings);
      }
      if (!rows.rows.empty()) out.push_back(std::move(rows));
    }
    return out;
  }

  RowResult against(const Candidate& candidate, const std::vector<Rows>& rows, std::uint32_t table, std::uint32_t row) {
    RowResult result;
    result.candidate = &candidate;
    for (const Rows& r : rows) result.settings = std::max(result.settings, r.settings);
    const core::TableMeaning& meaning = bench_.corpus.meaning(prose_)[table];
    for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
      if (!is_measure(meaning.at(row, c).role)) continue;
      const CellRef cell{prose_, table, row, c};
      const auto counterpart = find_counterpart(bench_, cell, rows);
      if (!counterpart) continue;
      if (counterpart->agrees) ++result.agreeing;
      result.cells.push_back({cell, *counterpart});
    }
    return result;
  }

  Workbench& bench_;
  DocumentId prose_;
  std::vector<Candidate> candidates_;
  std::vector<Candidate> everywhere_;
  bool looked_everywhere_ = false;
  bool names_everything_ = false;
};

double relative_difference(const core::Corpus& corpus, const Compared& compared) {
  const double stated = corpus.document(compared.cell.document).cell(compared.cell).number;
  const double scale = std::max(std::fabs(stated), std::fabs(compared.counterpart.value));
  return scale == 0 ? 0 : std::fabs(stated - compared.counterpart.value) / scale;
}

bool is_resolved(const RowResult& row) { return row.cells.size() >= 2 && row.agreeing == row.cells.size(); }

// Most values are close, so the table and the file are about one thing; a table of another model is not. Rows that
// agree with a file in full are about that file, whatever the others do; spreads differ between any two runs.
bool about_one_thing(const core::Corpus& corpus, const TableResult& result) {
  std::vector<double> differences;
  for (const RowResult& row : result.rows) {
    if (is_resolved(row)) continue;
    if (!row.candidate->shares_name && row.settings < kStrong) return false;
    for (const Compared& cell : row.cells)
      if (corpus.fact(cell.cell).statistic.kind != core::Statistic::Kind::stddev) differences.push_back(relative_difference(corpus, cell));
  }
  if (differences.size() < 3) return false;
  std::nth_element(differences.begin(), differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2), differences.end());
  return differences[differences.size() / 2] <= kSameThing;
}

std::vector<Compared> differences_of(const TableResult& result) {
  std::vector<Compared> out;
  for (const RowResult& row : result.rows) {
    if (!row.candidate->related) continue;
    for (const Compared& cell : row.cells)
      if (!cell.counterpart.agrees && cell.counterpart.unique) out.push_back(cell);
  }
  return out;
}

// Adds "num_ctx=4096, num_gpu=999", or the names of a row that no settings identify: as settings only where all of them are.
void tell_subject(core::Statement& statement, Workbench& bench, const core::Fact& row, const CellRef& cell) {
  const std::vector<Term> telling = bench.terms.telling(cell.document, cell.table, cell.row);
  const bool identified = settings_among(telling) >= static_cast<std::size_t>(kStrong);
  bool all_settings = true;
  std::string out;
  for (const Term& term : telling) {
    const bool number = settings_among({term}) == 1;
    if (term.key.empty() || (identified && !number)) continue;
    const auto setting = number ? row.config.get(term.key) : std::nullopt;
    all_settings = all_settings && setting && term_value(*setting) == term.value;
    if (!out.empty()) out += ", ";
    out += number ? term.key + "=" + term.value : term.value;
    if (out.size() > 80) break;
  }
  if (all_settings && !out.empty()) statement.config(out, row.id);
  else statement.code(out);
}

// The first difference of each row comes before the second of any.
std::vector<Compared> in_order_of_rows(const std::vector<Compared>& differences) {
  std::vector<Compared> first;
  std::vector<Compared> rest;
  for (const Compared& difference : differences) {
    const bool fresh = first.empty() || first.back().cell.row != difference.cell.row;
    (fresh ? first : rest).push_back(difference);
  }
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

void tell(core::Finding& finding, Workbench& bench, const Compared& compared) {
  core::Statement& statement = finding.statement;
  const auto stated = stated_at(bench.corpus, compared.cell);
  const core::Fact row = bench.corpus.fact(compared.cell);
  tell_subject(statement, bench, row, compared.cell);
  statement.text(": ");
  statement.text(words_for(row.statistic, row.metric, bench.vocabulary) + " ");
  quote(statement, finding, bench.corpus, compared.cell, compared.counterpart.value);
  statement.text(" against ");
  if (compared.counterpart.recomputed) {
    const Recomputation& again = *compared.counterpart.recomputed;
    Derivation derivation;
    derivation.formula = again.formula;
    for (const CellRef& cell : again.inputs) derivation.inputs.push_back(bench.corpus.id(cell));
    derivation.metric = row.metric;
    derivation.unit = again.unit;
    derivation.statistic = row.statistic;
    quote(statement, finding, bench.ledger, bench.ledger.derive(derivation), *core::convert(stated->value, stated->unit, again.unit));
  } else {
    const core::Fact found = bench.corpus.fact(compared.counterpart.cell);
    const double other = core::convert(stated->value, stated->unit, found.value.unit).value_or(stated->value);
    quote(statement, finding, bench.corpus, compared.counterpart.cell, other);
  }
}

core::Finding make_finding(Workbench& bench, DocumentId prose, std::uint32_t table, const std::vector<Compared>& differences,
                           const TableResult& result) {
  core::Finding finding;
  const core::Document& document = bench.corpus.document(prose);
  const DocumentId first = differences.front().counterpart.cell.document;
  finding.kind = core::FindingKind::contradiction;
  finding.id = "contradiction:" + document.artifact.path + ":" + std::to_string(document.tables[table].header_line);
  finding.title = "A document that disagrees with the file it reports on";
  finding.weight = 74;
  core::Statement& statement = finding.statement;
  statement.artifact(document.artifact.path).text(" does not match ");
  statement.artifact(bench.corpus.document(first).artifact.path).text(": of ");
  std::vector<core::FactId> compared;
  std::vector<core::FactId> wrong;
  wrong.reserve(differences.size());
  for (const RowResult& row : result.rows)
    for (const Compared& cell : row.cells) compared.push_back(bench.corpus.id(cell.cell));
  for (const Compared& cell : differences) wrong.push_back(bench.corpus.id(cell.cell));
  quote_count(statement, finding, bench, compared);
  statement.text(" values of one table that can be compared, ");
  quote_count(statement, finding, bench, wrong);
  statement.text(" differ, among them ");
  for (std::size_t i = 0; i < differences.size() && i < kShown; ++i) {
    if (i > 0) statement.text("; ");
    tell(finding, bench, differences[i]);
  }
  statement.text(". The file is taken as true.");
  finding.paths = {document.artifact.path};
  for (const Compared& cell : differences) finding.paths.push_back(bench.corpus.document(cell.counterpart.cell.document).artifact.path);
  std::sort(finding.paths.begin(), finding.paths.end());
  finding.paths.erase(std::unique(finding.paths.begin(), finding.paths.end()), finding.paths.end());
  for (const Compared& cell : differences) {
    const auto stated = stated_at(bench.corpus, cell.cell);
    if (!stated) continue;
    finding.disagreements.push_back(disagreement(bench.corpus, cell.cell, cell.counterpart.cell, cell.counterpart.value, stated->unit));
    if (cell.counterpart.recomputed) finding.disagreements.back().stronger.bytes = {};
  }
  core::Statement doubt;
  doubt.text("The document may describe another run than the one whose file is here.");
  finding.doubts.push_back(std::move(doubt));
  finding.action.text("Write the table again from the file.");
  return finding;
}

void count(Tally& tally, const Workbench& bench, const TableResult& result) {
  for (const RowResult& row : result.rows) {
    for (const Compared& cell : row.cells) {
      const core::FactId id = bench.corpus.id(cell.cell);
      tally.compared.push_back(id);
      if (cell.counterpart.agrees) tally.agreeing.push_back(id);
    }
  }
}

void check_table(Workbench& bench, Comparison& comparison, DocumentId prose, std::uint32_t table, Tally& tally,
                 std::vector<core::Finding>& out) {
  TableResult result = comparison.compare(table);
  if (result.compared == 0) return;
  const bool mostly = result.agreeing >= 2 && 2 * result.agreeing >= result.compared;
  if (!mostly) {
    result = comparison.compare_related(table);
    if (comparison.names_everything() || !about_one_thing(bench.corpus, result)) return;
  }
  const std::vector<Compared> differences = in_order_of_rows(differences_of(result));
  count(tally, bench, result);
  if (!differences.empty()) out.push_back(make_finding(bench, prose, table, differences, result));
}

}  // namespace

std::vector<core::Finding> agreement_findings(Workbench& bench) {
  std::vector<core::Finding> out;
  Tally tally;
  for (std::uint32_t i = 0; i < bench.corpus.documents().size(); ++i) {
    const DocumentId id{i};
    if (bench.relatives.original(id) != id || !is_prose(bench.corpus.document(id))) continue;
    Comparison comparison(bench, id);
    for (const std::uint32_t table : measuring_tables(bench.corpus, id)) check_table(bench, comparison, id, table, tally, out);
  }
  if (tally.agreeing.empty()) return out;
  core::Finding finding;
  finding.kind = core::FindingKind::agreement;
  finding.id = "agreement:documents";
  finding.title = "Documents compared with the files they report on";
  finding.weight = 29;
  finding.statement.text("Of ");
  quote_count(finding.statement, finding, bench, tally.compared);
  finding.statement.text(" numbers in prose that a file at hand also gives, ");
  quote_count(finding.statement, finding, bench, tally.agreeing);
  finding.statement.text(" agree at the precision displayed.");
  out.push_back(std::move(finding));
  return out;
}

}  // namespace chimera::analysis
