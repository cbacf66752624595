// The words of claims: number words, comparing words and superlatives, absences. English, lower case.
#pragma once

#include <optional>
#include <string_view>

namespace chimera::claims {

// What a comparing word says about a value, or about what is better.
enum class Sense {
  more,    // a larger value: higher, larger, increased
  less,    // a smaller value: lower, fewer, reduced
  better,  // in the direction that is better for the metric: better, improved, outperforms
  worse,
  faster,  // less time or a higher rate
  slower,
  same     // no difference, similar, unchanged
};

struct Comparison {
  Sense sense = Sense::same;
  bool superlative = false;
  bool negated = false;  // "not faster", "never exceeds"
};

// "highest" is more and superlative, "faster" is faster, "outperforms" is better. Nothing for other words.
[[nodiscard]] std::optional<Comparison> find_comparison(std::string_view word);

// Words that compare only together with "than": more, less, fewer, under, over, above, below.
[[nodiscard]] std::optional<Comparison> find_with_than(std::string_view word);

// "twelve" is 12, "half" 0.5, "twice" 2. `one` is left out: it counts only where the text says of what.
[[nodiscard]] std::optional<double> find_number_word(std::string_view word);

// "about", "roughly": how a number is meant.
[[nodiscard]] bool is_approximation(std::string_view word);

// A word that a count may precede: runs, files, rows, configurations.
[[nodiscard]] bool is_counted_thing(std::string_view word);

// "should", "expected", "target": a wish or a plan, nothing that is meant as a fact.
[[nodiscard]] bool is_wish(std::string_view word);
// "could", "might": what follows is no fact.
[[nodiscard]] bool is_maybe(std::string_view word);
// "example", "illustrative", "placeholder": shown as a sample.
[[nodiscard]] bool is_illustration(std::string_view word);
// Whether a heading (lower case) announces wishes: recommendations, next steps.
[[nodiscard]] bool announces_wishes(std::string_view heading);
// Numbers that the author computed from others: change, gap, improvement.
[[nodiscard]] bool is_derived_word(std::string_view word);
// Settings that people report of experiments, as folded pieces: "learning rate", "batch size".
[[nodiscard]] bool is_setting_name(std::string_view phrase);
// "all", "every", "always": what is said of each one.
[[nodiscard]] bool is_universal(std::string_view word);
// "no", "none", "never": what is said of the rest of the clause is denied.
[[nodiscard]] bool is_denial(std::string_view word);
// "daily", "weekly": how often something happens.
[[nodiscard]] bool is_frequency(std::string_view word);
// "trend", "seasonality", "drift": what only a series shows.
[[nodiscard]] bool is_series_word(std::string_view word);
// Metrics of the quality of models, as folded pieces: "f 1 score", "perplexity".
[[nodiscard]] bool is_quality_metric(std::string_view phrase);
// "report", "contain", "include": what a file does with what stands in it.
[[nodiscard]] bool is_reporting(std::string_view word);
// "activity", "change", "variation": that a measured value moved.
[[nodiscard]] bool is_movement(std::string_view word);

// Extensions of files that reports name: "csv", "json".
[[nodiscard]] bool is_file_extension(std::string_view extension);

}  // namespace chimera::claims
