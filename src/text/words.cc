#include "text/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace chimera::text {
namespace {

using base::is_digit;
using base::is_upper;
using base::is_lower;
using base::is_letter;
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// What a piece of an identifier is made of. Bytes of other scripts count as small letters.
bool in_piece(char c) { return is_letter(c) || is_digit(c) || c == '%' || static_cast<unsigned char>(c) >= 0x80; }

// Whether the capital at i is inside a unit that is one piece: "MiB", "kB", "MHz".
bool is_inside_unit(std::string_view name, std::size_t i) {
  const auto ends = [&](std::size_t end) { return end >= name.size() || !is_letter(name[end]); };
  const auto begins = [&](std::size_t begin) { return begin == 0 || !is_letter(name[begin - 1]); };
  const auto is_prefix = [&](std::size_t at) { return std::string_view("kKMGTP").find(name[at]) != std::string_view::npos; };
  if (name[i] == 'B' && name[i - 1] == 'i') return i >= 2 && name[i - 2] != 'k' && is_prefix(i - 2) && ends(i + 1);
  if (name[i] == 'B') return name[i - 1] == 'k' && begins(i - 1) && ends(i + 1);
  return name[i] == 'H' && i + 1 < name.size() && name[i + 1] == 'z' && is_prefix(i - 1) && begins(i - 1) && ends(i + 2);
}

// "MByte", "GFlops": the letter of a power of a thousand and what it counts are one piece.
bool goes_on_behind_power(std::string_view name, std::size_t i) {
  constexpr std::array<std::string_view, 3> kCounted = {"Byte", "Flop", "Bit"};
  const bool power = std::string_view("kKMGTP").find(name[i - 1]) != std::string_view::npos && (i == 1 || !is_letter(name[i - 2]));
  return power && std::any_of(kCounted.begin(), kCounted.end(), [&](std::string_view word) { return name.substr(i, word.size()) == word; });
}

// True where a new piece begins at i although no separator stands before it: "meanTTFT", "TTFTMean", "p99Latency".
// Letters and the digits behind them stay together, so that "p99" and "q4" are one piece.
bool begins_piece(std::string_view name, std::size_t i) {
  if (goes_on_behind_power(name, i)) return false;
  const char before = name[i - 1];
  const char c = name[i];
  if (c == '%' || before == '%') return true;
  if (!is_upper(c) || is_inside_unit(name, i)) return false;
  if (is_lower(before)) return true;
  const bool next_is_lower = i + 1 < name.size() && is_lower(name[i + 1]);
  // "TTFTMean" ends at the last capital; a plural does not: "TTFTs".
  const bool plural = next_is_lower && name[i + 1] == 's' && (i + 2 == name.size() || !is_letter(name[i + 2]));
  if (is_upper(before)) return next_is_lower && !plural;
  return is_digit(before) && next_is_lower;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), to_lower);
  return result;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string> split_identifier(std::string_view name) {
  std::vector<std::string> pieces;
  bool open = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!in_piece(name[i])) {
      open = false;
      continue;
    }
    if (!open || begins_piece(name, i)) pieces.emplace_back();
    open = true;
    pieces.back() += to_lower(name[i]);
  }
  return pieces;
}

// ---- dates -----------------------------------------------------------------------------------------------------

namespace {

struct DateReader {
  std::string_view text;

