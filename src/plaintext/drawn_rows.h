// Tables whose cells the text marks itself: pipe tables, drawn and ruled ones, headers in comments, and those of monitors and counters.
#pragma once

#include <cstddef>
#include <vector>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// All pipe tables. Gives where their lines stand, in order, which are to be passed over: lines of a log between rows are none of them.
[[nodiscard]] std::vector<core::Span> read_pipe_tables(const LineView& lines, TableBuilder& out);

// The table that begins in line `i`, of any other kind. Gives the line behind it; `i` where there is none.
[[nodiscard]] std::size_t read_drawn(const LineView& lines, std::size_t i, const ReadingContext& context, TableBuilder& out);

}  // namespace chimera::plaintext
