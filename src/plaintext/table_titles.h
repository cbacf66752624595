// What stands above the tables of a Markdown text and says what they are of: headings, summaries of folded parts, labels.
#pragma once

#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "text/markdown.h"

namespace chimera::plaintext {

// Fills `titles` of the tables. `code` are the code blocks, in order: nothing in them is a title.
void put_titles(const core::Document& document, const text::Markdown& markdown, const std::vector<core::Span>& code, std::vector<LocatedTable>& tables);

}  // namespace chimera::plaintext
