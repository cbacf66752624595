#include "text/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>

#include "text/duration.h"

namespace chimera::text {
namespace {

enum Class : std::uint8_t { other, letter, digit, dot };  // letter: also the underscore

constexpr std::array<Class, 256> make_classes() {
  std::array<Class, 256> table{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = letter;
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = digit;
  table['_'] = letter;
  table['.'] = dot;
  return table;
}
constexpr std::array<Class, 256> kClasses = make_classes();

constexpr std::string_view kMinus = "\xE2\x88\x92";  // U+2212
constexpr std::array<std::string_view, 3> kSpaces = {"\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"};  // U+00A0, U+2009, U+202F

// The text with a zero behind its end, so that looking ahead needs no bounds.
struct Reader {
  std::string_view text;

  [[nodiscard]] char at(std::size_t i) const { return i < text.size() ? text[i] : '\0'; }
  [[nodiscard]] Class kind(std::size_t i) const { return kClasses[static_cast<unsigned char>(at(i))]; }
  [[nodiscard]] bool digit_at(std::size_t i) const { return kind(i) == digit; }
  [[nodiscard]] bool word_at(std::size_t i) const { return kind(i) == digit || kind(i) == letter; }
  [[nodiscard]] bool hex_at(std::size_t i) const {
    const char c = at(i);
    return digit_at(i) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
  [[nodiscard]] bool starts(std::size_t i, std::string_view what) const {
    return i <= text.size() && text.substr(i, what.size()) == what;
  }
  [[nodiscard]] std::size_t digits_end(std::size_t i) const {
    return skip(i, [](Class c) { return c == digit; });
  }
  [[nodiscard]] std::size_t word_end(std::size_t i) const {
    return skip(i, [](Class c) { return c == digit || c == letter; });
  }
  // Behind the bytes from i on that are of these classes.
  template <class Wanted>
  [[nodiscard]] std::size_t skip(std::size_t i, Wanted wanted) const {
    while (i < text.size() && wanted(kClasses[static_cast<unsigned char>(text[i])])) ++i;
    return i;
  }
  [[nodiscard]] bool digits(std::size_t i, std::size_t count) const {
    for (std::size_t k = 0; k < count; ++k) {
      if (!digit_at(i + k)) return false;
    }
    return true;
  }
  [[nodiscard]] int value2(std::size_t i) const { return (at(i) - '0') * 10 + (at(i + 1) - '0'); }
};

// ---- what a number says ----------------------------------------------------------------------------------------

// Where the parts of an unsigned number stand: [begin, point) digits with separators, [point, fraction) the decimal
// mark and its digits, [fraction, end) the exponent.
struct Parts {
  std::size_t begin = 0;
  std::size_t point = 0;
  std::size_t fraction = 0;
  std::size_t end = 0;
  bool grouped = false;
};

constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

int exponent_of(const Reader& r, const Parts& parts) {
  constexpr int kLimit = 1'000'000;  // further than any double, near enough not to overflow
  int value = 0;
  bool negative = false;
  for (std::size_t i = parts.fraction; i < parts.end; ++i) {
    if (r.at(i) == '-') negative = true;
    if (r.digit_at(i)) value = std::min(kLimit, value * 10 + (r.at(i) - '0'));
  }
  return negative ? -value : value;
}

// The value of parts that are too long for exact arithmetic. A value below the smallest double is 0.
double long_value(const Reader& r, const Parts& parts, bool& finite) {
  double value = 0;
  std::from_chars_result result;
  const bool as_written = !parts.grouped && r.at(parts.point) != ',';
  if (as_written) {
    result = std::from_chars(r.text.data() + parts.begin, r.text.data() + parts.end, value);
  } else {
    std::string plain;  // without separators and with a point
    for (std::size_t i = parts.begin; i < parts.end; ++i) {
      if (i == parts.point && i < parts.fraction) plain += '.';
      if (r.digit_at(i) || i >= parts.fraction) plain += r.at(i);
    }
    result = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  }
  if (result.ec != std::errc::result_out_of_range && value <= std::numeric_limits<double>::max()) return value;
  int leading = 0;  // power of ten of the first digit that is not 0
  bool significant = false;
  for (std::size_t i = parts.begin; i < parts.fraction; ++i) {
    if (!r.digit_at(i)) continue;
    significant = significant || r.at(i) != '0';
    if (i < parts.point ? significant : !significant) leading += i < parts.point ? 1 : -1;
  }
  finite = leading + exponent_of(r, parts) <= 0;
  return finite ? 0.0 : std::numeric_limits<double>::infinity();
}

// Digits as an integer, and how many stood behind the point. Good for up to 18 digits; `exact` says whether it was.
struct Mantissa {
  std::uint64_t digits = 0;
  int seen = 0;  // leading zeros left out
  int fraction = 0;
  [[nodiscard]] bool exact() const { return seen <= 18 && digits <= (1ULL << 53U); }
  void add(char c) {
    if (seen < 18) digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
    seen += digits != 0 ? 1 : 0;
  }
};

Number number_of(const Reader& r, const Parts& parts, const Mantissa& mantissa, bool negative) {
  const int exponent = parts.fraction == parts.end ? 0 : exponent_of(r, parts);
  const int scale = exponent - mantissa.fraction;
  Number number;
  number.decimals = -scale;
  number.integer = parts.point == parts.end;
  number.grouped = parts.grouped;
  // Both operands are exact doubles, so one division or multiplication rounds correctly (Clinger, 1990).
  if (mantissa.exact() && scale <= 0 && scale >= -22) {
    number.value = static_cast<double>(mantissa.digits) / kPowers[static_cast<std::size_t>(-scale)];
  } else if (mantissa.exact() && scale > 0 && scale <= 22) {
    number.value = static_cast<double>(mantissa.digits) * kPowers[static_cast<std::size_t>(scale)];
  } else {
    number.value = long_value(r, parts, number.finite);
  }
  if (negative) number.value = -number.value;
  return number;
}

Number value_of(const Reader& r, const Parts& parts, bool negative) {
  Mantissa mantissa;
  for (std::size_t i = parts.begin; i < parts.fraction; ++i) {
    if (!r.digit_at(i)) continue;
    mantissa.add(r.at(i));
    mantissa.fraction += i >= parts.point ? 1 : 0;
  }
  return number_of(r, parts, mantissa, negative);
}

// Digits, perhaps a point and more digits, at i: what nearly all numbers are. One pass over the bytes.
Parts plain_at(const Reader& r, std::size_t i, char point, Mantissa& mantissa) {
  const char* const begin = r.text.data();
  const char* const end = begin + r.text.size();
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::uint64_t digits = 0;  // wraps where there are too many, which `seen` then says
  const char* p = begin + i;
  for (; p != end && is_digit(*p); ++p) digits = digits * 10 + static_cast<std::uint64_t>(*p - '0');
  Parts parts{i, static_cast<std::size_t>(p - begin), 0, 0, false};
  if (p != end && *p == point && p + 1 != end && is_digit(p[1])) {
    const char* const mark = p;
    for (++p; p != end && is_digit(*p); ++p) digits = digits * 10 + static_cast<std::uint64_t>(*p - '0');
    mantissa.fraction = static_cast<int>(p - mark) - 1;
  }
  parts.fraction = parts.end = static_cast<std::size_t>(p - begin);
  mantissa.digits = digits;
  mantissa.seen = static_cast<int>(std::min<std::size_t>(parts.end - i, 100));
  return parts;
}

// ---- the shape of a number -------------------------------------------------------------------------------------

// The end of "e-3" at i, or i where no exponent stands there or a word goes on behind it.
std::size_t exponent_end(const Reader& r, std::size_t i) {
  if (r.at(i) != 'e' && r.at(i) != 'E') return i;
  const std::size_t first = i + (r.at(i + 1) == '+' || r.at(i + 1) == '-' ? 2 : 1);
  if (!r.digit_at(first)) return i;
  const std::size_t end = r.digits_end(first);
  return r.word_at(end) ? i : end;
}

// The end of groups of three digits (or, with commas, two and at last three) that begin at i and are joined by
// `separator`; i where the digits are not grouped, or not well.
std::size_t groups_end(const Reader& r, std::size_t i, std::string_view separator) {
  const std::size_t first = r.digits_end(i) - i;
  if (first == 0 || first > 3 || r.at(i) == '0') return i;
  std::size_t end = i + first;
  bool all_three = true;
  bool all_two = first <= 2;
  std::size_t last = 0;
  while (r.starts(end, separator) && r.digit_at(end + separator.size())) {
    if (last != 0 && last != 3) all_three = false;
    if (last != 0 && last != 2) all_two = false;
    const std::size_t group = end + separator.size();
    end = r.digits_end(group);
    last = end - group;
    if (last > 3 || (!all_three && !all_two)) return i;
  }
  const bool indian = separator == "," && all_two && all_three == false;
  return last == 3 && (all_three || indian) ? end : i;
}

// Fraction and exponent behind the digits that end at `point`.
Parts parts_behind(const Reader& r, std::size_t begin, std::size_t point, char mark) {
  Parts parts{begin, point, point, point, false};
  if (r.at(point) == mark) {
    if (r.digit_at(point + 1)) {
      parts.fraction = r.digits_end(point + 1);
    } else if (exponent_end(r, point + 1) != point + 1) {
      parts.fraction = point + 1;
    }
  }
  parts.end = exponent_end(r, parts.fraction);
  return parts;
}

// A unit may stand directly behind a number, digits or an underscore further on make it an identifier.
bool ends_as_number(const Reader& r, std::size_t end) {
  while (r.kind(end) == letter && r.at(end) != '_') ++end;
  return !r.digit_at(end) && r.at(end) != '_';
}

// ---- what looks like a number and is none ----------------------------------------------------------------------
// Each returns the end of what it recognises at i, or i.

std::size_t uuid_end(const Reader& r, std::size_t i) {
  constexpr std::size_t kSize = 36;
  if (r.at(i + 8) != '-') return i;
  for (std::size_t k = 0; k < kSize; ++k) {
    const bool dash = k == 8 || k == 13 || k == 18 || k == 23;
    if (dash ? r.at(i + k) != '-' : !r.hex_at(i + k)) return i;
  }
  return r.word_at(i + kSize) ? i : i + kSize;
}

// "T21:08:57.892899+00:00" behind a date.
std::size_t time_end(const Reader& r, std::size_t i) {
  if ((r.at(i) != 'T' && r.at(i) != ' ') || !r.digits(i + 1, 2) || r.at(i + 3) != ':' || !r.digits(i + 4, 2)) return i;
  std::size_t end = i + 6;
  if (r.at(end) == ':' && r.digits(end + 1, 2)) {
    end += 3;
    if (r.at(end) == '.' && r.digit_at(end + 1)) end = r.digits_end(end + 1);
  }
  if (r.at(end) == 'Z') return end + 1;
  if ((r.at(end) != '+' && r.at(end) != '-') || !r.digits(end + 1, 2)) return end;
  const std::size_t minutes = end + 3 + (r.at(end + 3) == ':' ? 1 : 0);
  return r.digits(minutes, 2) ? minutes + 2 : end;
}

std::size_t date_end(const Reader& r, std::size_t i) {
  const char mark = r.at(i + 4);
  if ((mark != '-' && mark != '/') || r.at(i + 7) != mark) return i;
  if (!r.digits(i, 4) || !r.digits(i + 5, 2) || !r.digits(i + 8, 2) || r.digit_at(i + 10)) return i;
  const int century = r.value2(i);
  const int month = r.value2(i + 5);
  const int day = r.value2(i + 8);
  if ((century != 19 && century != 20) || month < 1 || month > 12 || day < 1 || day > 31) return i;
  return time_end(r, i + 10);
}

// "20251002-151204".
std::size_t stamp_end(const Reader& r, std::size_t i) {
  const char mark = r.at(i + 8);
  if (mark != '-' && mark != '_' && mark != 'T') return i;
  if (!r.digits(i, 8) || !r.digits(i + 9, 6) || r.digit_at(i + 15)) return i;
  const int century = r.value2(i);
  return century == 19 || century == 20 ? i + 15 : i;
}

// "0:14:30.5".
std::size_t clock_end(const Reader& r, std::size_t i) {
  const std::size_t hours = r.digit_at(i + 1) ? i + 2 : i + 1;
  if (r.at(hours) != ':' || !r.digits(hours + 1, 2) || r.at(hours + 3) != ':' || !r.digits(hours + 4, 2)) return i;
  const std::size_t end = hours + 6;
  if (r.digit_at(end)) return i;
  return r.at(end) == '.' && r.digit_at(end + 1) ? r.digits_end(end + 1) : end;
}

// The rest of an identifier whose first word ends at `end`: "3.1" goes on at ".1", "tokens.5" does not.
std::size_t identifier_end(const Reader& r, std::size_t end) {
  while (r.at(end) == '.' && r.digit_at(end + 1) && end > 0 && r.digit_at(end - 1)) end = r.word_end(end + 1);
  return end;
}

// "1.2.3rc1", "10.0.0.1".
std::size_t version_end(const Reader& r, std::size_t i) {
  std::size_t end = r.digits_end(i);
  std::size_t dots = 0;
  while (r.at(end) == '.' && r.digit_at(end + 1)) {
    end = r.digits_end(end + 1);
    ++dots;
  }
  return dots >= 2 ? r.word_end(end) : i;
}

// A word that begins with digits but is a hexadecimal number, a hash, or has digits behind its letters: "0xFF",
// "9f86d08", "4x4".
std::size_t mixed_end(const Reader& r, std::size_t i) {
  const std::size_t whole = r.digits_end(i);
  if (whole == i + 1 && r.at(i) == '0' && (r.at(whole) == 'x' || r.at(whole) == 'X') && r.hex_at(whole + 1)) {
    return r.word_end(whole);
  }
  const std::size_t word = r.word_end(whole);
  if (word - i >= 7 && word - whole >= 2) {
    const bool hash = std::all_of(r.text.begin() + static_cast<std::ptrdiff_t>(whole), r.text.begin() + static_cast<std::ptrdiff_t>(word),
                                  [](char c) { return c >= 'a' && c <= 'f'; });
    if (hash) return word;
  }
  const std::size_t number = r.at(whole) == '.' && r.digit_at(whole + 1) ? r.digits_end(whole + 1) : whole;
  if (ends_as_number(r, number) || exponent_end(r, number) != number) return i;
  return identifier_end(r, r.word_end(number));
}

std::size_t exception_end(const Reader& r, std::size_t i) {
  const std::size_t run = r.digits_end(i) - i;
  const char next = r.at(i + run);
  if (kClasses[static_cast<unsigned char>(next)] == other && next != '-' && next != ':' && next != '/') return i;
  for (const auto end_of : {uuid_end, stamp_end, date_end, clock_end, version_end, mixed_end}) {
    if (const std::size_t end = end_of(r, i); end != i) return end;
  }
  return i;
}

// "x2.3" is the number 2.3; "x86" and "x64" are names.
bool is_multiplier(const Reader& r, std::size_t i) {
  if ((r.at(i) != 'x' && r.at(i) != 'X') || !r.digit_at(i + 1)) return false;
  const auto complete = [&](std::size_t end) { return !r.word_at(end) && !(r.at(end) == '.' && r.digit_at(end + 1)); };
  std::size_t end = r.digits_end(i + 1);
  if (complete(end) && end == i + 3 && (r.starts(i + 1, "86") || r.starts(i + 1, "64"))) return false;
  if (r.at(end) == '.' && r.digit_at(end + 1)) end = r.digits_end(end + 1);
  return complete(end);
}

// ---- numbers in their surroundings -----------------------------------------------------------------------------

// Where the sign of the number at i begins; i where there is none, or where it is a dash: "3-5", "GPU-2", "--4".
std::size_t sign_begin(const Reader& r, std::size_t i) {
  const auto minus_before = [&](std::size_t end) { return end >= 3 && r.starts(end - 3, kMinus); };
  const char before = i >= 1 ? r.text[i - 1] : '\0';
  const bool ascii = before == '-' || before == '+';
  if (!ascii && (before != kMinus.back() || !minus_before(i))) return i;
  const std::size_t begin = ascii ? i - 1 : i - 3;
  if (begin == 0) return begin;
  constexpr std::string_view kBlocking = ".)]%+-";
  const bool blocked = r.word_at(begin - 1) || kBlocking.find(r.at(begin - 1)) != kBlocking.npos || minus_before(begin);
  return blocked ? i : begin;
}

bool digit_and(const Reader& r, std::size_t i, std::string_view separator) {
  return i > separator.size() && r.starts(i - separator.size(), separator) && r.digit_at(i - separator.size() - 1);
}

// The grouped number at i, or one without digits. A group after a list ("1024,128,512") is one more element of it.
Parts grouped_at(const Reader& r, std::size_t i, Commas commas) {
  const std::size_t run = r.digits_end(i);
  const char next = r.at(run);
  const bool quoted = sign_begin(r, i) > 0 && r.at(sign_begin(r, i) - 1) == '"';
  std::size_t end = i;
  if (next == ',' && (commas == Commas::group || quoted) && !digit_and(r, i, ",")) {
    end = groups_end(r, i, ",");
  } else if (next == kSpaces[0][0] || next == kSpaces[1][0]) {
    const auto is_at = [&](std::string_view space) { return r.starts(run, space); };
    const auto* const space = std::find_if(kSpaces.begin(), kSpaces.end(), is_at);
    const auto follows_digit = [&](std::string_view s) { return digit_and(r, i, s); };
    if (space == kSpaces.end() || std::any_of(kSpaces.begin(), kSpaces.end(), follows_digit)) return {};
    end = groups_end(r, i, *space);
  }
  if (end == i) return {};
  Parts parts = parts_behind(r, i, end, '.');
  if (parts.fraction == end + 1) parts = {i, end, end, end, false};  // "1,234.e5" has no fraction
  if (!ends_as_number(r, parts.end)) {
    if (parts.fraction == end) return {};
    parts = {i, end, end, end, false};
  }
  if (next == ',' && commas == Commas::separate && r.at(parts.end) != '"') return {};
  parts.grouped = true;
  return parts;
}

// Whether digits with what stands behind them can be nothing but a number: no unit, date, version, group or exponent.
bool ends_plainly(const Reader& r, const Parts& plain, Commas commas) {
  const char next = r.at(plain.end);
  if (kClasses[static_cast<unsigned char>(next)] != other) return false;
  if (plain.end != plain.point) return true;
  if (next == ',') {
    const char before = plain.begin > 0 ? r.at(plain.begin - 1) : '\0';
    return commas == Commas::separate && (before == ',' || before == ' ' || before == ':' || before == '[' || before == '\n');
  }
  return next != '-' && next != ':' && next != '/' && static_cast<unsigned char>(next) < 0x80;
}

void fill(NumberToken& token, const Reader& r, const Parts& parts) {
  token.begin = sign_begin(r, parts.begin);
  token.end = parts.end;
  const bool negative = token.begin != parts.begin && r.at(token.begin) != '+';
  token.number = value_of(r, parts, negative);
}

}  // namespace

bool NumberScanner::number_at_digit(NumberToken& token) {
  const Reader r{text_};
  Mantissa mantissa;
  if (const Parts plain = plain_at(r, pos_, '.', mantissa); ends_plainly(r, plain, commas_)) {
    token.begin = sign_begin(r, pos_);
    token.end = pos_ = plain.end;
    if (wants_values_) token.number = number_of(r, plain, mantissa, token.begin != plain.begin && r.at(token.begin) != '+');
    return true;
  }
  if (const Duration time = duration_at(text_, pos_); time.end != pos_) {
    token.begin = sign_begin(r, pos_);
    token.number = number_of(time, token.begin != pos_ && r.at(token.begin) != '+');
    token.end = pos_ = time.end;
    return true;
  }
  if (const std::size_t end = exception_end(r, pos_); end != pos_) {
    pos_ = end;
    return false;
  }
  Parts parts = grouped_at(r, pos_, commas_);
  if (!parts.grouped) parts = parts_behind(r, pos_, r.digits_end(pos_), '.');
  fill(token, r, parts);
  pos_ = parts.end;
  return true;
}

bool NumberScanner::number_at_dot(NumberToken& token) {
  const Reader r{text_};
  const std::size_t begin = pos_++;
  const bool goes_on = begin > 0 && (r.word_at(begin - 1) || r.at(begin - 1) == '.');
  if (goes_on || !r.digit_at(begin + 1)) return false;
  const Parts parts = parts_behind(r, begin, begin, '.');
  if (!ends_as_number(r, parts.end)) return false;
  fill(token, r, parts);
  pos_ = parts.end;
  return true;
}

bool NumberScanner::next(NumberToken& token) {
  const Reader r{text_};
  while (pos_ < text_.size()) {
    switch (kClasses[static_cast<unsigned char>(text_[pos_])]) {
      case other:
        pos_ = r.skip(pos_ + 1, [](Class c) { return c == other; });
        break;
      case letter: {
        const std::size_t uuid = uuid_end(r, pos_);
        if (uuid != pos_) {
          pos_ = uuid;
        } else if (is_multiplier(r, pos_)) {
          ++pos_;
        } else {
          pos_ = identifier_end(r, r.word_end(pos_ + 1));
        }
        break;
      }
      case digit:
        if (number_at_digit(token)) return true;
        break;
      case dot:
        if (number_at_dot(token)) return true;
        break;
    }
  }
  return false;
}

std::vector<NumberToken> find_numbers(std::string_view text, Commas commas) {
  std::vector<NumberToken> tokens;
  NumberScanner scanner(text, commas);
  for (NumberToken token; scanner.next(token);) tokens.push_back(token);
  return tokens;
}

std::optional<Number> parse_number(std::string_view lexeme, DecimalMark mark) {
  const Reader r{lexeme};
  const std::size_t sign = r.starts(0, kMinus) ? kMinus.size() : r.at(0) == '-' || r.at(0) == '+' ? 1 : 0;
  const bool negative = sign > 0 && r.at(0) != '+';
  const char point = mark == DecimalMark::point ? '.' : ',';
  const std::string_view comma = mark == DecimalMark::point ? "," : ".";

  Mantissa mantissa;
  const Parts plain = plain_at(r, sign, point, mantissa);
  if (plain.end == lexeme.size() && plain.point != sign) return number_of(r, plain, mantissa, negative);

  std::size_t end = r.digits_end(sign);
  bool grouped = false;
  for (const std::string_view separator : {comma, std::string_view(" "), kSpaces[0], kSpaces[1], kSpaces[2]}) {
    const std::size_t groups = r.starts(end, separator) ? groups_end(r, sign, separator) : sign;
    if (groups == sign) continue;
    end = groups;
    grouped = true;
    break;
  }
  Parts parts = parts_behind(r, sign, end, point);
  parts.grouped = grouped;
  if (end == sign && parts.fraction == end) return std::nullopt;   // no digits at all
  if (end == sign && parts.fraction == end + 1) return std::nullopt;  // ".e5"
  if (parts.end == end && !grouped && parts.end + 1 == lexeme.size() && lexeme.back() == point) {
    parts.fraction = parts.end = lexeme.size();  // "5."
  }
  if (parts.end != lexeme.size()) return std::nullopt;
  return value_of(r, parts, negative);
}

namespace {

constexpr std::array<std::string_view, 6> kAbout = {"~", "\xE2\x89\x88", "about ", "approx. ", "ca. ", "circa "};  // also U+2248
constexpr std::array<std::string_view, 4> kCurrencies = {"$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5"};  // dollar, euro, pound, yen

std::size_t spaces_end(const Reader& r, std::size_t i) {
  while (r.at(i) == ' ' || r.at(i) == '\t') ++i;
  return i;
}

// Takes one of `marks` away from position i; returns it, or nothing.
template <std::size_t N>
std::string_view take_mark(const Reader& r, std::size_t& i, const std::array<std::string_view, N>& marks) {
  for (const std::string_view mark : marks) {
    if (!r.starts(i, mark)) continue;
    i = spaces_end(r, i + mark.size());
    return mark;
  }
  return {};
}

// The number that begins at i, as a cell with `mark` writes it. Where several prefixes are numbers the longest counts.
std::optional<NumberToken> number_at(const Reader& r, std::size_t i, DecimalMark mark) {
  if (mark == DecimalMark::point) {
    NumberToken token;
    if (!NumberScanner(r.text.substr(i)).next(token) || token.begin != 0) return std::nullopt;
    return NumberToken{i, i + token.end, token.number};
  }
  std::size_t end = i;
  while (r.digit_at(end) || r.at(end) == ',' || r.at(end) == '.' || (end == i && (r.at(end) == '-' || r.at(end) == '+'))) ++end;
  end = exponent_end(r, end);
  const std::optional<Number> number = parse_number(r.text.substr(i, end - i), mark);
  if (!number) return std::nullopt;
  return NumberToken{i, end, *number};
}

// One word ("ms", "tok/s", "%", "\u00b5s"), or two joined by "per", perhaps in brackets. Ordinals are no units.
bool is_unit(std::string_view unit) {
  constexpr std::string_view kPer = " per ";
  constexpr std::size_t kLongest = 32;
  if (unit.size() > kLongest) return false;
  if (unit == "st" || unit == "nd" || unit == "rd" || unit == "th") return false;
  if (const std::size_t per = unit.find(kPer); per != unit.npos) {
    return is_unit(unit.substr(0, per)) && is_unit(unit.substr(per + kPer.size()));
  }
  const auto allowed = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return kClasses[byte] == letter || byte >= 0x80 || c == '%' || c == '/' || c == '*' || c == '$';
  };
  return std::all_of(unit.begin(), unit.end(), allowed);
}

std::string_view without_brackets(std::string_view unit) {
  const bool round = unit.size() > 2 && unit.front() == '(' && unit.back() == ')';
  const bool square = unit.size() > 2 && unit.front() == '[' && unit.back() == ']';
  return round || square ? unit.substr(1, unit.size() - 2) : unit;
}

}  // namespace

std::optional<NumberWithUnit> parse_number_with_unit(std::string_view cell, DecimalMark mark) {
  const Reader r{cell};
  std::size_t begin = spaces_end(r, 0);
  NumberWithUnit found;
  found.approximate = !take_mark(r, begin, kAbout).empty();
  const std::string_view currency = take_mark(r, begin, kCurrencies);
  const std::optional<NumberToken> token = number_at(r, begin, mark);
  if (!token) return std::nullopt;
  found.token = *token;
  std::string_view rest = cell.substr(std::min(cell.size(), spaces_end(r, token->end)));
  while (!rest.empty() && (rest.back() == ' ' || rest.back() == '\t')) rest.remove_suffix(1);
  found.unit = without_brackets(rest);
  if (token->number.duration && !rest.empty()) return std::nullopt;
  if (token->number.duration) found.unit = "s";
  if (!is_unit(found.unit)) return std::nullopt;
  if (!currency.empty()) {
    if (!found.unit.empty()) return std::nullopt;  // "$3 per token" is more than a number with a unit
    found.unit = currency;
  }
  return found;
}

}  // namespace chimera::text
