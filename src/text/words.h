// Words in names and prose: the pieces of identifiers, number words, comparing words, dates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chimera::text {

// "meanTTFT_ms" -> mean, ttft, ms; "tokens/s" -> tokens, s; "Time (%)" -> time, %. Lower case.
[[nodiscard]] std::vector<std::string> split_identifier(std::string_view name);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);
// With U+FFFD for every character that steers a terminal or turns the reading direction instead of being seen.
[[nodiscard]] std::string visible(std::string_view text);

// A date or time as people and programs write it.
struct Date {
  int year = 0, month = 0, day = 0;  // day 0: only the month was given
  int hour = -1, minute = 0, second = 0;  // hour -1: no time of day
  bool utc = false;                   // a zone was written and it is UTC
  bool has_zone = false;
};
struct DateToken {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  Date date;
};
// "2025-11-14", "2025-10-02T21:08:57.892899+00:00", "20251002-151204", "November 27, 2025", "14 Nov 2025",
// "2025/11/14 18:53:30". Not bare years, not epoch numbers.
[[nodiscard]] std::vector<DateToken> find_dates(std::string_view text);
// 1-12 for a month's name or its first three letters ("Sept" too), in any case; else 0.
[[nodiscard]] int month_of(std::string_view word);
// "2025-11-14" or "2025-11-14 18:53:30".
[[nodiscard]] std::string format(const Date& date);

}  // namespace chimera::text
