// Headers of aligned tables that have more than one line: "Inc32 Inc16" above "Words Words", groups above names, units below them.
#pragma once

#include <string>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

struct AlignedHeader {
  std::vector<std::string> keys;  // one a column, lines joined by '/'
  std::vector<std::string> units;  // likewise; empty where none is said
  std::vector<core::Span> written;  // where names and units stand
};

// Of the columns whose last header line is `header`. Lines above it are taken in where its names are units or do not tell the columns
// apart; a title right above that ends in "in MB/s" gives the unit of all columns but the first.
[[nodiscard]] AlignedHeader aligned_header(const core::Document& document, const std::vector<core::Span>& header);

}  // namespace chimera::plaintext
