#include "text/duration.h"

#include <gtest/gtest.h>

#include "text/number.h"

namespace chimera::text {
namespace {

TEST(Duration, AddsHoursMinutesAndSeconds) {
  EXPECT_DOUBLE_EQ(duration_at("2m43.5s", 0).seconds, 163.5);
  EXPECT_EQ(duration_at("2m43.5s", 0).decimals, 1);
  EXPECT_DOUBLE_EQ(duration_at("1h2m3s", 0).seconds, 3723);
  EXPECT_DOUBLE_EQ(duration_at("1h30m", 0).seconds, 5400);
  EXPECT_DOUBLE_EQ(duration_at("in 1m 23.4s or", 3).seconds, 83.4);
  EXPECT_EQ(duration_at("in 1m 23.4s or", 3).end, 11U);
}

TEST(Duration, IsNothingElse) {
  for (const char* none : {"5m", "5s", "3m2h", "4m4", "1h2m3", "1m123s", "2m5sx", "1.5m3s", "7m 5 s", "1h1h", ""}) EXPECT_EQ(duration_at(none, 0).end, 0U) << none;
  EXPECT_EQ(duration_at("a2m3s", 1).end, 1U);
}

TEST(Duration, IsOneNumberInSeconds) {
  const auto tokens = find_numbers("took 2m43.5s, then 41.9ms");
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_DOUBLE_EQ(tokens[0].number.value, 163.5);
  EXPECT_EQ(tokens[0].end - tokens[0].begin, 7U);
  const auto cell = parse_number_with_unit("1m13.25s");
  ASSERT_TRUE(cell.has_value());
  EXPECT_EQ(cell->unit, "s");
  EXPECT_DOUBLE_EQ(reparse_number("1m13.25s")->value, 73.25);
  EXPECT_DOUBLE_EQ(reparse_number("1,250.5")->value, 1250.5);
  EXPECT_FALSE(parse_number("1m13.25s").has_value());
  EXPECT_DOUBLE_EQ(find_numbers("-1m2s").front().number.value, -62);
}

TEST(Duration, IsDaysAndATimeBehindThem) {
  EXPECT_DOUBLE_EQ(parse_days("0 days 00:00:07.25")->value, 7.25);
  EXPECT_DOUBLE_EQ(parse_days("2 days 01:00:00")->value, 176400);
  EXPECT_EQ(parse_days("1 day 01:00:00.125")->decimals, 3);
  for (const char* none : {"", "00:02:05", "0 days 00:61:00", "0 days 00:00:60", "0 days 24:00:00", "0 days 00:00:00.", "0 days 00:00:00.1x", "2 days", "2 days 2:3", "-1 days +00:00:01"})
    EXPECT_FALSE(parse_days(none).has_value()) << none;
  EXPECT_DOUBLE_EQ(reparse_number("1 days 00:00:01")->value, 86401);
}

}  // namespace
}  // namespace chimera::text
