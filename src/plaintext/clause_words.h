// Words and marks of lines that say several things (text_clauses.h).
#pragma once

#include <cstddef>
#include <string_view>

#include "core/unit.h"

namespace chimera::plaintext {

// Of sentences, not of names.
[[nodiscard]] bool is_word_of_prose(std::string_view word);

// Of who runs something: "Testing num_gpu=20".
[[nodiscard]] bool is_verb(std::string_view word);

// Of parts of a whole, and of what a value is compared with: "(vs 40 ms)", "(of 8 GB)", "(limit 8 GB)".
[[nodiscard]] bool is_of_comparison(std::string_view word);

// Of samplers, which are set to fractions: "temperature", "top_p".
[[nodiscard]] bool is_of_a_sampler(std::string_view key);

[[nodiscard]] bool is_statistic(std::string_view word);

// Of tokens, requests, operations or bytes in a time.
[[nodiscard]] bool is_rate(core::UnitPtr unit);

// "->", "=>", "→", "➜", "⇒", "...": from what was set to what was measured. How many bytes it has, 0 where it is none.
[[nodiscard]] std::size_t arrow_at(std::string_view rest);

}  // namespace chimera::plaintext
