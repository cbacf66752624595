// Tables in text whose columns are the dashes of a rule: Nsight Compute's sections, Locust's statistics.
#pragma once

#include <optional>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

struct RuledTable {
  core::Span subject;  // the line less deep above, which says what all rows are about; may be empty
  std::vector<core::Span> header;
  std::vector<std::vector<core::Span>> rows;  // a cell for each column, empty where nothing stands
  std::size_t next = 0;                       // the line behind it
};

// The table whose first line is the line `first` of `document`: "--- ---" above and below the header, and in the end; or a header above
// "---|---", where the lines themselves have few bars or none. Lines that begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<RuledTable> ruled_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
