#include "claims/value_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "claims/cursor.h"
#include "claims/tie.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using core::Dimension;
using core::Role;
using Kind = core::Statistic::Kind;

constexpr std::array kRangeWords = std::to_array<std::string_view>(
    {"between", "range", "ranged", "ranges", "ranging", "span", "spans", "varied", "varies", "vary", "varying"});
static_assert(std::is_sorted(kRangeWords.begin(), kRangeWords.end()));

constexpr std::size_t kCitedCells = 12;

PieceRange whole(const Saying& saying) { return {0, saying.pieces.size()}; }

bool joins(std::string_view between) {
  const auto word = text::trim(between);
  return word == "to" || word == "and" || word == "-" || word == "–" || word == "—" || word == "up to";
}

// What stands between the items of a list.
bool is_listed(std::string_view between) {
  for (const Piece& piece : pieces_of(between))
    if (piece.text != "and" && piece.text != "respectively") return false;
  return between.find_first_of("(|.;:=-/") == std::string_view::npos;
}

// The low or the high end of "from A to B" in a saying that speaks of a range; 0 where it is neither.
struct RangeEnd {
  int side = 0;
  const Mention* other = nullptr;
};
RangeEnd range_end(const Judging& judging, const Saying& saying, const Mention& mention) {
  const bool speaks = std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& piece) {
    return std::binary_search(kRangeWords.begin(), kRangeWords.end(), piece.text);
  });
  if (!speaks) return {};
  const Mention* before = nullptr;
  for (const std::size_t m : saying.mentions) {
    const Mention& other = judging.mention(m);
    if (other.kind != MentionKind::number) continue;
    if (&other == &mention) {
      if (before != nullptr && joins(judging.text.substr(before->span.end, mention.span.begin - before->span.end))) return {1, before};
    } else if (before == &mention) {
      return joins(judging.text.substr(mention.span.end, other.span.begin - mention.span.end)) ? RangeEnd{-1, &other} : RangeEnd{};
    }
    before = &other;
  }
  return {};
}

// Without these, unless nothing is left: "the accuracy" is not the one of its standard error.
void leave_out(const std::vector<std::uint32_t>& unwanted, std::vector<std::uint32_t>& columns) {
  std::vector<std::uint32_t> left;
  std::set_difference(columns.begin(), columns.end(), unwanted.begin(), unwanted.end(), std::back_inserter(left));
  if (!left.empty()) columns = std::move(left);
}

bool is_spread(Kind kind) {
  return kind == Kind::stddev || kind == Kind::variance || kind == Kind::cv || kind == Kind::ci_low || kind == Kind::ci_high;
}

// Unless nothing else is there.
void leave_out_spreads(std::vector<Candidate>& candidates) {
  const auto spread = [](const Candidate& c) { return is_spread(c.column->statistic.kind); };
  if (!std::all_of(candidates.begin(), candidates.end(), spread)) candidates.erase(std::remove_if(candidates.begin(), candidates.end(), spread), candidates.end());
}

bool speaks_of_all(const Saying& saying) {
  return std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return is_universal(p.text) || is_denial(p.text); });
}

}  // namespace

void ValueJudge::cite(const Candidate& candidate, Verdict& verdict) const {
  for (const core::CellRef& cell : candidate.cells)
    if (verdict.evidence.size() < kCitedCells) verdict.evidence.push_back(values_.place(cell));
}

