#include "claims/tolerance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace chimera::claims {
namespace {

core::Quantity written(double value, int decimals) { return {value, core::no_unit(), decimals}; }

TEST(Tolerance, AcceptsRoundingHalfAwayAndHalfToEvenAndTruncation) {
  EXPECT_TRUE(states(written(0.13, 2), Relation::equal, 0.125));  // half away
  EXPECT_TRUE(states(written(0.12, 2), Relation::equal, 0.125));  // half to even
  EXPECT_TRUE(states(written(0.14, 2), Relation::equal, 0.1499));  // truncated
  EXPECT_TRUE(states(written(-0.14, 2), Relation::equal, -0.1499));
  EXPECT_TRUE(states(written(14.244004049000155, 15), Relation::equal, 14.244004049000157));  // one unit in the last place
}

TEST(Tolerance, RefusesTheNextDigit) {
  EXPECT_FALSE(states(written(0.14, 2), Relation::equal, 0.13));
  EXPECT_FALSE(states(written(0.14, 2), Relation::equal, 0.1501));
  EXPECT_FALSE(states(written(0.13, 2), Relation::equal, 0.1249));
  EXPECT_FALSE(states(written(100, 0), Relation::equal, 99.4));
  EXPECT_FALSE(states(written(-12, 0), Relation::equal, 12));
  EXPECT_TRUE(states_magnitude(written(12, 0), Relation::equal, -12.3));
}

TEST(Tolerance, WidensAboutByOneUnitOfTheLastStatedPlace) {
  EXPECT_TRUE(states(written(41, 0), Relation::about, 40));
  EXPECT_FALSE(states(written(41, 0), Relation::about, 39));
  EXPECT_TRUE(states(written(5000, 0), Relation::about, 5321));
  EXPECT_FALSE(states(written(5000, 0), Relation::about, 5600));
  EXPECT_TRUE(states(written(1.5, 1), Relation::about, 1.6));
  EXPECT_FALSE(states(written(1.5, 1), Relation::about, 1.7));
}

TEST(Tolerance, ComparesBounds) {
  EXPECT_TRUE(states(written(10, 0), Relation::at_least, 12));
  EXPECT_FALSE(states(written(10, 0), Relation::at_least, 9));
  EXPECT_TRUE(states(written(10, 0), Relation::at_most, 9));
  EXPECT_FALSE(states(written(10, 0), Relation::at_most, 12));
}

TEST(Tolerance, KnowsNoInfinity) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(states(written(infinite, 0), Relation::equal, infinite));
  EXPECT_FALSE(states(written(1, 0), Relation::at_least, infinite));
  EXPECT_FALSE(states(written(1, 0), Relation::equal, std::nan("")));
}

TEST(Tolerance, AllowsFivePercentForWords) {
  EXPECT_TRUE(roughly(0.5, 0.52));
  EXPECT_FALSE(roughly(0.5, 0.53));
  EXPECT_FALSE(roughly(0.5, std::nan("")));
}

}  // namespace
}  // namespace chimera::claims
