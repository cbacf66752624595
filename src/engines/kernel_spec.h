// A kernel of language and vision models with its sizes: what chimera bench kernel measures, and how much arithmetic it is.
//
// copy: one buffer into another. conv: a two-dimensional convolution, stride 1, padded to its own size. mlp: gate, up and down
// with SiLU between them, as in a llama feed-forward. transformer: one block of a llama: attention (RMS norm, rotary
// positions, causal softmax) and feed-forward, both with their residuals.
//
// Pure functions. Fails (usage) where a setting is none of the kernel's, or sizes do not fit together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/config.h"

namespace chimera::engines {

enum class KernelKind { copy, conv, mlp, transformer };

struct KernelSpec {
  KernelKind kind = KernelKind::copy;
  std::string type = "f16";  // of the weights, as ggml names it, in small letters
  std::int64_t threads = 0;  // of the CPU backend; 0: as many as there are processors
  std::int64_t mib = 256;    // copy: of the buffer
  // mlp, transformer; named as in GGUF files and llama.cpp
  std::int64_t n = 1024;      // width of the model
  std::int64_t n_ff = 0;      // width of the feed-forward; 0: 4 n
  std::int64_t tokens = 128;  // evaluated together; of transformer the length of the sequence
  std::int64_t n_head = 0;     // 0: of 64 values each
  std::int64_t n_head_kv = 0;  // 0: as many as n_head
  // conv
  std::int64_t size = 56;  // width and height of the image
  std::int64_t channels = 128;
  std::int64_t filters = 128;
  std::int64_t kernel_size = 3;
  std::int64_t images = 1;
  std::string route = "im2col";  // or direct
};

[[nodiscard]] std::string_view to_string(KernelKind kind);
[[nodiscard]] std::optional<KernelKind> find_kernel(std::string_view name);
[[nodiscard]] std::vector<std::string> kernel_names();
// What can be set, sorted; which types its weights may have, which routes it may take.
[[nodiscard]] std::vector<std::string> kernel_settings(KernelKind kind);
[[nodiscard]] std::vector<std::string> kernel_types(KernelKind kind);
[[nodiscard]] std::vector<std::string> kernel_routes(KernelKind kind);

// From settings and defaults, checked. `kernel` in the configuration names the kind.
[[nodiscard]] base::Result<KernelSpec> kernel_spec(const core::RunConfig& config);
// Every setting of the kernel, `kernel` included: what a specification comes to.
[[nodiscard]] core::RunConfig kernel_config(const KernelSpec& spec);

// Floating-point operations of one evaluation: two for each multiply-add of the convolution and the matrix products, the
// masked half of the attention included, which is computed too. Element-wise work is not counted.
[[nodiscard]] double kernel_flop(const KernelSpec& spec);

// The same kernel with sizes so small that kernel_reference.h computes it in no time.
[[nodiscard]] KernelSpec small_kernel(const KernelSpec& spec);
// How far a result may be from the reference, as the norm of the difference over the norm of the reference: what rounding of the
// type and of the activations beside it explains, as GPUs multiply them too: f32 with ten bits (TF32), f16 with sums in f16. 0: to
// the bit.
[[nodiscard]] double allowed_deviation(const KernelSpec& spec);

}  // namespace chimera::engines
