// What one cell of a delimited table says: a number, a number with its unit, a truth value, nothing, or text.
#pragma once

#include <string_view>

#include "core/document.h"
#include "sources/csv_records.h"
#include "text/number.h"

namespace chimera::sources {

struct ReadCell {
  core::Cell cell;
  std::string_view unit;   // of a number that was written with one; into the text, or the symbol of "1.2k tok/s"
  bool nonfinite = false;  // NaN, which is null with NaN for its number, or infinity, which is text
  bool with_parts = false; // of "290.4, [170.5,119.9]" and "3.1 ms (3.2 ms with copies)" the first; the others are no part of the cell
  bool too_large = false;  // a number that no double can hold: null
};

// Empty cells are absent; "N/A", "None", "-" and their like are null. A number behind which no unit stands is text (plaintext/number_forms.h).
[[nodiscard]] ReadCell read_cell(std::string_view text, const RawCell& raw, text::DecimalMark mark);

}  // namespace chimera::sources
