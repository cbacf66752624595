// Text as pieces that names and prose share: "mean_ttft_s" and "mean TTFT" begin with the same pieces.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/statistic.h"

namespace chimera::claims {

// A run of letters, or a number with its point; lower case. `begin`, `end` are bytes of the text.
struct Piece {
  std::string text;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// Linear; nothing in an empty text. "g60_c2048_t0.4" is g 60 c 2048 t 0.4.
[[nodiscard]] std::vector<Piece> pieces_of(std::string_view text, std::uint64_t offset = 0);

// The pieces joined by one space, at most `most` of them: the form in which names are looked up.
[[nodiscard]] std::string normal_form(std::string_view text, std::size_t most = 24);
[[nodiscard]] std::string join(const std::vector<Piece>& pieces, std::size_t from, std::size_t count);

// One word for what people abbreviate: "avg" is "mean", "characters" is "char", "evaluation" is "eval", no plural.
[[nodiscard]] std::string folded(std::string_view word);

// "gemma3-1b-it": a family of models in lower case letters, "gemma", and a size, "1b". Nothing of other words.
struct ModelName {
  std::string family;
  std::string size;
  auto operator<=>(const ModelName&) const = default;
};
[[nodiscard]] std::optional<ModelName> model_name(std::string_view token);
// Those of a whole text. Linear.
void add_models(std::string_view text, std::set<ModelName>& models);

// A statistic that the word names in prose: "average", "median", "peak", "maximum", "p95" needs two pieces.
[[nodiscard]] std::optional<core::Statistic> statistic_word(std::string_view word);
// The same of the words that begin at piece `at`: also "p95", "95th percentile", "standard deviation".
[[nodiscard]] std::optional<core::Statistic> statistic_at(const std::vector<Piece>& pieces, std::size_t at);

}  // namespace chimera::claims
