#include "store/row_words.h"

#include <array>
#include <cmath>
#include <cstring>

namespace chimera::store {
namespace {

constexpr unsigned kMostDecimals = 15;
constexpr std::array<double, kMostDecimals + 1> kPowers{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
// Added to a double of less than 2^51, it leaves the nearest integer in the lower bits; so loops need no conversions, which
// processors do one by one.
constexpr double kRounder = 6755399441055744.0;  // 1.5 * 2^52
constexpr double kLargest = 2251799813685248.0;  // 2^51
constexpr int kExponentBias = 1075;              // of a number as an integer of 53 bits
constexpr int kMantissaBits = 52;
constexpr int kWordBits = 62;

std::int64_t bits_of(double number) {
  std::int64_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  return bits;
}

bool is_decimal(double number, double power) {
  const double scaled = number * power;
  if (!(std::fabs(scaled) < kLargest)) return false;
  const double whole = (scaled + kRounder) - kRounder;
  return bits_of(whole / power) == bits_of(number);
}

// Words of all of them, or false where one is no multiple of 1 / power. Not one branch a number.
bool by_power(const double* numbers, std::size_t count, double power, std::int64_t* words) {
  std::int64_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double scaled = numbers[i] * power;
    const double raised = scaled + kRounder;
    wrong |= bits_of((raised - kRounder) / power) ^ bits_of(numbers[i]);
    wrong |= std::fabs(scaled) < kLargest ? 0 : 1;
    // Of numbers that are too large the difference is nothing, and may not overflow.
    words[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(bits_of(raised)) - static_cast<std::uint64_t>(bits_of(kRounder)));
  }
  return wrong == 0;
}

// The divisor 2^s by which all of them are integers; 0 where there is none.
double common_power_of_two(const double* numbers, std::size_t count) {
  int lowest = 2000;   // exponent of the lowest bit that is set in any of them
  int highest = -2000;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t bits = bits_of(numbers[i]);
    if (bits == 0) continue;
    const auto exponent = static_cast<int>((bits >> kMantissaBits) & 2047);
    if (exponent == 0 || exponent == 2047) return 0;  // -0.0, subnormal
    const std::int64_t mantissa = (bits & ((std::int64_t{1} << kMantissaBits) - 1)) | (std::int64_t{1} << kMantissaBits);
    lowest = std::min(lowest, exponent - kExponentBias + __builtin_ctzll(static_cast<std::uint64_t>(mantissa)));
    highest = std::max(highest, exponent - kExponentBias + kMantissaBits);
  }
  const bool fits = highest - lowest < kWordBits && lowest > -1000 && lowest < 1000;
  return fits ? std::ldexp(1.0, -lowest) : 0;
}

}  // namespace

Scale to_words(const double* numbers, std::size_t count, unsigned& decimals, std::int64_t* words) {
  if (by_power(numbers, count, kPowers[decimals], words)) return {kPowers[decimals]};
  for (unsigned tried = 0; tried <= kMostDecimals;) {
    if (by_power(numbers, count, kPowers[tried], words)) {
      decimals = tried;
      return {kPowers[tried]};
    }
    // As many as the first needs that has more.
    std::size_t at = 0;
    while (at + 1 < count && is_decimal(numbers[at], kPowers[tried])) ++at;
    do ++tried;
    while (tried <= kMostDecimals && !is_decimal(numbers[at], kPowers[tried]));
  }
  const double divisor = common_power_of_two(numbers, count);
  for (std::size_t i = 0; i < count; ++i) words[i] = divisor == 0 ? bits_of(numbers[i]) : static_cast<std::int64_t>(numbers[i] * divisor);
  return {divisor};
}

double from_word(std::int64_t word, double divisor) {
  if (divisor != 0) return static_cast<double>(word) / divisor;
  double number = 0;
  std::memcpy(&number, &word, sizeof number);
  return number;
}

}  // namespace chimera::store
