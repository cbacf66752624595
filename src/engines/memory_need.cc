#include "engines/memory_need.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "engines/settings.h"

namespace chimera::engines {
namespace {

constexpr std::uint64_t kCacheStep = 256;  // llama.cpp rounds contexts up to it
constexpr std::uint64_t kDefaultContext = 4096;

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t step) { return (value + step - 1) / step * step; }

// The number in "blk.17.attn_q.weight".
std::optional<std::uint64_t> layer_of(std::string_view name) {
  if (name.rfind("blk.", 0) != 0) return std::nullopt;
  std::uint64_t layer = 0;
  const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), layer);
  return error == std::errc() && end != name.data() + name.size() && *end == '.' ? std::optional(layer) : std::nullopt;
}

const TensorType* cache_type(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return find_tensor_type(std::string_view(name));
}

// Integers of the model's own architecture: "llama.block_count".
class Shape {
 public:
  explicit Shape(const Gguf& model) : model_(model), arch_(model.text("general.architecture").value_or("")) {}
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view key) const { return model_.integer(fmt::format("{}.{}", arch_, key)); }
  [[nodiscard]] std::string_view arch() const { return arch_; }

 private:
  const Gguf& model_;
  std::string_view arch_;
};

// How many layers stand between two that attend to the whole context; 0: none does, as far as it is known.
std::uint64_t window_period(const Shape& shape) {
  if (const auto said = shape.number("attention.sliding_window_pattern")) return *said;
  return shape.arch() == "gemma2" ? 2 : shape.arch() == "gemma3" ? 6 : 0;
}

// Keys and values of one token in one layer.
std::uint64_t row_bytes(const Shape& shape, const TensorType& type) {
  const auto embedding = shape.number("embedding_length"), heads = shape.number("attention.head_count");
  if (!embedding || !heads || *heads == 0) return 0;
  const std::uint64_t kv_heads = shape.number("attention.head_count_kv").value_or(*heads);
  const std::uint64_t keys = kv_heads * shape.number("attention.key_length").value_or(*embedding / *heads);
  const std::uint64_t values = kv_heads * shape.number("attention.value_length").value_or(*embedding / *heads);
  return (keys / type.block + values / type.block) * type.bytes;
}

std::uint64_t weights_from(const Gguf& model, std::uint64_t first_layer, bool output) {
  std::uint64_t bytes = 0, embedding = 0;
  bool own_output = false;
  for (const GgufTensor& tensor : model.tensors) {
    const std::uint64_t size = tensor_bytes(tensor).value_or(0);
    const auto layer = layer_of(tensor.name);
    if (tensor.name == "output.weight") own_output = true;
    if (tensor.name == "token_embd.weight") embedding = size;  // stays with the processor
    if (layer ? *layer >= first_layer : output && tensor.name.rfind("output", 0) == 0) bytes += size;
  }
  return output && !own_output ? bytes + embedding : bytes;  // a copy of the embedding is the output then
}

std::uint64_t cache_from(const Shape& shape, const TensorType& type, std::uint64_t first_layer, std::uint64_t layers, std::uint64_t context, std::uint64_t ubatch) {
  const auto window = shape.number("attention.sliding_window");
  const std::uint64_t narrow = window && *window > 0 ? std::min(context, rounded_up(*window + ubatch, kCacheStep)) : context;
  const std::uint64_t period = window_period(shape);
  std::uint64_t rows = 0;
  for (std::uint64_t layer = first_layer; layer < layers; ++layer) rows += period > 0 && layer % period == period - 1 ? context : narrow;
  return rows * row_bytes(shape, type);
}

}  // namespace

std::optional<MemorySettings> memory_settings(const core::RunConfig& config) {
  MemorySettings settings;
  for (const auto& [key, into] : {std::pair{"num_ctx", &settings.num_ctx}, std::pair{"ubatch", &settings.ubatch}}) {
    const auto value = integer_setting(config, key);
    if (!value || (*value && **value < 0)) return std::nullopt;
    if (*value) *into = static_cast<std::uint64_t>(**value);
  }
  const auto layers = integer_setting(config, "num_gpu");
  if (!layers) return std::nullopt;
  if (*layers && **layers >= 0) settings.num_gpu = static_cast<std::uint64_t>(**layers);
  const auto batch = integer_setting(config, "batch");
  if (batch && *batch && **batch > 0) settings.ubatch = std::min(settings.ubatch, static_cast<std::uint64_t>(**batch));
  settings.kv_type = std::string(config.get("kv_type").value_or("f16"));
  settings.flash_attn = config.get("flash_attn").value_or("auto") != "off";
  return settings;
}

std::optional<MemoryNeed> gpu_memory_need(const Gguf& model, const MemorySettings& settings) {
  const Shape shape(model);
  const auto layers = shape.number("block_count");
  const TensorType* type = cache_type(settings.kv_type);
  if (!layers || *layers == 0 || *layers > 100'000 || type == nullptr) return std::nullopt;
  const std::uint64_t on_gpu = std::min(settings.num_gpu.value_or(*layers + 1), *layers + 1);
  MemoryNeed need;
  if (on_gpu == 0) return need;
  const std::uint64_t first = *layers + 1 - on_gpu;  // the last ones go first, the output before all
  const std::uint64_t trained = shape.number("context_length").value_or(kDefaultContext);
  const std::uint64_t context = rounded_up(settings.num_ctx > 0 ? settings.num_ctx : std::min(trained, kDefaultContext), kCacheStep);
  const std::uint64_t ubatch = std::min(settings.ubatch, context);
  need.weights = weights_from(model, first, true);
  need.cache = cache_from(shape, *type, first, *layers, context, ubatch);
  const std::uint64_t logits = ubatch * model.length("tokenizer.ggml.tokens").value_or(0) * sizeof(float);
  const std::uint64_t scores = settings.flash_attn || first == *layers ? 0 : shape.number("attention.head_count").value_or(0) * ubatch * context * sizeof(float);
  need.compute = std::max(logits, scores);
  return need;
}

}  // namespace chimera::engines
