#include "analysis/sweep_points.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using test::factor;
using test::throughput;
using test::timestamp;

// Two settings whose levels changed with every run, so that neither goes with time.
struct Sweep {
  core::Corpus corpus;
  std::vector<Study> studies;
  core::Vocabulary vocabulary;
  std::optional<Ledger> ledger;
  std::optional<SweepView> view;

  explicit Sweep(const std::vector<double>& values) {
    test::TestTable table{"sweep.csv", {timestamp(), factor("num_gpu"), factor("num_ctx"), throughput()}, {}, {}};
    for (std::size_t i = 0; i < values.size(); ++i)
      table.rows.push_back(fmt::format("2025-01-01T00:{:02}:00,{},{},{:.4f}", i, i % 2 == 0 ? 40 : 60, 1024 << (i % 3), values[i]));
    test::add(corpus, table);
    studies = find_studies(corpus);
    ledger.emplace(corpus);
    if (!studies.empty())
      if (const Response* response = primary_response(studies.front())) view = view_sweep(studies.front(), *response, *ledger);
  }
  [[nodiscard]] Prose prose() { return {*ledger, vocabulary}; }
};

TEST(SweepPoints, LeadWithTheBestAndBoundEachBySingleRunNoise) {
  Sweep sweep({100, 100.4, 99.8, 100.1, 100.3, 99.9, 100.2, 100, 99.7, 100.2, 100.1, 99.6});
  ASSERT_TRUE(sweep.view);
  const auto points = configuration_points(*sweep.view, sweep.prose());
  ASSERT_GE(points.size(), 3U);
  double last = 1e9;
  for (const ConfigurationPoint& point : points) {
    const double value = sweep.ledger->value(point.value);
    EXPECT_LE(value, last);
    last = value;
    ASSERT_TRUE(point.bounds);
    EXPECT_LT(sweep.ledger->value(point.bounds->low), value);
    EXPECT_GT(sweep.ledger->value(point.bounds->high), value);
    EXPECT_TRUE(point.tied);  // noise alone
  }
}

TEST(SweepPoints, TellTheLeaderFromWhatLiesFarBehind) {
  Sweep sweep({100, 80.1, 99.9, 80, 100.1, 79.9, 100, 80.1, 99.9, 80, 100.1, 79.9});
  ASSERT_TRUE(sweep.view);
  const auto points = configuration_points(*sweep.view, sweep.prose());
  EXPECT_TRUE(points.front().tied);
  EXPECT_FALSE(points.back().tied);
}

TEST(SweepPoints, GiveEffectsAgainstTheFirstLevelWithIntervals) {
  Sweep sweep({100, 80.1, 99.9, 80, 100.1, 79.9, 100, 80.1, 99.9, 80, 100.1, 79.9});
  ASSERT_TRUE(sweep.view);
  const auto effects = level_effects(*sweep.view, sweep.prose());
  ASSERT_FALSE(effects.empty());
  for (const LevelEffect& effect : effects) {
    EXPECT_EQ(effect.from, 0U);
    EXPECT_LE(sweep.ledger->value(effect.bounds.low), sweep.ledger->value(effect.effect));
    EXPECT_GE(sweep.ledger->value(effect.bounds.high), sweep.ledger->value(effect.effect));
    if (sweep.view->factors[effect.factor].factor->key == "num_gpu") {
      EXPECT_NEAR(sweep.ledger->value(effect.effect), -20, 0.5);
    }
  }
}

}  // namespace
}  // namespace chimera::analysis
