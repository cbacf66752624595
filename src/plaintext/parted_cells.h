// Columns whose cells hold several values: those that their header names one by one, "TTFT P50/P95 (ms)" above "6726 / 11944", and what was
// before and after a change, "18.3 → 20.1".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/place.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {

struct PartedHeader {
  std::vector<std::string> keys;  // of each value; at least two
  enum class Form { slashed, bracketed, arrowed };  // the second value stands in brackets behind the first, or behind an arrow
  Form form = Form::slashed;
};

// "TTFT P50/P95 (ms)", "Input / Output TPS", "Decode tok/s (p50)"; nothing of a header that names one value.
[[nodiscard]] std::optional<PartedHeader> parted_header(std::string_view header);

// Where each cell is "18.3 → 20.1": the same quantity before and after; of "FP16 → INT8 (tok/s)" the two names. Nothing of what is varied:
// "10 → 50" users are two levels.
[[nodiscard]] std::optional<PartedHeader> compared_header(std::string_view header);

// The values of a cell below it, with the unit of the last where others have none; nothing where it does not hold just those numbers.
[[nodiscard]] std::vector<WrittenCell> parted_cell(std::string_view text, core::Span cell, const PartedHeader& header);

}  // namespace chimera::plaintext