Scope ValueJudge::open(const Saying& saying, const std::vector<std::uint32_t>& documents) const {
  Scope scope{saying, file_pieces(saying, judging_.scan.mentions), {}, {}, true};
  scope.taken = scope.hidden;
  const std::vector<bool> units = all_unit_pieces(saying, judging_.scan.mentions);
  for (const std::uint32_t d : documents) {
    const auto tables = judging_.evidence.corpus().documents()[d].tables.size();
    for (std::uint32_t t = 0; t < tables; ++t) scope.views.push_back(binder_.view(saying, {d, t}, scope.hidden, units));
  }
  const auto is_statistic = [&](const RowName& name) { return name.range.end - name.range.begin == 1 && statistic_word(saying.pieces[name.range.begin].text); };
  for (const SheetView& view : scope.views)
    for (const RowName& name : view.rows)
      if (!is_statistic(name)) std::fill(scope.taken.begin() + static_cast<std::ptrdiff_t>(name.range.begin), scope.taken.begin() + static_cast<std::ptrdiff_t>(name.range.end), true);
  // the digits of "w - 102400 words", a column's name, state nothing
  for (const SheetView& view : scope.views)
    for (const ColumnPhrase& phrase : view.columns)
      for (std::size_t i = phrase.range.begin; i < phrase.range.end; ++i)
        if (phrase.range.end - phrase.range.begin > 1 && is_digit(saying.pieces[i].text.front())) scope.taken[i] = true;
  return scope;
}

// The words of the saying that name the metric of the number: not its unit where that says something else, nor a setting
// with a value of its own ("block_size_x=16"); of "10 runs and 3 warm-up runs" what stands right behind.
const ColumnPhrase* ValueJudge::phrase_for(const Scope& scope, const SheetView& view, const Mention& mention, core::UnitPtr unit) const {
  const std::size_t at = piece_at(scope.saying, mention.digits.begin);
  const PieceRange own = unit_pieces(scope.saying, mention);
  const ColumnPhrase* best = nullptr;
  for (const ColumnPhrase& phrase : view.columns) {
    std::uint64_t end = scope.saying.pieces[phrase.range.end - 1].end;
    while (end < judging_.text.size() && is_word_char(judging_.text[end])) ++end;  // "block size" of "block_size_x=16"
    const bool assigned = end < judging_.text.size() && judging_.text[end] == '=' && phrase.range.end != at;
    const auto measures = [&](std::uint32_t c) { return values_.meaning(view.sheet, c).unit->dimension == unit->dimension; };
    const bool counted = mention.integer && phrase.range.begin > 0 && phrase.range.end <= at && is_digit(scope.saying.pieces[phrase.range.begin - 1].text.front());
    const bool in_unit = own.holds(phrase.range.begin) && unit != nullptr && std::none_of(phrase.columns.begin(), phrase.columns.end(), measures);
    const auto is_key = [&](std::uint32_t c) { return values_.meaning(view.sheet, c).role != Role::response && values_.meaning(view.sheet, c).role != Role::count && !values_.measures(view.sheet, c, unit->dimension); };
    const bool key = unit != nullptr && is_measure(unit->dimension) && std::all_of(phrase.columns.begin(), phrase.columns.end(), is_key);
    if (key || assigned || in_unit || (counted && unit == nullptr)) continue;
    if (mention.integer && unit == nullptr && phrase.range.begin == at + 1) return &phrase;
    if (phrase.range.end <= at) best = &phrase;
    else if (best == nullptr) best = &phrase;
  }
  return best;
}

// Where the rows that the saying names can be found; without any names, everywhere.
std::vector<ValueJudge::Bound> ValueJudge::bind(const Scope& scope, const Mention& mention, core::UnitPtr unit) const {
  std::vector<Bound> bounds;
  for (const SheetView& view : scope.views) {
    const ColumnPhrase* phrase = phrase_for(scope, view, mention, unit);
    if (phrase != nullptr) bounds.push_back({&view, phrase, view.narrowed(*phrase, whole(scope.saying))});
  }
  if (bounds.empty()) bounds = by_unit(scope, unit);
  const auto keep = [&](auto&& wanted) {
    if (std::any_of(bounds.begin(), bounds.end(), wanted)) bounds.erase(std::remove_if(bounds.begin(), bounds.end(), [&](const Bound& b) { return !wanted(b); }), bounds.end());
  };
  const PieceRange all = whole(scope.saying);
  keep([&](const Bound& b) { return std::any_of(b.columns.begin(), b.columns.end(), [&](std::uint32_t c) { return !values_.cells(b.view->sheet, c, b.view->select(all)).empty(); }); });
  keep([&](const Bound& b) { return b.view->names_rows(all) && !b.view->select(all).empty(); });
  keep([&](const Bound& b) { return b.view->names_rows(all); });
  keep([&](const Bound& b) { return b.phrase != nullptr && b.view->narrows(*b.phrase, all); });
  std::size_t understood = 0;
  for (const Bound& b : bounds) understood = std::max(understood, b.view->understood());
  keep([&](const Bound& b) { return b.view->understood() == understood; });
  // the words nearest to the number decide, then the longer phrase
  std::size_t longest = 0;
  for (const Bound& b : bounds)
    if (b.phrase != nullptr) longest = std::max(longest, b.phrase->range.end - b.phrase->range.begin);
  keep([&](const Bound& b) { return b.phrase != nullptr && b.phrase->range.end - b.phrase->range.begin == longest; });
  return bounds;
}

