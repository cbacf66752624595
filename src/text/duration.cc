#include "text/duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/ascii.h"

namespace chimera::text {
namespace {

constexpr std::size_t kMostDigits = 9;  // of the first part; more are no time
constexpr std::size_t kMostDecimals = 18;

using base::is_digit;
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Digits, perhaps a point and more digits, and a letter.
struct Part {
  std::size_t digits = 0;    // before the point
  std::string_view fraction; // digits behind the point
  std::uint64_t whole = 0;
  char unit = 0;             // 0: none stands there
  std::size_t end = 0;       // behind the letter
};

Part part_at(std::string_view text, std::size_t begin) {
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  Part part;
  std::size_t end = begin;
  while (is_digit(at(end))) ++end;
  part.digits = end - begin;
  const std::size_t point_or_unit = end;
  if (at(end) == '.' && is_digit(at(end + 1))) {
    const std::size_t point = end++;
    while (is_digit(at(end))) ++end;
    part.fraction = text.substr(point + 1, end - point - 1);
  }
  const char unit = at(end);
  if (part.digits == 0 || part.digits > kMostDigits || (unit != 'h' && unit != 'm' && unit != 's')) return part;
  if ((unit != 's' && !part.fraction.empty()) || part.fraction.size() > kMostDecimals) return part;
  std::from_chars(text.data() + begin, text.data() + point_or_unit, part.whole);
  part.unit = unit;
  part.end = end + 1;
  return part;
}

// The double that is next to the decimal number: a sum of doubles need not be.
double seconds_of(std::uint64_t whole, std::string_view fraction) {
  std::array<char, 20 + 1 + kMostDecimals> decimal{};
  char* end = std::to_chars(decimal.data(), decimal.data() + 20, whole).ptr;
  if (!fraction.empty()) *end++ = '.';
  end = std::copy(fraction.begin(), fraction.end(), end);
  double seconds = 0;
  std::from_chars(decimal.data(), end, seconds);
  return seconds;
}

// Takes a whole number of that many digits at most from the front, and `behind`.
std::optional<std::uint64_t> take_part(std::string_view& text, std::size_t most, std::string_view behind) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == 0 || end > most || text.substr(end, behind.size()) != behind) return std::nullopt;
  std::uint64_t whole = 0;
  std::from_chars(text.data(), text.data() + end, whole);
  text.remove_prefix(end + behind.size());
  return whole;
}

}  // namespace

std::optional<Number> parse_days(std::string_view text) {
  constexpr std::uint64_t kOfNext = 60;  // seconds of a minute, minutes of an hour
  constexpr std::uint64_t kOfDay = 24;
  constexpr std::size_t kMostOfDays = 5;
  const auto days = take_part(text, kMostOfDays, text.find(" day ") == std::string_view::npos ? " days " : " day ");
  const auto hours = days ? take_part(text, 2, ":") : std::nullopt;
  const auto minutes = hours ? take_part(text, 2, ":") : std::nullopt;
  const auto seconds = minutes ? take_part(text, 2, {}) : std::nullopt;
  if (!seconds || *hours >= kOfDay || *minutes >= kOfNext || *seconds >= kOfNext) return std::nullopt;
  const std::string_view fraction = text.empty() ? text : text.substr(1);
  const bool digits = std::all_of(fraction.begin(), fraction.end(), is_digit) && fraction.size() <= kMostDecimals;
  if (!text.empty() && (text[0] != '.' || fraction.empty() || !digits)) return std::nullopt;
  const std::uint64_t whole = ((*days * kOfDay + *hours) * kOfNext + *minutes) * kOfNext + *seconds;
  return number_of({0, seconds_of(whole, fraction), static_cast<int>(fraction.size())}, false);
}

Duration duration_at(std::string_view text, std::size_t begin) {
  const Duration none{begin, 0, 0};
  if (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '.')) return none;
  Part part = part_at(text, begin);
  if (part.unit != 'h' && part.unit != 'm') return none;
  Duration out{begin, 0, 0};
  std::size_t parts = 0;
  std::uint64_t whole = 0;
  std::string_view fraction;
  for (char before = 'd'; part.unit != 0 && part.unit != before; ++parts) {
    const bool smaller = parts == 0 || (before == 'h' && part.unit != 'h') || (before == 'm' && part.unit == 's');
    if (!smaller || (parts > 0 && part.digits > 2)) break;
    whole += part.whole * (part.unit == 'h' ? 3600U : part.unit == 'm' ? 60U : 1U);
    fraction = part.fraction;
    out.end = part.end;
    before = part.unit;
    if (before == 's') {
      ++parts;
      break;
    }
    const bool blank = part.end < text.size() && text[part.end] == ' ';
    part = part_at(text, part.end + (blank ? 1 : 0));
  }
  out.seconds = seconds_of(whole, fraction);
  out.decimals = static_cast<int>(fraction.size());
  const bool goes_on = out.end < text.size() && is_word(text[out.end]);
  return parts < 2 || goes_on ? none : out;
}

Number number_of(const Duration& time, bool negative) {
  Number number;
  number.value = negative ? -time.seconds : time.seconds;
  number.decimals = time.decimals;
  number.duration = true;
  return number;
}

std::optional<Number> reparse_number(std::string_view lexeme, DecimalMark mark) {
  NumberToken token;
  const bool whole = NumberScanner(lexeme).next(token) && token.begin == 0 && token.end == lexeme.size();
  if (whole && token.number.duration) return token.number;
  const std::optional<Number> plain = parse_number(lexeme, mark);
  return plain ? plain : parse_days(lexeme);
}

}  // namespace chimera::text
