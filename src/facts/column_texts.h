// What texts of a column are by the form of all of them.
#pragma once

#include <string_view>

#include "core/document.h"

namespace chimera::facts {

// "2048/128" and "8k/1k" below "Input/Output": how long prompts and answers were.
[[nodiscard]] bool pairs_lengths(const core::Document& document, const core::Column& column, std::string_view leaf);

// "[52.31, 52.44]" in every cell: what was measured, where "[8, 32]" is a shape.
[[nodiscard]] bool holds_lists(const core::Document& document, const core::Column& column);

}  // namespace chimera::facts
