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
using Kind = core::Statistic::Kind;

constexpr std::array kPivots = std::to_array<std::string_view>({"against", "compared", "relative", "than", "versus", "vs"});

constexpr std::size_t kMostSheets = 64;  // that share a name: with more it is a common word

bool is_speed(Sense sense) { return sense == Sense::faster || sense == Sense::slower; }

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
  for (std::size_t i = 0; i < saying.pieces.size(); ++i) {
    const bool that_of = i + 1 < saying.pieces.size() && (saying.pieces[i].text == "that" || saying.pieces[i].text == "those") && saying.pieces[i + 1].text == "of";
    if (that_of || std::binary_search(kPivots.begin(), kPivots.end(), saying.pieces[i].text)) return {i, true};
  }
  return {};
}

// The rows of one side of a comparison: what its own names select, and names of other kinds that only the other side has:
// in "q8_0 is faster than f16 on small" both are of small.
std::vector<std::uint32_t> ValueJudge::of_side(const SheetView& view, PieceRange own, PieceRange other) const {
  std::set<std::uint32_t> mine;
  for (const RowName& name : view.rows)
    if (own.holds(name.range.begin) && name.label != nullptr) mine.insert(name.label->origin);
  const auto opposes = [&](const RowName& name) { return other.holds(name.range.begin) && name.label != nullptr && mine.count(name.label->origin) > 0; };
  if (std::none_of(view.rows.begin(), view.rows.end(), opposes)) return view.select(own);
  SheetView side = view;
  side.rows.erase(std::remove_if(side.rows.begin(), side.rows.end(), opposes), side.rows.end());
  return side.select({0, std::max(own.end, other.end)});
}

