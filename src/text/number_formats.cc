#include "text/number_formats.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/one_of.h"
#include "text/words.h"

namespace chimera::text {
namespace {

// "q4", "q4_0", "q5_k_m", "iq3_xxs", "q8_0": a letter, a digit, then short pieces.
bool is_ggml_type(std::string_view lower) {
  if (!lower.empty() && lower.front() == 'i') lower.remove_prefix(1);
  if (!lower.empty() && lower.front() == 't') lower.remove_prefix(1);  // "tq1_0"
  if (lower.size() < 2 || lower.front() != 'q' || lower[1] < '1' || lower[1] > '8') return false;
  for (std::size_t i = 2; i < lower.size(); ++i) {
    const bool piece = lower[i] == '_' || lower[i] == '0' || lower[i] == '1' || std::string_view("ksmlx").find(lower[i]) != std::string_view::npos;
    if (!piece) return false;
  }
  return lower.size() <= 8;
}

}  // namespace

bool names_number_format(std::string_view text) {
  static constexpr std::array<std::string_view, 21> kNames = {"f16",  "f32",  "fp16", "fp32", "bf16", "fp8",      "fp4",      "nf4", "int8", "int4", "awq",
                                                              "gptq", "gptq-int4", "gptq-int8", "mxfp4", "nvfp4", "w4a16", "w8a8", "w8a16", "int8_float16", "qat"};
  constexpr std::size_t kLongest = 12;
  if (text.size() > kLongest) return false;
  const std::string name = lower(text);
  return is_ggml_type(name) || base::is_one_of(name, kNames);
}

}  // namespace chimera::text
