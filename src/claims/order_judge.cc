// The half of ValueJudge that orders: differences, comparing words, ranks.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "claims/tolerance.h"
#include "claims/value_judge.h"

namespace chimera::claims {
namespace {

using core::Dimension;

constexpr std::array kPivots = std::to_array<std::string_view>({"against", "compared", "relative", "than", "versus", "vs"});

bool is_rate(Dimension d) {
  return d == Dimension::token_rate || d == Dimension::request_rate || d == Dimension::bandwidth || d == Dimension::flop_rate || d == Dimension::frequency;
}

}  // namespace

int ValueJudge::wanted_sign(Sense sense, const core::ColumnMeaning& column) const {
  const Dimension d = column.unit->dimension;
  const int faster = d == Dimension::time || d == Dimension::token_time ? -1 : is_rate(d) ? 1 : column.direction;
  switch (sense) {
    case Sense::more: return 1;
    case Sense::less: return -1;
    case Sense::better: return column.direction;
    case Sense::worse: return -column.direction;
    case Sense::faster: return faster;
    case Sense::slower: return -faster;
    case Sense::same: return 0;
  }
  return 0;
}

ValueJudge::Sides ValueJudge::sides(const Saying& saying) const {
  for (std::size_t i = 0; i < saying.pieces.size(); ++i)
    if (std::binary_search(kPivots.begin(), kPivots.end(), saying.pieces[i].text)) return {i, true};
  return {};
}

// The columns that the two sides of a comparison are about: the same one where rows are compared, two below different
// parts of the key paths ("http_req_duration ... than iteration_duration"); none where a side names nothing.
std::vector<std::pair<std::uint32_t, std::uint32_t>> ValueJudge::opposed(const Scope& scope, const SheetView& view, const ColumnPhrase& phrase, const Sides& split) const {
  const PieceRange left{0, split.pivot};
  const PieceRange right{split.pivot, scope.saying.pieces.size()};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  if (view.names_rows(left) && view.names_rows(right)) {
    for (const SheetView& other : scope.views)
      if (other.understood() > view.understood() && !other.columns.empty() && other.names_rows(left) && other.names_rows(right)) return pairs;
    for (const std::uint32_t c : compared(scope, view, phrase, {left.begin, right.end})) pairs.emplace_back(c, c);
    return pairs;
  }
  if (!view.narrows(phrase, left) || !view.narrows(phrase, right)) return pairs;
  for (const std::uint32_t c : compared(scope, view, phrase, left))
    for (const std::uint32_t d : compared(scope, view, phrase, right))
      if (c != d && values_.meaning(view.sheet, c).statistic == values_.meaning(view.sheet, d).statistic) pairs.emplace_back(c, d);
  return pairs;
}

bool ValueJudge::judge_difference(const Scope& scope, const Mention& mention, const Mention& word, Verdict& verdict) const {
  const core::UnitPtr unit = mention.unit_written ? mention.stated.unit : nullptr;
  const bool percent = unit != nullptr && unit->dimension == Dimension::fraction;
  const bool times = unit != nullptr && unit->dimension == Dimension::none;
  const Sides split = sides(scope.saying);
  if ((!percent && !times) || !split.found) return false;
  const PieceRange left{0, split.pivot};
  const PieceRange right{split.pivot, scope.saying.pieces.size()};
  bool bound = false;
  for (const SheetView& view : scope.views) {
    const ColumnPhrase* phrase = view.nearest(piece_at(scope.saying, word.span.begin), {piece_at(scope.saying, word.span.begin), right.end});
    if (phrase == nullptr) phrase = view.nearest(scope.saying.pieces.size(), left);
    if (phrase == nullptr) continue;
    for (const auto& [c, d] : opposed(scope, view, *phrase, split)) {
      const auto a = values_.mean(view.sheet, c, view.select(left));
      const auto b = values_.mean(view.sheet, d, view.select(right));
      const int sign = wanted_sign(word.comparison.sense, values_.meaning(view.sheet, c));
      if (!a || !b || sign == 0 || b->value == 0 || a->value == 0) continue;
      verdict.claim.kind = ClaimKind::delta;
      const double change = 100 * (a->value - b->value) / b->value;
      const double ratio = a->value / b->value;
      const bool direction = sign * (a->value - b->value) > 0;
      const bool speed = word.comparison.sense == Sense::faster || word.comparison.sense == Sense::slower;
      bool size = percent ? states_magnitude(mention.stated, mention.relation, change)
                          : states(mention.stated, mention.relation, ratio) || states(mention.stated, mention.relation, 1 / ratio);
      if (percent && speed) size = size || states_magnitude(mention.stated, mention.relation, 100 * (b->value - a->value) / a->value);
      cite(*a, verdict);
      cite(*b, verdict);
      const std::string found = percent ? fmt::format("{:+.4g} % ({} against {})", change, shown(*a), shown(*b))
                                        : fmt::format("{:.4g} ({} against {})", ratio, shown(*a), shown(*b));
      if (direction && size) {
        verdict.code = core::DiagnosticCode::claim_uncheckable;
        verdict.reason.clear();
        support(verdict, found);
        return true;
      }
      verdict.found = found;
      contradict(verdict, fmt::format("it is {}", found));
      bound = true;
    }
  }
  return bound;
}

bool ValueJudge::judge_comparison(const Scope& scope, const Mention& word, Verdict& verdict) const {
  const Sides split = sides(scope.saying);
  if (!split.found || word.comparison.sense == Sense::same) return false;
  const PieceRange left{0, split.pivot};
  const PieceRange right{split.pivot, scope.saying.pieces.size()};
  const std::size_t at = piece_at(scope.saying, word.span.begin);
  bool bound = false;
  for (const SheetView& view : scope.views) {
    const ColumnPhrase* phrase = view.nearest(scope.saying.pieces.size(), {at, right.end});
    if (phrase == nullptr) phrase = view.nearest(at, left);
    if (phrase == nullptr) continue;
    for (const auto& [c, d] : opposed(scope, view, *phrase, split)) {
      const auto a = values_.mean(view.sheet, c, view.select(left));
      const auto b = values_.mean(view.sheet, d, view.select(right));
      const int sign = wanted_sign(word.comparison.sense, values_.meaning(view.sheet, c));
      if (!a || !b || sign == 0) continue;
      verdict.claim.kind = ClaimKind::trend;
      cite(*a, verdict);
      cite(*b, verdict);
      verdict.found = fmt::format("{} against {}", shown(*a), shown(*b));
      if (sign * (a->value - b->value) > 0) {
        support(verdict, verdict.found);
        return true;
      }
      contradict(verdict, fmt::format("it is {}", verdict.found));
      bound = true;
    }
  }
  return bound;
}

bool ValueJudge::judge_rank(const Scope& scope, const Mention& word, Verdict& verdict) const {
  const std::size_t at = piece_at(scope.saying, word.span.begin);
  const PieceRange all{0, scope.saying.pieces.size()};
  bool bound = false;
  for (const SheetView& view : scope.views) {
    const ColumnPhrase* phrase = view.nearest(at, {at, all.end});
    if (phrase == nullptr) phrase = view.nearest(at, all);
    if (phrase == nullptr) continue;
    const bool by_path = !view.names_rows(all) && view.narrows(*phrase, all);
    if (!by_path && !view.names_rows(all)) continue;
    if (std::any_of(scope.views.begin(), scope.views.end(), [&](const SheetView& other) { return other.understood() > view.understood() && !other.columns.empty(); })) continue;
    const std::vector<std::uint32_t> subject = view.select(all);
    std::vector<std::uint32_t> every(view.row_count);
    for (std::uint32_t r = 0; r < view.row_count; ++r) every[r] = r;
    for (const std::uint32_t c : compared(scope, view, *phrase, all)) {
      const int sign = wanted_sign(word.comparison.sense, values_.meaning(view.sheet, c));
      const std::vector<Candidate> mine = values_.cells(view.sheet, c, subject);
      std::vector<Candidate> others = values_.cells(view.sheet, c, every);
      for (const std::uint32_t d : phrase->columns) {
        if (!by_path || d == c || values_.meaning(view.sheet, d).statistic != values_.meaning(view.sheet, c).statistic) continue;
        for (Candidate& candidate : values_.cells(view.sheet, d, every)) others.push_back(std::move(candidate));
      }
      if (sign == 0 || mine.empty() || others.size() < 2) continue;
      const auto less = [sign](const Candidate& a, const Candidate& b) { return sign * a.value < sign * b.value; };
      const Candidate& best = *std::max_element(others.begin(), others.end(), less);
      const Candidate& own = *std::max_element(mine.begin(), mine.end(), less);
      cite(own, verdict);
      cite(best, verdict);
      if (own.value == best.value) {
        support(verdict, shown(own));
        return true;
      }
      verdict.found = fmt::format("{}, against {} elsewhere", shown(own), shown(best));
      contradict(verdict, fmt::format("it is {}", verdict.found));
      bound = true;
    }
  }
  return bound;
}

}  // namespace chimera::claims
