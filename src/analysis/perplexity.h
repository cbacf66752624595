// How well a language model predicts a text, and how far two models' predictions of it lie apart, from their logits.
//
// Pure functions; sums in double, exponentials of differences from the largest logit, so that nothing overflows. Perplexity is
// the exponential of the mean negative log-likelihood of a token (Jelinek, Mercer, Bahl & Baker 1977); its errors take tokens
// as independent, as llama.cpp's perplexity tool does.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/statistics.h"

namespace chimera::analysis {

// Of at least one logit; NaN where one is NaN.
[[nodiscard]] double log_sum_exp(std::span<const float> logits);
// Of the token at that place, in nats.
[[nodiscard]] double negative_log_likelihood(std::span<const float> logits, std::size_t token);
// The place of the largest logit, the first of equals.
[[nodiscard]] std::size_t most_likely(std::span<const float> logits);
// Kullback & Leibler's D(reference || other), in nats; 0 of equal logits. Equal lengths.
[[nodiscard]] double kl_divergence(std::span<const float> reference, std::span<const float> other);

// exp of the mean, the interval from the normal distribution on the log scale; no interval of fewer than two values.
struct Perplexity {
  double value = 0;
  double standard_error = 0;  // by the delta method: value times the standard error of the mean
  std::optional<Interval> interval;
};
[[nodiscard]] Perplexity perplexity_of(const Sample& nats, double confidence);
// Perplexity over reference's, by the differences of the same tokens. Equal lengths, at least one.
[[nodiscard]] Perplexity perplexity_ratio(const Sample& nats, const Sample& reference, double confidence);

// Of a mean, by the normal distribution; nothing of fewer than two values.
[[nodiscard]] std::optional<Interval> mean_interval(const Sample& x, double confidence);
// Of a share, Wilson's score interval (1927), which also says something where all or none agree. n > 0.
[[nodiscard]] Interval share_interval(std::size_t hits, std::size_t n, double confidence);

}  // namespace chimera::analysis
