// Tables of what was measured at every combination of parameters, the last of them across, below the name of the benchmark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Begins in the first ruler, the name in a line above it, or beside it where the result is one value:
//   pkg.Sums.time_add [host/env]                      [50.00%] ··· pkg.time_join     8.39±0.03us
//     ok
//     ====== ============= =========
//     --               kind
//     ------ -----------------------
//       n         list       tuple
//     ====== ============= =========
//      100      763±20ns    755±6ns
//     ====== ============= =========
// A row for each value, with "Benchmark" and its parameters. What else is said of the benchmark up to an empty line is left. Lines that begin
// at `end` or behind it are not looked at.
[[nodiscard]] std::optional<TableInLines> crossed_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
