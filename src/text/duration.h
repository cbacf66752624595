// Times written in more than one unit, "2m43.5s", as people and Go's programs write them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "text/number.h"

namespace chimera::text {

struct Duration {
  std::size_t end = 0;  // where it begins, if none stands there
  double seconds = 0;
  int decimals = 0;     // of the seconds as written
};

// The time that begins at `begin`: hours, minutes and seconds, two of them at least, from large to small, with a blank or nothing between
// them: "1h2m3s", "2m43.589s", "1m 23.4s", "1h30m". What follows the first has two digits at most before its point.
[[nodiscard]] Duration duration_at(std::string_view text, std::size_t begin);

// All of the text as days and a time behind them, as pandas writes what something took: "0 days 00:12:23.5".
[[nodiscard]] std::optional<Number> parse_days(std::string_view text);

[[nodiscard]] Number number_of(const Duration& time, bool negative);

}  // namespace chimera::text
