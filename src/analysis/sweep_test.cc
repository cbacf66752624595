#include "analysis/sweep.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "analysis/statistics.h"
#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using core::Finding;
using core::FindingKind;
using core::RowState;
using test::factor;
using test::TestTable;
using test::throughput;
using test::timestamp;

// Noise from the quantiles of the normal distribution in a shuffled order that is the same everywhere.
Sample noise(std::size_t n, unsigned seed) {
  Sample out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(n)));
  std::mt19937 random(seed);
  for (std::size_t i = n; i > 1; --i) std::swap(out[i - 1], out[random() % i]);
  return out;
}

test::ColumnSpec position(std::string key) { return {std::move(key), core::Role::index, "", "", 0}; }

struct SweepRun {
  std::string settings;
  double value = 0;
  bool cold = false;
};

std::vector<Finding> analyse_runs(const std::vector<test::ColumnSpec>& columns, const std::vector<SweepRun>& runs) {
  core::Corpus corpus;
  TestTable table{"sweep.csv", columns, {}, {}};
  for (const SweepRun& run : runs) {
    table.rows.push_back(fmt::format("{},{:.4f}", run.settings, run.value));
    table.states.push_back(run.cold ? RowState::cold : RowState::ok);
  }
  test::add(corpus, table);
  Ledger ledger(corpus);
  auto findings = sweep_findings(find_studies(corpus), core::Vocabulary{}, ledger);
  for (const Finding& finding : findings)
    for (const core::FactId fact : finding.facts) EXPECT_TRUE(ledger.find(fact)) << finding.id;
  return findings;
}

const Finding* find(const std::vector<Finding>& findings, FindingKind kind, std::string_view about) {
  for (const Finding& finding : findings)
    if (finding.kind == kind && finding.id.find(about) != std::string::npos) return &finding;
  return nullptr;
}

std::size_t comparisons(const Finding& finding) {
  std::size_t count = 0;
  for (const core::Part& part : finding.statement.parts()) count += part.kind == core::Part::Kind::comparison && part.shown.rfind("no ", 0) != 0 ? 1 : 0;
  return count;
}

// Outer loop `a`, inner loops `b` and `c`, single runs; the value drifts with the position and knows nothing of a.
std::vector<SweepRun> nested_sweep(double drift, double effect_of_b, unsigned seed) {
  const Sample e = noise(36, seed);
  std::vector<SweepRun> runs;
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 3; ++b)
      for (int c = 0; c < 3; ++c) {
        const auto i = runs.size();
        const double level = 100 + drift * static_cast<double>(i) / 36 + effect_of_b * b;
        runs.push_back({fmt::format("{},{},{}", a, b, c), level * (1 + 0.003 * e[i]), false});
      }
  return runs;
}

const std::vector<test::ColumnSpec> kThreeFactors = {factor("a"), factor("b"), factor("c"), throughput()};

TEST(Sweeps, DriftOverTheOuterLoopIsNoEffect) {
  const auto findings = analyse_runs(kThreeFactors, nested_sweep(2, 0, 1));
  const Finding* a = find(findings, FindingKind::confounded_factor, ":a:");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(comparisons(*a), 0U) << a->statement.plain();
  EXPECT_NE(a->statement.plain().find("would call the factor significant"), std::string::npos) << a->statement.plain();
  EXPECT_FALSE(a->action.empty());
  EXPECT_EQ(find(findings, FindingKind::factor_effect, ":a:"), nullptr);
  const Finding* c = find(findings, FindingKind::factor_effect, ":c:");
  ASSERT_NE(c, nullptr);
  EXPECT_NE(c->statement.plain().find("c shows no effect"), std::string::npos);
}

TEST(Sweeps, SingleRunsOfIdenticalConfigurationsAreATie) {
  const auto findings = analyse_runs(kThreeFactors, nested_sweep(0, 0, 2));
  const Finding* best = find(findings, FindingKind::best_configuration, "");
  ASSERT_NE(best, nullptr);
  EXPECT_NE(best->statement.plain().find("others cannot be told from the leader"), std::string::npos) << best->statement.plain();
  EXPECT_NE(best->action.plain().find("repetitions of each configuration"), std::string::npos);
  EXPECT_GE(best->weight, 80);
}

TEST(Sweeps, AnEffectInsideTheBlocksGetsADirectionAndAnInterval) {
  const auto findings = analyse_runs(kThreeFactors, nested_sweep(2, 3, 3));
  const Finding* b = find(findings, FindingKind::factor_effect, ":b:");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(comparisons(*b), 1U);
  EXPECT_NE(b->statement.plain().find("b=2 gives higher `throughput` than b=0"), std::string::npos) << b->statement.plain();
  EXPECT_NE(b->statement.plain().find("confidence interval"), std::string::npos);
}

