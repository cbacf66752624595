#include "claims/absence_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "claims/files_judge.h"
#include "claims/lexicon.h"

namespace chimera::claims {
namespace {

using core::Role;

constexpr std::array kColumnNouns = std::to_array<std::string_view>({"column", "columns", "data", "field", "fields", "figures", "measurement", "measurements", "metric", "metrics", "numbers", "statistics", "timing", "timings", "values"});
// With a noun above: any measurement contradicts.
constexpr std::array kMeasuring = std::to_array<std::string_view>({"explicit", "measurable", "numeric", "numerical", "performance", "quantifiable", "quantitative", "timing"});
// What is not all that one could wish for may well be there in part.
constexpr std::array kQualified = std::to_array<std::string_view>({"adequate", "complete", "comprehensive", "consistent", "defined", "detailed", "enough", "formal", "full", "granular", "historical", "standardized", "sufficient"});
// Things that happen rather than are measured.
constexpr std::array kOccurrences = std::to_array<std::string_view>({"crash", "crashes", "error", "errors", "exception", "exceptions", "failed", "failure", "failures", "timeout", "timeouts"});
// Before the name of a metric these do not make another one of it.
constexpr std::array kOpen = std::to_array<std::string_view>({"a", "absence", "absent", "actual", "all", "an", "and", "any", "concrete", "contain", "direct", "explicit", "for", "give", "in", "include", "individual", "information", "lack", "lacking", "lacks", "list", "measurable", "measure", "missing", "no", "not", "of", "on", "or", "overall", "performance", "provide", "quantifiable", "quantitative", "record", "report", "show", "specific", "the", "without"});
constexpr std::array kReadThings = std::to_array<std::string_view>({"artifacts", "data", "files", "results"});
static_assert(std::is_sorted(kColumnNouns.begin(), kColumnNouns.end()));
static_assert(std::is_sorted(kMeasuring.begin(), kMeasuring.end()));
static_assert(std::is_sorted(kQualified.begin(), kQualified.end()));
static_assert(std::is_sorted(kOccurrences.begin(), kOccurrences.end()));
static_assert(std::is_sorted(kOpen.begin(), kOpen.end()));
static_assert(std::is_sorted(kReadThings.begin(), kReadThings.end()));

template <class Words>
bool any_of(const Words& words, const std::vector<Piece>& pieces) {
  return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return std::binary_search(words.begin(), words.end(), std::string_view(p.text)); });
}

std::string phrase_of(const std::vector<Piece>& pieces, std::size_t from, std::size_t count) {
  std::string joined;
  for (std::size_t k = from; k < from + count; ++k) joined += (k == from ? "" : " ") + folded(pieces[k].text);
  return joined;
}

bool measures(const core::ColumnMeaning& column, const std::string& metric) {
  return (column.role == Role::response || column.role == Role::count) && (metric.empty() || column.metric == metric);
}

bool has_zero(const core::Corpus& corpus, std::uint32_t document, const std::string& metric) {
  const core::Document& in = corpus.documents()[document];
  const auto& meanings = corpus.meaning({document});
  for (std::size_t t = 0; t < in.tables.size(); ++t)
    for (std::uint32_t c = 0; c < in.tables[t].columns.size(); ++c) {
      const std::vector<core::Cell>& cells = in.tables[t].columns[c].cells;
      if (!measures(meanings[t].columns[c], metric)) continue;
      if (std::any_of(cells.begin(), cells.end(), [](const core::Cell& cell) { return cell.kind == core::CellKind::number && cell.number == 0; })) return true;
    }
  return false;
}

bool has_numbers(const core::Corpus& corpus, std::uint32_t document, const std::string& metric) {
  const core::Document& in = corpus.documents()[document];
  const auto& meanings = corpus.meaning({document});
  for (std::size_t t = 0; t < in.tables.size(); ++t)
    for (std::uint32_t c = 0; c < in.tables[t].columns.size(); ++c) {
      const std::vector<core::Cell>& cells = in.tables[t].columns[c].cells;
      const bool whole = measures(meanings[t].columns[c], metric);
      if (!whole && meanings[t].variants.empty()) continue;
      for (std::uint32_t r = 0; r < cells.size(); ++r)
        if (cells[r].kind == core::CellKind::number && measures(meanings[t].at(r, c), metric)) return true;
    }
  return false;
}

}  // namespace

// "Load times are missing from x.csv": the words of the clause before it.
std::vector<Piece> AbsenceJudge::pieces_before(const Saying& saying, const Mention& mention) const {
  std::vector<Piece> pieces;
  for (const Piece& piece : saying.pieces) {
    if (piece.begin >= mention.span.begin) break;
    if (!pieces.empty() && judging_.text.substr(pieces.back().end, piece.begin - pieces.back().end).find_first_of(".,;:(|") != std::string_view::npos) pieces.clear();
    pieces.push_back(piece);
  }
  return pieces;
}

