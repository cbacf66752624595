#include "claims/names_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "claims/cursor.h"
#include "claims/files_judge.h"
#include "claims/lexicon.h"

namespace chimera::claims {
namespace {

using core::Role;

constexpr double kSteady = 0.05;         // of the mean: what moves less stands still
constexpr std::size_t kShortestSeries = 3;
constexpr std::size_t kFewestKeys = 3;   // of a sample record

bool is_nothing(std::string_view cell) {
  std::string word = text::lower(text::trim(cell));
  if (word.size() > 2 && word.front() == '(' && word.back() == ')') word = word.substr(1, word.size() - 2);
  return word == "data missing" || word == "missing" || word == "no data" || word == "not measured" || word == "n/a" || word == "na" || word == "none" || word == "not available" || word == "unavailable";
}

bool is_listed(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& one) { return std::find(b.begin(), b.end(), one) != b.end(); });
}

std::string phrase_of(const std::vector<Piece>& pieces, std::size_t from, std::size_t count) {
  std::string phrase;
  for (std::size_t k = from; k < from + count && k < pieces.size(); ++k) phrase += (phrase.empty() ? "" : " ") + folded(pieces[k].text);
  return phrase;
}

// The quoted keys of an object as JSON writes them: {"a": 1, "b": 2}.
std::vector<std::string> keys_in(std::string_view code) {
  std::vector<std::string> keys;
  for (auto open = code.find('"'); open != std::string_view::npos; open = code.find('"', open)) {
    const auto close = code.find('"', open + 1);
    if (close == std::string_view::npos) break;
    const std::uint64_t behind = skip_blanks(code, close + 1);
    if (behind < code.size() && code[behind] == ':') keys.emplace_back(code.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return keys;
}

}  // namespace

// The metrics that phrases name, by the vocabulary; the longest names first.
std::vector<NamesJudge::Term> NamesJudge::terms_in(const std::vector<Piece>& pieces) const {
  const Evidence::MetricNames& names = judging_.evidence.metric_names();
  std::vector<Term> terms;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t count = std::min(names.longest, pieces.size() - i); count > 0; --count) {
      const auto found = names.metrics.find(phrase_of(pieces, i, count));
      if (found == names.metrics.end()) continue;
      terms.push_back({{i, i + count}, found->second});
      i += count - 1;
      break;
    }
  }
  return terms;
}

std::vector<core::UnitPtr> NamesJudge::units_of(const std::string& metric) const {
  std::vector<core::UnitPtr> units;
  for (const SheetId sheet : judging_.evidence.sheets_of(metric))
    for (const core::ColumnMeaning& column : judging_.evidence.corpus().meaning({sheet.document})[sheet.table].columns)
      if (column.metric == metric && column.role == Role::response) units.push_back(column.unit);
  return units;
}

// "Token rate (KB/s)": nothing that is called so is measured in such a unit.
void NamesJudge::judge_label_units(core::Span span, std::vector<Verdict>& verdicts) const {
  const auto label = judging_.at(span);
  for (auto open = label.find('('); open != std::string_view::npos; open = label.find('(', open + 1)) {
    const auto close = label.find(')', open);
    if (close == std::string_view::npos || close - open > 32 || (open > 0 && is_letter(label[open - 1]))) continue;
    const core::UnitPtr unit = core::find_unit(label.substr(open + 1, close - open - 1));
    if (unit == nullptr || !is_measure(unit->dimension)) continue;
    const std::vector<Piece> before = pieces_of(label.substr(0, open), span.begin);
    const std::vector<Term> terms = terms_in(before);
    if (terms.empty() || terms.back().range.end != before.size()) continue;
    core::UnitPtr measured = nullptr;
    bool fits = false;
    for (const std::string& metric : terms.back().metrics) {
      for (const core::UnitPtr own : units_of(metric)) {
        fits = fits || own->dimension == unit->dimension;
        if (is_measure(own->dimension)) measured = own;
      }
    }
    if (fits || measured == nullptr) continue;
    const core::Span marked{before[terms.back().range.begin].begin, span.begin + close + 1};
    Verdict verdict = judging_.begin(ClaimKind::unit, marked);
    contradict(verdict, fmt::format("{} is in {}, not {}", terms.back().metrics.front(), measured->symbol, unit->symbol));
    verdicts.push_back(std::move(verdict));
  }
}

