#include "analysis/perplexity.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace chimera::analysis {
namespace {

double largest(std::span<const float> logits) {
  CHECK(!logits.empty(), "a distribution over nothing");
  return *std::max_element(logits.begin(), logits.end());
}

double standard_error(const Sample& x) { return stddev(x) / std::sqrt(static_cast<double>(x.size())); }

// Two-sided.
double normal_reach(double confidence) { return normal_quantile(0.5 + confidence / 2); }

Perplexity exponential(const Sample& nats, double confidence) {
  CHECK(!nats.empty(), "a text without tokens has no perplexity");
  Perplexity result;
  result.value = std::exp(mean(nats));
  if (nats.size() < 2) return result;
  result.standard_error = result.value * standard_error(nats);
  if (const auto interval = mean_interval(nats, confidence)) result.interval = Interval{std::exp(interval->low), std::exp(interval->high), confidence};
  return result;
}

}  // namespace

double log_sum_exp(std::span<const float> logits) {
  const double highest = largest(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - highest);
  return highest + std::log(sum);
}

double negative_log_likelihood(std::span<const float> logits, std::size_t token) {
  CHECK(token < logits.size(), "the token is none of the vocabulary");
  return log_sum_exp(logits) - static_cast<double>(logits[token]);
}

std::size_t most_likely(std::span<const float> logits) {
  return static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

double kl_divergence(std::span<const float> reference, std::span<const float> other) {
  CHECK(reference.size() == other.size(), "two vocabularies");
  const double highest = largest(reference);
  double sum = 0, weighted = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double weight = std::exp(static_cast<double>(reference[i]) - highest);
    if (weight == 0) continue;  // what cannot happen adds nothing, also where both logits are -infinity
    sum += weight;
    weighted += weight * (static_cast<double>(reference[i]) - static_cast<double>(other[i]));
  }
  const double divergence = weighted / sum - (highest + std::log(sum)) + log_sum_exp(other);
  return divergence < 0 ? 0 : divergence;  // rounding; NaN stays
}

Perplexity perplexity_of(const Sample& nats, double confidence) { return exponential(nats, confidence); }

Perplexity perplexity_ratio(const Sample& nats, const Sample& reference, double confidence) {
  CHECK(nats.size() == reference.size(), "the ratio is of the same tokens");
  Sample differences(nats.size());
  for (std::size_t i = 0; i < nats.size(); ++i) differences[i] = nats[i] - reference[i];
  return exponential(differences, confidence);
}

std::optional<Interval> mean_interval(const Sample& x, double confidence) {
  if (x.size() < 2) return std::nullopt;
  const double reach = normal_reach(confidence) * standard_error(x), centre = mean(x);
  return Interval{centre - reach, centre + reach, confidence};
}

Interval share_interval(std::size_t hits, std::size_t n, double confidence) {
  CHECK(n > 0 && hits <= n, "a share of nothing");
  const double z = normal_reach(confidence), count = static_cast<double>(n), share = static_cast<double>(hits) / count;
  const double scale = 1 + z * z / count;
  const double centre = (share + z * z / (2 * count)) / scale;
  const double reach = z / scale * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  return {std::max(0.0, centre - reach), std::min(1.0, centre + reach), confidence};
}

}  // namespace chimera::analysis