TEST(Sweeps, ALevelThatAlwaysLoadsTheModelIsConfoundedWithTheLoad) {
  auto runs = nested_sweep(0, 0, 4);
  for (std::size_t i = 0; i < runs.size(); i += 3) {
    runs[i].cold = true;
    runs[i].value *= 0.99;
  }
  const auto findings = analyse_runs(kThreeFactors, runs);
  const Finding* c = find(findings, FindingKind::confounded_factor, ":c:");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(comparisons(*c), 0U);
  EXPECT_NE(c->statement.plain().find("runs that loaded the model have c=0"), std::string::npos) << c->statement.plain();
  EXPECT_NE(c->statement.plain().find("shows no effect"), std::string::npos);
}

TEST(Sweeps, ABlockEffectBeyondAnyDriftIsStillAnEffect) {
  auto runs = nested_sweep(0, 0, 5);
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].value *= std::pow(2.0, static_cast<double>(i / 9));
  const auto findings = analyse_runs(kThreeFactors, runs);
  const Finding* a = find(findings, FindingKind::factor_effect, ":a:");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(comparisons(*a), 1U);
  EXPECT_FALSE(a->doubts.empty());
  EXPECT_EQ(find(findings, FindingKind::confounded_factor, ":a:"), nullptr);
}

TEST(Sweeps, RandomOrderFreesTheFactor) {
  auto runs = nested_sweep(0, 0, 6);
  std::mt19937 random(7);
  for (std::size_t i = runs.size(); i > 1; --i) std::swap(runs[i - 1], runs[random() % i]);
  const auto findings = analyse_runs(kThreeFactors, runs);
  for (const Finding& finding : findings) EXPECT_NE(finding.kind, FindingKind::confounded_factor) << finding.statement.plain();
}

TEST(Sweeps, RepetitionsGiveTheNoiseAndAClearLeaderStandsOut) {
  const Sample e = noise(20, 8);
  std::vector<SweepRun> runs;
  for (int repetition = 0; repetition < 5; ++repetition)
    for (int a = 0; a < 4; ++a) runs.push_back({fmt::format("{}", a), (a == 2 ? 110.0 : 100.0) * (1 + 0.002 * e[runs.size()]), false});
  const auto findings = analyse_runs({factor("a"), throughput()}, runs);
  const Finding* best = find(findings, FindingKind::best_configuration, "");
  ASSERT_NE(best, nullptr);
  EXPECT_NE(best->statement.plain().find("can be told from every other"), std::string::npos) << best->statement.plain();
  EXPECT_TRUE(best->action.empty());
}

TEST(Sweeps, LessIsBetterOfALatency) {
  const auto findings = analyse_runs({factor("a"), test::ttft()}, {{"1", 3, false}, {"2", 1, false}, {"4", 2, false}, {"8", 5, false}});
  const Finding* best = find(findings, FindingKind::best_configuration, "");
  ASSERT_NE(best, nullptr);
  EXPECT_NE(best->statement.plain().find("a=2 gave the lowest `ttft`"), std::string::npos) << best->statement.plain();
}

TEST(Sweeps, ColdRowsAreLeftOutOfWhatContainsTheLoad) {
  std::vector<SweepRun> runs;
  for (int a = 0; a < 9; ++a) runs.push_back({fmt::format("{}", a), a % 3 == 0 ? 2.5 : 0.1 + 0.001 * a, a % 3 == 0});
  const auto findings = analyse_runs({factor("a"), test::ttft()}, runs);
  const Finding* best = find(findings, FindingKind::best_configuration, "");
  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->statement.plain().find("2.5"), std::string::npos) << best->statement.plain();
}

TEST(Sweeps, AResponseThatNeverVariesDecidesNothing) {
  std::vector<SweepRun> runs;
  for (int a = 0; a < 12; ++a) runs.push_back({fmt::format("{},{}", a / 3, a % 3), 5, false});
  EXPECT_TRUE(analyse_runs({factor("a"), factor("b"), throughput()}, runs).empty());
}

TEST(Sweeps, ConfigurationsCompareOnlyOverTheSameWork) {
  const Sample e = noise(24, 10);
  std::vector<SweepRun> runs;
  for (int threads : {1, 2, 4, 8})
    for (int n_gen : {16, 128})
      for (int repetition = 0; repetition < 3; ++repetition)
        runs.push_back({fmt::format("{},{}", threads, n_gen), (n_gen == 16 ? 1000.0 : 10.0) * threads * (1 + 0.002 * e[runs.size()]), false});
  const auto findings = analyse_runs({factor("threads"), factor("n_gen"), throughput()}, runs);
  std::size_t leaders = 0;
  for (const Finding& finding : findings) leaders += finding.kind == FindingKind::best_configuration ? 1 : 0;
  EXPECT_EQ(leaders, 2U);
  EXPECT_NE(find(findings, FindingKind::best_configuration, "n_gen=128"), nullptr);
}

