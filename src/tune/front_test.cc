#include "tune/front.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chimera::tune {
namespace {

// Each configuration three times, one value a thousandth off to either side.
Observations observed(const std::vector<double>& values, double noise = 0.001) {
  Observations out;
  for (ConfigId config = 0; config < values.size(); ++config)
    for (std::uint32_t visit = 1; visit <= 5; ++visit)
      out.add(config, {values[config] * (1 - noise), values[config], values[config] * (1 + noise)}, visit);
  return out;
}

std::vector<ConfigId> configs(const std::vector<FrontMember>& front) {
  std::vector<ConfigId> out;
  for (const FrontMember& member : front) out.push_back(member.config);
  return out;
}

TEST(ParetoFront, LeavesOutWhatAnotherImprovesOnInEveryObjective) {
  const std::vector<FrontMember> front = pareto_front({observed({1, 2, 3, 2.5}), observed({3, 2, 1, 2.5})}, 0.95);
  EXPECT_EQ(configs(front), (std::vector<ConfigId>{0, 1, 2}));
  for (const FrontMember& member : front) EXPECT_TRUE(member.by_estimate);
}

TEST(ParetoFront, KeepsWhatIsBetterInOneObjectiveAlone) {
  EXPECT_EQ(configs(pareto_front({observed({1, 1.2}), observed({1, 0.9})}, 0.95)), (std::vector<ConfigId>{0, 1}));
}

TEST(ParetoFront, KeepsWhatNoiseHides) {
  // The second is worse in both by less than the noise of their values.
  const std::vector<FrontMember> front = pareto_front({observed({1, 1.02}, 0.2), observed({1, 1.02}, 0.2)}, 0.95);
  ASSERT_EQ(configs(front), (std::vector<ConfigId>{0, 1}));
  EXPECT_TRUE(front[0].by_estimate);
  EXPECT_FALSE(front[1].by_estimate);
}

TEST(ParetoFront, LeavesOutWhatCostsMoreAndBringsNothing) {
  // Equally fast, and twice the memory.
  EXPECT_EQ(configs(pareto_front({observed({1, 1}, 0.0005), observed({1, 2}, 0.0005)}, 0.95)), (std::vector<ConfigId>{0}));
}

TEST(ParetoFront, PassesOverFailures) {
  Observations speed = observed({1, 2}), memory = observed({1, 1});
  speed.add_failure(2, "no memory");
  memory.add_failure(2, "no memory");
  EXPECT_EQ(configs(pareto_front({speed, memory}, 0.95)), (std::vector<ConfigId>{0}));
}

}  // namespace
}  // namespace chimera::tune