// "Turnaround time (ttft_s)": the key in brackets is measured, and is another metric than the name before it says.
void NamesJudge::judge_glosses(core::Span span, std::vector<Verdict>& verdicts) const {
  const auto label = judging_.at(span);
  for (auto open = label.find('('); open != std::string_view::npos; open = label.find('(', open + 1)) {
    const auto close = label.find(')', open);
    if (close == std::string_view::npos || close - open > 64) continue;
    std::string_view key = label.substr(open + 1, close - open - 1);
    while (!key.empty() && key.front() == '`') key.remove_prefix(1);
    while (!key.empty() && key.back() == '`') key.remove_suffix(1);
    if (key.find('_') == std::string_view::npos || key.find(' ') != std::string_view::npos) continue;
    const Evidence::AllNames& names = judging_.evidence.all_names();
    const auto columns = names.columns.find(phrase_of(pieces_of(key), 0, 8));
    const std::vector<Piece> before = pieces_of(label.substr(0, open), span.begin);
    const std::vector<Term> terms = terms_in(before);
    // one word, "latency", may stand for many things that are latencies
    if (columns == names.columns.end() || terms.empty() || terms.back().range.end != before.size() || terms.back().range.end - terms.back().range.begin < 2) continue;
    std::vector<std::string> keyed;
    for (const Evidence::ColumnAt& at : columns->second) keyed.push_back(values_.meaning(at.sheet, at.column).metric);
    if (is_listed(keyed, terms.back().metrics) || terms.back().range.begin > 0) continue;
    Verdict verdict = judging_.begin(ClaimKind::metric_value, core::Span{before[terms.back().range.begin].begin, span.begin + close + 1});
    contradict(verdict, fmt::format("{} holds {}, not {}", key, keyed.front(), terms.back().metrics.front()));
    verdicts.push_back(std::move(verdict));
  }
}

std::vector<std::uint32_t> NamesJudge::data_documents(const std::optional<std::string>& type) const {
  std::vector<std::uint32_t> documents;
  for (std::uint32_t d = 0; d < judging_.quoting.size(); ++d) {
    const std::string own(core::to_string(judging_.evidence.corpus().documents()[d].artifact.declared));
    if (judging_.evidence.is_left_out(d) || judging_.quoting[d]) continue;
    if (type ? own == *type : !judging_.evidence.is_prose(d)) documents.push_back(d);
  }
  return documents;
}

// A number of the metric in documents of the type.
std::optional<core::SourceRef> NamesJudge::place_of(const std::string& metric, const std::optional<std::string>& type) const {
  for (const std::uint32_t d : data_documents(type)) {
    const core::Document& in = judging_.evidence.corpus().documents()[d];
    const auto& meanings = judging_.evidence.corpus().meaning({d});
    for (std::uint32_t t = 0; t < in.tables.size(); ++t)
      for (std::uint32_t c = 0; c < in.tables[t].columns.size(); ++c) {
        if (meanings[t].columns[c].metric != metric || meanings[t].columns[c].role != Role::response) continue;
        for (std::uint32_t r = 0; r < in.tables[t].columns[c].cells.size(); ++r)
          if (in.tables[t].columns[c].cells[r].kind == core::CellKind::number) return values_.place({{d}, t, r, c});
      }
  }
  return std::nullopt;
}

// "| Average tokens per second (Markdown) | N/A |": the metric stands in the evidence.
void NamesJudge::judge_empty_cell(const Saying& saying, std::vector<Verdict>& verdicts) const {
  if (judging_.read_nothing() || !saying.cell || saying.row_label.size() == 0 || !is_nothing(judging_.at(saying.span))) return;
  const std::vector<Piece> label = pieces_of(judging_.at(saying.row_label), saying.row_label.begin);
  const std::vector<Term> terms = terms_in(label);
  if (terms.empty()) return;
  std::optional<std::string> type;
  for (const Piece& piece : label)
    if (!type) type = file_type(piece.text);
  for (const std::string& metric : terms.back().metrics) {
    const auto place = place_of(metric, type);
    if (!place) continue;
    Verdict verdict = judging_.begin(ClaimKind::absence, saying.span);
    verdict.evidence.push_back(*place);
    contradict(verdict, fmt::format("{} is in {}", metric, place->path));
    return verdicts.push_back(std::move(verdict));
  }
}

// "learning rates and batch sizes were adjusted": settings that nothing in the evidence has.
void NamesJudge::judge_settings(const Saying& saying, std::vector<Verdict>& verdicts) const {
  const auto words = text::trim(judging_.at(saying.span));
  const bool asks = !words.empty() && (words.back() == '?' || words.find("(e.g.") != std::string_view::npos);
  if (saying.title || asks || is_hypothetical(judging_, saying)) return;
  const std::vector<bool> hidden = file_pieces(saying, judging_.scan.mentions);
  for (std::size_t i = 0; i < saying.pieces.size(); ++i) {
    if (hidden[i]) continue;
    for (std::size_t count = std::min<std::size_t>(3, saying.pieces.size() - i); count > 0; --count) {
      const std::string phrase = phrase_of(saying.pieces, i, count);
      if (!is_setting_name(phrase)) continue;
      if (judging_.evidence.has_key(phrase)) break;
      Verdict verdict = judging_.begin(ClaimKind::configuration, core::Span{saying.pieces[i].begin, saying.pieces[i + count - 1].end});
      not_support(verdict, "nothing in the evidence has a setting of that name");
      verdicts.push_back(std::move(verdict));
      i += count - 1;
      break;
    }
  }
}

