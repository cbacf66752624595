#include "store/row_words.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace chimera::store {
namespace {

std::uint64_t bits_of(double number) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  return bits;
}

double divisor_of(const std::vector<double>& numbers, unsigned decimals = 0) {
  std::vector<std::int64_t> words(numbers.size());
  const Scale scale = to_words(numbers.data(), numbers.size(), decimals, words.data());
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(bits_of(from_word(words[i], scale.divisor)), bits_of(numbers[i])) << numbers[i];
  return scale.divisor;
}

TEST(RowWords, AreDecimalsWherePeopleWriteThem) {
  EXPECT_EQ(divisor_of({}), 1);
  EXPECT_EQ(divisor_of({0, 0, 0}), 1);
  EXPECT_EQ(divisor_of({1, 2, -3}), 1);
  EXPECT_EQ(divisor_of({1, 2.5, 3}), 10);
  EXPECT_EQ(divisor_of({12.34, 0.001, 5}), 1000);
  EXPECT_EQ(divisor_of({0.1, 1.25, 1e-7, 2}), 1e7);
  EXPECT_EQ(divisor_of({5}, 3), 1000);  // as the column before
  EXPECT_EQ(divisor_of({12.5, 4000}, 15), 10);
}

TEST(RowWords, AreBinaryFractionsWhereProgramsWriteAllDigits) {
  EXPECT_EQ(std::fmod(std::log2(divisor_of({0.1 + 0.2, 1.0 / 3, 2.718281828459045})), 1.0), 0.0);
  EXPECT_LT(divisor_of({1e300, 3e300}), 1e-200);
}

TEST(RowWords, AreBitsOfTheRest) {
  EXPECT_EQ(divisor_of({-0.0, 1}), 0);
  EXPECT_EQ(divisor_of({1e300, 1e-300}), 0);
  EXPECT_EQ(divisor_of({std::numeric_limits<double>::denorm_min()}), 0);
  EXPECT_EQ(divisor_of({std::numeric_limits<double>::infinity(), 1}), 0);
}

TEST(RowWords, GiveBackWhateverTheyWereMadeOf) {
  std::mt19937_64 draw(1);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<double> numbers(1 + draw() % 50);
    const std::uint64_t kind = draw() % 5;
    const double power = std::pow(10.0, static_cast<double>(draw() % 17));
    for (double& number : numbers) {
      const auto whole = static_cast<double>(static_cast<std::int64_t>(draw()) >> (draw() % 64));
      const std::uint64_t bits = draw();
      if (kind == 0) number = whole / power;
      else if (kind == 1) number = whole * power;
      else if (kind == 2) number = std::ldexp(static_cast<double>(draw() >> 11), -53);
      else if (kind == 3) std::memcpy(&number, &bits, sizeof number);
      else number = static_cast<double>(draw() % 100'000) / 100;
      if (std::isnan(number)) number = 0;
    }
    (void)divisor_of(numbers, static_cast<unsigned>(draw() % 16));
  }
}

}  // namespace
}  // namespace chimera::store
