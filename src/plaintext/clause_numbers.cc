#include "plaintext/clause_numbers.h"

#include <algorithm>
#include <functional>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/duration.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestNumber = 48;  // of a number with the unit at it
constexpr std::size_t kMostUnitWords = 3;   // "tokens per second"

}  // namespace

core::Span unit_span(std::string_view text, const ClauseNumber& number) {
  const std::less_equal<const char*> not_behind;
  const bool inside = !number.unit.empty() && not_behind(text.data(), number.unit.data()) && not_behind(number.unit.data() + number.unit.size(), text.data() + text.size());
  if (!inside) return number.value;
  const auto begin = static_cast<std::uint64_t>(number.unit.data() - text.data());
  return {begin, begin + number.unit.size()};
}

ClauseNumber ClauseNumbers::at(std::uint64_t begin, Name name) const {
  ClauseNumber out;
  std::uint64_t from = begin;
  while (from < line_.end && is_one_of(text_[from], "~$+") && from < begin + 1) ++from;
  const std::string_view rest = text_.substr(from, std::min<std::uint64_t>(line_.end - std::min(from, line_.end), kLongestNumber));
  if (rest.empty() || (!is_digit(rest[0]) && !is_one_of(rest[0], "-.+"))) return out;
  if (const text::Duration time = text::duration_at(text_, from); time.end > from && time.end <= line_.end) {
    out.value = {begin, time.end};
    out.unit = "s", out.known = true, out.end = time.end;
    return out;
  }
  text::NumberToken token;
  if (!text::NumberScanner(rest).next(token) || token.begin != 0) return out;
  const std::uint64_t end = from + token.end;
  out.integer = token.number.integer;
  if (!take_unit(out, begin, end, name)) return out;
  take_total(out);
  take_spread(out);
  return out;
}

// "45.2 ± 0.3 tok/s", "45.2 tok/s ± 0.3".
void ClauseNumbers::take_spread(ClauseNumber& out) const {
  std::uint64_t i = out.end;
  while (i < line_.end && is_blank(text_[i])) ++i;
  const std::string_view rest = text_.substr(i, line_.end - std::min(i, line_.end));
  const std::string_view mark = rest.substr(0, 2) == "\xC2\xB1" ? rest.substr(0, 2) : rest.substr(0, 3) == "+/-" ? rest.substr(0, 3) : std::string_view();
  if (mark.empty() || out.end > out.value.end) return;
  i += mark.size();
  while (i < line_.end && is_blank(text_[i])) ++i;
  text::NumberToken token;
  const std::string_view spread = text_.substr(i, std::min<std::uint64_t>(line_.end - i, kLongestNumber));
  if (!text::NumberScanner(spread).next(token) || token.begin != 0) return;
  ClauseNumber second;
  if (!take_unit(second, i, i + token.end, Name::plain)) return;
  out.value.end = out.end = second.end;
  out.integer = false;
  if (out.unit.empty()) out.unit = second.unit, out.known = second.known;
}

// "41.2GiB", "812.4 tok/s", "5 M"; false where letters stand at the number that are no unit.
bool ClauseNumbers::take_unit(ClauseNumber& out, std::uint64_t begin, std::uint64_t end, Name name) const {
  std::uint64_t glued = end;
  while (glued < line_.end && !is_blank(text_[glued]) && !is_one_of(text_[glued], ",;|()[]") && !(text_[glued] == '=' && glued > end)) ++glued;
  while (glued > end && is_one_of(text_[glued - 1], ".:")) --glued;
  const std::string_view unit = text_.substr(end, glued - end);
  const bool total = unit.size() > 1 && unit[0] == '/' && is_digit(unit[1]);
  if (!unit.empty() && !total) {
    const bool rate = is_letter(unit[0]) && unit.find('/') != std::string_view::npos;
    out.known = core::find_unit(unit) != nullptr;
    if (!out.known && scale_named(unit) == '\0' && !rate) return false;
    out.value = {begin, out.end = glued};
    out.unit = unit;
    return true;
  }
  out.value = {begin, out.end = end};
  if (total || end >= line_.end || text_[end] != ' ') return true;
  std::uint64_t last = end + 1;
  for (std::size_t i = 0; i < kMostUnitWords; ++i) {
    const std::uint64_t word = last;
    while (last < line_.end && !is_blank(text_[last]) && !is_one_of(text_[last], ",;|()[]=")) ++last;
    const bool marked = last > word && text_[last - 1] == ':';
    const std::uint64_t stop = last > word && is_one_of(text_[last - 1], ".") ? last - 1 : last;
    if (last == word || marked || (last < line_.end && text_[last] == '=')) break;
    const std::string_view words = text_.substr(end + 1, stop - end - 1);
    if (core::find_unit(words) != nullptr && !(core::find_statistic(text::lower(words)).has_value() && names_what_follows(last))) {
      out.value.end = out.end = stop;
      out.unit = words, out.known = true;
    }
    // "196608000 Ops," in a unit of its own
    if (out.unit.empty() && i == 0 && is_letter(text_[word]) && (last >= line_.end || is_one_of(text_[last], ",;|")) && name == Name::marked) out.value.end = out.end = stop;
    if (last >= line_.end || text_[last] != ' ') break;
    ++last;
  }
  return true;
}

// "avg 12 min 10": what looks like a unit and has a number behind it names that.
bool ClauseNumbers::names_what_follows(std::uint64_t end) const {
  while (end < line_.end && is_blank(text_[end])) ++end;
  return end < line_.end && (is_digit(text_[end]) || is_one_of(text_[end], "=:"));
}

// "10/5005" and "10/ 1000".
void ClauseNumbers::take_total(ClauseNumber& out) const {
  std::uint64_t i = out.end;
  if (!out.integer || !out.unit.empty() || i >= line_.end || text_[i] != '/') return;
  ++i;
  while (i < line_.end && is_blank(text_[i])) ++i;
  const std::uint64_t digits = i;
  while (i < line_.end && is_digit(text_[i])) ++i;
  if (i > digits) out.end = i;
}

ClauseNumber ClauseNumbers::rate_beside(const ClauseNumber& time) const {
  constexpr std::string_view kSecond = "/s";
  ClauseNumber rate;
  const core::UnitPtr unit = time.known ? core::find_unit(time.unit) : nullptr;
  if (unit == nullptr || unit->dimension != core::Dimension::time || time.end >= line_.end || text_[time.end] != ',') return rate;
  std::uint64_t begin = time.end + 1;
  while (begin < line_.end && is_blank(text_[begin])) ++begin;
  text::NumberToken token;
  const std::string_view rest = text_.substr(begin, std::min<std::uint64_t>(line_.end - begin, kLongestNumber));
  if (!text::NumberScanner(rest).next(token) || token.begin != 0 || rest.substr(token.end, kSecond.size()) != kSecond) return rate;
  const char behind = token.end + kSecond.size() < rest.size() ? rest[token.end + kSecond.size()] : ' ';
  if (!is_blank(behind)) return rate;
  rate.value = {begin, begin + token.end};
  rate.end = rate.value.end + kSecond.size();
  return rate;
}

}  // namespace chimera::plaintext