// The columns of the phrase nearest to the word that compares: those of the statistic that the saying states, else those
// that state none beyond the phrase.
std::vector<std::uint32_t> ValueJudge::compared(const Scope& scope, const SheetView& view, const ColumnPhrase& phrase, PieceRange within) const {
  std::vector<std::uint32_t> columns = view.narrowed(phrase, within);
  const std::vector<core::Statistic> statistics = statistics_about(judging_, scope.saying, phrase.range.end, &phrase, scope.taken);
  std::vector<std::uint32_t> stated;
  for (const std::uint32_t c : columns) {
    const core::Statistic& own = values_.meaning(view.sheet, c).statistic;
    if (own.kind != Kind::sample && std::find(statistics.begin(), statistics.end(), own) != statistics.end()) stated.push_back(c);
  }
  if (!stated.empty()) return stated;
  leave_out(phrase.qualified, columns);
  return columns;
}

std::vector<ValueJudge::Bound> ValueJudge::by_unit(const Scope& scope, core::UnitPtr unit) const {
  std::vector<Bound> bounds;
  if (unit == nullptr) return bounds;
  for (const SheetView& view : scope.views) {
    Bound bound{&view, nullptr, {}};
    const auto& columns = judging_.evidence.corpus().meaning({view.sheet.document})[view.sheet.table].columns;
    for (std::uint32_t c = 0; c < columns.size(); ++c)
      if ((columns[c].role == Role::response || columns[c].role == Role::count) && columns[c].unit->dimension == unit->dimension) bound.columns.push_back(c);
      else if (values_.is_mixed(view.sheet, c) && values_.measures(view.sheet, c, unit->dimension)) bound.columns.push_back(c);
    if (!bound.columns.empty()) bounds.push_back(std::move(bound));
  }
  return bounds;
}

// Files of one name in several folders may say different things: the reader has to know which one is meant.
void ValueJudge::tell_namesake(const Mention& mention, core::UnitPtr unit, const Candidate& candidate, const std::vector<Candidate>& candidates, Verdict& verdict) const {
  const auto& corpus = judging_.evidence.corpus();
  const core::DocumentId own = candidate.cells.front().document;
  for (const Candidate& other : candidates) {
    const core::CellRef& cell = other.cells.front();
    const bool agrees = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) { return c.cells.front().document == cell.document && fit(mention, unit, c) == Fit::equal; });
    if (cell.document == own || agrees) continue;
    verdict.reason = fmt::format("{} says so, {} has {}", corpus.document(own).artifact.path, corpus.document(cell.document).artifact.path, shown(other));
    verdict.evidence.push_back(values_.place(cell));
    return;
  }
}

