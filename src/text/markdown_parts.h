// The passes that follow the block parser. Internal to text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/markdown.h"

namespace chimera::text {

// A line of running text, or a part of one where several things were run together on it.
struct Fragment {
  MarkdownSpan span;
  std::int32_t block = -1;
  std::uint64_t line = 0;
};

// Fills `pairs` and `entities` from the fragments of list items and paragraphs.
void collect_pairs(std::string_view text, const std::vector<Fragment>& fragments, Markdown& markdown);

// Adds the pipe tables that stand in code blocks.
void collect_code_tables(std::string_view text, Markdown& markdown);

// Fills `code`, `links` (after the definitions that are there already) and `html` from all blocks with running text.
void collect_inlines(std::string_view text, Markdown& markdown);

}  // namespace chimera::text
