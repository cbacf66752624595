// What timers of loops print in a line of its own, and rates that stand in one without a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

// "20000 loops, best of 5: 10.4 usec per loop" of Python's timeit: "time per loop/min", loops, runs;
// "1.21 µs ± 10.5 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)" of IPython: "time per loop/mean", "/stddev", runs, loops.
// Empty where the line is anything else.
[[nodiscard]] std::vector<NamedValue> loop_times(std::string_view text, core::Span line);

// "6.42 GB/sec", and "13383.65 MiB transferred (6685.61 MiB/sec)", which says how much it was of: a line that is one quantity, named by
// its unit. Empty where it is anything else, and of units that name nothing, as of times.
[[nodiscard]] std::vector<NamedValue> lone_rate(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
