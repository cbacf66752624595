// Numbers in text: tokens ascend, do not overlap, and a token on its own is the same number again.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "text/number.h"

namespace {

using chimera::text::NumberToken;

void check(std::string_view text, chimera::text::Commas commas) {
  std::uint64_t end = 0;
  for (const NumberToken& token : chimera::text::find_numbers(text, commas)) {
    CHECK(token.begin >= end && token.begin < token.end && token.end <= text.size(), "numbers ascend inside the text");
    CHECK(!std::isnan(token.number.value), "a number has a value");
    end = token.end;
    const auto alone = chimera::text::reparse_number(text.substr(token.begin, token.end - token.begin), chimera::text::DecimalMark::point);
    CHECK(alone.has_value(), "a number found is a number");
    CHECK(alone->value == token.number.value, "with the same value");
    CHECK(alone->decimals == token.number.decimals, "and the same decimals");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, chimera::text::Commas::group);
  check(text, chimera::text::Commas::separate);
  const auto cell = chimera::text::parse_number_with_unit(text);
  CHECK(!cell || (cell->token.begin < cell->token.end && cell->token.end <= size), "a cell's number lies in the cell");
  return 0;
}
