#include "core/unit.h"

#include <gtest/gtest.h>

namespace chimera::core {
namespace {

TEST(Units, KnowsTheSpellingsOfTools) {
  EXPECT_EQ(find_unit("tokens/s"), unit_of("tok/s"));
  EXPECT_EQ(find_unit("Tokens Per Second"), unit_of("tok/s"));
  EXPECT_EQ(find_unit("msec"), unit_of("ms"));
  EXPECT_EQ(find_unit("MBytes/Second"), unit_of("MB/s"));
  EXPECT_EQ(find_unit("MFlops/s"), unit_of("MFLOP/s"));
  EXPECT_EQ(find_unit("percent"), unit_of("%"));
  EXPECT_EQ(find_unit(" MiB "), unit_of("MiB"));
  EXPECT_EQ(find_unit("token/seconds"), unit_of("tok/s"));
  EXPECT_EQ(find_unit("Tokens/Secs"), unit_of("tok/s"));
  EXPECT_EQ(find_unit("/seconds"), nullptr);
  EXPECT_EQ(find_unit("d"), unit_of("d"));
  EXPECT_EQ(find_unit("D"), nullptr);  // "3D"
  EXPECT_EQ(find_unit("furlongs"), nullptr);
  EXPECT_EQ(find_unit(""), nullptr);
}

TEST(Units, DoesNotGuessWhereTwoUnitsDifferByCaseAlone) {
  EXPECT_EQ(find_unit("mW"), unit_of("mW"));
  EXPECT_NE(find_unit("mJ"), unit_of("kJ"));
  EXPECT_EQ(find_unit("MS"), unit_of("ms"));
}

TEST(Units, ConvertsWithinADimensionOnly) {
  EXPECT_DOUBLE_EQ(*convert(0.1425, unit_of("s"), unit_of("ms")), 142.5);
  EXPECT_DOUBLE_EQ(*convert(1000, unit_of("ms"), unit_of("s")), 1.0);
  EXPECT_DOUBLE_EQ(*convert(1, unit_of("GiB"), unit_of("MiB")), 1024.0);
  EXPECT_DOUBLE_EQ(*convert(1, unit_of("GB"), unit_of("MB")), 1000.0);
  EXPECT_FALSE(convert(1, unit_of("s"), unit_of("tok/s")).has_value());
  EXPECT_FALSE(convert(1, no_unit(), unit_of("s")).has_value());
}

TEST(Units, ConvertsThereAndBack) {
  for (const Unit& from : all_units()) {
    for (const Unit& to : all_units()) {
      const auto there = convert(12.5, &from, &to);
      if (!there) continue;
      EXPECT_NEAR(*convert(*there, &to, &from), 12.5, 12.5 * 1e-6) << from.symbol << " to " << to.symbol;
    }
  }
}

TEST(Units, AreReadWithFewDigitsBeforeThePoint) {
  EXPECT_EQ(readable_unit(101549144, unit_of("ns"))->symbol, "ms");
  EXPECT_EQ(readable_unit(0.00042, unit_of("s"))->symbol, "us");
  EXPECT_EQ(readable_unit(424747008, unit_of("B"))->symbol, "MiB");
  EXPECT_EQ(readable_unit(0.2, unit_of("ns"))->symbol, "ns");
  EXPECT_EQ(readable_unit(123456789, unit_of("tok/s"))->symbol, "tok/s");
}

TEST(Formatting, RoundsHalvesAwayFromZeroAsWritten) {
  EXPECT_EQ(format_fixed(2.675, 2), "2.68");
  EXPECT_EQ(format_fixed(-2.675, 2), "-2.68");
  EXPECT_EQ(format_fixed(0.125, 2), "0.13");
  EXPECT_EQ(format_fixed(77.53, 1), "77.5");
  EXPECT_EQ(format_fixed(-0.001, 2), "0.00");
  EXPECT_EQ(format_fixed(1024, 0), "1024");
}

TEST(Formatting, KeepsSignificantDigits) {
  EXPECT_EQ(format_significant(103.15998, 4), "103.2");
  EXPECT_EQ(format_significant(0.0012345, 3), "0.00123");
  EXPECT_EQ(format_significant(123456, 3), "123456");
  EXPECT_EQ(format_significant(0, 3), "0");
}

}  // namespace
}  // namespace chimera::core
