#include "claims/document_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "claims/cursor.h"
#include "claims/lexicon.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

constexpr std::ptrdiff_t kMostTables = 8;

bool says_all(const Saying& saying) {
  return std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return is_universal(p.text); });
}

bool is_dash(std::string_view between) {
  const auto word = text::trim(between);
  return word == "-" || word == "–" || word == "—" || word == "to";
}

}  // namespace

DocumentJudge::DocumentJudge(const Judging& judging) : judging_(judging) {
  for (const Mention& mention : judging.scan.mentions) {
    if (mention.kind != MentionKind::absence || mention.excuse != Excuse::none) continue;
    const std::vector<Piece> pieces = pieces_of(judging.at(mention.span));
    const auto speaks = [&](auto&&... words) { return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return ((p.text == words) || ...); }); };
    if (!speaks("performance", "quantitative", "quantifiable", "measurable") || !speaks("metrics", "metric", "data", "measurements", "numbers")) continue;
    nothing_measured_ = mention.span;
    return;
  }
}

// "below 2 %", "at least 90 %", "12-17pp".
std::optional<DocumentJudge::Bound> DocumentJudge::bound_in(const Saying& saying) const {
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = judging_.mention(saying.mentions[i]);
    if (mention.kind != MentionKind::number || mention.excuse != Excuse::none) continue;
    const double place = last_place(mention.stated);
    if (mention.unit_written && mention.relation == Relation::at_most) return Bound{-HUGE_VAL, mention.stated.value, mention.stated.unit, place, {i}};
    if (mention.unit_written && mention.relation == Relation::at_least) return Bound{mention.stated.value, HUGE_VAL, mention.stated.unit, place, {i}};
    if (i + 1 >= saying.mentions.size()) continue;
    const Mention& next = judging_.mention(saying.mentions[i + 1]);
    if (next.kind != MentionKind::number || !next.unit_written || next.span.begin < mention.span.end || mention.signed_) continue;
    if (!is_dash(judging_.text.substr(mention.span.end, next.span.begin - mention.span.end)) || mention.stated.value >= next.stated.value) continue;
    return Bound{mention.stated.value, next.stated.value, next.stated.unit, place, {i, i + 1}};
  }
  return std::nullopt;
}

std::optional<core::Span> DocumentJudge::violation(const text::MarkdownTable& table, std::size_t column, const Bound& bound) const {
  for (const std::vector<text::MarkdownSpan>& row : table.rows) {
    if (column >= row.size()) continue;
    const core::Span cell{row[column].begin, row[column].end};
    const auto first = std::lower_bound(judging_.scan.mentions.begin(), judging_.scan.mentions.end(), cell.begin, [](const Mention& m, std::uint64_t begin) { return m.span.begin < begin; });
    if (first == judging_.scan.mentions.end() || first->span.begin >= cell.end || first->kind != MentionKind::number || !first->unit_written) continue;
    const auto value = core::convert(first->stated.value, first->stated.unit, bound.unit);
    if (value && (*value < bound.low - bound.place || *value > bound.high + bound.place / 2)) return cell;
  }
  return std::nullopt;
}

// "CV < 2 % for all models", and the report's own column of CVs has 2.6 %.
void DocumentJudge::judge_bound(const Saying& saying, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const {
  if (saying.cell || !says_all(saying) || is_hypothetical(judging_, saying)) return;
  const auto bound = bound_in(saying);
  if (!bound) return;
  const auto said = [&](const Piece& word) {
    return std::any_of(saying.pieces.begin(), saying.pieces.end(), [&](const Piece& p) { return folded(p.text) == folded(word.text); });
  };
  const auto& tables = judging_.scan.markdown.tables;
  const auto first = std::lower_bound(tables.begin(), tables.end(), saying.heading.begin, [](const text::MarkdownTable& t, std::uint64_t begin) { return t.span.begin < begin; });
  for (auto at = first; at != tables.end() && at->span.begin < saying.span.begin && at - first < kMostTables; ++at) {  // of the same section, above
    const text::MarkdownTable& table = *at;
    for (std::size_t c = 1; c < table.header.size(); ++c) {
      const std::vector<Piece> header = pieces_of(judging_.at({table.header[c].begin, table.header[c].end}));
      const bool named = !header.empty() && std::all_of(header.begin(), header.end(), [&](const Piece& word) { return word.text == "%" || said(word); });
      const auto cell = named ? violation(table, c, *bound) : std::nullopt;
      if (!cell) continue;
      const core::Span span{judging_.mention(saying.mentions[bound->mentions.front()]).span.begin, judging_.mention(saying.mentions[bound->mentions.back()]).span.end};
      Verdict verdict = judging_.begin(ClaimKind::self_consistency, span);
      contradict(verdict, fmt::format("the report's own table has {}", text::trim(judging_.at(*cell))));
      for (const std::size_t m : bound->mentions) handled[m] = true;
      return verdicts.push_back(std::move(verdict));
    }
  }
}

// "a wide range of observed token rates", in a report that says that there are no metrics.
void DocumentJudge::judge_observed(const Saying& saying, std::vector<Verdict>& verdicts) const {
  if (!nothing_measured_ || saying.title || is_hypothetical(judging_, saying)) return;
  if (saying.span.contains(*nothing_measured_)) return;
  const Evidence::MetricNames& names = judging_.evidence.metric_names();
  for (std::size_t i = 0; i + 1 < saying.pieces.size(); ++i) {
    if (saying.pieces[i].text != "observed" && saying.pieces[i].text != "measured" && saying.pieces[i].text != "recorded") continue;
    for (std::size_t count = std::min(names.longest, saying.pieces.size() - i - 1); count > 0; --count) {
      std::string phrase;
      for (std::size_t k = i + 1; k < i + 1 + count; ++k) phrase += (phrase.empty() ? "" : " ") + folded(saying.pieces[k].text);
      if (names.metrics.count(phrase) == 0 || saying.pieces[i + 1].begin - saying.pieces[i].end > 1) continue;
      Verdict verdict = judging_.begin(ClaimKind::self_consistency, core::Span{saying.pieces[i].begin, saying.pieces[i + count].end});
      contradict(verdict, fmt::format("the report also says '{}'", judging_.at(*nothing_measured_)));
      return verdicts.push_back(std::move(verdict));
    }
  }
}

std::vector<Verdict> DocumentJudge::judge(const Saying& saying, std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  judge_bound(saying, handled, verdicts);
  judge_observed(saying, verdicts);
  return verdicts;
}

}  // namespace chimera::claims
