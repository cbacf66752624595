// Rows of delimited text that head those below them: "FP8,,".
#pragma once

#include <vector>

#include "core/document.h"

namespace chimera::sources {

// The rows below one such row as a table of their own; `heading` is its cell, absent of a table without.
struct HeadedTable {
  core::Table table;
  core::Cell heading;
};

// Where the first row and others hold one name alone, and rows below two of them are called the same. The table as it is where not.
[[nodiscard]] std::vector<HeadedTable> split_at_headings(const core::Document& document, core::Table table);

}  // namespace chimera::sources
