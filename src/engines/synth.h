// Models with random weights: the shape, tensor types and vocabulary of a real one, so that speed and memory are the real
// one's, and text that is noise. Every such file says so in its metadata: chimera.weights is "synthetic".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "engines/gguf.h"

namespace chimera::engines {

inline constexpr std::string_view kWeightsKey = "chimera.weights";
inline constexpr std::string_view kSynthetic = "synthetic";

// A tensor to be written.
struct PlannedTensor {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::uint32_t type = 0;
};

// A file to be written: metadata as it will stand (keys, types, values), and its tensors in order.
struct ModelPlan {
  std::string metadata;
  std::uint64_t entries = 0;
  std::uint64_t alignment = 32;
  std::vector<PlannedTensor> tensors;
  [[nodiscard]] std::uint64_t bytes() const;  // of all tensors, padding included
};

// Everything as in `file`, but the weights. Input errors: no tensors, one part of a split model, a type that is not known.
[[nodiscard]] base::Result<ModelPlan> plan_like(const Gguf& file);

// Shapes that are known by name.
struct KnownShape {
  std::string_view arch;  // gemma3, llama, qwen3
  std::string_view size;  // 270m, 1b, …
  std::string_view vocabulary;  // file among llama.cpp's that suits it: ggml-vocab-….gguf
};
[[nodiscard]] std::span<const KnownShape> known_shapes();
[[nodiscard]] std::vector<std::string> known_quantizations();  // f16, q8_0, q4_k_m, …
// With the tokenizer of `vocabulary` and tensor types as llama.cpp's quantizer chooses them. Usage errors: no such shape or
// quantization. Input errors: no tokenizer.
[[nodiscard]] base::Result<ModelPlan> plan_shape(std::string_view arch, std::string_view size, std::string_view quantization, const Gguf& vocabulary);

// Writes it, piece by piece; equal plans and seeds give equal bytes. The file appears under its name when it is whole. Input errors:
// no space, a path that cannot be written.
[[nodiscard]] base::Result<void> write_model(const ModelPlan& plan, std::uint64_t seed, const std::string& path);

}  // namespace chimera::engines
