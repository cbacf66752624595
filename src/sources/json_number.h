// The value of a JSON number, as written.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "text/number.h"

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
// Likewise before they are read as a number and its unit.
[[nodiscard]] bool may_be_number_in_unit(std::string_view text);

struct JsonNumberInUnit {
  text::NumberToken token;  // offsets into the string as written
  std::string_view unit;    // a symbol
};
// A string that is a number and a known unit, "12.5 ms" (plaintext/number_forms.h). The unit may be written with escapes.
[[nodiscard]] std::optional<JsonNumberInUnit> read_json_number_in_unit(std::string_view text);

}  // namespace chimera::sources
