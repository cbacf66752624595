// Counts of a run beside those of the one before: "Instructions:  1822|1734  (+5.07%) [+1.05x]".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Begins in the line of a test, "crate::group::test id:arguments", above deeper ones of such counts:
//   hashes::sip::bench short:10
//     Instructions:                        1822|1734                 (+5.07497%) [+1.05075x]
//     L1 Hits:                             2448|N/A                  (*********)
// A row for each test, and for each part of it that a title between equals signs names. What was counted before is the column
// "before NAME"; differences follow from both. Lines that begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<TableInLines> baseline_counts(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
