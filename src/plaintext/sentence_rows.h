// Lines that say values in words, as pairs of the listing.
#pragma once

#include <cstddef>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// Each says whether what a line says is of its kind; then it is read.

// What load generators and benchmarks print in lines of their own: "785654 requests in 1.00m, 146.00MB read", "Benchmark 1: sort a.txt".
[[nodiscard]] bool read_console(const LineView& lines, std::size_t i, core::Span content, ReadingContext& context, TableBuilder& out);

// "Loading weights took 27.9 seconds".
[[nodiscard]] bool read_taken(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out);

// "… estimate: PPL = 8.42 +/- 0.05": the last equation, whatever stands before it.
[[nodiscard]] bool read_equation(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out);

}  // namespace chimera::plaintext
