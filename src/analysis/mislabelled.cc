#include "analysis/mislabelled.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/counterpart.h"

namespace chimera::analysis {
namespace {

using core::CellRef;
using core::DocumentId;
using core::Role;

constexpr std::size_t kFewest = 2;    // values that make a pattern
constexpr int kFewestDigits = 3;      // significant digits that make a match no chance

// A value under two labels.
struct Confusion {
  CellRef cell;    // where it is presented
  CellRef source;  // where it comes from
  std::string presented;  // the header there
  std::string really;     // metric at the source
};

// "presents time to first token as `tokens_per_s`".
struct Pattern {
  std::string presented;
  std::string really;
  auto operator<=>(const Pattern&) const = default;
};

std::string lower_stem(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string::npos && dot > 0) name.resize(dot);
  return term_value(name);
}

class Search {
 public:
  explicit Search(Workbench& bench) : bench_(bench) {
    for (std::uint32_t i = 0; i < bench.corpus.documents().size(); ++i) {
      const DocumentId id{i};
      if (bench.relatives.original(id) != id) continue;
      std::vector<std::uint32_t> tables = measuring_tables(bench.corpus, id);
      if (tables.empty()) continue;
      by_stem_[lower_stem(bench.corpus.document(id).artifact.path)].push_back(id);
      tables_[i] = std::move(tables);
    }
  }

  std::vector<Confusion> confusions_of(DocumentId id) {
    std::vector<Confusion> out;
    std::vector<DocumentId> named;
    for (const Related& related : bench_.relatives.of(id)) named.push_back(related.document);
    for (const std::uint32_t t : tables_[id.value]) {
      const core::Table& table = bench_.corpus.document(id).tables[t];
      for (std::uint32_t r = 0; r < table.rows.size(); ++r) search_row(id, t, r, named, out);
    }
    return out;
  }

 private:
  // The documents whose name is a term of the row are what it is about; without such a term, those that the text names.
  void search_row(DocumentId id, std::uint32_t table, std::uint32_t row, const std::vector<DocumentId>& named,
                  std::vector<Confusion>& out) {
    std::vector<Term> wanted;
    std::vector<DocumentId> about;
    for (const Term& term : bench_.terms.of(id, table, row)) {
      const auto stem = by_stem_.find(term.value);
      if (stem != by_stem_.end()) {
        for (const DocumentId document : stem->second)
          if (document != id) about.push_back(document);
      } else if (!term.key.empty()) {
        wanted.push_back(term);
      }
    }
    if (wanted.empty()) return;
    const std::vector<DocumentId>& sources = about.empty() ? named : about;
    const core::TableMeaning& meaning = bench_.corpus.meaning(id)[table];
    for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
      const CellRef cell{id, table, row, c};
      if (meaning.at(row, c).role != Role::response || !worth_looking(cell)) continue;
      if (auto found = confusion(cell, wanted, sources)) out.push_back(std::move(*found));
    }
  }

  bool worth_looking(const CellRef& cell) const {
    const core::Cell& number = bench_.corpus.document(cell.document).cell(cell);
    return number.kind == core::CellKind::number && std::isfinite(number.number) && digits_of(number) >= kFewestDigits;
  }

  std::optional<Confusion> confusion(const CellRef& cell, const std::vector<Term>& wanted, const std::vector<DocumentId>& sources) {
    std::optional<Confusion> out;
    for (const DocumentId source : sources) {
      for (const std::uint32_t t : tables_[source.value]) {
        for (const RowMatch& match : bench_.terms.find(source, t, wanted, {})) {
          if (supported_in(cell, source, t, match.row)) return std::nullopt;
          if (!out) out = confused_with(cell, source, t, match.row);
        }
      }
    }
    return out && !supported_anywhere(cell, wanted) ? out : std::nullopt;
  }

  // Under the same metric, in any statistic.
  bool supported_in(const CellRef& cell, DocumentId source, std::uint32_t table, std::uint32_t row) const {
    const auto stated = stated_at(bench_.corpus, cell);
    const core::ColumnMeaning& own = bench_.corpus.meaning(cell.document)[cell.table].at(cell.row, cell.column);
    const core::TableMeaning& meaning = bench_.corpus.meaning(source)[table];
    for (std::uint32_t c = 0; stated && c < meaning.columns.size(); ++c) {
      const core::ColumnMeaning& there = meaning.at(row, c);
      const auto value = raw_at(bench_.corpus, {source, table, row, c});
      if (!value || there.metric != own.metric) continue;
      const auto converted = core::convert(value->value, value->unit, stated->unit);
      if (converted && agrees(*stated, *converted)) return true;
    }
    return false;
  }

  // In any other document than those that present the same: they may be copies of one mistake.
  bool supported_anywhere(const CellRef& cell, const std::vector<Term>& wanted) {
    for (const auto& [index, tables] : tables_) {
      const DocumentId source{index};
      if (source == cell.document || is_prose(bench_.corpus.document(source))) continue;
      for (const std::uint32_t t : tables)
        for (const RowMatch& match : bench_.terms.find(source, t, wanted, {}))
          if (supported_in(cell, source, t, match.row)) return true;
    }
    return false;
  }

  const std::string& header_of(const CellRef& cell) const {
    return bench_.corpus.document(cell.document).tables[cell.table].columns[cell.column].key;
  }