TEST(Sweeps, InteractionIsNotTakenForNoise) {
  std::vector<SweepRun> runs;
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 4; ++b) runs.push_back({fmt::format("{},{}", a, b), a == b ? 100.0 + a : 10.0 + b, false});
  const auto findings = analyse_runs({factor("a"), factor("b"), throughput()}, runs);
  const Finding* best = find(findings, FindingKind::best_configuration, "");
  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->statement.plain().find("cannot be told"), std::string::npos) << best->statement.plain();
  ASSERT_FALSE(best->doubts.empty());
  EXPECT_NE(best->doubts.front().plain().find("interaction"), std::string::npos);
}

// Three blocks of every combination of size, mode and threads, each block in a new order and at a speed of its own.
std::vector<SweepRun> blocked_sweep(double gain_of_threads, double spread, unsigned seed) {
  const Sample e = noise(36, seed);
  std::mt19937 random(seed);
  std::vector<SweepRun> runs;
  for (int block = 1; block <= 3; ++block) {
    std::vector<SweepRun> order;
    for (int size : {1, 4, 16})
      for (int mode = 0; mode < 2; ++mode)
        for (int threads : {1, 2}) {
          const double value = 1000.0 / size * (1 + 0.5 * block) * (mode == 1 ? 3 : 1) * (threads == 2 ? gain_of_threads : 1);
          order.push_back({fmt::format("{},{},{},{}", block, size, mode == 1 ? "lean" : "full", threads), value * std::exp(spread * e[runs.size() + order.size()]), false});
        }
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    runs.insert(runs.end(), order.begin(), order.end());
  }
  return runs;
}

const std::vector<test::ColumnSpec> kBlocked = {{"block", core::Role::index, "", "", 0}, factor("size_mib"), factor("mode"), factor("threads"), throughput()};

TEST(Sweeps, RepetitionsInBlocksArePairedOverAllWork) {
  const auto findings = analyse_runs(kBlocked, blocked_sweep(1.1, 0.02, 21));
  const Finding* threads = find(findings, FindingKind::factor_effect, ":threads:");
  ASSERT_NE(threads, nullptr);
  EXPECT_EQ(comparisons(*threads), 1U);
  EXPECT_NE(threads->statement.plain().find("threads=2 is faster than threads=1"), std::string::npos) << threads->statement.plain();
  ASSERT_FALSE(threads->doubts.empty());
  EXPECT_NE(threads->doubts.front().plain().find("18 pairs of runs that share block, mode, size_mib"), std::string::npos) << threads->doubts.front().plain();
  EXPECT_NE(find(findings, FindingKind::factor_effect, ":mode:"), nullptr);
  EXPECT_EQ(find(findings, FindingKind::factor_effect, ":size_mib:"), nullptr);
  EXPECT_EQ(find(findings, FindingKind::factor_effect, ":block:"), nullptr);
}

TEST(Sweeps, TheBestOfRepeatedConfigurationsIsNamedForEachSizeOfWork) {
  const auto findings = analyse_runs(kBlocked, blocked_sweep(1.3, 0.02, 22));
  for (const std::string_view size : {"size_mib=1:", "size_mib=4:", "size_mib=16:"}) {
    const Finding* best = find(findings, FindingKind::best_configuration, size);
    ASSERT_NE(best, nullptr) << size;
    EXPECT_NE(best->statement.plain().find("mode=lean, threads=2 gave the highest"), std::string::npos) << best->statement.plain();
    EXPECT_NE(best->statement.plain().find("can be told from every other"), std::string::npos) << best->statement.plain();
  }
}

TEST(Sweeps, WhatRepetitionsCannotShowHasNoDirectionAndAsksForNoThousands) {
  const auto findings = analyse_runs(kBlocked, blocked_sweep(1.0, 0.6, 23));
  const Finding* threads = find(findings, FindingKind::factor_effect, ":threads:");
  ASSERT_NE(threads, nullptr);
  EXPECT_NE(threads->statement.plain().find("cannot be told apart"), std::string::npos) << threads->statement.plain();
  EXPECT_NE(threads->statement.plain().find("would have been found with a power of"), std::string::npos);
  const Finding* best = find(findings, FindingKind::best_configuration, "size_mib=16");
  ASSERT_NE(best, nullptr);
  EXPECT_NE(best->action.plain().find("too large for this design"), std::string::npos) << best->action.plain();
  EXPECT_EQ(best->action.plain().find("repetitions of each"), std::string::npos);
}

