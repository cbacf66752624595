// The value of a JSON number, as written.
#pragma once

#include <cstdint>
#include <string_view>

namespace chimera::sources {

enum class NumberRange : std::uint8_t { ok, too_large, too_small };

struct JsonNumber {
  double value = 0;           // nearest double; infinite where too large, zero where too small
  std::int8_t decimals = 0;   // digits after the point, less a power of ten; 0 to 127
  NumberRange range = NumberRange::ok;
};

// `lexeme` is what JsonParser took for a number: sign, digits, point, digits, exponent, most of them optional.
[[nodiscard]] JsonNumber evaluate_number(std::string_view lexeme);

// A cheap test that most strings fail before they are parsed as numbers.
[[nodiscard]] bool may_be_number(std::string_view text);

}  // namespace chimera::sources
