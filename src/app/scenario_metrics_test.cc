#include "app/scenario_metrics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace chimera::app {
namespace {

ScenarioRun run(double together, double a_beside, double b_beside, double a_alone, double b_alone) {
  ScenarioRun run;
  run.together_wall_seconds = together;
  run.a.together.wall_seconds = a_beside;
  run.b.together.wall_seconds = b_beside;
  run.a.alone.wall_seconds = a_alone;
  run.b.alone.wall_seconds = b_alone;
  return run;
}

TEST(ScenarioMetrics, DividesMeasuredSequentialByMeasuredConcurrentTime) {
  // Each takes 2 s alone and 3 s beside the other: 4 s against 3 s. Adding up the concurrent times would claim 2.
  const auto json = nlohmann::json::parse(metrics_json({"chimera_homo", "e", "m", {}, {}}, run(3, 3, 3, 2, 2), 1));
  EXPECT_NEAR(json["speedup"].get<double>(), 4.0 / 3, 1e-12);
  EXPECT_NEAR(json["efficiency_percent"].get<double>(), 200.0 / 3, 1e-9);
  EXPECT_NEAR(json["contention_a_percent"].get<double>(), 50, 1e-9);
  EXPECT_FALSE(json.contains("agent_a_ttft_seconds"));  // no call told one
}

TEST(ScenarioMetrics, GivesAnIntervalFromTwoRunsOn) {
  const ScenarioAbout about{"chimera_homo", "e", "m", {{"num_gpu", "60"}}, {}};
  const auto one = nlohmann::json::parse(summary_json(about, {run(3, 3, 3, 2, 2)}));
  EXPECT_FALSE(one["speedup"].contains("low_speedup"));
  const auto two = nlohmann::json::parse(summary_json(about, {run(3, 3, 3, 2, 2), run(2, 2, 2, 2, 2)}));
  EXPECT_EQ(two["speedup"]["n"], 2);
  EXPECT_NEAR(two["speedup"]["mean_speedup"].get<double>(), (4.0 / 3 + 2) / 2, 1e-12);
  EXPECT_LT(two["speedup"]["low_speedup"].get<double>(), two["speedup"]["mean_speedup"].get<double>());
  EXPECT_EQ(two["agent_a"]["num_gpu"], "60");
}

}  // namespace
}  // namespace chimera::app
