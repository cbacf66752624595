// Lines that say what those below them are about: titles, stages of a run, labels, headings. They change the context and no table.
#pragma once

#include <cstddef>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"

namespace chimera::plaintext {

// "=== Title ===", or a short line above a ruler; "Warmup ..." above what warms up. `keys` counts the names of values read so far.
void read_title(const LineView& lines, std::size_t i, std::size_t keys, ReadingContext& context);

// "Summary:" above an empty or indented line.
void read_label(const LineView& lines, std::size_t i, core::Span name, ReadingContext& context);

// A short line that stands alone above values: "commit 24c010b (last good)". Sentences and what goes on are none.
void read_heading(const LineView& lines, std::size_t i, ReadingContext& context);

// A line without a value above deeper ones: the benchmark that they are about. Inside of what another line is about, a part of it.
void read_subject(const LineView& lines, std::size_t i, ReadingContext& context);

}  // namespace chimera::plaintext
