#include "tune/batch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace chimera::tune {
namespace {

// 20 by 20 levels; the best lies at (14, 5).
Space grid() {
  std::vector<Levels> configurations;
  for (std::uint16_t a = 0; a < 20; ++a)
    for (std::uint16_t b = 0; b < 20; ++b) configurations.push_back({a, b});
  std::vector<Parameter> parameters;
  for (const char* name : {"a", "b"}) {
    parameters.push_back({.name = name, .kind = Parameter::Kind::ordinal, .levels = {}, .reload = false});
    for (int i = 0; i < 20; ++i) parameters.back().levels.push_back(std::to_string(i));
  }
  return *Space::create(std::move(parameters), configurations);
}

double time_of(const Space& space, ConfigId config) { return std::exp(0.002 * (std::pow(space.level(config, 0) - 14.0, 2) + std::pow(space.level(config, 1) - 5.0, 2))); }

TEST(Batch, ProposesEachConfigurationOnceAndNoneThatWasMeasured) {
  const Space space = grid();
  Observations known;
  std::set<ConfigId> seen;
  for (std::uint32_t round = 0; round < 3; ++round) {
    const std::vector<ConfigId> batch = next_batch(space, known, 16, 3 + round);
    EXPECT_EQ(batch, next_batch(space, known, 16, 3 + round)) << "deterministic";
    for (const ConfigId config : batch) {
      EXPECT_TRUE(seen.insert(config).second) << space.describe(config);
      known.add(config, {time_of(space, config), time_of(space, config) * 1.01}, round);
    }
  }
}

TEST(Batch, FindsTheBestOfASmoothSpaceInAFewRounds) {
  const Space space = grid();
  Observations known;
  for (std::uint32_t round = 0; round < 5; ++round)
    for (const ConfigId config : next_batch(space, known, 16, round)) known.add(config, {time_of(space, config), time_of(space, config) * 1.005}, round);
  EXPECT_LE(known.all().size(), 80U) << "of 400";
  double best = 10;
  for (const Observed& observed : known.all()) best = std::min(best, time_of(space, observed.config));
  EXPECT_LT(best, 1.005);
}

TEST(Batch, EndsWithTheSpace) {
  const Space space = *Space::create({{.name = "a", .kind = Parameter::Kind::categorical, .levels = {"x", "y", "z"}, .reload = true}}, {{0}, {1}, {2}});
  Observations known;
  EXPECT_EQ(next_batch(space, known, 10, 1).size(), 3U);
  for (ConfigId config = 0; config < 3; ++config) known.add_failure(config, "does not start");
  EXPECT_TRUE(next_batch(space, known, 10, 1).empty());
}

TEST(NextRound, MeasuresContendersAgainAndNothingThatIsUnderWay) {
  const Space space = grid();
  Observations known;
  for (ConfigId config = 0; config < 400; config += 50) known.add(config, {time_of(space, config)}, config);
  const RoundSearch search{space, known, {100, 150}, {0, 50, 100, 150, 200, 250, 300, 350}, {150, 7, 8}, 6, 100, 1};
  const NextRound next = next_round(search);
  ASSERT_EQ(next.configs.size(), 6U);
  EXPECT_EQ(next.configs.front(), 100U) << "a contender that nobody measures now";
  for (const ConfigId config : next.configs) EXPECT_TRUE(config != 150 && config != 7 && config != 8) << config;
  EXPECT_EQ(next.configs, next_round(search).configs) << "whoever comes back comes to the same rounds";
}

TEST(NextRound, SaysWhyThereIsNone) {
  const Space space = grid();
  EXPECT_EQ(next_round({space, {}, {1, 2, 3}, {}, {}, 10, 2, 1}).reason, "budget spent") << "not half of those that are to be told apart";
  EXPECT_EQ(next_round({space, {}, {}, {}, {}, 10, 0, 1}).reason, "budget spent");
  std::vector<ConfigId> all(400);
  for (ConfigId config = 0; config < 400; ++config) all[config] = config;
  EXPECT_EQ(next_round({space, {}, {}, all, {}, 10, 10, 1}).reason, "settled");
  EXPECT_EQ(next_round({space, {}, {5}, {}, all, 10, 10, 1}).reason, "settled") << "for now: all of it is under way";
}

// As on a cluster: a round is proposed while the one before it runs.
TEST(NextRound, FindsTheBestWithARoundUnderWay) {
  const Space space = grid();
  Observations known;
  std::vector<ConfigId> measured;
  std::set<ConfigId> seen;
  const auto finish = [&](const std::vector<ConfigId>& round) {
    for (const ConfigId config : round) {
      EXPECT_TRUE(seen.insert(config).second) << space.describe(config);
      known.add(config, {time_of(space, config), time_of(space, config) * 1.005}, config);
    }
    measured.insert(measured.end(), round.begin(), round.end());
  };
  finish(next_round({space, known, {}, measured, {}, 12, 12, 1}).configs);
  std::vector<ConfigId> running = next_round({space, known, {}, measured, {}, 12, 12, 2}).configs;
  for (std::uint64_t seed = 3; seed < 9; ++seed) {
    std::vector<ConfigId> ahead = next_round({space, known, {}, measured, running, 12, 12, seed}).configs;
    finish(running);
    running = std::move(ahead);
  }
  double best = 10;
  for (const Observed& observed : known.all()) best = std::min(best, time_of(space, observed.config));
  EXPECT_LT(best, 1.005);
}

}  // namespace
}  // namespace chimera::tune
