// Lines that say what those below them are about: titles, stages of a run, labels, headings. They change the context and no table.
#pragma once

#include <cstddef>
#include <string>

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

// Lines one after the other of which no value was read; empty ones may stand between them.
struct SilentLines {
  std::size_t first = 0;
  std::size_t last = 0;
};

// "Concurrency 4", "llama3.1:8b — batch sweep": the short line right above the table that begins with the line `i`, or alone above an empty
// one; empty where there is none. No line but a silent one is a title.
[[nodiscard]] std::string title_above(const LineView& lines, std::size_t i, SilentLines silent);

}  // namespace chimera::plaintext
