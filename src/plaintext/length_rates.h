// Lines that say how fast tokens were at a length: "** Length   256 tokens:   2110.8123 t/s", "Context    512:      58.83 tokens/s",
// "** Position   128 + 128 tokens:   56.1203 t/s".
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

// "length", "context" or "position" with its number, "new tokens" behind a plus, and the rate, "speed at length". The number may stand between
// sequences that colour a terminal. Empty where the line is anything else.
[[nodiscard]] std::vector<NamedValue> length_rate(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
