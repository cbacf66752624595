// What torch.utils.benchmark's Compare prints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Begins in a line of a title between dashes in brackets:
//   [------- Batched dot --------]
//              |  mul/sum  |  bmm
//   1 threads: -------------------
//     [1, 64]  |     6.4   |  11.4
//   Times are in microseconds (us).
// A row for each of what was compared, with its threads; the unit is that of the sentence below it. Lines that begin at `end` or behind it
// are not looked at.
[[nodiscard]] std::optional<TableInLines> compared_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
