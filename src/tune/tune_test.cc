#include <cmath>
#include <numeric>

#include "tune/gaussian_process.h"
#include "tune/replay.h"
#include "tune/tuner.h"

namespace chimera::tune {
namespace {

Parameter ordinal(std::string name, int levels, bool reload) {
  Parameter parameter{.name = std::move(name), .kind = Parameter::Kind::ordinal, .levels = {}, .reload = reload};
  for (int i = 0; i < levels; ++i) parameter.levels.push_back(std::to_string(i));
  return parameter;
}

// Every combination of two ordinal parameters, the first of which loads anew; `time_of` says what a cell takes.
template <class TimeOf>
RecordedTable table_of(int loads, int others, int repetitions, const TimeOf& time_of) {
  std::vector<Levels> configurations;
  for (int a = 0; a < loads; ++a)
    for (int b = 0; b < others; ++b) configurations.push_back({static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b)});
  RecordedTable table{.space = *Space::create({ordinal("load", loads, true), ordinal("other", others, false)}, configurations), .entries = {}};
  Random random(7);
  for (const Levels& levels : configurations) {
    RecordedEntry entry;
    for (int r = 0; r < repetitions; ++r)
      if (const double time = time_of(levels[0], levels[1], random); time > 0) entry.times.push_back(time);
    if (entry.times.empty()) entry.failure = "does not start";
    table.entries.push_back(entry);
  }
  return table;
}

double noisy(Random& random, double share) { return std::exp(share * std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(6.283185307179586 * random.uniform())); }

constexpr ReplayCost kCost{.load_seconds = 10, .switch_seconds = 0.5, .repetition_seconds = 2, .recorded = false};

TuneResult run(const RecordedTable& table, double budget, std::uint64_t seed, Strategy strategy = Strategy::automatic) {
  ReplayMeasurer measurer = *ReplayMeasurer::create(table, kCost, budget, seed);
  TuneOptions options;
  options.seed = seed;
  options.strategy = strategy;
  return tune(table.space, measurer, options);
}

TEST(Observations, KnowHowFarASlowRepetitionLiesAboveOthers) {
  Observations steady, in_two_states;
  EXPECT_EQ(steady.excess(), 0);
  for (ConfigId config = 0; config < 12; ++config) {
    const double time = 1 + 0.1 * config;
    steady.add(config, {time, 1.01 * time}, config);
    in_two_states.add(config, {time, config % 3 == 0 ? 1.2 * time : 1.01 * time}, config);
    if (config == 3) {
      EXPECT_EQ(steady.excess(), 0) << "four were repeated, which is too few to say";
    }
  }
  EXPECT_NEAR(steady.excess(), std::log(1.01), 1e-9);
  EXPECT_NEAR(in_two_states.excess(), std::log(1.2), 1e-9);
  in_two_states.add(20, {0.5}, 20);  // says nothing of repetitions
  EXPECT_NEAR(in_two_states.excess(), std::log(1.2), 1e-9);
}

TEST(Replay, ChargesALoadASwitchAndEveryRepetition) {
  const RecordedTable table = table_of(2, 2, 4, [](int a, int b, Random&) { return a == 1 && b == 1 ? 0.0 : 1.0 + a + b; });
  ReplayMeasurer measurer = *ReplayMeasurer::create(table, kCost, 100, 1);
  EXPECT_EQ(measurer.measure(0, 2).values.size(), 2U);
  EXPECT_DOUBLE_EQ(measurer.spent(), 14);
  (void)measurer.measure(0, 1);  // it stands there
  EXPECT_DOUBLE_EQ(measurer.spent(), 16);
  (void)measurer.measure(1, 1);
  EXPECT_DOUBLE_EQ(measurer.spent(), 18.5);
  (void)measurer.measure(2, 1);
  EXPECT_DOUBLE_EQ(measurer.spent(), 30.5);
  EXPECT_EQ(measurer.measure(3, 5).state, Measurement::State::failed);
  EXPECT_DOUBLE_EQ(measurer.spent(), 40.5);
}

TEST(Replay, ChargesNothingBeyondTheBudget) {
  const RecordedTable table = table_of(2, 2, 4, [](int, int, Random&) { return 1.0; });
  ReplayMeasurer measurer = *ReplayMeasurer::create(table, kCost, 15, 1);
  EXPECT_EQ(measurer.measure(0, 5).values.size(), 2U);  // two of five fit
  EXPECT_EQ(measurer.measure(3, 1).state, Measurement::State::over_budget);
  EXPECT_DOUBLE_EQ(measurer.spent(), 14);
}

TEST(Replay, TakesRepetitionsInAnOrderOfTheSeedAlone) {
  const RecordedTable table = table_of(2, 2, 8, [](int, int, Random& random) { return 1 + random.uniform(); });
  ReplayMeasurer one = *ReplayMeasurer::create(table, kCost, 1000, 5), other = *ReplayMeasurer::create(table, kCost, 1000, 5);
  (void)other.measure(2, 3);  // what else is measured changes nothing
  EXPECT_EQ(one.measure(0, 8).values, other.measure(0, 8).values);
}

TEST(Replay, ChargesWhatTheTableRecorded) {
  RecordedTable table = table_of(2, 1, 2, [](int, int, Random&) { return 500.0; });
  table.entries[0].load_seconds = 3;
  ReplayMeasurer measurer = *ReplayMeasurer::create(table, {.recorded = true}, 100, 1);
  (void)measurer.measure(0, 2);
  EXPECT_DOUBLE_EQ(measurer.spent(), 4);
}

TEST(Process, FindsTheShapeOfASum) {
  const RecordedTable table = table_of(8, 8, 1, [](int a, int b, Random&) { return std::exp(0.3 * std::abs(a - 3) + 0.2 * std::abs(b - 5)); });
  GaussianProcess process(table.space);
  std::vector<Point> points;
  for (ConfigId c = 0; c < 64; c += 3) points.push_back({c, std::log(table.entries[c].times[0]), 1e-6});
  process.fit(points);
  std::vector<ConfigId> all(64);
  std::iota(all.begin(), all.end(), ConfigId{0});
  process.set_pool(all);
  for (ConfigId c = 0; c < 64; ++c) {
    const Prediction at = process.predict(c);
    EXPECT_NEAR(at.mean, std::log(table.entries[c].times[0]), 0.25) << c;
    EXPECT_GT(at.variance, 0) << c;
  }
}

TEST(Process, PointByPointIsTheSameAsAtOnce) {
  const RecordedTable table = table_of(6, 6, 1, [](int a, int b, Random& random) { return 1 + a * 0.1 + b * 0.2 + 0.1 * random.uniform(); });
  std::vector<Point> points;
  for (ConfigId c = 0; c < 36; c += 2) points.push_back({c, std::log(table.entries[c].times[0]), 1e-4});
  GaussianProcess process(table.space);
  process.fit(points);
  process.set_pool({1, 7, 35});
  const Point more{5, 0.3, 1e-4};
  process.add(more);
  const Prediction grown = process.predict(1);
  process.set_pool({1, 7, 35});  // computed anew from all points
  EXPECT_NEAR(process.predict(1).mean, grown.mean, 1e-9);
  EXPECT_NEAR(process.predict(1).variance, grown.variance, 1e-9);
}

TEST(Tune, FindsTheBestOfALargeSpace) {
  const RecordedTable table = table_of(16, 16, 10, [](int a, int b, Random& random) { return (1 + 0.05 * std::abs(a - 4) + 0.04 * std::abs(b - 11)) * noisy(random, 0.005); });
  const TuneResult result = run(table, 600, 1);
  EXPECT_EQ(table.space.describe(result.tied.front().config), "load=4, other=11");
  EXPECT_LE(result.charged_seconds, 600);
  EXPECT_FALSE(result.exhausted);
}

TEST(Tune, IsTheSameForTheSameSeed) {
  const RecordedTable table = table_of(16, 16, 10, [](int a, int b, Random& random) { return (1 + 0.05 * a + 0.04 * b) * noisy(random, 0.02); });
  const TuneResult one = run(table, 400, 3), other = run(table, 400, 3);
  ASSERT_EQ(one.steps.size(), other.steps.size());
  for (std::size_t i = 0; i < one.steps.size(); ++i) EXPECT_EQ(one.steps[i].config, other.steps[i].config);
}

// Of configurations that are all the same, one alone may be called the best in one run of twenty.
TEST(Tune, CallsNoneOfEqualsTheBest) {
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Random values(seed);
    const RecordedTable table = table_of(2, 2, 30, [&](int, int, Random&) { return noisy(values, 0.02); });
    if (run(table, 300, seed).tied.size() < 2) ++alarms;
  }
  EXPECT_LE(alarms, 5);
}

