// Names of number formats and quantization methods.
#pragma once

#include <string_view>

namespace chimera::text {

// "q4_0", "IQ3_XXS", "fp8", "bf16", "gptq-int4"; "Q4" too, which elsewhere is a quarter.
[[nodiscard]] bool names_number_format(std::string_view text);

}  // namespace chimera::text
