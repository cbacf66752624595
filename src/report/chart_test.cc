#include "report/chart.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/chart_spec.h"

namespace chimera::report {
namespace {

Mark at(std::uint64_t id, double value) { return {core::FactId{id}, value}; }

nlohmann::json parse(const Chart& chart) { return nlohmann::json::parse(chart.spec); }

ConfigurationsChart two_configurations() {
  ConfigurationsChart chart;
  chart.head = {"chart-1", "throughput of `x`", "Lines are intervals.", "a.csv"};
  chart.measure = {"throughput", "tok/s"};
  chart.settings = "num_gpu";
  chart.marks = {{"40", at(1, 78.4), Bounds{at(2, 78.0), at(3, 78.8)}, 2, Standing::leader}, {"60", at(4, 77.1), Bounds{at(5, 76.7), at(6, 77.5)}, 2, Standing::behind}};
  return chart;
}

TEST(Axes, StartAtZeroWhereTheValuesReachNearIt) {
  EXPECT_TRUE(extent_of({1, 10}).from_zero());
  EXPECT_FALSE(extent_of({76.9, 78.4}).from_zero());
  EXPECT_TRUE(extent_of({-3, 5}).from_zero());
}

TEST(Axes, HoldEveryValueAtRoundEnds) {
  const Extent extent = extent_of({76.93, 78.42});
  EXPECT_DOUBLE_EQ(extent.low, 76.5);
  EXPECT_DOUBLE_EQ(extent.high, 78.5);
  const Extent one = extent_of({5});
  EXPECT_LT(one.low, 5);
  EXPECT_GT(one.high, 5);
}

TEST(Axes, SayTheirUnitAndWhereTheyDoNotStartAtZero) {
  EXPECT_EQ(axis_title({"throughput", "tok/s"}, {0, 80}), std::vector<std::string>{"throughput [tok/s]"});
  EXPECT_EQ(axis_title({"throughput", "tok/s"}, {76, 80}).back(), "(axis does not start at zero)");
}

TEST(Charts, CarryTheFactOfEveryPointAndBound) {
  const Chart chart = to_chart(two_configurations());
  ASSERT_EQ(chart.facts.size(), 6U);
  const auto spec = parse(chart);
  const auto& values = spec["data"]["values"];
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0]["fact"], "0000000000000001");
  EXPECT_EQ(values[0]["low_fact"], "0000000000000002");
  EXPECT_EQ(values[0]["high"], 78.8);
  EXPECT_EQ(values[0]["standing"], "leader");
}

TEST(Charts, DrawBoundsOnlyWhereTheyAreKnown) {
  ConfigurationsChart chart = two_configurations();
  EXPECT_EQ(parse(to_chart(chart))["layer"].size(), 2U);
  for (ConfigurationMark& mark : chart.marks) mark.bounds.reset(), mark.standing = Standing::alone;
  const auto spec = parse(to_chart(chart));
  EXPECT_EQ(spec["layer"].size(), 1U);
  EXPECT_FALSE(spec["data"]["values"][0].contains("standing"));
}

TEST(Charts, ShowNamesOfArtifactsWithoutTheirBackticks) {
  const auto spec = parse(to_chart(two_configurations()));
  EXPECT_EQ(spec["title"]["text"], "Throughput of x");
  EXPECT_EQ(spec["title"]["subtitle"], "a.csv");
}

TEST(Charts, ColourRunsThatLoadedTheModelAfterUsualOnes) {
  RunsChart chart;
  chart.head = {"chart-1", "runs", "", "a.csv"};
  chart.measure = {"throughput", "tok/s"};
  chart.order = "run";
  chart.marks = {{1, std::string(kLoaded), at(1, 5)}, {2, "run", at(2, 6)}};
  chart.median = at(3, 5.5);
  chart.bounds = Bounds{at(4, 5), at(5, 6)};
  const auto spec = parse(to_chart(chart));
  ASSERT_EQ(spec["layer"].size(), 3U);
  EXPECT_EQ(spec["layer"][2]["encoding"]["color"]["scale"]["domain"], (nlohmann::json{"run", kLoaded}));
}

TEST(Charts, StackPartsFromZero) {
  PartsChart chart;
  chart.head = {"chart-1", "parts", "", "a.csv"};
  chart.measure = {"TTFT", "s"};
  chart.names = "run";
  chart.parts = {"load", "prompt"};
  chart.marks = {{"1", "load", at(1, 3)}, {"1", "prompt", at(2, 2.5)}};
  const auto domain = parse(to_chart(chart))["encoding"]["x"]["scale"]["domain"];
  EXPECT_EQ(domain[0], 0);
  EXPECT_GE(domain[1], 5.5);
}

TEST(Charts, OfDistributionsReachOneHundredPercent) {
  DistributionChart chart;
  chart.head = {"chart-1", "itl", "", "a.csv"};
  chart.measure = {"ITL", "ms"};
  chart.values = {at(1, 1), at(2, 2), at(3, 4)};
  chart.quantiles = {{"p50", at(4, 2)}, {"p95", at(5, 4)}};
  const auto spec = parse(to_chart(chart));
  for (const auto& layer : spec["layer"])
    if (layer["mark"]["type"] == "line") {
      EXPECT_EQ(layer["data"]["values"].back()["share"], 100);
    }
  EXPECT_EQ(to_chart(chart).facts.size(), 5U);
}

TEST(Charts, OfTradeOffsAndHeatMapsCarryBothFactsAndBounds) {
  TradeoffChart tradeoff;
  tradeoff.head = {"chart-1", "trade", "", "a.csv"};
  tradeoff.x = {"memory", "MB"};
  tradeoff.y = {"throughput", "tok/s"};
  tradeoff.marks = {{"a", at(1, 100), at(2, 50), std::nullopt, true}};
  EXPECT_EQ(to_chart(tradeoff).facts.size(), 2U);
  HeatmapChart heat;
  heat.head = {"chart-2", "heat", "", "a.csv"};
  heat.measure = {"throughput", "tok/s"};
  heat.x = "a", heat.y = "b", heat.x_levels = {"1"}, heat.y_levels = {"2"};
  heat.marks = {{"1", "2", at(1, 5), Bounds{at(2, 4), at(3, 6)}, 3}};
  EXPECT_EQ(parse(to_chart(heat))["data"]["values"][0]["between"], "4.000–6.000");
}

}  // namespace
}  // namespace chimera::report
