// One request of a server that tells of it in words, as TabbyAPI does: "Metrics (ID: 2b6f): 512 tokens generated in 11.3 seconds
// (Queue: 0.0 s, Process: 0 cached tokens and 1024 new tokens at 2100.5 T/s, Generate: 45.2 T/s, Context: 1024 tokens)".
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_clauses.h"

namespace chimera::plaintext {

// "tokens generated", "generated in", then what the brackets say by the name in front of it: a time as "Queue time", a rate as "Process
// speed", counts by what they count, "Process new tokens". Empty where the line is none, or says anything else.
[[nodiscard]] std::vector<Said> generated_line(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
