// Tables of what stands in lists: "name: value" pairs as one row under their heading, entities with key=value entries
// as one row each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "text/markdown.h"

namespace chimera::plaintext {

// Listings and keyed tables, in no particular order. Both are named by their heading; what stands under a label or an
// item within it has that in a column "group". One lone entity among pairs belongs to their row: "Best: num_gpu=40"
// says under which configuration the pairs beside it were measured.
[[nodiscard]] std::vector<LocatedTable> tables_of_pairs(const core::Document& document, const text::Markdown& markdown);

// The text of a block that is a heading, without emphasis; empty for -1.
[[nodiscard]] std::string heading_text(std::string_view text, const text::Markdown& markdown, std::int32_t heading);

// As a reader sees it: without **, __, backticks and escapes, links by their text.
[[nodiscard]] std::string plain_text(std::string_view written);

}  // namespace chimera::plaintext
