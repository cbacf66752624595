// How much GPU memory llama.cpp needs for a model under given settings, told from the head of its file before anything is loaded.
// Pure functions.
//
// A lower bound rather than a guess: weights and cache are computed as llama.cpp places them; of the compute buffer only its
// largest tensor is counted, and what the driver keeps for itself is not. Caches of architectures that it does not know (other
// attention than grouped queries, layers with state) count for less than they are, never for more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/config.h"
#include "engines/gguf.h"

namespace chimera::engines {

struct MemorySettings {
  std::optional<std::uint64_t> num_gpu;  // layers, the output counting as one; absent: all
  std::uint64_t num_ctx = 0;             // 0: what the model was made for, at most 4096
  std::uint64_t ubatch = 512;
  std::string kv_type = "f16";
  bool flash_attn = true;
};
// The settings of a configuration; absent ones are the embedded engine's defaults. Nothing where one is no number.
[[nodiscard]] std::optional<MemorySettings> memory_settings(const core::RunConfig& config);

// Bytes.
struct MemoryNeed {
  std::uint64_t weights = 0;
  std::uint64_t cache = 0;
  std::uint64_t compute = 0;
  [[nodiscard]] std::uint64_t total() const { return weights + cache + compute; }
};
// Nothing where the head does not say how many layers there are, or the KV type is not known.
[[nodiscard]] std::optional<MemoryNeed> gpu_memory_need(const Gguf& model, const MemorySettings& settings);

}  // namespace chimera::engines