  [[nodiscard]] char at(std::size_t i) const { return i < text.size() ? text[i] : '\0'; }
  [[nodiscard]] bool digits(std::size_t i, std::size_t count) const {
    for (std::size_t k = 0; k < count; ++k) {
      if (!is_digit(at(i + k))) return false;
    }
    return true;
  }
  // The number of `count` digits at i, which must be there.
  [[nodiscard]] int number(std::size_t i, std::size_t count) const {
    int value = 0;
    for (std::size_t k = 0; k < count; ++k) value = value * 10 + (at(i + k) - '0');
    return value;
  }
  [[nodiscard]] std::size_t spaces_end(std::size_t i) const {
    while (at(i) == ' ') ++i;
    return i;
  }
};

constexpr std::array<std::string_view, 12> kMonths = {"january", "february", "march",     "april",   "may",      "june",
                                                      "july",    "august",   "september", "october", "november", "december"};

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

bool is_valid(const Date& date) {
  return date.year >= 1900 && date.year < 2100 && date.month >= 1 && date.month <= 12 && date.day >= 0 &&
         date.day <= days_in(date.year, date.month);
}

constexpr std::uint32_t first_three(std::string_view word) {
  const auto at = [&](std::size_t k) { return static_cast<std::uint32_t>(static_cast<unsigned char>(to_lower(word[k]))); };
  return at(0) << 16 | at(1) << 8 | at(2);
}

constexpr auto kMonthStarts = [] {
  std::array<std::uint32_t, kMonths.size()> starts{};
  for (std::size_t i = 0; i < kMonths.size(); ++i) starts[i] = first_three(kMonths[i]);
  return starts;
}();

}  // namespace

// Nearly every word of a text is asked for: three letters at once tell almost all of them from months.
int month_of(std::string_view word) {
  if (word.size() < 3) return 0;
  const auto start = std::find(kMonthStarts.begin(), kMonthStarts.end(), first_three(word));
  if (start == kMonthStarts.end()) return 0;
  const auto month = static_cast<std::size_t>(start - kMonthStarts.begin());
  const auto same = [](char a, char b) { return to_lower(a) == to_lower(b); };
  const auto is = [&](std::string_view name) { return std::equal(word.begin(), word.end(), name.begin(), name.end(), same); };
  return word.size() == 3 || is(kMonths[month]) || (month == 8 && is("sept")) ? static_cast<int>(month) + 1 : 0;
}

