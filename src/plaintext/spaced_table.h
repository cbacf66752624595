// Tables between whose header and rows a blank line stands, numbers flush with the ends of their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Begins in a header without a name for the first column:
//                precision    recall   support
//
//       red fox       0.84      0.79        97
//           dog       0.82      0.81        94
//
//      accuracy                 0.83       191
// Blank lines part groups of rows. A row that lacks values is none of the things that the others are: its name is what the first of its values
// is. Lines that begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<TableInLines> spaced_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
