// The kernels of kernel_spec.h in plain loops and double precision: what ggml's graphs are held against. Pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engines/kernel_spec.h"

namespace chimera::engines {

// By name, in ggml's order: the first dimension is contiguous. Weights as they are after rounding to their type.
//   copy: x. conv: image (width, height, channel, image), weights (width, height, channel, filter).
//   mlp: x (n, tokens), gate, up (n, n_ff), down (n_ff, n).
//   transformer: these, and query (n, n), key, value (n, n_head_kv * n / n_head), output (n, n), attention_norm, norm (n).
using KernelInputs = std::map<std::string, std::vector<float>>;

// What the kernel's output tensor must hold. CHECKs that the inputs are there.
[[nodiscard]] std::vector<double> kernel_reference(const KernelSpec& spec, const KernelInputs& inputs);

// Norm of the difference over the norm of the reference; infinite where sizes differ or a value is none.
[[nodiscard]] double deviation(const std::vector<float>& found, const std::vector<double>& reference);

}  // namespace chimera::engines