AbsenceJudge::Subject AbsenceJudge::subject_of(const Saying& saying, const Mention& mention) const {
  Subject subject;
  const auto phrase = judging_.at(mention.span);
  subject.pieces = pieces_of(phrase, mention.span.begin);
  const std::string& opens = subject.pieces.empty() ? std::string() : subject.pieces.front().text;
  const bool passive = opens == "missing" || opens == "absent" || opens == "not";
  const std::uint64_t clause = mention.span.begin + std::min(phrase.find(','), phrase.size());
  const bool told = std::any_of(subject.pieces.begin(), subject.pieces.end(), [&](const Piece& p) {  // "missing performance metrics"
    return p.end <= clause && std::binary_search(kColumnNouns.begin(), kColumnNouns.end(), std::string_view(p.text));
  });
  const bool transitive = subject.pieces.size() > 2 && !statistic_word(subject.pieces[1].text) && opens == "not" && is_reporting(subject.pieces[1].text);
  if (passive && !transitive && !told && !saying.cell) {
    std::vector<Piece> before = pieces_before(saying, mention);
    if (!before.empty()) subject.pieces = std::move(before);
  }
  subject.measures = any_of(kColumnNouns, subject.pieces);
  return subject;
}

// "packet loss" is not the metric "loss": a word before it that the evidence does not know makes another thing of it.
bool AbsenceJudge::is_other_metric(const Subject& subject, std::size_t at, std::size_t count, const std::vector<std::uint32_t>& documents) const {
  if (count > 1 || at == 0) return false;
  const Piece& before = subject.pieces[at - 1];
  if (std::binary_search(kOpen.begin(), kOpen.end(), std::string_view(before.text)) || subject.pieces[at].begin - before.end > 1) return false;
  std::vector<bool> except = judging_.quoting;
  for (std::uint32_t d = 0; d < except.size() && !documents.empty(); ++d)
    if (std::find(documents.begin(), documents.end(), d) == documents.end()) except[d] = true;
  return !judging_.evidence.has_word(before.text, except);
}

void AbsenceJudge::add_metrics(Subject& subject, const std::vector<std::uint32_t>& documents) const {
  const Evidence::MetricNames& names = judging_.evidence.metric_names();
  const std::vector<Piece>& pieces = subject.pieces;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t count = std::min(names.longest, pieces.size() - i); count > 0; --count) {
      const auto found = names.metrics.find(phrase_of(pieces, i, count));
      if (found == names.metrics.end()) continue;
      if (!is_other_metric(subject, i, count, documents)) subject.metrics.insert(subject.metrics.end(), found->second.begin(), found->second.end());
      i += count - 1;
      break;
    }
  }
}

std::vector<std::uint32_t> AbsenceJudge::searched(const Saying& saying, const std::vector<std::uint32_t>& documents) const {
  if (!documents.empty() || judging_.read_nothing()) return documents;
  const auto speaks = [&](std::string_view word) { return std::any_of(saying.pieces.begin(), saying.pieces.end(), [&](const Piece& p) { return p.text == word; }); };
  const bool csv_only = speaks("csv") && !speaks("json");
  std::vector<std::uint32_t> all;
  for (std::uint32_t d = 0; d < judging_.evidence.corpus().documents().size(); ++d) {
    if (csv_only && judging_.evidence.corpus().documents()[d].artifact.declared != core::Format::csv) continue;
    if (!judging_.evidence.is_left_out(d) && !judging_.evidence.is_prose(d)) all.push_back(d);
  }
  return all;
}

// "no files were analyzed", of a run that read none.
bool AbsenceJudge::judge_nothing_read(const Subject& subject, Verdict& verdict) const {
  if (!judging_.read_nothing() || !any_of(kReadThings, subject.pieces)) return false;
  support(verdict, "the run read no files");
  return true;
}

// "no CSV files", "absence of Markdown files"
bool AbsenceJudge::judge_type(const Subject& subject, const std::vector<std::uint32_t>& documents, Verdict& verdict) const {
  for (std::size_t i = 0; i + 1 < subject.pieces.size() && documents.empty(); ++i) {
    const auto type = file_type(subject.pieces[i].text);
    if (!type || (subject.pieces[i + 1].text != "files" && subject.pieces[i + 1].text != "file") || subject.pieces.size() > 4) continue;
    std::size_t count = 0;
    for (std::uint32_t d = 0; d < judging_.quoting.size(); ++d)
      if (!judging_.evidence.is_left_out(d) && !judging_.quoting[d] && core::to_string(judging_.evidence.corpus().documents()[d].artifact.declared) == *type) ++count;
    if (count == 0) support(verdict, fmt::format("no {} files", *type));
    else contradict(verdict, fmt::format("there are {} {} files", count, *type));
    return true;
  }
  return false;
}

