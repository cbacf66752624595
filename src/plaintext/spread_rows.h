// Quantities in rows below a line that says which of their numbers is what, with the marks that stand between them in each row:
//
//                mean     ±       σ          min     …     max
//   Wall Time     7.9 ms  ±     6.5 ms       2.8 ms  …    17.1 ms           -26.5%  (1.4x faster)
//   Memory        3.0 MiB ±     0.0 MiB      2.9 MiB …     3.1 MiB           +4.3%
#pragma once

#include <cstddef>

#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// Puts "Wall Time/mean", "Wall Time/stddev" and so on into the listing, and "Wall Time/Change", how far it is from another run's; of a single
// run, below the word "Value", "Wall Time". Gives the line behind them; `i` where line `i` is no such header or no row follows.
[[nodiscard]] std::size_t read_spread_rows(const LineView& lines, std::size_t i, const ReadingContext& context, TableBuilder& out);

}  // namespace chimera::plaintext
