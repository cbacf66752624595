// Matrices of what was measured between devices, as nvbandwidth and CUDA's p2pBandwidthLatencyTest print them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Begins in the line of a title that ends with a unit:
//   Running device_to_device_memcpy_read_ce.
//   memcpy CE GPU(row) <- GPU(column) bandwidth (GB/s)
//              0         1
//    0       N/A    276.07
//    1    276.19       N/A
// A row for each number: "from device" and "to device", what it is by its unit, and the case: the name behind "Running", or the title. It is
// from the row to the column, with "<-" in the title to the row. A word before the numbers above the columns ("GPU", "D\D") begins a further
// matrix of the same title. Lines that begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<TableInLines> device_matrix(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