// "no errors", "no requests failed": rows that record a failure contradict; that none was measured is not said.
bool AbsenceJudge::judge_occurrence(const Subject& subject, const std::vector<std::uint32_t>& documents, Verdict& verdict) const {
  if (!any_of(kOccurrences, subject.pieces) || subject.measures) return false;
  bool recorded = false;
  for (const std::uint32_t d : documents) {
    const core::Document& in = judging_.evidence.corpus().documents()[d];
    const auto& meanings = judging_.evidence.corpus().meaning({d});
    for (std::uint32_t t = 0; t < in.tables.size(); ++t) {
      const auto& columns = meanings[t].columns;
      recorded = recorded || std::any_of(columns.begin(), columns.end(), [](const core::ColumnMeaning& c) { return c.role == Role::failure; });
      const auto failed = std::find(meanings[t].states.begin(), meanings[t].states.end(), core::RowState::failed);
      if (failed == meanings[t].states.end()) continue;
      const auto r = static_cast<std::uint32_t>(failed - meanings[t].states.begin());
      const core::Row& row = in.tables[t].rows[r];
      verdict.evidence = {core::SourceRef{in.artifact.path, in.to_file(row.span), {row.line, 0, r + 1, {}, row.pointer}}};
      contradict(verdict, fmt::format("a row of {} records a failure", in.artifact.path));
      return true;
    }
  }
  if (recorded && !documents.empty()) support(verdict, "no row records a failure");
  else abstain(verdict, "whether it happened is not recorded");
  return true;
}

// "x.csv has no retries column": the whole phrase before the noun is the name of a column with numbers in it.
bool AbsenceJudge::judge_column(const std::vector<std::uint32_t>& documents, const Subject& subject, Verdict& verdict) const {
  const std::vector<Piece>& pieces = subject.pieces;
  auto noun = pieces.end();  // the last one: "no data movement overhead data"
  while (noun != pieces.begin() && !std::binary_search(kColumnNouns.begin(), kColumnNouns.end(), std::string_view(std::prev(noun)->text))) --noun;
  if (noun != pieces.begin()) --noun;
  std::string name;
  for (auto piece = pieces.begin() + (pieces.empty() ? 0 : 1); piece < noun; ++piece) name += (name.empty() ? "" : " ") + folded(piece->text);
  for (const std::uint32_t d : documents) {
    const core::Document& in = judging_.evidence.corpus().documents()[d];
    for (std::uint32_t t = 0; t < in.tables.size(); ++t) {
      const Evidence::Names& names = judging_.evidence.names({d, t});
      const auto* known = &names.columns;
      for (const auto* map : {&names.columns, &names.further, &names.settings})
        if (map->find(name) != map->end()) known = map;
      const auto found = known->find(name);
      if (found == known->end()) continue;
      for (const std::uint32_t c : found->second) {
        const core::Column& column = in.tables[t].columns[c];
        const auto cell = std::find_if(column.cells.begin(), column.cells.end(), [](const core::Cell& one) { return one.kind == core::CellKind::number; });
        if (cell == column.cells.end()) continue;
        verdict.evidence = {core::SourceRef{in.artifact.path, in.to_file(cell->span()), in.place(core::CellRef{{d}, t, static_cast<std::uint32_t>(cell - column.cells.begin()), c})}};
        contradict(verdict, fmt::format("{} is in {}", column.key, in.artifact.path));
        return true;
      }
    }
  }
  return false;
}

bool AbsenceJudge::judge(const Saying& saying, const std::vector<std::uint32_t>& documents, const Mention& mention, Verdict& verdict) const {
  Subject subject = subject_of(saying, mention);
  if (judge_nothing_read(subject, verdict)) return true;
  if (is_hypothetical(judging_, saying, mention.span.begin)) return false;
  if (judge_type(subject, documents, verdict)) return true;
  if (judge_occurrence(subject, documents, verdict)) return true;
  add_metrics(subject, documents);
  const bool named = !subject.metrics.empty();
  const bool general = any_of(kMeasuring, subject.pieces) && subject.measures && documents.empty() && !judging_.read_nothing();
  if (general && any_of(kQualified, subject.pieces)) {
    abstain(verdict, "how much of it there is, is not said");
    return true;
  }
  if (general) subject.metrics.emplace_back();  // any measurement contradicts
  if (!named && !general && !(subject.measures && !documents.empty())) return false;
  if (subject.measures && !documents.empty() && judge_column(documents, subject, verdict)) return true;
  for (const std::uint32_t d : searched(saying, documents)) {
    for (const std::string& metric : subject.metrics) {
      if (!has_numbers(judging_.evidence.corpus(), d, metric)) continue;
      verdict.evidence = {core::SourceRef{judging_.evidence.corpus().documents()[d].artifact.path, {}, {}}};
      const bool reports = std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return is_reporting(p.text); });
      if (documents.empty() && !reports && !subject.measures && !metric.empty() && has_zero(judging_.evidence.corpus(), d, metric)) {  // "received no requests"
        abstain(verdict, fmt::format("some {} are 0: of which it speaks is not told", metric));
        return true;
      }
      contradict(verdict, fmt::format("{} is in {}", metric.empty() ? "a measurement" : metric, judging_.evidence.corpus().documents()[d].artifact.path));
      return true;
    }
  }
  support(verdict, "none");
  return true;
}

}  // namespace chimera::claims
