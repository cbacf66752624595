// The number that most cells and values are, digits with a point perhaps, as fast as it can be read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace chimera::sources {

inline constexpr std::array<double, 23> kExactPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr std::uint64_t kMaxExactMantissa = std::uint64_t{1} << 53U;
inline constexpr int kMostMantissaDigits = 19;  // that a 64-bit mantissa holds whatever they are

// Numbers with an exponent, or more digits than a double holds exactly. Null where no double can hold it.
const char* parse_plain_number_slowly(const char* begin, double& value);

// Where the number of RFC 8259 that begins at `begin` ends, null where there is none or no double can hold it. Another byte
// must follow.
inline const char* parse_plain_number(const char* const begin, double& value) {
  const char* p = begin;
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  const char* const first = p;
  std::uint64_t mantissa = 0;
  unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
  if (digit > 9) return nullptr;
  do {
    mantissa = mantissa * 10 + digit;
    digit = static_cast<unsigned char>(*++p) - unsigned{'0'};
  } while (digit <= 9);
  if (*first == '0' && p - first > 1) return nullptr;
  std::size_t fraction = 0;
  std::ptrdiff_t digits = p - first;
  if (*p == '.') {
    const char* const point = p;
    digit = static_cast<unsigned char>(*++p) - unsigned{'0'};
    if (digit > 9) return nullptr;
    do {
      mantissa = mantissa * 10 + digit;
      digit = static_cast<unsigned char>(*++p) - unsigned{'0'};
    } while (digit <= 9);
    fraction = static_cast<std::size_t>(p - point) - 1;
    digits += p - point - 1;
  }
  if ((*p | 0x20) == 'e') {
    const char* exponent = p + 1;
    exponent += *exponent == '+' || *exponent == '-' ? 1 : 0;
    return *exponent >= '0' && *exponent <= '9' ? parse_plain_number_slowly(begin, value) : nullptr;
  }
  if (digits > kMostMantissaDigits || mantissa > kMaxExactMantissa || fraction >= kExactPowers.size()) return parse_plain_number_slowly(begin, value);
  const double exact = static_cast<double>(mantissa) / kExactPowers[fraction];
  value = negative ? -exact : exact;
  return p;
}

}  // namespace chimera::sources