// "statistically significant": of what no test is reported.
void NamesJudge::judge_significance(const Saying& saying, std::vector<Verdict>& verdicts) const {
  if (saying.title || is_hypothetical(judging_, saying)) return;
  for (std::size_t i = 0; i + 1 < saying.pieces.size(); ++i) {
    if (saying.pieces[i].text != "statistically" || saying.pieces[i + 1].text != "significant") continue;
    for (const std::string_view key : {"p value", "pvalue", "t statistic", "p adjusted"})
      if (judging_.evidence.has_key(key)) return;
    Verdict verdict = judging_.begin(ClaimKind::trend, core::Span{saying.pieces[i].begin, saying.pieces[i + 1].end});
    not_support(verdict, "no test of significance is in the evidence");
    return verdicts.push_back(std::move(verdict));
  }
}

// "no significant thermal activity": how far the metric moved within any series of it.
bool NamesJudge::judge_movement(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  std::vector<Piece> pieces;
  for (const Piece& piece : saying.pieces)
    if (mention.span.begin <= piece.begin && piece.end <= mention.span.end) pieces.push_back(piece);
  if (std::none_of(pieces.begin(), pieces.end(), [](const Piece& p) { return is_movement(p.text); })) return false;
  const std::vector<Term> terms = terms_in(pieces);
  if (terms.empty()) return false;
  std::size_t series = 0;
  for (const std::string& metric : terms.front().metrics) {
    for (const SheetId sheet : judging_.evidence.sheets_of(metric)) {
      if (judging_.evidence.is_prose(sheet.document) || judging_.quoting[sheet.document]) continue;
      const core::Table& table = judging_.evidence.corpus().documents()[sheet.document].tables[sheet.table];
      const auto& meanings = judging_.evidence.corpus().meaning({sheet.document})[sheet.table].columns;
      std::vector<std::uint32_t> rows(table.rows.size());
      for (std::uint32_t r = 0; r < rows.size(); ++r) rows[r] = r;
      for (std::uint32_t c = 0; c < meanings.size(); ++c) {
        if (meanings[c].metric != metric || rows.size() < kShortestSeries) continue;
        const std::vector<Candidate> cells = values_.cells(sheet, c, rows);
        if (cells.size() < kShortestSeries) continue;
        ++series;
        const auto [low, high] = std::minmax_element(cells.begin(), cells.end(), [](const Candidate& a, const Candidate& b) { return a.value < b.value; });
        if (high->value - low->value <= kSteady * std::max(std::fabs(high->value), std::fabs(low->value))) continue;
        verdict.evidence = {values_.place(low->cells.front()), values_.place(high->cells.front())};
        verdict.found = fmt::format("{} to {}", shown(*low), shown(*high));
        contradict(verdict, fmt::format("{} goes from {}", metric, verdict.found));
        return true;
      }
    }
  }
  if (series == 0) return false;
  support(verdict, fmt::format("{} series within 5 %", series));
  return true;
}

// "no trend or seasonality": told only by a series over several days.
bool NamesJudge::judge_series(const Mention& mention, Verdict& verdict) const {
  const std::vector<Piece> pieces = pieces_of(judging_.at(mention.span));
  const bool of_time = std::any_of(pieces.begin(), pieces.end(), [](const Piece& p) { return p.text == "temporal" || p.text == "seasonal" || p.text == "seasonality" || p.text == "periodicity"; });
  if (!of_time || std::none_of(pieces.begin(), pieces.end(), [](const Piece& p) { return is_series_word(p.text); })) return false;
  for (const std::uint32_t d : data_documents(std::nullopt)) {
    std::set<std::string> days;
    for (const text::DateToken& token : judging_.evidence.dates(d)) days.insert(text::format(token.date).substr(0, 10));
    if (days.size() >= kShortestSeries) return false;
  }
  not_support(verdict, "nothing in the evidence was measured on several days");
  return true;
}

