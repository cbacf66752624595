#include "analysis/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "analysis/additive.h"
#include "analysis/formula.h"

namespace chimera::analysis {
namespace {

TEST(Statistics, DescribesASample) {
  const Sample x = {4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(mean(x), 2.5);
  EXPECT_DOUBLE_EQ(median(x), 2.5);
  EXPECT_DOUBLE_EQ(percentile(x, 25), 1.75);  // Hyndman & Fan type 7
  EXPECT_NEAR(stddev(x), std::sqrt(5.0 / 3), 1e-15);
  EXPECT_TRUE(std::isnan(stddev({1})));
  EXPECT_NEAR(scaled_mad({1, 2, 3, 4, 100}), 1.4826, 1e-4);
}

TEST(Statistics, KnowsTheDistributionsOfTheTables) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959964, 1e-6);
  EXPECT_NEAR(normal_cdf(-8), 6.22096057427178e-16, 1e-28);
  EXPECT_NEAR(t_quantile(0.975, 10), 2.228139, 1e-6);
  EXPECT_NEAR(t_two_sided(2.228139, 10), 0.05, 1e-6);
  EXPECT_NEAR(f_upper(2.946685, 3, 28), 0.05, 1e-5);
  EXPECT_NEAR(hypergeometric_upper(8, 12, 8, 36), 495.0 / 30260340.0, 1e-12);  // C(12,8) / C(36,8)
  EXPECT_NEAR(hypergeometric_upper(0, 3, 2, 10), 1, 1e-12);
}

TEST(Statistics, AnswersNaNAndNotAnExceptionOutOfRange) {
  EXPECT_TRUE(std::isnan(t_quantile(0.5, -1)));
  EXPECT_TRUE(std::isnan(normal_quantile(2)));
}

TEST(Statistics, GivesNoIntervalWithoutEnoughValues) {
  EXPECT_FALSE(t_interval({1}, 0.95));
  EXPECT_FALSE(median_interval({1, 2, 3, 4, 5}, 0.95));  // 2 / 2^5 > 0.05
  const auto six = median_interval({6, 1, 5, 2, 4, 3}, 0.95);
  ASSERT_TRUE(six);
  EXPECT_DOUBLE_EQ(six->low, 1);
  EXPECT_DOUBLE_EQ(six->high, 6);
  Sample ten;
  for (int i = 1; i <= 10; ++i) ten.push_back(i);
  EXPECT_DOUBLE_EQ(median_interval(ten, 0.95)->low, 2);  // Conover: ranks 2 and 9 of 10
  EXPECT_DOUBLE_EQ(median_interval(ten, 0.95)->high, 9);
}

TEST(Statistics, MedianIntervalOfManyValuesDoesNotUnderflow) {
  Sample x;
  for (int i = 0; i < 4001; ++i) x.push_back(i);
  const auto interval = median_interval(x, 0.95);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 2000 - 1.96 * std::sqrt(4001.0) / 2, 2);
}

TEST(Statistics, BootstrapsTheSameIntervalEveryTime) {
  const Sample x = {9, 11, 10, 12, 8, 10, 30};
  const auto a = bootstrap_median_interval(x, 0.95, 2000);
  const auto b = bootstrap_median_interval(x, 0.95, 2000);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->low, b->low);
  EXPECT_EQ(a->high, b->high);
  EXPECT_GE(a->low, 8);
  EXPECT_LE(a->high, 12);
}

TEST(Statistics, WelchAgreesWithStudentForEqualGroups) {
  const auto r = welch_ratio({100, 1, 10}, {102, 1, 10}, 0.95);
  ASSERT_TRUE(r);
  EXPECT_NEAR(r->ratio, 1.02, 1e-12);
  const double half = t_quantile(0.975, 18) * std::sqrt(1e-4 / 10 + 1e-4 / (1.02 * 1.02) / 10);
  EXPECT_NEAR(r->low, 1.02 * std::exp(-half), 1e-4);
  EXPECT_FALSE(welch_ratio({100, 0, 10}, {102, 0, 10}, 0.95));  // no spread, no test
  EXPECT_FALSE(welch_ratio({100, 1, 1}, {102, 1, 10}, 0.95));
}

TEST(Statistics, PairingRemovesWhatPairsShare) {
  const Sample a = {10, 20, 40, 80, 160};
  const Sample b = {11, 21.8, 44.4, 88, 176.4};
  const auto paired = paired_ratio(a, b, 0.95);
  ASSERT_TRUE(paired);
  EXPECT_NEAR(paired->ratio, 1.1, 0.01);
  EXPECT_GT(paired->low, 1.08);
  EXPECT_LT(welch_ratio(moments(a), moments(b), 0.95)->low, 1);
  EXPECT_FALSE(paired_ratio(a, {1, 2}, 0.95));
  EXPECT_FALSE(paired_ratio({1, -1}, {1, 1}, 0.95));
}

