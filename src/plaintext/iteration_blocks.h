// A benchmark in two or three lines, each with a part of a histogram behind its numbers: what an iteration takes, its least and most, and what
// it takes from the heap or leaves to the garbage collector.
//
//   benchmark                   avg (min … max) p75 / p99    (min … top 1%)
//   sort 8                       690.03 ns/iter 765.88 ns █
//                         (271.25 ns … 3.22 µs)   2.31 µs █
//                       (  1.06 kb …   1.16 kb)   1.06 kb ██▁▁▆▁▂
#pragma once

#include <cstddef>

#include "plaintext/line_view.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// Makes a row of what begins in line `i`, with the group whose title, "• sort", stands above the rule above it. Gives the line behind it; `i`
// where it is anything else.
[[nodiscard]] std::size_t read_iteration_block(const LineView& lines, std::size_t i, TableBuilder& out);

// "91 628 849 ops/s, ±4.15%   | fastest" in a line of its own, deeper than its name above, "Reduce two:": a row of both. What was written over
// afterwards, as a bar of progress does, is passed over.
[[nodiscard]] std::size_t read_named_rate(const LineView& lines, std::size_t i, TableBuilder& out);

}  // namespace chimera::plaintext
