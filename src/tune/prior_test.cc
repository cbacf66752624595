#include "tune/prior.h"

#include <gtest/gtest.h>

#include <cmath>

namespace chimera::tune {
namespace {

PriorSession session(const std::vector<std::pair<ConfigId, double>>& values, double doubt = 0.05) {
  PriorSession out{.points = {}, .doubt = doubt};
  for (const auto& [config, value] : values) out.points.push_back({config, std::log(value), 0.02});
  return out;
}

TEST(Prior, RanksByHowConfigurationsCompareWhateverTheDay) {
  // The second day was three times as slow; the sessions share configuration 1.
  const Prior prior({session({{0, 1.0}, {1, 2.0}, {2, 4.0}}), session({{1, 6.0}, {3, 1.5}})});
  ASSERT_EQ(prior.size(), 4U);
  EXPECT_EQ(prior.ranking().front().config, 3U);
  EXPECT_NEAR(prior.ranking()[1].log_value - prior.ranking()[0].log_value, std::log(2.0), 0.02);
}

TEST(Prior, LetsOnlyClearLosersWait) {
  const Prior prior({session({{0, 1.0}, {1, 1.08}, {2, 1.6}})});
  EXPECT_FALSE(prior.is_behind(0));
  EXPECT_FALSE(prior.is_behind(1));
  EXPECT_TRUE(prior.is_behind(2));
  EXPECT_FALSE(prior.is_behind(9));  // nobody knows it
}

TEST(Prior, SaysLessWhereTheWorkWasAnother) {
  EXPECT_TRUE(Prior({session({{0, 1.0}, {1, 1.4}})}).is_behind(1));
  EXPECT_FALSE(Prior({session({{0, 1.0}, {1, 1.4}}, 0.15)}).is_behind(1));
}

TEST(Prior, StandsOnTheScaleOfThisSession) {
  const Prior prior({session({{0, 1.0}, {1, 2.0}, {2, 3.0}})});
  Observations here;
  EXPECT_TRUE(prior.points(here).empty());  // nothing to compare with yet
  here.add(0, {10, 10, 10}, 1);
  const std::vector<Point> points = prior.points(here);
  ASSERT_EQ(points.size(), 2U);  // of 0 there is better knowledge
  for (const Point& point : points) EXPECT_NEAR(std::exp(point.value), point.config == 1 ? 20 : 30, 0.1);
}

TEST(Prior, OfNothingIsEmpty) {
  EXPECT_TRUE(Prior().empty());
  EXPECT_FALSE(Prior().is_behind(0));
  EXPECT_TRUE(Prior(std::vector<PriorSession>{}).empty());
}

}  // namespace
}  // namespace chimera::tune