void ValueJudge::compare(const Mention& mention, core::UnitPtr unit, const std::vector<Candidate>& candidates, Verdict& verdict) const {
  const Candidate* nearest = nullptr;
  const Candidate* conflicting = nullptr;
  double distance = 0;
  for (const Candidate& candidate : candidates) {
    const Fit fitted = fit(mention, unit, candidate);
    if (fitted == Fit::equal) {
      cite(candidate, verdict);
      tell_namesake(mention, unit, candidate, candidates, verdict);
      return support(verdict, shown(candidate));
    }
    if (fitted == Fit::other_dimension) {
      if (conflicting == nullptr || states(mention.stated, Relation::equal, candidate.value)) conflicting = &candidate;
      continue;
    }
    const double off = std::fabs(candidate.value - mention.stated.value);
    if (nearest == nullptr || off < distance) nearest = &candidate, distance = off;
  }
  const Candidate& told = nearest != nullptr ? *nearest : *conflicting;
  cite(told, verdict);
  verdict.found = shown(told);
  if (nearest == nullptr) {
    verdict.claim.kind = ClaimKind::unit;
    return contradict(verdict, fmt::format("{} is in {}, not {}", told.column->metric, told.unit->symbol.empty() ? "counts" : told.unit->symbol, unit->symbol));
  }
  contradict(verdict, fmt::format("it is {}", verdict.found));
}

// Of a column whose rows mean different things: whether the words, or without words the unit, mean this one.
bool ValueJudge::names(const Scope& scope, const Bound& bound, const Mention& mention, const core::ColumnMeaning& meaning) const {
  if (bound.phrase == nullptr) return !mention.unit_written || meaning.unit->dimension == mention.stated.unit->dimension;
  std::string phrase;
  for (std::size_t i = bound.phrase->range.begin; i < bound.phrase->range.end; ++i) phrase += (phrase.empty() ? "" : " ") + folded(scope.saying.pieces[i].text);
  const auto& metrics = judging_.evidence.metric_names().metrics;
  const auto named = metrics.find(phrase);
  return named == metrics.end() || std::find(named->second.begin(), named->second.end(), meaning.metric) != named->second.end();
}

// "the slowest end-to-end latency was 19.6 s": the word right before the metric.
std::optional<core::Statistic> ValueJudge::superlative(const Scope& scope, const ColumnPhrase& phrase, const core::ColumnMeaning& column) const {
  for (const std::size_t m : scope.saying.mentions) {
    const Mention& word = judging_.mention(m);
    if (word.kind != MentionKind::rank || phrase.range.begin == 0 || word.span.end != scope.saying.pieces[phrase.range.begin - 1].end) continue;
    const int sign = wanted_sign(word.comparison.sense, column);
    if (sign != 0) return core::Statistic{sign > 0 ? Kind::maximum : Kind::minimum, 0};
  }
  return std::nullopt;
}

// The rows that the saying names; of a list of numbers for as many names of one kind, those of the name in the same place.
std::vector<std::uint32_t> ValueJudge::rows_of(const Scope& scope, const SheetView& all, const Mention& mention) const {
  const SheetView view = with_own_names(judging_, all, scope.saying, piece_at(scope.saying, mention.digits.begin));
  std::vector<const Mention*> numbers;
  for (const std::size_t m : scope.saying.mentions) {
    const Mention& number = judging_.mention(m);
    const std::size_t at = number.kind == MentionKind::number ? piece_at(scope.saying, number.digits.begin) : scope.taken.size();
    if (at >= scope.taken.size() || scope.taken[at] || number.excuse != Excuse::none) continue;
    if (!numbers.empty() && !is_listed(judging_.text.substr(numbers.back()->span.end, number.span.begin - numbers.back()->span.end))) return view.select(whole(scope.saying));
    numbers.push_back(&number);
  }
  const auto at = std::find(numbers.begin(), numbers.end(), &mention);
  std::map<std::uint32_t, std::vector<const RowName*>> kinds;
  for (const RowName& name : view.rows)
    if (name.label != nullptr) kinds[name.label->origin].push_back(&name);
  for (const auto& [origin, names] : kinds) {
    if (at == numbers.end() || numbers.size() < 2 || names.size() != numbers.size()) continue;
    bool listed = true;
    for (std::size_t i = 1; i < names.size(); ++i) {
      const std::uint64_t end = scope.saying.pieces[names[i - 1]->range.end - 1].end;
      listed = listed && is_listed(judging_.text.substr(end, scope.saying.pieces[names[i]->range.begin].begin - end));
    }
    if (!listed) continue;
    SheetView one = view;
    const RowName* mine = names[static_cast<std::size_t>(at - numbers.begin())];
    one.rows.erase(std::remove_if(one.rows.begin(), one.rows.end(), [&, kind = origin](const RowName& n) { return n.label != nullptr && n.label->origin == kind && n.range.begin != mine->range.begin; }), one.rows.end());
    return one.select(whole(scope.saying));
  }
  return view.select(whole(scope.saying));
}

