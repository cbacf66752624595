#include "analysis/recompute.h"

#include <gtest/gtest.h>

namespace chimera::analysis {
namespace {

using Kind = core::Statistic::Kind;
using core::RowState;

Stated stated(Kind kind, double value, int decimals, std::string_view unit = "s") {
  Stated out;
  out.statistic = {kind, kind == Kind::percentile ? 95.0 : 0.0};
  out.unit = core::unit_of(unit);
  out.value = value;
  out.decimals = decimals;
  return out;
}

std::vector<RawValue> raw(const std::vector<std::pair<double, RowState>>& values, std::string_view unit = "s", int decimals = 4) {
  std::vector<RawValue> out;
  for (std::uint32_t i = 0; i < values.size(); ++i)
    out.push_back({{core::DocumentId{0}, 0, i, 0}, core::unit_of(unit), values[i].first, decimals, values[i].second});
  return out;
}

const RowState ok = RowState::ok;

TEST(Recompute, AgreesAtTheDigitsWritten) {
  EXPECT_TRUE(agrees(stated(Kind::mean, 0.65, 2), 0.6513));
  EXPECT_TRUE(agrees(stated(Kind::mean, 0.65, 2), 0.6567));  // truncated
  EXPECT_FALSE(agrees(stated(Kind::mean, 0.65, 2), 0.6613));
  EXPECT_FALSE(agrees(stated(Kind::mean, 0.65, 2), 0.6435));
  EXPECT_FALSE(agrees(stated(Kind::mean, 102.31, 2), 101.78));
}

TEST(Recompute, ConvertsUnits) {
  const auto again = recompute(stated(Kind::mean, 2500, 0, "ms"), raw({{2, ok}, {3, ok}}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->holds);
  EXPECT_EQ(again->formula, "mean");
  EXPECT_DOUBLE_EQ(again->recomputed, 2.5);
}

TEST(Recompute, AllowsForTheRoundingOfTheRows) {
  // The mean was taken before the rows were rounded to two decimals.
  const auto again = recompute(stated(Kind::mean, 77.61783112097642, 14, "tok/s"),
                               raw({{76.91, ok}, {78.12, ok}, {77.73, ok}, {77.70, ok}, {77.63, ok}}, "tok/s", 2));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->holds);
}

TEST(Recompute, SaysThatAMeanIsTheValueOfOneRow) {
  const auto again = recompute(stated(Kind::mean, 2527.22, 2, "ms"),
                               raw({{3089.02, ok}, {3234.48, ok}, {2797.72, ok}, {2527.22, ok}, {4369.26, ok}}, "ms", 2));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->holds);
  EXPECT_NEAR(again->recomputed, 3203.54, 0.001);
  EXPECT_EQ(again->one_row, 3U);
}

TEST(Recompute, LeavesFailuresOutAndSeesWhereTheyCountAsZero) {
  const auto rows = raw({{4, ok}, {6, ok}, {0, RowState::failed}});
  EXPECT_TRUE(recompute(stated(Kind::mean, 5, 1), rows)->holds);
  const auto wrong = recompute(stated(Kind::mean, 3.3, 1), rows);
  EXPECT_FALSE(wrong->holds);
  EXPECT_TRUE(wrong->failed_as_zero);
}

TEST(Recompute, SeesThatOnlyWarmRowsWereUsed) {
  const auto again = recompute(stated(Kind::mean, 0.1, 3), raw({{3.0, RowState::cold}, {0.1, ok}, {0.1, ok}}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->holds);
  EXPECT_EQ(again->over, Over::warm);
}

TEST(Recompute, AcceptsEitherStandardDeviationAndAnyPercentileDefinition) {
  const auto rows = raw({{1, ok}, {2, ok}, {3, ok}, {4, ok}});
  EXPECT_TRUE(recompute(stated(Kind::stddev, 1.2910, 4), rows)->holds);
  EXPECT_TRUE(recompute(stated(Kind::stddev, 1.1180, 4), rows)->holds);
  EXPECT_FALSE(recompute(stated(Kind::stddev, 1.5, 1), rows)->holds);
  EXPECT_TRUE(recompute(stated(Kind::percentile, 4, 0), rows)->holds);
  EXPECT_TRUE(recompute(stated(Kind::percentile, 3.85, 2), rows)->holds);
  EXPECT_FALSE(recompute(stated(Kind::percentile, 1.0, 1), rows)->holds);
}

TEST(Recompute, AbstainsWithoutRowsAndAcrossDimensions) {
  EXPECT_FALSE(recompute(stated(Kind::mean, 1, 0), {}));
  EXPECT_FALSE(recompute(stated(Kind::mean, 1, 0), raw({{1, RowState::failed}})));
  EXPECT_FALSE(recompute(stated(Kind::mean, 1, 0, "tok/s"), raw({{1, ok}})));
  EXPECT_FALSE(recompute(stated(Kind::sample, 1, 0), raw({{1, ok}})));
}

}  // namespace
}  // namespace chimera::analysis