TEST(Statistics, SeesATrendAndItsSlope) {
  Sample x;
  for (int i = 0; i < 20; ++i) x.push_back(100 + 0.5 * i + (i % 2 == 0 ? 0.1 : -0.1));
  const auto t = trend(x, 0.95);
  ASSERT_TRUE(t);
  EXPECT_LT(t->p, 1e-6);
  EXPECT_NEAR(t->slope, 0.5, 0.02);
  EXPECT_LE(t->low, t->slope);
  EXPECT_GE(t->high, t->slope);
  EXPECT_FALSE(trend({1, 2, 3}, 0.95));
  EXPECT_FALSE(trend(Sample(20, 5.0), 0.95));
}

TEST(Statistics, ExpectsTheMaximumOfTheTables) {
  EXPECT_NEAR(expected_normal_maximum(1), 0, 1e-9);
  EXPECT_NEAR(expected_normal_maximum(2), 1 / std::sqrt(M_PI), 1e-9);
  EXPECT_NEAR(expected_normal_maximum(10), 1.53875273, 1e-7);
  EXPECT_NEAR(chance_of_maximum(0, 1), 0.5, 1e-12);
  EXPECT_NEAR(chance_of_maximum(2, 36), 1 - std::pow(normal_cdf(2), 36), 1e-12);
}

TEST(Statistics, CountsTheRepetitionsThatSeparate) {
  // Classical: sd = gap needs 17 per group (two-sided 5 %, power 80 %).
  EXPECT_EQ(repetitions_needed(1, 1, 0.05, 0.8, 1), 17);
  // Of many comparisons more, but not without bound.
  EXPECT_GT(*repetitions_needed(1, 1, 0.05, 0.8, 35), 30);
  EXPECT_LT(*repetitions_needed(1, 1, 0.05, 0.8, 35), 40);
  EXPECT_EQ(repetitions_needed(0.001, 1, 0.05, 0.8, 1), 2);
  EXPECT_FALSE(repetitions_needed(1, 0, 0.05, 0.8, 1));
}

TEST(Statistics, HolmIsMonotoneAndCapped) {
  const Sample adjusted = holm({0.01, 0.04, 0.03, 0.9});
  EXPECT_DOUBLE_EQ(adjusted[0], 0.04);
  EXPECT_DOUBLE_EQ(adjusted[2], 0.09);
  EXPECT_DOUBLE_EQ(adjusted[1], 0.09);
  EXPECT_DOUBLE_EQ(adjusted[3], 0.9);
}

TEST(Statistics, OrderShareTellsBlocksFromCycles) {
  std::vector<std::uint32_t> blocks;
  std::vector<std::uint32_t> cycles;
  for (std::uint32_t i = 0; i < 36; ++i) {
    blocks.push_back(i / 9);
    cycles.push_back(i % 3);
  }
  EXPECT_GT(order_share(blocks), 0.93);
  EXPECT_LT(order_share(cycles), 0.01);
}

// Two factors with known effects, no noise but a known pattern that is orthogonal to both.
TEST(AdditiveModel, RecoversEffectsOfABalancedDesign) {
  Design design{{{0, 0, 0, 0, 1, 1, 1, 1}, {0, 0, 1, 1, 0, 0, 1, 1}}};
  Sample y;
  for (std::size_t i = 0; i < 8; ++i) y.push_back(10 + 2.0 * design.factors[0][i] - 1.0 * design.factors[1][i] + (i % 2 == 0 ? 0.1 : -0.1));
  const auto model = AdditiveModel::fit(y, design);
  ASSERT_TRUE(model);
  EXPECT_DOUBLE_EQ(model->df(), 5);
  EXPECT_NEAR(model->contrast(0, 0, 1)->estimate, 2, 1e-10);
  EXPECT_NEAR(model->contrast(1, 0, 1)->estimate, -1, 1e-10);
  EXPECT_NEAR(model->residual_sd(), std::sqrt(0.08 / 5), 1e-10);
  EXPECT_NEAR(model->contrast(0, 0, 1)->error, std::sqrt(0.08 / 5 / 2), 1e-10);
  EXPECT_LT(*model->f_test(0), 1e-4);
}

TEST(AdditiveModel, RefusesContrastsThatTheDesignCannotTell) {
  // The second factor copies the first one: neither can be told from the other.
  const Design aliased{{{0, 0, 0, 1, 1, 1}, {1, 1, 1, 0, 0, 0}}};
  const auto model = AdditiveModel::fit({1, 2, 3, 4, 5, 6.5}, aliased);
  ASSERT_TRUE(model);
  EXPECT_FALSE(model->contrast(0, 0, 1));
  EXPECT_FALSE(model->f_test(0));
  EXPECT_FALSE(model->contrast(0, 0, 7));
  EXPECT_FALSE(AdditiveModel::fit({1, 2, 3}, Design{{{0, 1, 2}}}));  // nothing left for noise
  EXPECT_FALSE(AdditiveModel::fit({1, 2, 3}, Design{{{0, 1}}}));
}

