// The configuration something was measured under: what must be equal for two numbers to be comparable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chimera::core {

// Canonical keys in the field's words: engine, engine_version, model, model_digest, quantization, num_gpu, num_ctx,
// batch, ubatch, threads, flash_attn, kv_type, concurrency, prompt_tokens, output_tokens, temperature, top_p, top_k,
// repeat_penalty, seed, backend, device, dtype, … Unknown settings keep their own name.
struct Setting {
  std::string key;
  std::string value;  // as written, trimmed; numbers without trailing zeros after the point ("999.00" is "999")
  auto operator<=>(const Setting&) const = default;
};

class RunConfig {
 public:
  // Replaces an earlier value of the same key.
  void set(std::string_view key, std::string_view value);
  void reserve(std::size_t settings) { settings_.reserve(settings); }
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const;
  [[nodiscard]] const std::vector<Setting>& settings() const { return settings_; }  // sorted by key
  [[nodiscard]] bool empty() const { return settings_.empty(); }
  // Equal for equal settings, on every machine and in every run.
  [[nodiscard]] std::uint64_t fingerprint() const;
  // "num_ctx=1024, num_gpu=40, temperature=0.4".
  [[nodiscard]] std::string to_string() const;
  bool operator==(const RunConfig&) const = default;

 private:
  std::vector<Setting> settings_;
};

// Trims, and drops trailing zeros of a decimal number: "999.00" -> "999", "0.40" -> "0.4", "q4_0" stays.
[[nodiscard]] std::string canonical_value(std::string_view written);

}  // namespace chimera::core
