// One call of a function that was timed, with its arguments in front of what it took, as test-backend-ops of ggml prints it:
// "MUL_MAT(type_a=q4_0,m=4096,bs=[1,1]):  852 runs -  1175.31 us/run - 117.44 MFLOP/run -  99.92 GFLOPS".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {

struct CalledValues {
  core::Span name;                 // of the function
  std::vector<Entry> arguments;
  std::vector<core::Span> values;  // each a number with what it is in, "1175.31 us/run"; two at least
};

// Where the line is nothing else.
[[nodiscard]] std::optional<CalledValues> called_values(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
