#include "claims/arithmetic_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/one_of.h"
#include "claims/cursor.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using core::Dimension;

bool is_percent(const Mention& m) { return m.unit_written && m.stated.unit->dimension == Dimension::fraction && m.stated.unit->symbol == "%"; }

std::string_view bare(std::string_view text) {
  constexpr std::string_view kDress = " \t*_`()";
  while (!text.empty() && kDress.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && kDress.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

bool is_versus(std::string_view text) {
  const auto word = bare(text);
  return word == "vs" || word == "vs." || word == "versus" || word == "→" || word == "->" || word == "=>" || word == "compared to";
}

// What the displayed digits of two numbers allow a quotient to be.
struct Interval {
  double low = 0;
  double high = 0;
};
Interval quotient(const core::Quantity& a, const core::Quantity& b) {
  const double da = last_place(a) / 2;
  const double db = last_place(b) / 2;
  const double corners[] = {(a.value - da) / (b.value - db), (a.value - da) / (b.value + db), (a.value + da) / (b.value - db), (a.value + da) / (b.value + db)};
  return {*std::min_element(std::begin(corners), std::end(corners)), *std::max_element(std::begin(corners), std::end(corners))};
}

// Whether a number could be what somebody with the full digits would have written.
bool could_state(const core::Quantity& stated, Relation relation, Interval range) {
  if (states(stated, relation, range.low) || states(stated, relation, range.high)) return true;
  return range.low <= stated.value && stated.value <= range.high;
}

// What stands between two values and the percentage that says how far they are apart: an open bracket behind the same clause, or small
// words alone.
bool tells_of_it(std::string_view gap) {
  constexpr std::size_t kLongest = 48;
  constexpr std::array kWords = std::to_array<std::string_view>({"a", "about", "almost", "an", "approximately", "around", "by", "e", "equals", "i", "is", "nearly", "or", "roughly", "some", "that", "which"});
  const auto clause = text::trim(gap);
  if (gap.size() > kLongest || clause.find_first_of(";.") != std::string_view::npos) return false;
  if (!clause.empty() && clause.back() == '(') return clause.find(',') == std::string_view::npos;
  const std::vector<Piece> pieces = pieces_of(gap);
  return std::all_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return base::is_one_of(p.text, kWords); });
}

}  // namespace

std::string_view ArithmeticJudge::between(const Mention& a, const Mention& b) const {
  return judging_.text.substr(a.span.end, b.span.begin > a.span.end ? b.span.begin - a.span.end : 0);
}

// "61% (61 out of 101)", "28 of 101 (27.7%)".
bool ArithmeticJudge::part_of(const Saying& saying, const Numbers& numbers, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const {
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const Mention& part = at(saying, numbers[i]);
    const Mention& all = at(saying, numbers[i + 1]);
    const auto joint = bare(between(part, all));
    if (joint != "of" && joint != "out of" && joint != "/" && joint != "of the" && joint != "out of the") continue;
    if (!part.integer || !all.integer || part.unit_written || all.unit_written || all.stated.value <= 0 || part.stated.value > all.stated.value) continue;
    for (const std::size_t p : {i > 0 ? i - 1 : numbers.size(), i + 2}) {
      if (p >= numbers.size()) continue;
      const Mention& percent = at(saying, numbers[p]);
      if (!is_percent(percent)) continue;
      const Mention& nearer = p < i ? part : all;
      const auto gap = p < i ? between(percent, nearer) : between(nearer, percent);
      if (gap.size() > 40) continue;
      Verdict verdict = judging_.begin(ClaimKind::arithmetic, percent);
      const double value = 100 * part.stated.value / all.stated.value;
      handled[numbers[p]] = true;
      // stated to the digit: "about" loses its meaning where both counts stand beside it
      if (states(percent.stated, Relation::equal, value)) support(verdict, fmt::format("{:.6g} %", value));
      else contradict(verdict, fmt::format("{} of {} is {:.4g} %", part.stated.value, all.stated.value, value));
      verdicts.push_back(std::move(verdict));
      return true;
    }
  }
  return false;
}

