#include "analysis/perplexity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace chimera::analysis {
namespace {

using Logits = std::vector<float>;

// Logits whose probabilities are these, shifted: a shift says nothing.
Logits of(const std::vector<double>& probabilities, double shift) {
  Logits logits;
  for (const double p : probabilities) logits.push_back(static_cast<float>(std::log(p) + shift));
  return logits;
}

TEST(Perplexity, OfAUniformModelIsTheSizeOfItsVocabulary) {
  const Logits logits(50'000, 3.5F);
  EXPECT_NEAR(perplexity_of({negative_log_likelihood(logits, 0), negative_log_likelihood(logits, 49'999)}, 0.95).value, 50'000, 1e-5);
}

TEST(Perplexity, OfKnownProbabilitiesIsTheirGeometricMeanInverted) {
  const Sample nats = {negative_log_likelihood(of({0.5, 0.25, 0.25}, 7), 0), negative_log_likelihood(of({0.125, 0.5, 0.375}, -40), 0)};
  EXPECT_NEAR(nats[0], std::log(2), 1e-6);
  const Perplexity found = perplexity_of(nats, 0.95);
  EXPECT_NEAR(found.value, 4, 1e-5);  // sqrt(2 * 8)
  EXPECT_NEAR(found.standard_error, 4 * std::log(2), 1e-5);  // the two lie log 2 to either side of the mean
  EXPECT_NEAR(std::log(found.interval->high / 4), 1.959964 * std::log(2), 1e-5);
  EXPECT_NEAR(std::log(4 / found.interval->low), 1.959964 * std::log(2), 1e-5);
}

TEST(Perplexity, DoesNotOverflowWhereLogitsAreLarge) {
  const Logits logits = {30'000, 29'999, -30'000};
  EXPECT_NEAR(negative_log_likelihood(logits, 0), std::log1p(std::exp(-1)), 1e-9);
  EXPECT_NEAR(negative_log_likelihood(logits, 2), 60'000 + std::log1p(std::exp(-1)), 1e-6);
}

TEST(Perplexity, OfOneTokenHasNoInterval) { EXPECT_FALSE(perplexity_of({1.0}, 0.95).interval.has_value()); }

TEST(Perplexity, IsNotANumberWhereTheLogitsAreNone) {
  EXPECT_TRUE(std::isnan(negative_log_likelihood(Logits{1, std::numeric_limits<float>::quiet_NaN(), 2}, 0)));
}

TEST(PerplexityRatio, IsPairedSoThatTokensHardForBothDoNotWidenIt) {
  const Sample reference = {0.1, 5, 0.3, 7, 0.2, 6};
  Sample nats = reference;
  for (double& value : nats) value += 0.01;
  const Perplexity ratio = perplexity_ratio(nats, reference, 0.95);
  EXPECT_NEAR(ratio.value, std::exp(0.01), 1e-12);
  EXPECT_LT(ratio.interval->high - ratio.interval->low, 1e-9);
  EXPECT_GT(perplexity_of(nats, 0.95).interval->high / perplexity_of(nats, 0.95).interval->low, 2);
}

TEST(KlDivergence, OfKnownDistributionsIsTheSumThatDefinesIt) {
  const std::vector<double> p = {0.7, 0.2, 0.1}, q = {0.5, 0.25, 0.25};
  double wanted = 0;
  for (std::size_t i = 0; i < p.size(); ++i) wanted += p[i] * std::log(p[i] / q[i]);
  EXPECT_NEAR(kl_divergence(of(p, 3), of(q, -11)), wanted, 1e-6);
  EXPECT_GT(std::abs(kl_divergence(of(q, 0), of(p, 0)) - wanted), 1e-3) << "it has a direction";
}

TEST(KlDivergence, OfAModelFromItselfIsZero) {
  const Logits logits = {1.25F, -7.5F, 100.125F, 99.0F, -std::numeric_limits<float>::infinity()};
  EXPECT_EQ(kl_divergence(logits, logits), 0);
}

TEST(KlDivergence, IsInfiniteWhereTheOtherRulesOutWhatHappens) {
  EXPECT_TRUE(std::isinf(kl_divergence(Logits{0, 0}, Logits{0, -std::numeric_limits<float>::infinity()})));
}

TEST(MostLikely, IsTheFirstOfEquals) { EXPECT_EQ(most_likely(Logits{1, 4, 4, 2}), 1U); }

// Wilson's interval of 10 of 10 at 95 %: 1 / (1 + z^2 / n) to 1.
TEST(ShareInterval, OfAllLeavesRoomBelow) {
  const Interval interval = share_interval(10, 10, 0.95);
  EXPECT_NEAR(interval.low, 1 / (1 + 1.959964 * 1.959964 / 10), 1e-6);
  EXPECT_EQ(interval.high, 1);
}

TEST(MeanInterval, NeedsTwoValues) {
  EXPECT_FALSE(mean_interval({2}, 0.95).has_value());
  EXPECT_NEAR(mean_interval({1, 3}, 0.95)->high, 2 + 1.959964, 1e-5);
}

}  // namespace
}  // namespace chimera::analysis
