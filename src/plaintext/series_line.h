// Lines of a series that say in words what was run and then how fast it was: "b4404 32K q4_0 rep 0: prefill 512.1 t/s, decode 31.2 t/s",
// "[1/3] 9.31 tok/s (prompt 71 tok/s)", "RTX 3090: 112 t/s (Q4)", "45.21 tok/sec • 512 tokens • 0.23s to first token".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_clauses.h"

namespace chimera::plaintext {

struct SeriesLine {
  core::Span head;         // what was run, without "rep 0"; may be empty
  std::vector<Said> said;  // settings behind the values too: "@ 8k ctx", "(Q4)"
  bool alone = false;      // it leaves no doubt without another of its kind
};

// Where nothing else stands in the line, and a rate of tokens or requests is among its values. What was run has a word with letters and
// digits in it, or a number behind a name: names of quantities, of settings and of counts have none.
[[nodiscard]] std::optional<SeriesLine> series_line(std::string_view text, core::Span line);

// What the column of such heads is called: "model" or "case".
[[nodiscard]] std::string_view key_of_head(std::string_view head);

}  // namespace chimera::plaintext
