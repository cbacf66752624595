// Tables whose cells text marks itself, pipe tables, drawn ones, and those with a header in comments, as Tables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/document.h"
#include "plaintext/commented_table.h"
#include "plaintext/drawn_table.h"
#include "plaintext/growing_table.h"
#include "plaintext/line_tables.h"
#include "text/markdown.h"

namespace chimera::plaintext {

// Lines of names in pipes right above the header of a table, from the top: "| Prompt | Load |" above "| Rate | Time |".
[[nodiscard]] std::vector<std::vector<text::MarkdownSpan>> header_lines_above(const core::Document& document, const text::MarkdownTable& table);

// All add to `keys` where the names of values stand; the section names the table.
[[nodiscard]] LocatedTable table_of_pipes(const core::Document& document, const text::MarkdownTable& table, std::vector<core::Span>& keys);

// Names and values, and metrics with a column for each of their statistics, become one row of all values; in all others an
// empty leading cell holds what stands above it.
[[nodiscard]] LocatedTable table_of_drawn(const core::Document& document, const DrawnTable& table, std::string section,
                                          std::vector<core::Span>& keys);

[[nodiscard]] LocatedTable table_of_commented(const core::Document& document, const CommentedTable& table, std::string section,
                                              std::vector<core::Span>& keys);

// Rows that are statistics of what their columns name, "min", "p99:", "75%": one row of all of them. Nothing where the first cells
// are anything else.
[[nodiscard]] std::optional<LocatedTable> table_of_statistics(const core::Document& document, const std::vector<core::Span>& header,
                                                             const std::vector<std::vector<core::Span>>& rows, std::string section);

// Rows of quantities, "time for request:", "req/s  :", below a header of statistics alone: one row of all of them. The section may say
// the unit, "Connection Times (ms)". Nothing where the table is any other.
[[nodiscard]] std::optional<LocatedTable> table_of_quantities(const core::Document& document, const std::vector<core::Span>& header,
                                                             const std::vector<std::vector<core::Span>>& rows, std::string section);

[[nodiscard]] LocatedTable table_of_lines(const core::Document& document, const LineTable& table, std::string section,
                                          std::vector<core::Span>& keys);

// All drawn tables, and those of commas, in the lines that begin in `span`.
[[nodiscard]] std::vector<LocatedTable> drawn_tables_in(const core::Document& document, core::Span span, const std::string& section,
                                                        std::vector<core::Span>& keys);

}  // namespace chimera::plaintext