// What the bound columns give for the rows that the saying names.
std::vector<Candidate> ValueJudge::candidates(const Scope& scope, std::vector<Bound>& bounds, const Mention& mention, int range_side, std::vector<core::Statistic>& statistics) const {
  const std::size_t at = piece_at(scope.saying, mention.digits.begin);
  const bool total = states_total(scope.saying, mention);
  std::vector<Candidate> found;
  for (Bound& bound : bounds) {
    statistics = statistics_about(judging_, scope.saying, at, bound.phrase, scope.taken);
    if (range_side != 0) statistics.insert(statistics.begin(), core::Statistic{range_side < 0 ? Kind::minimum : Kind::maximum, 0});
    const std::vector<std::uint32_t> rows = rows_of(scope, *bound.view, mention);
    // a column that states the statistic itself comes before one to compute it from
    const auto stated_by = [&](std::uint32_t c) {
      const core::Statistic& own = values_.meaning(bound.view->sheet, c).statistic;
      return own.kind != Kind::sample && std::find(statistics.begin(), statistics.end(), own) != statistics.end();
    };
    if (statistics.empty() && bound.phrase != nullptr && !bound.columns.empty()) {
      if (const auto extreme = superlative(scope, *bound.phrase, values_.meaning(bound.view->sheet, bound.columns.front()))) statistics.push_back(*extreme);
    }
    const bool stated = std::any_of(bound.columns.begin(), bound.columns.end(), stated_by);
    if (statistics.empty() && bound.phrase != nullptr) leave_out(bound.phrase->qualified, bound.columns);
    const auto spread = [&](std::uint32_t c) { return is_spread(values_.meaning(bound.view->sheet, c).statistic.kind); };
    const auto says_statistic = [&](std::size_t piece) { return scope.saying.pieces[piece].text == "stderr" || statistic_at(scope.saying.pieces, piece).has_value(); };
    bool only_spreads = std::all_of(bound.columns.begin(), bound.columns.end(), spread);  // "the upper bound is 12.4"
    for (std::size_t i = 0; bound.phrase != nullptr && i < bound.phrase->range.end - bound.phrase->range.begin; ++i) only_spreads = only_spreads || says_statistic(bound.phrase->range.begin + i);
    for (const std::uint32_t c : bound.columns) {
      const bool mixed = values_.is_mixed(bound.view->sheet, c);
      if (!mixed && (stated ? !stated_by(c) : spread(c) && !only_spreads)) continue;
      for (Candidate& candidate : values_.of(bound.view->sheet, c, rows, statistics))
        if (!mixed || names(scope, bound, mention, *candidate.column)) found.push_back(std::move(candidate));
      if (mixed && statistics.empty() && !only_spreads) leave_out_spreads(found);
      if (statistics.empty() && bound.phrase != nullptr && c == bound.columns.back())  // "a batch size of 32", whatever else is called so
        for (const std::uint32_t s : bound.phrase->settings)
          for (Candidate& candidate : values_.cells(bound.view->sheet, s, rows)) found.push_back(std::move(candidate));
      if (statistics.empty() && rows.size() > 1)
        if (auto mean = values_.mean(bound.view->sheet, c, rows)) found.push_back(std::move(*mean));
      if (total && rows.size() > 1)
        for (Candidate& sum : values_.of(bound.view->sheet, c, rows, {core::Statistic{Kind::sum, 0}})) found.push_back(std::move(sum));
    }
  }
  return found;
}

