#include "plaintext/clause_words.h"

#include <algorithm>
#include <array>

#include "core/statistic.h"
#include "plaintext/spans.h"
#include "text/words.h"

namespace chimera::plaintext {

bool is_word_of_prose(std::string_view word) {
  constexpr std::array<std::string_view, 24> kWords = {"we",  "i",    "it",   "they", "the",  "this", "that", "and", "then", "was", "were", "is",
                                                       "are", "ran",  "took", "saw",  "which", "with", "after", "for", "from", "at", "or", "than"};
  return is_one_of(text::lower(word), kWords);
}

bool is_of_comparison(std::string_view word) {
  constexpr std::array<std::string_view, 27> kWords = {"of", "vs", "vs.", "versus", "from", "was", "than", "over", "under", "below", "above", "limit", "max.", "target", "baseline",
                                                       "expected", "about", "ca", "approx", "per", "in", "at", "for", "to", "against", "compared", "gain"};
  return is_one_of(text::lower(word), kWords);
}

bool is_of_a_sampler(std::string_view key) {
  constexpr std::array<std::string_view, 12> kNames = {"temperature", "temp", "top_p", "top-p", "min_p", "typical_p", "repeat_penalty", "repetition_penalty", "presence_penalty", "frequency_penalty", "tfs_z", "gpu_memory_utilization"};
  return is_one_of(text::lower(key), kNames);
}

bool is_statistic(std::string_view word) { return core::find_statistic(text::lower(word)).has_value(); }

bool is_rate(core::UnitPtr unit) {
  return unit->dimension == core::Dimension::token_rate || unit->dimension == core::Dimension::request_rate || unit->dimension == core::Dimension::operation_rate ||
         unit->dimension == core::Dimension::bandwidth;
}

bool is_verb(std::string_view word) {
  constexpr std::array<std::string_view, 14> kWords = {"testing", "test", "running", "run", "benchmarking", "benchmark", "trying", "config", "configuration", "measuring", "evaluating", "with", "case", "profiling"};
  return is_one_of(text::lower(word), kWords);
}

std::size_t arrow_at(std::string_view rest) {
  if (rest.empty() || !is_one_of(rest[0], "-=.\xE2")) return 0;
  for (const std::string_view arrow : {"->", "=>", "-->", "==>", "\xE2\x86\x92", "\xE2\x9E\x9C", "\xE2\x87\x92", "\xE2\x9E\xA1"})
    if (rest.substr(0, arrow.size()) == arrow) return arrow.size();
  const std::size_t dots = rest.substr(0, 2) == ".." ? std::min(rest.find_first_not_of('.'), rest.size()) : 0;
  return rest.substr(0, 3) == "\xE2\x80\xA6" ? 3 : dots;
}

}  // namespace chimera::plaintext
