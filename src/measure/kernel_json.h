// What a tracer saw as JSON, and back: schema/trial.schema.json. Times are seconds with nine significant digits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/kernel_trace.h"

namespace chimera::measure {

// One object. `busy_part` of the repetition is written as a percentage.
[[nodiscard]] std::string kernel_trace_json(const core::KernelTrace& trace, std::optional<double> busy_part);
// Input errors say what is not as the schema wants it.
[[nodiscard]] base::Result<core::KernelTrace> parse_kernel_trace(std::string_view text);

// "2048x1x1"; nothing where it is not three numbers joined by x.
[[nodiscard]] std::string shape_text(const std::array<std::uint32_t, 3>& sizes);
[[nodiscard]] std::optional<std::array<std::uint32_t, 3>> parse_shape(std::string_view text);

}  // namespace chimera::measure