TEST(Tune, RacesASmallSpaceToItsEnd) {
  const RecordedTable table = table_of(3, 4, 30, [](int a, int b, Random& random) { return (1 + 0.2 * a + 0.1 * b) * noisy(random, 0.01); });
  const TuneResult result = run(table, 2000, 1);
  EXPECT_TRUE(result.exhausted);
  EXPECT_EQ(result.stop_reason, "settled");
  ASSERT_EQ(result.tied.size(), 1U);
  EXPECT_EQ(result.tied.front().config, 0U);
}

TEST(Tune, NeverTakesAFailureForAValue) {
  const RecordedTable table = table_of(12, 12, 10, [](int a, int b, Random& random) { return a + b < 8 ? 0.0 : (1 + 0.05 * (a + b)) * noisy(random, 0.005); });
  const TuneResult result = run(table, 800, 1);
  EXPECT_GT(result.failed, 0U);
  for (const Standing& standing : result.tied) EXPECT_FALSE(table.entries[standing.config].times.empty());
  EXPECT_LT(result.tied.front().centre, std::log(1.55));
}

// With one repetition each, nobody knows how far repetitions differ.
TEST(Tune, TellsNothingApartThatWasNotRepeated) {
  const RecordedTable table = table_of(2, 1, 5, [](int a, int, Random& random) { return (1 + 0.1 * a) * noisy(random, 0.001); });
  const TuneResult result = run(table, 24, 1);
  EXPECT_EQ(result.measured, 2U);
  EXPECT_EQ(result.tied.size(), 2U);
}

