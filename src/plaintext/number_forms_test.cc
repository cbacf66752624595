#include "plaintext/number_forms.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

std::string scaled(std::string_view cell) {
  const auto found = read_scaled_number(cell);
  return found ? std::string(cell.substr(found->token.begin, found->token.end - found->token.begin)) + " " + std::string(found->unit->symbol) : "";
}

TEST(ScaledNumber, IsANumberOfThousandsOfARateOrACount) {
  EXPECT_EQ(scaled("1.2k tok/s"), "1.2 ktok/s");
  EXPECT_EQ(scaled("3M req/s"), "3 Mreq/s");
  EXPECT_EQ(scaled("~2.5K tokens"), "2.5 ktok");
  EXPECT_EQ(scaled("26.7G elem/s"), "26.7 Gelem/s");
}

TEST(ScaledNumber, IsNoTimeSizeOrName) {
  for (const std::string_view cell : {"1.2k", "5k ms", "12 MB", "7B", "4 k tok/s", "1.2k 5 tok/s", "k tok/s", ""}) EXPECT_EQ(scaled(cell), "") << cell;
}

TEST(ScaleNamed, KnowsLettersAndWords) {
  EXPECT_EQ(scale_named("k"), 'k');
  EXPECT_EQ(scale_named("billion"), 'G');
  EXPECT_EQ(scale_named("B"), '\0');
  EXPECT_EQ(scale_named("ms"), '\0');
}

TEST(Quantity, IsToldFromNames) {
  for (const std::string_view cell : {">3k tok/s", "<= 5 ms", "~10-20 ms", "10 \xE2\x80\x93 20 %", ">80GB", "4k", "<5"}) EXPECT_TRUE(looks_like_quantity(cell)) << cell;
  for (const std::string_view cell : {"10-20", "3.10.2", "7B", "2025-10-02", "4x4", "12 apples", "", "-", "fp16"}) EXPECT_FALSE(looks_like_quantity(cell)) << cell;
}

TEST(SeveralQuantities, HaveAPointOrAUnit) {
  for (const std::string_view cell : {"19.5 / 20.25", "43.5\xE2\x86\x92" "80.5", "81 W + 86 W", "4.5 ms / 5.5 ms / 6 ms"}) EXPECT_TRUE(looks_like_several(cell)) << cell;
  for (const std::string_view cell : {"3 / 4", "12.5", "", " / ", "fast / 2.5", "a\xE2\x86\x92" "b"}) EXPECT_FALSE(looks_like_several(cell)) << cell;
}

TEST(NumberOfAnotherForm, IsDigitsWithSeparators) {
  for (const std::string_view cell : {"12,5", "1'234", "-3,25"}) EXPECT_TRUE(looks_like_number(cell)) << cell;
  for (const std::string_view cell : {"3.10.2", "12", "12,", "a,5", "12,5 ms"}) EXPECT_FALSE(looks_like_number(cell)) << cell;
}

}  // namespace
}  // namespace chimera::plaintext
