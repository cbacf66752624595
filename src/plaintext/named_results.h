// Lines of scripts that try kernels: "out_f32x4: [0.1, 0.2], time:0.0169ms, TFLOPS:6.67" says which it was, what came out, and how fast.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {

struct NamedResult {
  core::Span name;            // of what was run: "out_f32x4"
  core::Span result;          // a number, or a list in brackets: what it computed, which measures nothing
  std::vector<Entry> values;  // "time", "TFLOPS": glued to their values by a colon
};

// Nothing where the line is anything else: the name is one word, and no blank stands behind the colons of the values.
[[nodiscard]] std::optional<NamedResult> named_result(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
