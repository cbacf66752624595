#include "engines/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/one_of.h"

namespace chimera::engines {
namespace {

tl::unexpected<base::Error> not_a(std::string_view what, std::string_view key, std::string_view value) {
  return base::fail(base::ErrorKind::usage, fmt::format("the setting {} is \"{}\", expected {}", key, value, what));
}

}  // namespace

base::Result<std::optional<std::int64_t>> integer_setting(const core::RunConfig& config, std::string_view key) {
  const auto text = config.get(key);
  if (!text) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return not_a("a whole number", key, *text);
  return std::optional(value);
}

base::Result<std::optional<double>> number_setting(const core::RunConfig& config, std::string_view key) {
  const auto text = config.get(key);
  if (!text) return std::optional<double>();
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || !std::isfinite(value)) return not_a("a number", key, *text);
  return std::optional(value);
}

base::Result<std::optional<bool>> switch_setting(const core::RunConfig& config, std::string_view key) {
  const auto text = config.get(key);
  if (!text) return std::optional<bool>();
  if (*text == "on" || *text == "true" || *text == "1") return std::optional(true);
  if (*text == "off" || *text == "false" || *text == "0") return std::optional(false);
  return not_a("on or off", key, *text);
}

bool describes_only(std::string_view key) {
  static constexpr std::array<std::string_view, 11> kDescribing = {
      "engine", "engine_version", "model", "model_digest", "quantization", "concurrency", "prompt_tokens", "depth", "backend", "device", "weights"};
  return base::is_one_of(key, kDescribing);
}

std::vector<std::string_view> known_settings(std::string_view engine) {
  struct Known {
    std::string_view key;
    std::string_view engines;  // first letters
  };
  static constexpr std::array kKnown = {
      Known{"batch", "eo"},        Known{"cache_prompt", "ea"},  Known{"flash_attn", "e"},       Known{"frequency_penalty", "oa"}, Known{"ignore_eos", "ea"},
      Known{"keep_alive", "o"},    Known{"kv_type", "e"},        Known{"min_p", "eoa"},          Known{"mmap", "eo"},              Known{"num_ctx", "eo"},
      Known{"num_gpu", "eo"},      Known{"num_predict", "eoa"},  Known{"output_tokens", "eoa"},  Known{"presence_penalty", "oa"},  Known{"repeat_last_n", "eo"},
      Known{"repeat_penalty", "eoa"}, Known{"seed", "eoa"},      Known{"temperature", "eoa"},    Known{"think", "o"},              Known{"threads", "eo"},
      Known{"threads_batch", "e"}, Known{"top_k", "eoa"},        Known{"top_p", "eoa"},          Known{"ubatch", "e"}};
  const char letter = engine == "embedded" ? 'e' : engine == "ollama" ? 'o' : engine == "openai" ? 'a' : '*';
  std::vector<std::string_view> keys;
  for (const Known& known : kKnown)
    if (letter == '*' || known.engines.find(letter) != std::string_view::npos) keys.push_back(known.key);
  return keys;
}

}  // namespace chimera::engines
