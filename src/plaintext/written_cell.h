// What a piece of running text says as the cell of a table: a number with its unit, a boolean, nothing, or words.
#pragma once

#include <string_view>

#include "core/document.h"

namespace chimera::plaintext {

struct WrittenCell {
  core::Cell cell;
  std::string_view unit;  // of a number or range, as written beside it or, scaled, as printed; empty where there is none
  core::Cell spread;      // the number behind "±"; absent where there is none
  core::Cell words{};     // of a number: all that stands there, as text
  std::string_view qualifier{};   // "output" of "28.9 output tok/s"
  core::Cell other{};             // the number of "(p95: 684.8)" behind it; absent where there is none
  std::string_view other_name{};  // "p95"
  core::Cell lower{};             // of the text "10.5-11.1 tok/s"; absent where it is no range
  core::Cell upper{};
  bool spaced = false;    // "10 727": in a table one number, elsewhere perhaps two
  bool relative = false;  // "27.5 ± 0.25%": the unit may be of the spread alone
};

// Reads `text` at `span`, without emphasis and decorating symbols around it. Takes "12.3", "~5.5x", "3.3 GB", "1.2k tok/s",
// "12.3 ± 0.5 ms", "1 815.9", "0.165 s (warm)", "682.9 (p95: 684.8)", "28.9 output tok/s", "yes"; "-", "n/a" and alike are absent. Whatever else stands there is text.
[[nodiscard]] WrittenCell read_written_cell(std::string_view text, core::Span span);

// Words, whatever they look like; absent where the span is empty.
[[nodiscard]] core::Cell text_cell(core::Span span);

// The unit in brackets at the end of a header, "Mean (ms)"; empty where there is none or it is not known.
[[nodiscard]] std::string_view unit_of_header(std::string_view header);

// Whether both spell the same unit: "tok/s" and "tokens/s".
[[nodiscard]] bool same_unit(std::string_view a, std::string_view b);

}  // namespace chimera::plaintext