// "+24% (80.2% vs 97.3%)", "1.4% (79.34 → 80.47 tok/s)", "9.8pp (99.2 - 89.4)".
void ArithmeticJudge::change(const Saying& saying, const Numbers& numbers, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const {
  for (std::size_t i = 0; i + 2 < numbers.size(); ++i) {
    const Mention& stated = at(saying, numbers[i]);
    const Mention& a = at(saying, numbers[i + 1]);
    const Mention& b = at(saying, numbers[i + 2]);
    if (!stated.unit_written || stated.stated.unit->dimension != Dimension::fraction || !is_versus(between(a, b))) continue;
    const auto gap = between(stated, a);
    if (gap.find('(') == std::string_view::npos || gap.size() > 48 || a.stated.value == 0 || b.stated.value == 0) continue;
    Verdict verdict = judging_.begin(ClaimKind::delta, stated);
    core::Quantity size = stated.stated;
    size.value = std::fabs(size.value);
    const auto percent = [](Interval q) {
      const double low = 100 * (q.low - 1);
      const double high = 100 * (q.high - 1);
      return std::fabs(low) < std::fabs(high) ? Interval{std::fabs(low), std::fabs(high)} : Interval{std::fabs(high), std::fabs(low)};
    };
    const double difference = std::fabs(b.stated.value - a.stated.value);
    const double slack = (last_place(a.stated) + last_place(b.stated)) / 2;
    const bool holds = could_state(size, stated.relation, percent(quotient(b.stated, a.stated))) ||
                       could_state(size, stated.relation, percent(quotient(a.stated, b.stated))) ||
                       could_state(size, stated.relation, {difference - slack, difference + slack});
    const double value = 100 * (b.stated.value - a.stated.value) / a.stated.value;
    handled[numbers[i]] = true;
    if (holds) support(verdict, fmt::format("{:+.4g} %", value));
    else contradict(verdict, fmt::format("from {} to {} is {:+.4g} %", a.stated.value, b.stated.value, value));
    verdicts.push_back(std::move(verdict));
  }
}

// "from 4.21 s to 2.35 s, a 44 % reduction", "from 31.5 to 52.0 tok/s (+65 %)": of either value, whichever word is used.
void ArithmeticJudge::change_told(const Saying& saying, const Numbers& numbers, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const {
  for (std::size_t i = 0; i + 2 < numbers.size(); ++i) {
    const Mention& a = at(saying, numbers[i]);
    const Mention& b = at(saying, numbers[i + 1]);
    const Mention& stated = at(saying, numbers[i + 2]);
    const bool from_to = word_before(judging_.text, a.span.begin).text == "from" && bare(between(a, b)) == "to";
    if (!is_percent(stated) || is_percent(a) || is_percent(b) || handled[numbers[i + 2]] || (!from_to && !is_versus(between(a, b)))) continue;
    if (a.unit_written && b.unit_written && a.stated.unit->dimension != b.stated.unit->dimension) continue;
    const auto first = a.unit_written && b.unit_written ? core::convert(a.stated.value, a.stated.unit, b.stated.unit) : std::optional(a.stated.value);
    if (!first || *first == 0 || b.stated.value == 0 || !tells_of_it(between(b, stated))) continue;
    core::Quantity before = a.stated;
    if (*first != a.stated.value) before.value = *first, before.decimals -= static_cast<int>(std::lround(std::log10(*first / a.stated.value)));
    core::Quantity size = stated.stated;
    size.value = std::fabs(size.value);
    const auto relative = [](Interval q) {
      const double low = std::fabs(100 * (q.low - 1)), high = std::fabs(100 * (q.high - 1));
      return Interval{std::min(low, high), std::max(low, high)};
    };
    const bool holds = could_state(size, stated.relation, relative(quotient(b.stated, before))) || could_state(size, stated.relation, relative(quotient(before, b.stated)));
    Verdict verdict = judging_.begin(ClaimKind::delta, stated);
    const double value = 100 * (b.stated.value / *first - 1);
    handled[numbers[i + 2]] = true;
    if (holds) support(verdict, fmt::format("{:+.4g} %", value));
    else contradict(verdict, fmt::format("from {} to {} is {:+.4g} %", *first, b.stated.value, value));
    verdicts.push_back(std::move(verdict));
  }
}

// "more in A (8.2pp) than B (9.8pp)".
void ArithmeticJudge::ordered(const Saying& saying, const Numbers& numbers, std::vector<Verdict>& verdicts) const {
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const Mention& a = at(saying, numbers[i]);
    const Mention& b = at(saying, numbers[i + 1]);
    const auto open = [&](const Mention& m) { return m.span.begin > 0 && judging_.text[m.span.begin - 1] == '('; };
    if (!open(a) || !open(b) || a.stated.unit->dimension != b.stated.unit->dimension || !a.unit_written) continue;
    const std::vector<Piece> gap = pieces_of(between(a, b));
    if (gap.size() > 8 || std::none_of(gap.begin(), gap.end(), [](const Piece& p) { return p.text == "than"; })) continue;
    const std::uint64_t from = std::max(saying.span.begin, a.span.begin > 60 ? a.span.begin - 60 : 0);
    int sign = 0;
    for (const Piece& piece : pieces_of(judging_.text.substr(from, a.span.begin - from), from)) {
      auto word = find_comparison(piece.text);
      if (!word) word = find_with_than(piece.text);
      if (!word || word->superlative) continue;
      sign = word->sense == Sense::more ? 1 : word->sense == Sense::less ? -1 : 0;
    }
    if (sign == 0 || a.stated.value == b.stated.value) continue;
    Verdict verdict = judging_.begin(ClaimKind::self_consistency, core::Span{a.span.begin, b.span.end});
    const auto right = core::convert(b.stated.value, b.stated.unit, a.stated.unit);
    if (!right) continue;
    if (sign * (a.stated.value - *right) > 0) support(verdict, "in order");
    else contradict(verdict, "the two values are the other way round");
    verdicts.push_back(std::move(verdict));
  }
}

// "improved by -48.7%", "-48.7% slower": the sign takes back what the word says.
void ArithmeticJudge::wrong_sign(const Saying& saying, const Numbers& numbers, std::vector<Verdict>& verdicts) const {
  for (const std::size_t n : numbers) {
    const Mention& number = at(saying, n);
    if (!is_percent(number) || !number.signed_ || number.stated.value >= 0) continue;
    const Word before = word_before(judging_.text, number.span.begin);
    const Word second = word_before(judging_.text, before.begin);
    const std::string& verb = before.text == "by" ? second.text : before.text;
    const bool improved = verb == "improved" || verb == "improves" || verb == "increased" || verb == "increases";
    if (!improved) continue;
    Verdict verdict = judging_.begin(ClaimKind::self_consistency, core::Span{second.begin, number.span.end});
    contradict(verdict, "a negative improvement is none");
    verdicts.push_back(std::move(verdict));
  }
}

std::vector<Verdict> ArithmeticJudge::judge(const Saying& saying, std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  Numbers numbers;
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = at(saying, i);
    if (mention.kind == MentionKind::number && (mention.excuse == Excuse::none || mention.excuse == Excuse::code)) numbers.push_back(i);
  }
  part_of(saying, numbers, handled, verdicts);
  change(saying, numbers, handled, verdicts);
  change_told(saying, numbers, handled, verdicts);
  ordered(saying, numbers, verdicts);
  wrong_sign(saying, numbers, verdicts);
  return verdicts;
}

}  // namespace chimera::claims
