// Tables whose rows hang in a tree that is drawn in front of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Begins in a header of names between bars, the root of the tree in front of the first, above a branch:
//   hashes            fastest   │ slowest   │ samples
//   ├─ sip                      │           │
//   │  ├─ 16        20.1 ns     │ 44.9 ns   │ 100
//   │  ╰─ 64        41.0 ns     │ 60.2 ns   │ 100
//   │               1.5 GB/s    │ 1 GB/s    │
// A row for each branch with values. The branches that lead to it are columns "benchmark", "part", "part 2" and so on, a last one "t=2" the
// column "t"; further lines of values are other quantities of the same row, named by their units or by a label above them. Lines that
// begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<TableInLines> tree_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
