// The ggml graph of a kernel (kernel_spec.h): which tensors go in, what is computed of them.
//
// Owns nothing: tensors belong to the contexts. Needs llama.cpp's headers; see kernels.h for where they are missing.
#pragma once

#include <string>
#include <vector>

#include "engines/kernel_spec.h"
#include "engines/llama_library.h"

struct ggml_context;
struct ggml_tensor;

namespace chimera::engines {

// What a tensor is filled with: random numbers around 0 of standard deviation 1; the same over the square root of the products
// that a sum has; numbers around 1; 0, 1, 2, …; 0 where a token may look and minus infinity where it may not.
enum class KernelFill { activations, weights, norm, positions, causal };

struct KernelInput {
  std::string name;  // as in kernel_reference.h
  KernelFill fill = KernelFill::weights;
  ggml_tensor* tensor = nullptr;
};

struct KernelGraph {
  std::vector<KernelInput> inputs;
  ggml_tensor* output = nullptr;
};

// Input tensors go to `inputs`, those computed to `nodes`; both contexts allocate no data.
[[nodiscard]] KernelGraph build_kernel(const LlamaFunctions& functions, const KernelSpec& spec, ggml_context* inputs, ggml_context* nodes);

}  // namespace chimera::engines
