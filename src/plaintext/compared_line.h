// Lines that set a result beside that of another run: "sort: Mean +- std dev: [old] 6.19 us +- 0.45 us -> [new] 4.65 us +- 0.32 us: 1.33x faster".
#pragma once

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// Whether the line is one: names in brackets in front of two values, an arrow between them. A row for each, with what was measured in front of the
// first; how much they differ follows from both.
bool read_compared(const LineView& lines, core::Span content, TableBuilder& out);

}  // namespace chimera::plaintext
