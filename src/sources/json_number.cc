#include "sources/json_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "sources/json_tape.h"

namespace chimera::sources {
namespace {

// Powers of ten that a double holds exactly.
constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kMaxPower = 22;
constexpr std::uint64_t kMaxExact = std::uint64_t{1} << 53;
constexpr int kMaxExponent = 1'000'000;  // beyond every double

struct Parts {
  bool negative = false;
  std::uint64_t mantissa = 0;
  std::size_t digits = 0;  // of the mantissa, leading zeros left out
  int fraction = 0;        // digits behind the point
  int exponent = 0;
};

Parts split(std::string_view lexeme) {
  Parts parts;
  std::size_t at = 0;
  if (!lexeme.empty() && (lexeme[0] == '-' || lexeme[0] == '+')) parts.negative = lexeme[at++] == '-';
  bool behind_point = false;
  for (; at < lexeme.size() && (lexeme[at] | 0x20) != 'e'; ++at) {
    if (lexeme[at] == '.') {
      behind_point = true;
      continue;
    }
    const auto digit = static_cast<std::uint64_t>(lexeme[at] - '0');
    if (parts.digits > 0 || digit > 0) ++parts.digits;
    if (parts.digits <= 19) parts.mantissa = parts.mantissa * 10 + digit;
    if (behind_point) ++parts.fraction;
  }
  if (at >= lexeme.size()) return parts;
  bool negative = false;
  if (++at < lexeme.size() && (lexeme[at] == '-' || lexeme[at] == '+')) negative = lexeme[at++] == '-';
  for (; at < lexeme.size(); ++at) parts.exponent = std::min(parts.exponent * 10 + (lexeme[at] - '0'), kMaxExponent);
  if (negative) parts.exponent = -parts.exponent;
  return parts;
}

}  // namespace

namespace {

// Plain numbers, most of all: up to 18 digits, no exponent. False where it is anything else.
bool evaluate_plain(std::string_view lexeme, JsonNumber& number) {
  if (lexeme.size() > 18) return false;
  const bool negative = lexeme[0] == '-';
  std::uint64_t mantissa = 0;
  std::size_t fraction = 0;
  bool point = false;
  for (std::size_t at = negative ? 1 : 0; at < lexeme.size(); ++at) {
    const auto digit = static_cast<unsigned>(lexeme[at] - '0');
    if (digit <= 9) {
      mantissa = mantissa * 10 + digit;
    } else if (lexeme[at] == '.' && !point) {
      point = true;
      fraction = lexeme.size() - at - 1;
    } else {
      return false;
    }
  }
  if (mantissa > kMaxExact) return false;
  const double value = static_cast<double>(mantissa) / kPowers[fraction];
  number.value = negative ? -value : value;
  number.decimals = static_cast<std::int8_t>(fraction);
  return true;
}

}  // namespace

bool may_be_number(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  const auto last = static_cast<unsigned char>(text.back());
  if (!((last >= '0' && last <= '9') || last == '.')) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == ':' || c == '/' || c == '_' || ((c | 0x20) >= 'f' && (c | 0x20) <= 'z'); });
}

bool may_be_number_in_unit(std::string_view text) {
  constexpr std::size_t kLongest = 48;
  if (text.size() < 2 || text.size() > kLongest) return false;
  const auto first = static_cast<unsigned char>(text.front());
  const auto last = static_cast<unsigned char>(text.back());
  if (!(first >= '0' && first <= '9') && std::string_view("-+.~").find(text.front()) == std::string_view::npos) return false;
  if (last != '%' && !((last | 0x20) >= 'a' && (last | 0x20) <= 'z') && last < 0x80) return false;
  return text.find(':') == std::string_view::npos;  // a time of day
}

std::optional<JsonNumberInUnit> read_json_number_in_unit(std::string_view text) {
  if (!may_be_number_in_unit(text)) return std::nullopt;
  const bool escaped = text.find('\\') != std::string_view::npos;
  const std::string unescaped = escaped ? unescape_json(text) : std::string();
  const auto found = plaintext::read_number_in_unit(escaped ? std::string_view(unescaped) : text);
  if (!found || !found->token.number.finite || text.find('\\') < found->token.end) return std::nullopt;
  const core::UnitPtr unit = core::find_unit(found->unit);
  return JsonNumberInUnit{found->token, unit == nullptr ? found->unit : unit->symbol};
}

JsonNumber evaluate_number(std::string_view lexeme) {
  JsonNumber number;
  if (!lexeme.empty() && evaluate_plain(lexeme, number)) return number;
  const Parts parts = split(lexeme);
  number.decimals = static_cast<std::int8_t>(std::clamp(parts.fraction - parts.exponent, 0, 127));
  // Clinger's fast path: one correctly rounded operation on two exact doubles.
  const int power = parts.exponent - parts.fraction;
  if (parts.digits <= 19 && parts.mantissa <= kMaxExact && power >= -kMaxPower && power <= kMaxPower) {
    const auto mantissa = static_cast<double>(parts.mantissa);
    number.value = power < 0 ? mantissa / kPowers[static_cast<std::size_t>(-power)]
                             : mantissa * kPowers[static_cast<std::size_t>(power)];
    if (parts.negative) number.value = -number.value;
    return number;
  }
  if (!lexeme.empty() && lexeme[0] == '+') lexeme.remove_prefix(1);
  const auto result = std::from_chars(lexeme.data(), lexeme.data() + lexeme.size(), number.value);
  if (result.ec != std::errc::result_out_of_range) return number;
  const bool large = static_cast<std::int64_t>(parts.digits) + power > 0;
  number.range = large ? NumberRange::too_large : NumberRange::too_small;
  number.value = large ? std::numeric_limits<double>::infinity() : 0.0;
  if (parts.negative) number.value = -number.value;
  return number;
}

}  // namespace chimera::sources
