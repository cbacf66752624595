#include "measure/warmup.h"

#include <gtest/gtest.h>

namespace chimera::measure {
namespace {

TEST(WarmUp, IsSteadyWhenTheLastThreeAgree) {
  EXPECT_FALSE(is_steady({1.0, 1.0}, {}));
  EXPECT_TRUE(is_steady({1.0, 1.01, 1.0}, {}));
  EXPECT_FALSE(is_steady({1.0, 1.0, 1.05}, {}));
  EXPECT_TRUE(is_steady({9.0, 1.0, 1.01, 1.0}, {})) << "what came before does not matter";
}

TEST(WarmUp, ASteadyFallIsATrend) {
  EXPECT_FALSE(is_steady({1.03, 1.015, 1.0}, {}));
  EXPECT_TRUE(is_steady({1.0, 1.015, 1.03}, {})) << "a rise is no warm-up";
}

TEST(WarmUp, TakesAtLeastSoManyAsAskedFor) {
  WarmUp rule;
  rule.least = 5;
  EXPECT_FALSE(is_steady({1.0, 1.0, 1.0, 1.0}, rule));
  EXPECT_TRUE(is_steady({1.0, 1.0, 1.0, 1.0, 1.0}, rule));
}

}  // namespace
}  // namespace chimera::measure
