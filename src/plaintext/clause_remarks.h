// What stands in brackets behind a value of a line: "45.2 tok/s (TTFT 231 ms)", "52.1 ms (p99 80.2 ms)", "(128 tokens in 2.83 s)".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/clause_numbers.h"
#include "plaintext/text_clauses.h"

namespace chimera::plaintext {

// What `remark`, the inside of the brackets, says beside a value of that key and unit: values with names of their own; statistics of the
// same quantity and values in another unit, whose keys go on with `key`. Empty where it says anything else.
[[nodiscard]] std::vector<Said> said_in_remark(std::string_view text, core::Span remark, const std::string& key, core::Span name, std::string_view unit);

// The same of brackets at the end of `value`, behind a number with a known unit; `value` is then what stands before them.
[[nodiscard]] std::vector<Said> take_remark(std::string_view text, const std::string& key, core::Span name, core::Span& value);

}  // namespace chimera::plaintext
