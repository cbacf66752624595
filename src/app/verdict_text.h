// Verdicts as a compiler prints its diagnostics.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.h"

namespace chimera::app {

// How a line of output may look.
struct TerminalStyle {
  bool color = false;
  std::size_t width = 120;  // columns
};

// Of standard output: colours on a terminal unless NO_COLOR is set, its width, else the defaults.
[[nodiscard]] TerminalStyle style_of_standard_output();

// Place, sentence, caret, verdict, what is true instead, where that stands: one claim after the other, then the counts.
// Carets stand under what they mark also where characters are wide or many bytes; control characters do not reach the
// terminal. A long line is shown around the claim.
[[nodiscard]] std::string verdicts_text(const std::vector<claims::Verdict>& verdicts, std::string_view text, std::string_view name, const TerminalStyle& style);

}  // namespace chimera::app