TEST(Sweeps, ADifferenceThatDependsOnAnotherSettingIsGivenForItsLevels) {
  auto runs = blocked_sweep(1.0, 0.02, 24);
  for (SweepRun& run : runs)
    if (run.settings.find("lean,2") != std::string::npos) run.value *= 2;
  const auto findings = analyse_runs(kBlocked, runs);
  const Finding* threads = find(findings, FindingKind::factor_effect, ":threads:");
  ASSERT_NE(threads, nullptr);
  EXPECT_NE(threads->statement.plain().find("The difference depends on mode"), std::string::npos) << threads->statement.plain();
}

TEST(Sweeps, ATimeThatGrowsWithASettingIsRankedWithinItsLevels) {
  std::vector<SweepRun> runs;
  const Sample e = noise(18, 25);
  for (int repetition = 0; repetition < 2; ++repetition)
    for (int load : {10, 100, 1000})
      for (int a = 0; a < 3; ++a) runs.push_back({fmt::format("{},{}", load, a), 0.01 * load * (1 + 0.1 * a) * (1 + 0.01 * e[runs.size()]), false});
  const auto findings = analyse_runs({factor("load"), factor("a"), test::ttft()}, runs);
  std::size_t leaders = 0;
  for (const Finding& finding : findings) leaders += finding.kind == FindingKind::best_configuration ? 1 : 0;
  EXPECT_EQ(leaders, 3U);
  EXPECT_EQ(find(findings, FindingKind::factor_effect, ":load:"), nullptr);
}

// Two configurations, in each block one visit of `repetitions` runs; what a whole visit differs by is `visit` percent.
std::vector<Finding> analyse_visits(double effect_percent, double visit_percent, std::size_t blocks, std::size_t repetitions) {
  core::Corpus corpus;
  TestTable table{"log.jsonl", {timestamp(), factor("threads"), position("block"), position("repetition"), throughput()}, {}, {}};
  const Sample between = noise(2 * blocks, 31);
  const Sample within = noise(2 * blocks * repetitions, 32);
  std::size_t run = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    for (std::size_t v = 0; v < 2; ++v) {
      const std::size_t threads = (b + v) % 2;  // in turns first
      for (std::size_t r = 0; r < repetitions; ++r, ++run) {
        const double value = 100 * (1 + effect_percent / 100 * static_cast<double>(threads)) * (1 + visit_percent / 100 * between[2 * b + v]) * (1 + 0.001 * within[run]);
        table.rows.push_back(fmt::format("2025-01-01T{:02}:{:02}:00,{},{},{},{:.4f}", run / 60, run % 60, threads + 1, b + 1, r + 1, value));
      }
    }
  }
  table.rows.push_back("2025-01-02T00:00:00,,,,");  // a record of another kind: no measurement
  test::add(corpus, table);
  Ledger ledger(corpus);
  return sweep_findings(find_studies(corpus), core::Vocabulary{}, ledger);
}

TEST(Sweeps, RepetitionsOfOneVisitCountOnce) {
  const auto findings = analyse_visits(20, 0.5, 6, 5);
  const Finding* threads = find(findings, FindingKind::factor_effect, ":threads:");
  ASSERT_NE(threads, nullptr);
  EXPECT_NE(threads->statement.plain().find("threads=2 is faster than threads=1"), std::string::npos) << threads->statement.plain();
  ASSERT_FALSE(threads->doubts.empty());
  EXPECT_NE(threads->doubts.front().plain().find("Compared in 6 pairs"), std::string::npos) << threads->doubts.front().plain();
  const Finding* best = find(findings, FindingKind::best_configuration, "throughput");
  ASSERT_NE(best, nullptr);
  EXPECT_NE(best->statement.plain().find("median over blocks"), std::string::npos) << best->statement.plain();
}

TEST(Sweeps, ManyRepetitionsOfFewVisitsProveNothing) {
  // A thousandth within a visit and three hundredths between visits: 30 runs of each look certain, three visits do not.
  const auto findings = analyse_visits(1, 3, 3, 10);
  const Finding* threads = find(findings, FindingKind::factor_effect, ":threads:");
  ASSERT_NE(threads, nullptr);
  EXPECT_NE(threads->statement.plain().find("cannot be told apart"), std::string::npos) << threads->statement.plain();
}

TEST(Sweeps, SayTheSameTwice) {
  const auto a = analyse_runs(kThreeFactors, nested_sweep(1, 1, 9));
  const auto b = analyse_runs(kThreeFactors, nested_sweep(1, 1, 9));
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].statement.plain(), b[i].statement.plain());
    EXPECT_EQ(a[i].facts, b[i].facts);
  }
}

}  // namespace
}  // namespace chimera::analysis