// "faster", "slower" without a metric: the columns of times and rates, those that state a mean or a median where some do.
ColumnPhrase ValueJudge::speed_phrase(const SheetView& view, std::size_t at) const {
  ColumnPhrase phrase{{at, at + 1}, {}};
  std::vector<std::uint32_t> central;
  const auto& columns = judging_.evidence.corpus().meaning({view.sheet.document})[view.sheet.table].columns;
  for (std::uint32_t c = 0; c < columns.size(); ++c) {
    const Dimension d = columns[c].unit->dimension;
    if (columns[c].role != core::Role::response || (d != Dimension::time && d != Dimension::token_time && !is_rate(d))) continue;
    const Kind kind = columns[c].statistic.kind;
    if (kind == Kind::sample) phrase.columns.push_back(c);
    if (kind == Kind::mean || kind == Kind::median) central.push_back(c);
  }
  if (!central.empty()) phrase.columns = std::move(central);
  return phrase;
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

// Whether some row of one side against some row of the other gives the number: then the author may have meant these.
bool ValueJudge::is_of_some_rows(const Mention& mention, core::UnitPtr unit, const Opposed& opposed) const {
  constexpr std::size_t kMostRows = 64;
  const std::vector<Candidate> left = values_.cells(opposed.view.sheet, opposed.left_column, opposed.left);
  const std::vector<Candidate> right = values_.cells(opposed.view.sheet, opposed.right_column, opposed.right);
  if (left.size() + right.size() < 3 || left.size() == right.size() || left.size() > kMostRows || right.size() > kMostRows) return false;
  const auto says = [&](double value) { return states_magnitude(mention.stated, mention.relation, value); };
  for (const Candidate& a : left) {
    for (const Candidate& b : right) {
      if (a.value == 0 || b.value == 0) continue;
      const double change = 100 * (a.value - b.value) / b.value;
      if (unit->dimension == Dimension::none ? says(a.value / b.value) || says(b.value / a.value) : says(change)) return true;
      if (const auto off = core::convert(a.value - b.value, a.unit, unit); off && says(*off)) return true;
    }
  }
  return false;
}

// `word` compares ("12 % faster than"); null of a plain ratio ("1.6 times that of").
bool ValueJudge::judge_difference(const Scope& scope, const Mention& mention, const Mention* word, Verdict& verdict) const {
  const core::UnitPtr unit = mention.unit_written ? mention.stated.unit : nullptr;
  const bool points = unit != nullptr && unit->symbol == "pp";
  const bool percent = unit != nullptr && !points && unit->dimension == Dimension::fraction;
  const bool times = unit != nullptr && unit->dimension == Dimension::none;
  const bool apart = word != nullptr && (points || (unit != nullptr && is_measure(unit->dimension)));  // "52 ms slower"
  const Sides split = sides(scope.saying);
  if ((!percent && !times && !apart) || !split.found || (word != nullptr && word->comparison.negated)) return false;
  const PieceRange left{0, split.pivot};
  const PieceRange right{split.pivot, scope.saying.pieces.size()};
  const std::size_t at = piece_at(scope.saying, word != nullptr ? word->span.begin : mention.digits.begin);
  bool bound = false;
  for (const SheetView& view : scope.views) {
    const ColumnPhrase* phrase = view.nearest(at, {at, right.end});
    if (phrase == nullptr) phrase = view.nearest(scope.saying.pieces.size(), left);
    const ColumnPhrase speed = speed_phrase(view, at);
    if (phrase == nullptr && word != nullptr && is_speed(word->comparison.sense)) phrase = &speed;
    if (phrase == nullptr) continue;
    for (const auto& [c, d] : opposed(scope, view, *phrase, split)) {
      const auto a = values_.mean(view.sheet, c, of_side(view, left, right));
      const auto b = values_.mean(view.sheet, d, of_side(view, right, left));
      const int sign = word == nullptr ? 1 : wanted_sign(word->comparison.sense, values_.meaning(view.sheet, c));
      if (!a || !b || sign == 0 || b->value == 0 || a->value == 0) continue;
      verdict.claim.kind = ClaimKind::delta;
      const double change = 100 * (a->value - b->value) / b->value;
      const double ratio = a->value / b->value;
      const bool direction = word == nullptr || sign * (a->value - b->value) > 0;
      bool size = word == nullptr ? states(mention.stated, mention.relation, percent ? 100 * ratio : ratio) : percent ? states_magnitude(mention.stated, mention.relation, change)
                          : states(mention.stated, mention.relation, ratio) || states(mention.stated, mention.relation, 1 / ratio);
      if (percent && word != nullptr && is_speed(word->comparison.sense)) size = size || states_magnitude(mention.stated, mention.relation, 100 * (b->value - a->value) / a->value);
      std::string found;
      if (apart) {
        const bool bare = points && a->unit->dimension != Dimension::fraction;
        const auto off = bare ? std::optional(100 * (a->value - b->value)) : core::convert(a->value - b->value, a->unit, unit);
        if (!off) continue;
        size = states_magnitude(mention.stated, mention.relation, *off);
        found = fmt::format("{:+.4g} {} ({} against {})", *off, unit->symbol, shown(*a), shown(*b));
      }
      if (!(direction && size) && is_of_some_rows(mention, unit, {view, c, d, of_side(view, left, right), of_side(view, right, left)})) continue;
      cite(*a, verdict);
      cite(*b, verdict);
      if (!apart) found = percent ? fmt::format("{:+.4g} % ({} against {})", change, shown(*a), shown(*b))
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
    ColumnPhrase speed = speed_phrase(view, at);
    const bool lasts = judging_.at(word.span) == "longer" || judging_.at(word.span) == "shorter";
    const auto is_rate_column = [&](std::uint32_t c) { return is_rate(values_.meaning(view.sheet, c).unit->dimension); };
    if (lasts) speed.columns.erase(std::remove_if(speed.columns.begin(), speed.columns.end(), is_rate_column), speed.columns.end());
    if (phrase == nullptr && (lasts || is_speed(word.comparison.sense))) phrase = &speed;
    if (phrase == nullptr) continue;
    for (const auto& [c, d] : opposed(scope, view, *phrase, split)) {
      const auto a = values_.mean(view.sheet, c, of_side(view, left, right));
      const auto b = values_.mean(view.sheet, d, of_side(view, right, left));
      const int sign = wanted_sign(word.comparison.sense, values_.meaning(view.sheet, c));
      if (!a || !b || sign == 0) continue;
      verdict.claim.kind = ClaimKind::trend;
      cite(*a, verdict);
      cite(*b, verdict);
      verdict.found = fmt::format("{} against {}", shown(*a), shown(*b));
      if ((sign * (a->value - b->value) > 0) != word.comparison.negated) {
        support(verdict, verdict.found);
        return true;
      }
      contradict(verdict, fmt::format("it is {}", verdict.found));
      bound = true;
    }
  }
  return bound;
}

// "q4_0 delivers ~17 % higher throughput than q5_K_M", where no file is named: any table with both names can support it;
// none contradicts, as another run of them may be meant.
std::vector<Verdict> ValueJudge::support_differences(const Saying& saying, const std::vector<SheetId>& sheets, std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  const Sides split = sides(saying);
  if (!split.found || sheets.size() > kMostSheets || saying.cell || is_hypothetical(judging_, saying)) return verdicts;
  Scope scope{saying, file_pieces(saying, judging_.scan.mentions), {}, {}, false};
  scope.taken = scope.hidden;
  const std::vector<bool> units = all_unit_pieces(saying, judging_.scan.mentions);
  for (const SheetId sheet : sheets) {
    SheetView view = binder_.view(saying, sheet, scope.hidden, units);
    if (view.names_rows({0, split.pivot}) && view.names_rows({split.pivot, saying.pieces.size()})) scope.views.push_back(std::move(view));
  }
  for (std::size_t i = 0; i + 1 < saying.mentions.size() && !scope.views.empty(); ++i) {
    const Mention& number = judging_.mention(saying.mentions[i]);
    const Mention& word = judging_.mention(saying.mentions[i + 1]);
    if (handled[i] || number.kind != MentionKind::number || number.excuse != Excuse::none || word.kind != MentionKind::comparison || word.comparison.sense == Sense::same) continue;
    Verdict verdict = judging_.begin(ClaimKind::delta, number);
    if (!judge_difference(scope, number, &word, verdict) || verdict.kind != VerdictKind::supported) continue;
    handled[i] = handled[i + 1] = true;
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

// "`a.csv` has a higher throughput than `b.csv`": one metric and statistic, over the rows of each file.
bool ValueJudge::judge_across(const Scope& scope, const Mention& word, Verdict& verdict) const {
  const Sides split = sides(scope.saying);
  if (!split.found || word.comparison.sense == Sense::same) return false;
  const std::uint64_t pivot = scope.saying.pieces[split.pivot].begin;
  std::array<std::vector<std::uint32_t>, 2> documents;
  for (const std::size_t m : scope.saying.mentions) {
    const Mention& file = judging_.mention(m);
    if (file.kind != MentionKind::file) continue;
    if (!documents[file.span.begin > pivot ? 1 : 0].empty()) return false;
    documents[file.span.begin > pivot ? 1 : 0] = judging_.evidence.find_files(judging_.at(file.span));
  }
  if (documents[0].size() != 1 || documents[1].size() != 1 || documents[0] == documents[1]) return false;
  const std::size_t at = piece_at(scope.saying, word.span.begin);
  bool bound = false;
  for (const SheetView& left : scope.views) {
    for (const SheetView& right : scope.views) {
      if (left.sheet.document != documents[0].front() || right.sheet.document != documents[1].front()) continue;
      const auto phrase_of = [&](const SheetView& view) { return view.nearest(at, {0, scope.saying.pieces.size()}); };
      const ColumnPhrase* mine = phrase_of(left);
      const ColumnPhrase* other = phrase_of(right);
      if (mine == nullptr || other == nullptr || mine->range.begin != other->range.begin || mine->range.end != other->range.end) continue;
      const PieceRange all{0, scope.saying.pieces.size()};
      for (const std::uint32_t c : compared(scope, left, *mine, all)) {
        for (const std::uint32_t d : compared(scope, right, *other, all)) {
          const core::ColumnMeaning& meaning = values_.meaning(left.sheet, c);
          if (meaning.definition != values_.meaning(right.sheet, d).definition || meaning.statistic != values_.meaning(right.sheet, d).statistic) continue;
          const auto a = values_.mean(left.sheet, c, left.select(all));
          const auto b = values_.mean(right.sheet, d, right.select(all));
          const int sign = wanted_sign(word.comparison.sense, meaning);
          const auto converted = b ? core::convert(b->value, b->unit, a ? a->unit : b->unit) : std::nullopt;
          if (!a || !converted || sign == 0) continue;
          cite(*a, verdict);
          cite(*b, verdict);
          verdict.claim.kind = ClaimKind::trend;
          verdict.found = fmt::format("{} against {}", shown(*a), shown(*b));
          if ((sign * (a->value - *converted) > 0) != word.comparison.negated) {
            support(verdict, verdict.found);
            return true;
          }
          contradict(verdict, fmt::format("it is {}", verdict.found));
          bound = true;
        }
      }
    }
  }
  return bound;
}

// "The fastest single run was 182.3 tok/s": of no rows by name, so of all; the number is the most or the least of the one column that it
// can be of.
bool ValueJudge::judge_extreme(const Scope& scope, const Mention& word, Verdict& verdict) const {
  const Mention* number = nullptr;
  for (const std::size_t m : scope.saying.mentions) {
    const Mention& mention = judging_.mention(m);
    if (mention.kind != MentionKind::number || mention.excuse != Excuse::none) continue;
    if (number != nullptr) return false;
    number = &mention;
  }
  const core::UnitPtr unit = number == nullptr ? nullptr : stated_unit(judging_, scope.saying, *number);
  if (unit == nullptr || !is_measure(unit->dimension) || number->relation != Relation::equal) return false;
  const PieceRange all{0, scope.saying.pieces.size()};
  const Bound* only = nullptr;
  std::vector<Bound> bounds = by_unit(scope, unit);
  for (const Bound& bound : bounds) {
    if (bound.view->names_rows(all) || only != nullptr || bound.columns.size() != 1) return false;
    only = &bound;
  }
  if (only == nullptr) return false;
  const std::uint32_t column = only->columns.front();
  const int sign = wanted_sign(word.comparison.sense, values_.meaning(only->view->sheet, column));
  std::vector<std::uint32_t> every(only->view->row_count);
  for (std::uint32_t r = 0; r < every.size(); ++r) every[r] = r;
  const std::vector<Candidate> cells = values_.cells(only->view->sheet, column, every);
  if (sign == 0 || cells.size() < 2) return false;
  const Candidate& best = *std::max_element(cells.begin(), cells.end(), [sign](const Candidate& a, const Candidate& b) { return sign * a.value < sign * b.value; });
  cite(best, verdict);
  verdict.found = shown(best);
  if (fit(*number, unit, best) == Fit::equal) support(verdict, verdict.found);
  else contradict(verdict, fmt::format("that is {}", verdict.found));
  return true;
}

}  // namespace chimera::claims
