// The items of a list around the label that a value stands under, and the row of a table that heads those below it, as titles: below all that
// stands above the table.
#pragma once

#include "core/document.h"

namespace chimera::core {

inline constexpr int kItemTitle = Title::kLeadIn + 1;  // of the outermost; those inside it follow
inline constexpr int kMostItemTitles = 4;

}  // namespace chimera::core