TEST(Tune, SaysSoWhereTheBudgetIsShorterThanALoad) {
  const RecordedTable table = table_of(12, 12, 5, [](int, int, Random&) { return 1.0; });
  const TuneResult result = run(table, 5, 1);
  EXPECT_TRUE(result.tied.empty());
  EXPECT_DOUBLE_EQ(result.charged_seconds, 0);
  EXPECT_EQ(result.stop_reason, "budget spent");
}

TEST(Tune, EndsWhereNothingWorksButOne) {
  const RecordedTable table = table_of(9, 9, 5, [](int a, int b, Random&) { return a == 8 && b == 8 ? 1.0 : 0.0; });
  const TuneResult result = run(table, 1e5, 1);
  EXPECT_EQ(result.failed, 80U);
  ASSERT_EQ(result.tied.size(), 1U);
  EXPECT_TRUE(result.exhausted);
}

TEST(Tune, EveryStrategyStaysWithinItsBudget) {
  const RecordedTable table = table_of(10, 10, 10, [](int a, int b, Random& random) { return (1 + 0.1 * a + 0.02 * b) * noisy(random, 0.02); });
  for (const Strategy strategy : {Strategy::automatic, Strategy::grid, Strategy::random, Strategy::halving, Strategy::racing}) {
    const TuneResult result = run(table, 500, 2, strategy);
    EXPECT_LE(result.charged_seconds, 500);
    EXPECT_FALSE(result.tied.empty());
  }
}

TEST(Space, RefusesAnEmptyOneAndTakesTwinsForOne) {
  EXPECT_FALSE(Space::create({}, {{}}).has_value());
  EXPECT_FALSE(Space::create({ordinal("a", 2, false)}, {}).has_value());
  EXPECT_EQ(Space::create({ordinal("a", 2, false)}, {{0}, {1}, {0}})->size(), 2U);
}

// What a session measured, as a later one gets to know it.
Prior prior_from(const TuneResult& result) {
  PriorSession session{.points = {}, .doubt = 0.05};
  for (const Observed& observed : result.observations.all())
    if (!observed.failed()) session.points.push_back({observed.config, observed.centre, result.observations.error(observed)});
  return Prior({session});
}

TEST(Tuning, APriorSpendsTheBudgetOnWhatMayBeTheBest) {
  const RecordedTable table = table_of(4, 6, 20, [](int a, int b, Random& random) { return (1 + 0.3 * a + 0.2 * std::abs(b - 3)) * noisy(random, 0.01); });
  const TuneResult before = run(table, 1000, 1);
  ReplayMeasurer measurer = *ReplayMeasurer::create(table, kCost, 100, 2);
  TuneOptions options;
  options.prior = prior_from(before);
  const TuneResult after = tune(table.space, measurer, options);
  EXPECT_GT(after.passed_over, table.space.size() / 2);
  EXPECT_EQ(after.passed_over + after.measured, table.space.size());
  ASSERT_FALSE(after.tied.empty());
  EXPECT_EQ(after.tied.front().config, before.tied.front().config);
  // Seconds that the table charges for its trials, the same in each run: no clock is read.
  EXPECT_LT(after.charged_seconds, before.charged_seconds / 2);
}

TEST(Tuning, APriorThatIsWrongIsOverruledByMeasurements) {
  // The surrogate's space: what was promised turns out to be the slowest part.
  const auto time = [](int a, int b, Random& random) { return (1 + 0.5 * a + 0.02 * b) * noisy(random, 0.01); };
  const RecordedTable table = table_of(5, 30, 20, time);
  PriorSession wrong{.points = {}, .doubt = 0.15};
  for (ConfigId config = 0; config < table.space.size(); config += 3) wrong.points.push_back({config, -0.4 * table.space.level(config, 0), 0.02});
  ReplayMeasurer measurer = *ReplayMeasurer::create(table, kCost, 600, 3);
  TuneOptions options;
  options.prior = Prior({wrong});
  const TuneResult result = tune(table.space, measurer, options);
  ASSERT_FALSE(result.tied.empty());
  EXPECT_EQ(table.space.level(result.tied.front().config, 0), 0);
}

TEST(Tuning, WhatIsKnownIsNotMeasuredAgainInARace) {
  const RecordedTable table = table_of(2, 4, 20, [](int a, int b, Random& random) { return (1 + a + 0.5 * b) * noisy(random, 0.01); });
  TuneOptions options;
  for (ConfigId config = 0; config < table.space.size(); ++config)
    for (int i = 0; i < 6; ++i) options.known.add(config, {table.entries[config].times[static_cast<std::size_t>(i)]}, 1);
  ReplayMeasurer measurer = *ReplayMeasurer::create(table, kCost, 1000, 1);
  const TuneResult result = tune(table.space, measurer, options);
  EXPECT_EQ(result.measured, table.space.size());
  EXPECT_LT(result.steps.size(), table.space.size() / 2);
}

}  // namespace
}  // namespace chimera::tune