  std::optional<Confusion> confused_with(const CellRef& cell, DocumentId source, std::uint32_t table, std::uint32_t row) const {
    const auto stated = stated_at(bench_.corpus, cell);
    const core::ColumnMeaning& own = bench_.corpus.meaning(cell.document)[cell.table].at(cell.row, cell.column);
    const core::TableMeaning& meaning = bench_.corpus.meaning(source)[table];
    for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
      const core::ColumnMeaning& there = meaning.at(row, c);
      const bool labelled = there.role == Role::response || there.role == Role::count || there.role == Role::factor;
      const auto value = raw_at(bench_.corpus, {source, table, row, c});
      if (!labelled || !value || !agrees(*stated, value->value)) continue;
      const bool setting = there.role == Role::factor;
      const bool known = there.unit->dimension != core::Dimension::unknown && own.unit->dimension != core::Dimension::unknown;
      if (!setting && (!known || there.unit == own.unit)) continue;
      return Confusion{cell, value->cell, header_of(cell), there.metric};
    }
    return std::nullopt;
  }

  Workbench& bench_;
  std::map<std::string, std::vector<DocumentId>> by_stem_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> tables_;
};

// What a document presents wrongly, as text: near-copies of one document say the same.
std::string signature(const core::Corpus& corpus, const std::vector<Confusion>& confusions) {
  std::string out;
  for (const Confusion& c : confusions) {
    const core::Document& document = corpus.document(c.cell.document);
    out += c.presented + "<" + c.really + ":" + std::string(document.at(document.cell(c.cell).span())) + ";";
  }
  return out;
}

// "decode throughput as `mean_latency_ms` (`q8_0`: 46.570 ms, in x.md 46.57 tok/s)".
void tell(core::Finding& finding, Workbench& bench, const Pattern& pattern, const Confusion& example) {
  core::Statement& statement = finding.statement;
  const core::Fact source = bench.corpus.fact(example.source);
  if (source.role == Role::factor) statement.code(pattern.really);
  else statement.text(words_for({}, pattern.really, bench.vocabulary));
  statement.text(" as ").code(pattern.presented).text(" (");
  // A row that a number names would read as a value.
  const std::string label = label_of(bench.corpus, example.cell);
  if (label.find_first_not_of("0123456789.,+-") != std::string::npos) statement.code(label).text(": ");
  quote(statement, finding, bench.corpus, example.cell, source.value.value);
  statement.text(", in ").artifact(bench.corpus.document(example.source.document).artifact.path).text(" ");
  quote(statement, finding, bench.corpus, example.source, bench.corpus.document(example.cell.document).cell(example.cell).number);
  statement.text(")");
}

// Those with most cases first.
std::vector<std::pair<Pattern, std::vector<const Confusion*>>> patterns_of(const std::vector<Confusion>& confusions) {
  std::map<Pattern, std::vector<const Confusion*>> patterns;
  for (const Confusion& c : confusions) patterns[{c.presented, c.really}].push_back(&c);
  std::vector<std::pair<Pattern, std::vector<const Confusion*>>> out(patterns.begin(), patterns.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  return out;
}

core::Finding make_finding(Workbench& bench, const std::vector<Confusion>& confusions, const std::vector<DocumentId>& documents) {
  core::Finding finding;
  const std::string& path = bench.corpus.document(documents.front()).artifact.path;
  finding.kind = core::FindingKind::mislabelled;
  finding.id = "mislabelled:" + path;
  finding.title = "Values under the wrong name";
  finding.weight = 82;
  core::Statement& statement = finding.statement;
  statement.artifact(path).text(" presents ");
  const auto patterns = patterns_of(confusions);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (i > 0) statement.text(i + 1 == patterns.size() ? " and " : ", ");
    tell(finding, bench, patterns[i].first, *patterns[i].second.front());
  }
  std::vector<core::FactId> all;
  for (const Confusion& c : confusions) all.push_back(bench.corpus.id(c.cell));
  statement.text(": ");
  quote_count(statement, finding, bench, all);
  statement.text(" values in all.");
  for (std::size_t i = 1; i < documents.size(); ++i) {
    statement.text(i == 1 ? " The same stands in " : i + 1 == documents.size() ? " and " : ", ");
    statement.artifact(bench.corpus.document(documents[i]).artifact.path);
  }
  if (documents.size() > 1) statement.text(".");
  for (const DocumentId document : documents) finding.paths.push_back(bench.corpus.document(document).artifact.path);
  for (const Confusion& c : confusions) finding.paths.push_back(bench.corpus.document(c.source.document).artifact.path);
  std::sort(finding.paths.begin(), finding.paths.end());
  finding.paths.erase(std::unique(finding.paths.begin(), finding.paths.end()), finding.paths.end());
  finding.action.text("Do not use its rankings by these values; read the documents it was made from.");
  return finding;
}

}  // namespace

std::vector<core::Finding> mislabel_findings(Workbench& bench) {
  Search search(bench);
  std::map<std::string, std::vector<DocumentId>> same;
  std::vector<std::pair<std::string, std::vector<Confusion>>> found;
  for (std::uint32_t i = 0; i < bench.corpus.documents().size(); ++i) {
    const DocumentId id{i};
    if (bench.relatives.original(id) != id || !is_prose(bench.corpus.document(id))) continue;
    std::vector<Confusion> confusions = search.confusions_of(id);
    if (confusions.size() < kFewest) continue;
    std::string mark = signature(bench.corpus, confusions);
    std::vector<DocumentId>& documents = same[mark];
    if (documents.empty()) found.emplace_back(mark, std::move(confusions));
    documents.push_back(id);
  }
  std::vector<core::Finding> out;
  for (const auto& [mark, confusions] : found) out.push_back(make_finding(bench, confusions, same[mark]));
  return out;
}

}  // namespace chimera::analysis
