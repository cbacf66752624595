// Items of a Markdown list that say in words what was run and then how fast it was (series_line.h): "- RTX 3090: 112 t/s (Q4)",
// "- Llama 3 8B Q4_K_M - 45 t/s @ 8k ctx"; and lines of their own that leave no doubt.
#pragma once

#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "text/markdown.h"

namespace chimera::plaintext {

// One table for items right below each other, two at least; in order. Adds to `keys` where the names of values stand. Pairs that were seen
// in them are taken out of `markdown`.
[[nodiscard]] std::vector<LocatedTable> tables_of_series(const core::Document& document, text::Markdown& markdown, std::vector<core::Span>& keys);

}  // namespace chimera::plaintext
