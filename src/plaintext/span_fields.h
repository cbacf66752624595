// Fields of a span as Rust's tracing writes them in front of a message: "generate{total_time="1.2s" queue_time="95µs"}: router: Success".
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

// Quoted values without their quotes, what Some() holds, and the members of a struct by its field: "parameters/temperature". What is None, a list
// or another enum is left out. Empty where the line has no such span in front, or no number in it.
[[nodiscard]] std::vector<NamedValue> span_fields(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