// "collected between A and B": nothing in the evidence may be older than A.
void NamesJudge::judge_period(const Saying& saying, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const {
  constexpr std::array kPeriods = std::to_array<std::string_view>({"collected", "collection", "frame", "gathered", "period", "range", "span", "spanning", "spans", "timeline"});
  const bool speaks = std::any_of(saying.pieces.begin(), saying.pieces.end(), [&](const Piece& p) { return std::binary_search(kPeriods.begin(), kPeriods.end(), p.text); });
  const bool changes = std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return p.text.rfind("modif", 0) == 0; });
  if (!speaks || changes || is_hypothetical(judging_, saying)) return;
  for (std::size_t i = 0; i + 1 < saying.mentions.size(); ++i) {
    const Mention& from = judging_.mention(saying.mentions[i]);
    const Mention& to = judging_.mention(saying.mentions[i + 1]);
    if (from.kind != MentionKind::date || to.kind != MentionKind::date || to.span.begin - from.span.end > 8 || from.date.day == 0) continue;
    for (const std::uint32_t d : data_documents(std::nullopt)) {
      for (const text::DateToken& token : judging_.evidence.dates(d)) {
        if (token.date.day == 0 || text::format(token.date).substr(0, 10) >= text::format(from.date).substr(0, 10)) continue;
        const core::Document& in = judging_.evidence.corpus().documents()[d];
        Verdict verdict = judging_.begin(ClaimKind::date, core::Span{from.span.begin, to.span.end});
        verdict.evidence = {core::SourceRef{in.artifact.path, {}, {}}};
        contradict(verdict, fmt::format("{} has data of {}", in.artifact.path, text::format(token.date)));
        handled[i] = handled[i + 1] = true;
        return verdicts.push_back(std::move(verdict));
      }
    }
  }
}

std::vector<Verdict> NamesJudge::judge(const Saying& saying, std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  if (!is_hypothetical(judging_, saying)) judge_label_units(saying.span, verdicts);
  judge_glosses(saying.span, verdicts);
  judge_empty_cell(saying, verdicts);
  judge_settings(saying, verdicts);
  judge_significance(saying, verdicts);
  judge_period(saying, handled, verdicts);
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = judging_.mention(saying.mentions[i]);
    const bool none = mention.kind == MentionKind::absence || (mention.kind == MentionKind::comparison && mention.comparison.sense == Sense::same);
    if (handled[i] || mention.excuse != Excuse::none || !none) continue;
    Verdict verdict = judging_.begin(ClaimKind::trend, mention);
    verdict.claim.relation = Relation::holds;
    if (!judge_movement(saying, mention, verdict) && !judge_series(mention, verdict)) continue;
    handled[i] = true;
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

// A record shown as a sample of the data: its keys must be keys of the evidence.
void NamesJudge::judge_record(core::Span code, std::vector<Verdict>& verdicts) const {
  const auto content = judging_.at(code);
  const auto open = content.find('{');
  if (open > 64 || content.size() > 4000) return;  // npos is beyond, too
  const std::vector<std::string> keys = keys_in(content);
  if (keys.size() < kFewestKeys) return;
  const auto above = std::upper_bound(judging_.sayings.begin(), judging_.sayings.end(), code, [](const core::Span& a, const Saying& b) { return a.begin < b.span.begin; });
  if (above != judging_.sayings.begin() && is_hypothetical(judging_, *std::prev(above))) return;
  std::vector<std::string> phrases;
  for (const std::string& key : keys) phrases.push_back(phrase_of(pieces_of(key), 0, 8));
  const std::size_t together = judging_.evidence.keys_together(phrases);
  if (2 * together >= keys.size()) return;
  std::uint64_t begin = code.begin + open;
  std::uint64_t end = code.end;
  while (end > begin && (is_space(judging_.text[end - 1]) || judging_.text[end - 1] == '`')) --end;
  Verdict verdict = judging_.begin(ClaimKind::event, core::Span{begin, end});
  not_support(verdict, fmt::format("no record of the evidence has more than {} of these {} keys", together, keys.size()));
  verdicts.push_back(std::move(verdict));
}

std::vector<Verdict> NamesJudge::judge_outside() const {
  std::vector<Verdict> verdicts;
  for (const text::MarkdownTable& table : judging_.scan.markdown.tables)
    for (const text::MarkdownSpan& cell : table.header) {
      judge_label_units({cell.begin, cell.end}, verdicts);
      judge_glosses({cell.begin, cell.end}, verdicts);
    }
  for (const text::MarkdownBlock& block : judging_.scan.markdown.blocks)
    if (block.kind == text::BlockKind::code) judge_record({block.span.begin, block.span.end}, verdicts);
  for (const text::MarkdownSpan& code : judging_.scan.markdown.code) judge_record({code.begin, code.end}, verdicts);
  return verdicts;
}

}  // namespace chimera::claims