TEST(AdditiveModel, DesignsSurviveBeingWritten) {
  const Design design{{{0, 1, 12}, {2, 0, 1}}};
  EXPECT_EQ(design.to_string(), "0,1,12/2,0,1");
  EXPECT_EQ(Design::parse("0,1,12/2,0,1")->factors, design.factors);
  for (const char* bad : {"0,,1", "0,1/", "x", "0;1", "-1", "99999999999999999999"}) EXPECT_FALSE(Design::parse(bad)) << bad;
}

TEST(Formula, RefusesWhatDoesNotFit) {
  for (const char* formula : {"", "nonsense", "percentile", "percentile;101", "effect;0;0;1;0,1", "tied;0.05;3;1;0", "welch;0.05;1;9",
                              "constant;x", "repetitions;0.05;0.8;0"}) {
    EXPECT_FALSE(evaluate(formula, {1, 2, 3})) << formula;
  }
  EXPECT_FALSE(evaluate("mean", {}));
  EXPECT_FALSE(evaluate("mean", {1, NAN}));
  EXPECT_FALSE(evaluate("percent_change", {0, 1}));
  EXPECT_FALSE(evaluate("stddev", {1}));
}

TEST(Formula, SurvivesAnyInput) {
  for (const std::string_view name : formula_names()) {
    for (const char* parameters : {"", ";", ";;;;", ";0;0;0;0;0", ";1;1;1;1;1", ";0.05;1;2", ";0.05;1;0;0;1;0,0,1,1", ";-1;nan;inf"}) {
      for (const Sample& x : {Sample{0}, Sample{1, 2}, Sample{-1, 1, 0, 3}, Sample{5, 5, 5, 5, 5, 5}, Sample{1e308, 1e308, 1e-308, 2}}) {
        const auto value = evaluate(std::string(name) + parameters, x);
        EXPECT_TRUE(!value || std::isfinite(*value)) << name << parameters;
      }
    }
  }
}

TEST(Formula, ExpectedExtremesOfPositiveValuesArePositive) {
  const std::vector<double> wide = {1, 2, 60, 700};
  EXPECT_GT(*evaluate("expected_min", wide), 0);
  EXPECT_LT(*evaluate("expected_min", wide), std::pow(1.0 * 2 * 60 * 700, 0.25));
  EXPECT_GT(*evaluate("expected_max", wide), std::pow(1.0 * 2 * 60 * 700, 0.25));
  EXPECT_FALSE(evaluate("expected_min", {-1, 2, 3}));
}

TEST(Formula, MoreRepetitionsAndPairsSeeSmallerDifferences) {
  EXPECT_LT(*evaluate("seeable;0.05;3;0.8;20;10", {5}), *evaluate("seeable;0.05;3;0.8;20;3", {5}));
  const double four = *evaluate("paired_detectable;0.05;1;0.8", {10, 11, 12, 13, 11, 11.5, 13.5, 13.2});
  const double two = *evaluate("paired_detectable;0.05;1;0.8", {10, 11, 11, 11.5});
  EXPECT_LT(four, two);
}

TEST(Formula, IsDocumented) {
  std::ifstream file("docs/statistics.md");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.empty()) GTEST_SKIP() << "docs/statistics.md is not in the working directory";
  for (const std::string_view name : formula_names()) {
    const std::string quoted = "`" + std::string(name);
    EXPECT_TRUE(text.find(quoted + "`") != std::string::npos || text.find(quoted + ";") != std::string::npos) << name;
  }
}

TEST(Formula, ComputesWhatItsNameSays) {
  EXPECT_DOUBLE_EQ(*evaluate("percent_change", {80, 100}), 25);
  EXPECT_DOUBLE_EQ(*evaluate("percent_of", {30, 120}), 25);
  EXPECT_DOUBLE_EQ(*evaluate("spread", {90, 110}), 20);
  EXPECT_DOUBLE_EQ(*evaluate("percentile;50", {1, 2, 4}), 2);
  EXPECT_DOUBLE_EQ(*evaluate("geomean", {2, 8}), 4);
  EXPECT_NEAR(*evaluate("effect;0;0;1;0,0,1,1", {100, 100, 110, 110}), 10, 1e-9);
  EXPECT_NEAR(*evaluate("mad_distance", {100, 1, 2, 3, 4, 3}), (100 - 3) / 1.4826, 0.1);
}

TEST(Formula, CountsWhatCannotBeToldFromTheLeader) {
  // Noise 1 %: 100 and 99.5 are alike, 50 is not.
  EXPECT_DOUBLE_EQ(*evaluate("tied;0.05;20;1;1", {1, 100, 99.5, 50}), 1);
  EXPECT_DOUBLE_EQ(*evaluate("tied;0.05;20;1;-1", {1, 100, 99.5, 50}), 0);
}

}  // namespace
}  // namespace chimera::analysis