namespace {

// "Z", " UTC", "+00:00", "-0400" at i: sets the zone and returns its end, or i.
std::size_t read_zone(const DateReader& r, std::size_t i, Date& date) {
  if (r.at(i) == 'Z') {
    date.has_zone = date.utc = true;
    return i + 1;
  }
  const std::size_t word = r.spaces_end(i);
  for (const std::string_view name : {"UTC", "GMT"}) {
    if (r.text.substr(std::min(word, r.text.size()), 3) != name) continue;
    date.has_zone = date.utc = true;
    return word + 3;
  }
  if ((r.at(i) != '+' && r.at(i) != '-') || !r.digits(i + 1, 2)) return i;
  const std::size_t minutes = i + 3 + (r.at(i + 3) == ':' ? 1 : 0);
  if (!r.digits(minutes, 2)) return i;
  date.has_zone = true;
  date.utc = r.number(i + 1, 2) == 0 && r.number(minutes, 2) == 0;
  return minutes + 2;
}

// "21:08", "21:08:57.892899", "9:08 PM" at i, with zone; the end, or i where no time stands there.
std::size_t read_clock(const DateReader& r, std::size_t i, Date& date) {
  const std::size_t width = r.digits(i, 2) ? 2 : 1;
  const std::size_t colon = i + width;
  if (!r.digits(i, width) || r.at(colon) != ':' || !r.digits(colon + 1, 2)) return i;
  int hour = r.number(i, width);
  const int minute = r.number(colon + 1, 2);
  std::size_t end = colon + 3;
  int second = 0;
  if (r.at(end) == ':' && r.digits(end + 1, 2)) {
    second = r.number(end + 1, 2);
    end += 3;
    if ((r.at(end) == '.' || r.at(end) == ',') && is_digit(r.at(end + 1))) {
      do ++end;
      while (is_digit(r.at(end)));
    }
  }
  if (hour > 23 || minute > 59 || second > 60) return i;
  const std::size_t half = r.spaces_end(end);
  const std::string half_name = lower(r.text.substr(std::min(half, r.text.size()), 2));
  if ((half_name == "am" || half_name == "pm") && !is_letter(r.at(half + 2)) && hour >= 1 && hour <= 12) {
    hour = hour % 12 + (half_name == "pm" ? 12 : 0);
    end = half + 2;
  }
  date.hour = hour;
  date.minute = minute;
  date.second = second;
  return read_zone(r, end, date);
}

// A clock behind a date that ends at i: directly after 'T' or blanks, a comma or "at" between.
std::size_t read_time_behind(const DateReader& r, std::size_t i, Date& date) {
  std::size_t at = i;
  if (r.at(at) == 'T') {
    ++at;
  } else {
    if (r.at(at) == ',') ++at;
    at = r.spaces_end(at);
    if (r.text.substr(std::min(at, r.text.size()), 3) == "at ") at = r.spaces_end(at + 3);
    if (at == i) return i;
  }
  const std::size_t end = read_clock(r, at, date);
  return end == at ? i : end;
}

// Each reads one notation at i and returns its end, or i.

std::size_t read_iso(const DateReader& r, std::size_t i, Date& date) {
  const char mark = r.at(i + 4);
  if ((mark != '-' && mark != '/') || r.at(i + 7) != mark) return i;
  if (!r.digits(i, 4) || !r.digits(i + 5, 2) || !r.digits(i + 8, 2) || is_digit(r.at(i + 10))) return i;
  date.year = r.number(i, 4);
  date.month = r.number(i + 5, 2);
  date.day = r.number(i + 8, 2);
  return is_valid(date) && date.day > 0 ? read_time_behind(r, i + 10, date) : i;
}

std::size_t read_stamp(const DateReader& r, std::size_t i, Date& date) {
  const char mark = r.at(i + 8);
  if ((mark != '-' && mark != '_' && mark != 'T') || !r.digits(i, 8) || !r.digits(i + 9, 6) || is_digit(r.at(i + 15))) return i;
  date.year = r.number(i, 4);
  date.month = r.number(i + 4, 2);
  date.day = r.number(i + 6, 2);
  date.hour = r.number(i + 9, 2);
  date.minute = r.number(i + 11, 2);
  date.second = r.number(i + 13, 2);
  if (!is_valid(date) || date.day == 0 || date.hour > 23 || date.minute > 59 || date.second > 60) return i;
  if (r.at(i + 15) == 'Z') date.has_zone = date.utc = true;
  return i + 15 + (date.utc ? 1 : 0);
}

std::size_t word_end(const DateReader& r, std::size_t i) {
  while (is_letter(r.at(i))) ++i;
  return i;
}

// "27" or "27th": the day, and its end.
std::size_t read_day(const DateReader& r, std::size_t i, Date& date) {
  const std::size_t width = r.digits(i, 2) ? 2 : 1;
  if (!r.digits(i, width) || is_digit(r.at(i + width))) return i;
  date.day = r.number(i, width);
  const std::size_t end = i + width;
  const std::size_t suffix = word_end(r, end);
  if (suffix == end) return end;
  const std::string ordinal = lower(r.text.substr(end, suffix - end));
  return ordinal == "st" || ordinal == "nd" || ordinal == "rd" || ordinal == "th" ? suffix : i;
}

std::size_t read_year(const DateReader& r, std::size_t i, Date& date) {
  if (!r.digits(i, 4) || is_digit(r.at(i + 4)) || is_letter(r.at(i + 4))) return i;
  date.year = r.number(i, 4);
  return i + 4;
}

// The month's name at i; the end of the word and of a point behind it, or i.
std::size_t read_month(const DateReader& r, std::size_t i, Date& date) {
  const std::size_t end = word_end(r, i);
  if (end - i < 3 || end - i > 9) return i;
  date.month = month_of(r.text.substr(i, end - i));
  if (date.month == 0) return i;
  return r.at(end) == '.' && end - i <= 4 ? end + 1 : end;
}

// "14 Nov 2025", "14-Nov-2025", "14. November 2025".
std::size_t read_day_first(const DateReader& r, std::size_t i, Date& date) {
  const std::size_t day = read_day(r, i, date);
  if (day == i) return i;
  const auto gap_end = [&](std::size_t at) { return r.at(at) == '-' ? at + 1 : r.spaces_end(at); };
  const std::size_t month = gap_end(day + (r.at(day) == '.' ? 1 : 0));
  const std::size_t month_end = month > day ? read_month(r, month, date) : month;
  if (month_end == month) return i;
  const std::size_t year = gap_end(month_end + (r.at(month_end) == ',' ? 1 : 0));
  const std::size_t end = year > month_end ? read_year(r, year, date) : year;
  return end != year && is_valid(date) && date.day > 0 ? read_time_behind(r, end, date) : i;
}

// "November 27, 2025", "November 2025", "Oct  2 21:08:57 2025".
std::size_t read_month_first(const DateReader& r, std::size_t i, Date& date) {
  const std::size_t month = read_month(r, i, date);
  if (month == i) return i;
  const std::size_t first = r.spaces_end(month + (r.at(month) == ',' ? 1 : 0));
  if (first == month) return i;
  if (const std::size_t end = read_year(r, first, date); end != first) return is_valid(date) ? end : i;
  const std::size_t day = read_day(r, first, date);
  if (day == first || date.day == 0) return i;
  std::size_t gap = r.spaces_end(day + (r.at(day) == ',' ? 1 : 0));
  const std::size_t clock = read_clock(r, gap, date);
  const bool clock_first = clock != gap;
  if (clock_first) gap = r.spaces_end(clock);
  const std::size_t end = gap > day ? read_year(r, gap, date) : gap;
  if (end == gap || !is_valid(date)) return i;
  return clock_first ? end : read_time_behind(r, end, date);
}

// Whether four digits stand together: no date does without a year.
bool may_hold_date(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = is_digit(c) ? digits + 1 : 0;
    if (digits == 4) return true;
  }
  return false;
}

}  // namespace

