// What a line says of how its run went: "Run 1: 52.3 tok/s ✅", "num_gpu=10: 0.00 tok/s (timeout)", "Run 1 (warmup): 40.1 tok/s".
#pragma once

#include <string_view>

#include "core/document.h"

namespace chimera::plaintext {

struct RunMarks {
  core::Span said{};   // the line without the marks at its end
  core::Span failure{};  // "❌", "ERROR: timeout"; empty where no mark says that the run failed
  bool symbol = false; // that is all: behind a value it may say that this is not enough
  core::Span warm_up{};  // "warmup" in brackets at the end or in front of the first colon, or all that stands there; empty elsewhere
};

// Marks that say that all went well, "✅", "[OK]", are left out and say nothing.
[[nodiscard]] RunMarks run_marks(std::string_view text, core::Span line);

// "(warmup)" at the end of a line that says a value, in its brackets: what stands in them; empty elsewhere, and for "(warmup 3 s)".
[[nodiscard]] core::Span warm_up_behind(std::string_view text, core::Span line);

// "❌" in front of a line; empty where it begins with anything else.
[[nodiscard]] core::Span failed_in_front(std::string_view text, core::Span line);

// "run 1", "Attempt 2": one of several repetitions, and its number.
[[nodiscard]] bool names_repetition(std::string_view word);

}  // namespace chimera::plaintext