// The words do not tell firmly which metric is meant; a value of the named rows in the stated unit is still the one.
bool ValueJudge::by_unit_alone(const Scope& scope, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const {
  std::vector<Bound> bounds = by_unit(scope, unit);
  std::vector<core::Statistic> statistics;
  for (const Candidate& candidate : candidates(scope, bounds, mention, 0, statistics)) {
    if (fit(mention, unit, candidate) != Fit::equal) continue;
    cite(candidate, verdict);
    support(verdict, shown(candidate));
    return true;
  }
  return false;
}

// "never exceeds 110 W": said of every row.
bool ValueJudge::within_all(const Mention& mention, core::UnitPtr unit, const std::vector<Candidate>& candidates, Verdict& verdict) const {
  const Candidate* outside = nullptr;
  for (const Candidate& candidate : candidates) {
    if (fit(mention, unit, candidate) == Fit::other_dimension) return false;
    if (outside == nullptr && fit(mention, unit, candidate) == Fit::different) outside = &candidate;
  }
  const Candidate& told = outside != nullptr ? *outside : candidates.front();
  cite(told, verdict);
  verdict.claim.kind = ClaimKind::aggregate;
  if (outside == nullptr) {
    support(verdict, fmt::format("all {} values", candidates.size()));
  } else {
    verdict.found = shown(told);
    contradict(verdict, fmt::format("one is {}", verdict.found));
  }
  return true;
}

// Where no file is named, others may be meant than all rows of the names: the mean of some group of them is the number, or
// there are more numbers of its kind than names.
bool ValueJudge::may_be_of_others(const Scope& scope, const std::vector<Bound>& bounds, const Mention& mention, core::UnitPtr unit) const {
  if (scope.explicit_files) return false;
  std::size_t numbers = 0;
  for (const std::size_t m : scope.saying.mentions) {
    const Mention& other = judging_.mention(m);
    const core::UnitPtr own = other.kind == MentionKind::number && other.excuse == Excuse::none ? stated_unit(judging_, scope.saying, other) : nullptr;
    numbers += own != nullptr && unit != nullptr && own->dimension == unit->dimension ? 1 : 0;
  }
  for (const Bound& bound : bounds) {
    if (numbers > std::max<std::size_t>(bound.view->rows.size(), 1)) return true;
    const std::vector<std::uint32_t> rows = bound.view->select(whole(scope.saying));
    for (const std::vector<std::uint32_t>& group : judging_.evidence.groups(bound.view->sheet)) {
      if (group.size() >= rows.size() || !std::includes(rows.begin(), rows.end(), group.begin(), group.end())) continue;
      for (const std::uint32_t c : bound.columns)
        if (const auto mean = values_.mean(bound.view->sheet, c, group); mean && fit(mention, unit, *mean) == Fit::equal) return true;
    }
  }
  return false;
}

// Whether every row that the saying names records a failure.
bool ValueJudge::only_failures(const Scope& scope, const std::vector<Bound>& bounds) const {
  return std::all_of(bounds.begin(), bounds.end(), [&](const Bound& bound) {
    const auto& states = judging_.evidence.corpus().meaning({bound.view->sheet.document})[bound.view->sheet.table].states;
    const std::vector<std::uint32_t> rows = bound.view->select(whole(scope.saying));
    return std::all_of(rows.begin(), rows.end(), [&](std::uint32_t r) { return states[r] == core::RowState::failed; });
  });
}

// "runs in 4.86 ms": what the words name is a bare setting, the number is measured.
bool ValueJudge::is_bare_setting(core::UnitPtr unit, const std::vector<Candidate>& candidates) const {
  if (unit == nullptr || !is_measure(unit->dimension) || candidates.empty()) return false;
  return std::all_of(candidates.begin(), candidates.end(), [](const Candidate& c) {
    return c.column->role != Role::response && c.column->role != Role::count && (c.unit->dimension == Dimension::none || c.unit->dimension == Dimension::unknown);
  });
}

bool ValueJudge::judge_number(const Scope& scope, const Mention& mention, Verdict& verdict) const {
  core::UnitPtr unit = stated_unit(judging_, scope.saying, mention);
  const RangeEnd range = range_end(judging_, scope.saying, mention);
  if (unit == nullptr && range.side < 0) unit = stated_unit(judging_, scope.saying, *range.other);
  std::vector<Bound> bounds = bind(scope, mention, unit);
  if (bounds.empty()) return false;
  std::vector<core::Statistic> statistics;
  const std::vector<Candidate> found = candidates(scope, bounds, mention, range.side, statistics);
  const bool change = range.side == 0 && is_of_change(scope.saying, mention);
  const bool loose = change || is_bare_setting(unit, found) || std::any_of(bounds.begin(), bounds.end(), [&](const Bound& b) { return b.phrase != nullptr && tie_of(scope.saying, mention, b.phrase->range) == Tie::loose; });
  if (!statistics.empty()) verdict.claim.kind = ClaimKind::aggregate;
  if (loose && std::none_of(found.begin(), found.end(), [&](const Candidate& c) { return fit(mention, unit, c) == Fit::equal; }))
    return unit != nullptr && by_unit_alone(scope, mention, unit, verdict);
  if (found.empty()) {
    const bool rows_exist = std::any_of(bounds.begin(), bounds.end(), [&](const Bound& b) { return !b.view->select(whole(scope.saying)).empty(); });
    if (bounds.front().phrase == nullptr || (rows_exist && !only_failures(scope, bounds))) return false;
    not_support(verdict, rows_exist ? "no successful row has a value there" : "no row is named so");
    return true;
  }
  const bool bound_of_all = (mention.relation == Relation::at_least || mention.relation == Relation::at_most) && speaks_of_all(scope.saying);
  if (bound_of_all && within_all(mention, unit, found, verdict)) return true;
  if (range.side == 0 && std::none_of(found.begin(), found.end(), [&](const Candidate& c) { return fit(mention, unit, c) == Fit::equal; }) && may_be_of_others(scope, bounds, mention, unit)) return false;
  compare(mention, unit, found, verdict);
  return true;
}

// Several tables may have a row of that name: one where all settings hold decides, else the first.
void ValueJudge::judge_settings(const Scope& scope, std::vector<Verdict>& verdicts) const {
  const auto is_assignment = [&](const RowName& name) {
    for (std::size_t i = name.range.begin + 1; i < name.range.end; ++i)
      if (judging_.text[scope.saying.pieces[i].begin - 1] == '=') return true;
    return false;
  };
  // one word names a row only where the file is named too and no other row is called so
  const auto is_name = [&](const RowName& name) {
    return name.label != nullptr && !is_assignment(name) && (name.range.end - name.range.begin > 1 || (scope.explicit_files && name.label->rows.size() == 1));
  };
  for (const SheetView& view : scope.views) {
    const RowName* named = nullptr;
    for (const RowName& name : view.rows)
      if (is_name(name)) named = &name;
    if (named == nullptr) continue;
    std::vector<Verdict> here;
    for (const RowName& name : view.rows) {
      if (!is_assignment(name)) continue;
      const std::uint64_t begin = scope.saying.pieces[name.range.begin].begin;
      Verdict verdict = judging_.begin(ClaimKind::configuration, core::Span{begin, scope.saying.pieces[name.range.end - 1].end});
      const std::vector<std::uint32_t>& rows = named->label->rows;
      const bool holds = name.label != nullptr && std::any_of(rows.begin(), rows.end(), [&](std::uint32_t r) {
        return std::binary_search(name.label->rows.begin(), name.label->rows.end(), r);
      });
      const core::Document& document = judging_.evidence.corpus().documents()[view.sheet.document];
      const core::Row& row = document.tables[view.sheet.table].rows[rows.front()];
      verdict.evidence.push_back({document.artifact.path, document.to_file(row.span), {row.line, 0, rows.front() + 1, {}, row.pointer}});
      if (holds) support(verdict, verdict.claim.quote);
      else contradict(verdict, "that row has another setting");
      here.push_back(std::move(verdict));
    }
    const bool all = std::all_of(here.begin(), here.end(), [](const Verdict& v) { return v.kind == VerdictKind::supported; });
    if (verdicts.empty() || (all && !here.empty())) verdicts = std::move(here);
    if (all && !verdicts.empty()) return;
  }
}

std::vector<Verdict> ValueJudge::judge_settings_of(const Saying& saying, const std::vector<SheetId>& sheets) const {
  Scope scope{saying, file_pieces(saying, judging_.scan.mentions), {}, {}, false};
  for (const SheetId sheet : sheets) scope.views.push_back(binder_.view(saying, sheet, scope.hidden));
  std::vector<Verdict> verdicts;
  judge_settings(scope, verdicts);
  return verdicts;
}

std::vector<Verdict> ValueJudge::judge(const Saying& saying, const std::vector<std::uint32_t>& documents, bool explicit_files,
                                       std::vector<bool>& handled) const {
  Scope scope = open(saying, documents);
  scope.explicit_files = explicit_files;
  std::vector<Verdict> verdicts;
  const auto keep = [&](std::size_t i, Verdict&& verdict) {
    handled[i] = true;
    verdicts.push_back(std::move(verdict));
  };
  const auto word_near = [&](const Mention& number) -> std::size_t {
    for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
      const Mention& word = judging_.mention(saying.mentions[i]);
      if (word.kind == MentionKind::comparison && word.comparison.sense != Sense::same && word.span.begin >= number.span.end &&
          word.span.begin - number.span.end <= 16) return i;
    }
    return saying.mentions.size();
  };
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = judging_.mention(saying.mentions[i]);
    if (handled[i] || (mention.kind != MentionKind::number && mention.kind != MentionKind::number_word)) continue;
    if (explicit_files) {
      Verdict counted = judging_.begin(ClaimKind::count, mention);
      if (mention.excuse == Excuse::none && judge_rows(scope, mention, counted)) {
        keep(i, std::move(counted));
        continue;
      }
    }
    if (Verdict multiple = judging_.begin(ClaimKind::number_word, mention); mention.excuse == Excuse::none && judge_multiple(scope, mention, multiple)) {
      keep(i, std::move(multiple));
      continue;
    }
    if (mention.kind != MentionKind::number) continue;
    const std::size_t at = piece_at(saying, mention.digits.begin);
    if (at < scope.taken.size() && scope.taken[at]) {
      handled[i] = true;
      continue;
    }
    if (!explicit_files && mention.unit_written && mention.stated.unit->symbol == "x") continue;  // "26 times that": of two values
    if (mention.excuse == Excuse::identifier || mention.excuse == Excuse::ordinal || mention.excuse == Excuse::link_target) continue;
    Verdict verdict = judging_.begin(ClaimKind::metric_value, mention);
    const std::size_t word = word_near(mention);
    const auto tail = text::trim(judging_.text.substr(mention.span.end, 9));
    if (word < saying.mentions.size() && judge_difference(scope, mention, &judging_.mention(saying.mentions[word]), verdict)) {
      handled[word] = true;
      keep(i, std::move(verdict));
    } else if (tail.rfind("that of", 0) == 0 || tail.rfind("those of", 0) == 0) {
      if (judge_difference(scope, mention, nullptr, verdict)) keep(i, std::move(verdict));
    } else if (word == saying.mentions.size() && judge_number(scope, mention, verdict)) {
      keep(i, std::move(verdict));
    }
  }
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& word = judging_.mention(saying.mentions[i]);
    if (handled[i] || word.excuse == Excuse::title) continue;
    Verdict verdict = judging_.begin(ClaimKind::ranking, word);
    verdict.claim.relation = Relation::holds;
    if (word.kind == MentionKind::rank && judge_rank(scope, word, verdict)) keep(i, std::move(verdict));
    else if (word.kind == MentionKind::comparison && (judge_comparison(scope, word, verdict) || judge_across(scope, word, verdict))) keep(i, std::move(verdict));
  }
  if (verdicts.empty()) judge_settings(scope, verdicts);
  return verdicts;
}

}  // namespace chimera::claims