std::vector<DateToken> find_dates(std::string_view text) {
  std::vector<DateToken> dates;
  if (!may_hold_date(text)) return dates;
  const DateReader r{text};
  const auto try_at = [&](std::size_t i, auto read) {
    Date date;
    const std::size_t end = read(r, i, date);
    if (end != i) dates.push_back({i, end, date});
    return end;
  };
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = i;
    if (is_digit(text[i])) {
      const bool inside = i > 0 && (is_letter(text[i - 1]) || text[i - 1] == '.');
      if (!inside) {
        end = try_at(i, read_iso);
        if (end == i) end = try_at(i, read_stamp);
        if (end == i) end = try_at(i, read_day_first);
      }
      if (end == i) {
        while (end < text.size() && is_digit(text[end])) ++end;
      }
    } else if (is_letter(text[i])) {
      end = try_at(i, read_month_first);
      if (end == i) end = word_end(r, i);
    } else {
      ++end;
    }
    i = end;
  }
  return dates;
}

std::string format(const Date& date) {
  if (date.day == 0) return fmt::format("{:04}-{:02}", date.year, date.month);
  const std::string day = fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  return date.hour < 0 ? day : fmt::format("{} {:02}:{:02}:{:02}", day, date.hour, date.minute, date.second);
}

std::string visible(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t k) { return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U; };
    const bool control = at(0) < 0x20 || at(0) == 0x7F;
    const bool c1 = at(0) == 0xC2 && at(1) >= 0x80 && at(1) < 0xA0;
    // U+202A to U+202E and U+2066 to U+2069: bidirectional embeddings, overrides and isolates.
    const bool bidirectional = at(0) == 0xE2 && ((at(1) == 0x80 && at(2) >= 0xAA && at(2) <= 0xAE) || (at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9));
    if (control || c1 || bidirectional) {
      out += kReplacement;
      i += bidirectional ? 2 : c1 ? 1 : 0;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace chimera::text
