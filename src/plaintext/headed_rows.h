// Rows of a table in Markdown that head those below them: "| **FP8** | | |".
#pragma once

#include <string_view>
#include <vector>

#include "text/markdown.h"

namespace chimera::plaintext {

// The rows under one such row, as a table of the same header; `title` is what heads them, empty of the rows above the first.
struct HeadedRows {
  text::MarkdownTable table;
  text::MarkdownSpan title;
};

// A row of one name and else empty cells heads the rows below it until the next, where such names alone are in bold, or where the rows below
// them are called the same. All of the table as one part where it has none; a name whose values are missing heads nothing.
[[nodiscard]] std::vector<HeadedRows> split_at_headings(std::string_view text, const text::MarkdownTable& table);

}  // namespace chimera::plaintext
