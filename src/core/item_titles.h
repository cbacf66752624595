// The items of a list around the label that a value stands under, as titles of its table: below all that stands above it.
#pragma once

#include "core/document.h"

namespace chimera::core {

inline constexpr int kItemTitle = Title::kLeadIn + 1;  // of the outermost; those inside it follow
inline constexpr int kMostItemTitles = 4;

}  // namespace chimera::core
