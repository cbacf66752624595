// The half of ValueJudge that ranks: "the fastest on q1 is duck", "the two fastest are", "from fastest to slowest", "twice
// as long as".
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "claims/lexicon.h"
#include "claims/tolerance.h"
#include "claims/value_judge.h"

namespace chimera::claims {
namespace {

using core::Dimension;

// Words before a name that say where something is so, not what is so.
constexpr std::array kWithin = std::to_array<std::string_view>({"among", "at", "for", "in", "of", "on", "per", "under", "within"});
constexpr std::array kQuick = std::to_array<std::string_view>({"fast", "quick", "quickly"});
constexpr std::array kSizes = std::to_array<std::string_view>({"big", "great", "heavy", "high", "large", "long", "many", "much"});
static_assert(std::is_sorted(kWithin.begin(), kWithin.end()));
static_assert(std::is_sorted(kQuick.begin(), kQuick.end()));
static_assert(std::is_sorted(kSizes.begin(), kSizes.end()));

constexpr double kClear = 0.1;  // a word such as "twice" that is off by more than this is wrong, not loosely meant

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::binary_search(words.begin(), words.end(), word);
}

std::vector<std::uint32_t> shared(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::vector<std::uint32_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

std::string_view word_at(const Saying& saying, std::size_t i) { return i < saying.pieces.size() ? std::string_view(saying.pieces[i].text) : std::string_view(); }

// "two" of "the two fastest": how many lead together; 1 where no number stands before the word.
std::size_t how_many(const Judging& judging, const Saying& saying, const Mention& word) {
  for (const std::size_t m : saying.mentions) {
    const Mention& number = judging.mention(m);
    const bool counts = number.kind == MentionKind::number || number.kind == MentionKind::number_word;
    if (counts && number.integer && number.span.end + 1 == word.span.begin && number.stated.value >= 2 && number.stated.value <= 20)
      return static_cast<std::size_t>(number.stated.value);
  }
  return 1;
}

// "is not the fastest"
bool is_negated(const Saying& saying, std::size_t at, const Mention& word) {
  while (at > 0 && (word_at(saying, at - 1) == "the" || word_at(saying, at - 1) == "a")) --at;
  return word.comparison.negated || (at > 0 && is_denial(word_at(saying, at - 1)));
}

}  // namespace

// Names are subjects unless a preposition makes them the place; where every name is one, all are subjects. Of several
// subjects of one kind the last one before the word, else the first behind it, unless the word counts them.
ValueJudge::Ranked ValueJudge::ranked(const Scope& scope, const SheetView& view, const Mention& word) const {
  const Saying& saying = scope.saying;
  Ranked found{view, 0, 0, {}, {}};
  std::vector<const RowName*> places;
  for (const RowName& name : view.rows) {
    std::size_t before = name.range.begin;
    while (before > 0 && (word_at(saying, before - 1) == "the" || word_at(saying, before - 1) == "both")) --before;
    const bool place = before > 0 && among(kWithin, word_at(saying, before - 1)) && !(before > 1 && word_at(saying, before - 2) == "that");
    (place ? places : found.subjects).push_back(&name);
  }
  if (found.subjects.empty()) found.subjects.swap(places);
  found.within.resize(view.row_count);
  for (std::uint32_t r = 0; r < view.row_count; ++r) found.within[r] = r;
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_kind;
  for (const RowName* name : places) {
    if (name->label == nullptr) continue;
    std::vector<std::uint32_t>& rows = by_kind[name->label->origin];
    rows.insert(rows.end(), name->label->rows.begin(), name->label->rows.end());
  }
  for (auto& [origin, rows] : by_kind) {
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    found.within = shared(found.within, rows);
  }
  if (how_many(judging_, saying, word) > 1) return found;
  std::map<std::uint32_t, const RowName*> nearest;
  for (const RowName* name : found.subjects) {
    if (name->label == nullptr) continue;
    const bool before = saying.pieces[name->range.begin].begin < word.span.begin;
    const RowName*& kept = nearest[name->label->origin];
    if (kept == nullptr || before) kept = name;
  }
  found.subjects.clear();
  for (const auto& [origin, name] : nearest) found.subjects.push_back(name);
  return found;
}

// Whether the subject has the best value, by single rows or by the means of the names of its kind; nothing where no value
// can be compared.
std::optional<bool> ValueJudge::leads(const Ranked& ranked, std::size_t count, Verdict& verdict) const {
  const SheetId sheet = ranked.view.sheet;
  const int sign = ranked.sign;
  if (ranked.subjects.empty() || std::any_of(ranked.subjects.begin(), ranked.subjects.end(), [](const RowName* n) { return n->label == nullptr; })) return std::nullopt;
  const Label& first = *ranked.subjects.front()->label;
  const bool one_kind = std::all_of(ranked.subjects.begin(), ranked.subjects.end(), [&](const RowName* n) { return n->label->origin == first.origin; });
  if (count > 1 && (!one_kind || ranked.subjects.size() != count)) return std::nullopt;
  std::vector<std::uint32_t> rows = ranked.within;
  if (count == 1)
    for (const RowName* name : ranked.subjects) rows = shared(rows, name->label->rows);
  const std::vector<Candidate> mine = values_.cells(sheet, ranked.column, rows);
  const std::vector<Candidate> all = values_.cells(sheet, ranked.column, ranked.within);
  if (mine.empty() || all.size() < 2) return std::nullopt;
  const auto less = [sign](const Candidate& a, const Candidate& b) { return sign * a.value < sign * b.value; };
  const Candidate& own = *std::max_element(mine.begin(), mine.end(), less);
  const Candidate& best = *std::max_element(all.begin(), all.end(), less);
  cite(own, verdict);
  cite(best, verdict);
  verdict.found = own.value == best.value ? shown(own) : fmt::format("{}, against {} elsewhere", shown(own), shown(best));
  if (count == 1 && own.value == best.value) return true;
  if (!one_kind || (count == 1 && rows.size() < 2)) return false;
  std::optional<double> worst_own;
  for (const RowName* name : ranked.subjects) {
    const auto mean = values_.mean(sheet, ranked.column, shared(ranked.within, name->label->rows));
    if (!mean) return std::nullopt;
    if (!worst_own || sign * mean->value < sign * *worst_own) worst_own = mean->value;
  }
  std::size_t others = 0;
  for (const auto& [name, label] : judging_.evidence.labels(sheet).by_name) {
    const auto is_subject = [&rows = label.rows](const RowName* n) { return n->label->rows == rows; };
    if (label.origin != first.origin || std::any_of(ranked.subjects.begin(), ranked.subjects.end(), is_subject)) continue;
    const auto other = values_.mean(sheet, ranked.column, shared(ranked.within, label.rows));
    if (!other) continue;
    ++others;
    if (sign * *worst_own < sign * other->value) return false;
  }
  return others > 0;
}

// "From fastest to slowest: a, b, c": the means of the names fall in that order.
bool ValueJudge::judge_order_list(const Scope& scope, const Mention& word, Verdict& verdict) const {
  const Mention* from = nullptr;
  for (const std::size_t m : scope.saying.mentions) {
    const Mention& other = judging_.mention(m);
    if (other.kind != MentionKind::rank) continue;
    if (from != nullptr && text::trim(judging_.text.substr(from->span.end, other.span.begin - from->span.end)) == "to" && (&word == from || &word == &other)) break;
    from = &other;
  }
  if (from == nullptr) return false;
  for (const SheetView& view : scope.views) {
    const Ranked whole = ranked(scope, view, *from);
    std::vector<const RowName*> listed;
    for (const RowName& name : view.rows)
      if (scope.saying.pieces[name.range.begin].begin > from->span.end && name.label != nullptr) listed.push_back(&name);
    if (listed.size() < 2 || std::any_of(listed.begin(), listed.end(), [&](const RowName* n) { return n->label->origin != listed.front()->label->origin; })) continue;
    const ColumnPhrase* phrase = view.nearest(scope.saying.pieces.size(), {0, scope.saying.pieces.size()});
    const ColumnPhrase speed = speed_phrase(view, listed.front()->range.begin);
    const auto& columns = phrase != nullptr ? phrase->columns : speed.columns;
    for (const std::uint32_t c : columns) {
      const int sign = wanted_sign(from->comparison.sense, values_.meaning(view.sheet, c));
      std::vector<Candidate> means;
      for (const RowName* name : listed)
        if (auto mean = values_.mean(view.sheet, c, shared(whole.within, name->label->rows))) means.push_back(std::move(*mean));
      if (sign == 0 || means.size() != listed.size()) continue;
      const bool falls = std::is_sorted(means.begin(), means.end(), [sign](const Candidate& a, const Candidate& b) { return sign * a.value > sign * b.value; });
      for (const Candidate& mean : means) {
        cite(mean, verdict);
        verdict.found += (verdict.found.empty() ? "" : ", ") + fmt::format("{:.4g} {}", mean.value, mean.unit->symbol);
      }
      if (falls) support(verdict, verdict.found);
      else contradict(verdict, fmt::format("they have {}", verdict.found));
      return true;
    }
  }
  return false;
}

bool ValueJudge::judge_rank(const Scope& scope, const Mention& word, Verdict& verdict) const {
  const auto is_rank = [&](std::size_t m) { return judging_.mention(m).kind == MentionKind::rank; };
  if (std::count_if(scope.saying.mentions.begin(), scope.saying.mentions.end(), is_rank) > 1 && judge_order_list(scope, word, verdict)) return true;
  const std::size_t at = piece_at(scope.saying, word.span.begin);
  const PieceRange all{0, scope.saying.pieces.size()};
  const std::size_t count = how_many(judging_, scope.saying, word);
  bool bound = false;
  for (const SheetView& view : scope.views) {
    const ColumnPhrase* phrase = view.nearest(at, {at, all.end});
    if (phrase == nullptr) phrase = view.nearest(at, all);
    const ColumnPhrase speed = speed_phrase(view, at);
    const bool fast = word.comparison.sense == Sense::faster || word.comparison.sense == Sense::slower;
    if (phrase == nullptr && fast) phrase = &speed;
    if (phrase == nullptr) continue;
    const bool by_path = !view.names_rows(all) && view.narrows(*phrase, all);
    if (!by_path && !view.names_rows(all)) continue;
    if (std::any_of(scope.views.begin(), scope.views.end(), [&](const SheetView& other) { return other.understood() > view.understood() && !other.columns.empty(); })) continue;
    Ranked subject = ranked(scope, view, word);
    for (const std::uint32_t c : compared(scope, view, *phrase, all)) {
      subject.column = c;
      subject.sign = wanted_sign(word.comparison.sense, values_.meaning(view.sheet, c));
      if (subject.sign == 0) continue;
      const auto holds = by_path ? leads_among_paths(subject, phrase->columns, verdict) : leads(subject, count, verdict);
      if (!holds) continue;
      if (*holds != is_negated(scope.saying, at, word)) {
        abstain(verdict, {});  // a column before may have said otherwise
        support(verdict, verdict.found);
        return true;
      }
      contradict(verdict, fmt::format("it is {}", verdict.found));
      bound = true;
    }
  }
  return bound || judge_extreme(scope, word, verdict);
}

// "http_req_duration is the longest": one column against those of the same name elsewhere in the key paths.
std::optional<bool> ValueJudge::leads_among_paths(const Ranked& ranked, const std::vector<std::uint32_t>& columns, Verdict& verdict) const {
  const SheetId sheet = ranked.view.sheet;
  const std::vector<Candidate> mine = values_.cells(sheet, ranked.column, ranked.within);
  std::vector<Candidate> all = mine;
  for (const std::uint32_t d : columns) {
    if (d == ranked.column || values_.meaning(sheet, d).statistic != values_.meaning(sheet, ranked.column).statistic) continue;
    for (Candidate& candidate : values_.cells(sheet, d, ranked.within)) all.push_back(std::move(candidate));
  }
  if (mine.empty() || all.size() < 2) return std::nullopt;
  const auto less = [&](const Candidate& a, const Candidate& b) { return ranked.sign * a.value < ranked.sign * b.value; };
  const Candidate& own = *std::max_element(mine.begin(), mine.end(), less);
  const Candidate& best = *std::max_element(all.begin(), all.end(), less);
  cite(own, verdict);
  cite(best, verdict);
  verdict.found = own.value == best.value ? shown(own) : fmt::format("{}, against {} elsewhere", shown(own), shown(best));
  return own.value == best.value;
}

// "takes twice as long as beta", "3.9 times as fast as beta".
bool ValueJudge::judge_multiple(const Scope& scope, const Mention& mention, Verdict& verdict) const {
  const Saying& saying = scope.saying;
  std::size_t next = piece_at(saying, mention.digits.begin) + 1;
  if (word_at(saying, next) == "times" || word_at(saying, next) == "x") ++next;
  if (word_at(saying, next) != "as") return false;
  const std::string_view how = word_at(saying, next + 1);
  std::size_t pivot = next + 2;
  while (pivot < std::min(next + 5, saying.pieces.size()) && word_at(saying, pivot) != "as") ++pivot;
  const bool quick = among(kQuick, how);
  if (word_at(saying, pivot) != "as" || (!quick && how != "slow" && !among(kSizes, how))) return false;
  const PieceRange left{0, pivot};
  const PieceRange right{pivot, saying.pieces.size()};
  bool bound = false;
  for (const SheetView& view : scope.views) {
    if (!view.names_rows(left) || !view.names_rows(right)) continue;
    const ColumnPhrase* phrase = view.nearest(pivot, {0, saying.pieces.size()});
    const ColumnPhrase speed = speed_phrase(view, pivot);
    const bool timed = phrase == nullptr && (quick || how == "slow" || how == "long");
    if (phrase == nullptr && !timed) continue;
    for (const std::uint32_t c : timed ? speed.columns : compared(scope, view, *phrase, {0, saying.pieces.size()})) {
      const int faster = wanted_sign(Sense::faster, values_.meaning(view.sheet, c));
      if ((how == "long" && timed && faster > 0) || ((quick || how == "slow") && faster == 0)) continue;
      const auto a = values_.mean(view.sheet, c, of_side(view, left, right));
      const auto b = values_.mean(view.sheet, c, of_side(view, right, left));
      if (!a || !b || a->value == 0 || b->value == 0) continue;
      const bool upside_down = quick ? faster < 0 : how == "slow" && faster > 0;
      const double ratio = upside_down ? b->value / a->value : a->value / b->value;
      const std::string found = fmt::format("{:.4g} ({} against {})", ratio, shown(*a), shown(*b));
      const bool word = mention.kind == MentionKind::number_word;
      if (word ? roughly(mention.stated.value, ratio) : states(mention.stated, mention.relation, ratio)) {
        cite(*a, verdict);
        cite(*b, verdict);
        abstain(verdict, {});  // a column before may have said otherwise
        support(verdict, found);
        return true;
      }
      if (word && std::fabs(ratio / mention.stated.value - 1) < kClear) continue;
      cite(*a, verdict);
      cite(*b, verdict);
      verdict.found = found;
      contradict(verdict, fmt::format("it is {}", found));
      bound = true;
    }
  }
  return bound;
}

}  // namespace chimera::claims
