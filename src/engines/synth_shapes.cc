#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "engines/gguf_build.h"
#include "engines/synth.h"

namespace chimera::engines {
namespace {

// As the model's own configuration has them (config.json on its publisher's page).
struct Shape {
  KnownShape known;
  std::uint32_t layers;
  std::uint32_t width;
  std::uint32_t heads;
  std::uint32_t kv_heads;
  std::uint32_t head;  // width of one
  std::uint32_t ff;
  std::uint32_t context;
  bool tied;              // the output is the token embedding
  std::uint32_t window;   // of sliding attention; 0: none
  float rope;             // base frequency
};
constexpr std::string_view kGemma = "ggml-vocab-gemma-4.gguf";
constexpr std::string_view kLlama = "ggml-vocab-llama-bpe.gguf";
constexpr std::string_view kQwen = "ggml-vocab-qwen2.gguf";
constexpr std::array kShapes = {
    Shape{{"gemma3", "270m", kGemma}, 18, 640, 4, 1, 256, 2048, 32768, true, 512, 1e6F},
    Shape{{"gemma3", "1b", kGemma}, 26, 1152, 4, 1, 256, 6912, 32768, true, 512, 1e6F},
    Shape{{"gemma3", "4b", kGemma}, 34, 2560, 8, 4, 256, 10240, 131072, true, 1024, 1e6F},
    Shape{{"gemma3", "12b", kGemma}, 48, 3840, 16, 8, 256, 15360, 131072, true, 1024, 1e6F},
    Shape{{"gemma3", "27b", kGemma}, 62, 5376, 32, 16, 128, 21504, 131072, true, 1024, 1e6F},
    Shape{{"llama", "1b", kLlama}, 16, 2048, 32, 8, 64, 8192, 131072, true, 0, 5e5F},
    Shape{{"llama", "3b", kLlama}, 28, 3072, 24, 8, 128, 8192, 131072, true, 0, 5e5F},
    Shape{{"llama", "8b", kLlama}, 32, 4096, 32, 8, 128, 14336, 131072, false, 0, 5e5F},
    Shape{{"llama", "70b", kLlama}, 80, 8192, 64, 8, 128, 28672, 131072, false, 0, 5e5F},
    Shape{{"qwen3", "0.6b", kQwen}, 28, 1024, 16, 8, 128, 3072, 40960, true, 0, 1e6F},
    Shape{{"qwen3", "1.7b", kQwen}, 28, 2048, 16, 8, 128, 6144, 40960, true, 0, 1e6F},
    Shape{{"qwen3", "4b", kQwen}, 36, 2560, 32, 8, 128, 9728, 40960, true, 0, 1e6F},
    Shape{{"qwen3", "8b", kQwen}, 36, 4096, 32, 8, 128, 12288, 40960, false, 0, 1e6F},
    Shape{{"qwen3", "14b", kQwen}, 40, 5120, 40, 8, 128, 17408, 40960, false, 0, 1e6F},
    Shape{{"qwen3", "32b", kQwen}, 64, 5120, 64, 8, 128, 25600, 40960, false, 0, 1e6F},
};

// The type of most matrices, of those that keep more bits, and llama.cpp's number for the whole (general.file_type).
struct Quantization {
  std::string_view name;
  std::string_view plain;
  std::string_view more;
  std::uint32_t file_type;
};
constexpr std::array kQuantizations = {
    Quantization{"f16", "F16", "F16", 1},      Quantization{"q8_0", "Q8_0", "Q8_0", 7},   Quantization{"q6_k", "Q6_K", "Q6_K", 18},
    Quantization{"q5_k_m", "Q5_K", "Q6_K", 17}, Quantization{"q4_k_m", "Q4_K", "Q6_K", 15}, Quantization{"q4_0", "Q4_0", "Q6_K", 2},
};

// Where a row is no whole number of large blocks, the quantizer takes small ones (llama-quant.cpp, llama_tensor_get_type).
std::uint32_t type_for(std::string_view name, std::uint64_t row) {
  const TensorType* type = find_tensor_type(name);
  if (row % type->block == 0) return type->id;
  if (name == "Q4_K") return find_tensor_type("Q5_0")->id;
  if (name == "Q5_K") return find_tensor_type("Q5_1")->id;
  return find_tensor_type(row % 32 == 0 ? "Q8_0" : "F16")->id;
}

// The layers whose values and outputs matter most: the first and last eighth, and every third between (use_more_bits).
bool wants_more(std::uint32_t layer, std::uint32_t layers) { return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2; }

class Planner {
 public:
  Planner(const Shape& shape, const Quantization& quantization, const Gguf& vocabulary) : shape_(shape), quantization_(quantization), vocabulary_(vocabulary) {}

  ModelPlan plan() {
    metadata();
    matrix("token_embd.weight", shape_.width, tokens(), shape_.tied ? quantization_.more : quantization_.plain);
    for (std::uint32_t layer = 0; layer < shape_.layers; ++layer) block(layer);
    vector("output_norm.weight", shape_.width);
    if (!shape_.tied) matrix("output.weight", shape_.width, tokens(), quantization_.more);
    return std::move(plan_);
  }

 private:
  [[nodiscard]] std::uint64_t tokens() const { return vocabulary_.length("tokenizer.ggml.tokens").value_or(0); }

  void metadata() {
    const std::string arch(shape_.known.arch);
    add_text(plan_, "general.architecture", arch);
    add_text(plan_, "general.name", fmt::format("{} {} (synthetic)", arch, shape_.known.size));
    add_text(plan_, "general.size_label", shape_.known.size);
    add_u32(plan_, "general.file_type", quantization_.file_type);
    add_u32(plan_, "general.quantization_version", 2);
    add_text(plan_, kWeightsKey, kSynthetic);
    add_u32(plan_, arch + ".block_count", shape_.layers);
    add_u32(plan_, arch + ".context_length", shape_.context);
    add_u32(plan_, arch + ".embedding_length", shape_.width);
    add_u32(plan_, arch + ".feed_forward_length", shape_.ff);
    add_u32(plan_, arch + ".attention.head_count", shape_.heads);
    add_u32(plan_, arch + ".attention.head_count_kv", shape_.kv_heads);
    add_u32(plan_, arch + ".attention.key_length", shape_.head);
    add_u32(plan_, arch + ".attention.value_length", shape_.head);
    add_f32(plan_, arch + ".attention.layer_norm_rms_epsilon", 1e-6F);
    add_f32(plan_, arch + ".rope.freq_base", shape_.rope);
    add_u32(plan_, arch + ".vocab_size", static_cast<std::uint32_t>(tokens()));
    if (shape_.window > 0) add_u32(plan_, arch + ".attention.sliding_window", shape_.window);
    if (shape_.known.arch == "llama") add_u32(plan_, arch + ".rope.dimension_count", shape_.head);
    for (const GgufEntry& entry : vocabulary_.entries)
      if (entry.key.rfind("tokenizer.", 0) == 0) add_raw(plan_, entry.key, entry.type, entry.raw);
  }

  void block(std::uint32_t layer) {
    const std::string at = fmt::format("blk.{}.", layer);
    const bool gemma = shape_.known.arch == "gemma3";
    const std::uint64_t queries = std::uint64_t{shape_.heads} * shape_.head;
    const std::uint64_t keys = std::uint64_t{shape_.kv_heads} * shape_.head;
    const std::string_view plain = quantization_.plain;
    const std::string_view more = wants_more(layer, shape_.layers) && quantization_.name.find("_m") != std::string_view::npos ? quantization_.more : plain;
    vector(at + "attn_norm.weight", shape_.width);
    matrix(at + "attn_q.weight", shape_.width, queries, plain);
    matrix(at + "attn_k.weight", shape_.width, keys, plain);
    matrix(at + "attn_v.weight", shape_.width, keys, more);
    matrix(at + "attn_output.weight", queries, shape_.width, plain);
    if (shape_.known.arch != "llama") {
      vector(at + "attn_q_norm.weight", shape_.head);
      vector(at + "attn_k_norm.weight", shape_.head);
    }
    if (gemma) vector(at + "post_attention_norm.weight", shape_.width);
    vector(at + "ffn_norm.weight", shape_.width);
    matrix(at + "ffn_gate.weight", shape_.width, shape_.ff, plain);
    matrix(at + "ffn_up.weight", shape_.width, shape_.ff, plain);
    matrix(at + "ffn_down.weight", shape_.ff, shape_.width, more);
    if (gemma) vector(at + "post_ffw_norm.weight", shape_.width);
  }

  void vector(std::string name, std::uint64_t size) { plan_.tensors.push_back({std::move(name), {size}, find_tensor_type("F32")->id}); }
  void matrix(std::string name, std::uint64_t row, std::uint64_t rows, std::string_view type) { plan_.tensors.push_back({std::move(name), {row, rows}, type_for(type, row)}); }

  const Shape& shape_;
  const Quantization& quantization_;
  const Gguf& vocabulary_;
  ModelPlan plan_;
};

}  // namespace

std::span<const KnownShape> known_shapes() {
  static const std::vector<KnownShape> shapes = [] {
    std::vector<KnownShape> known;
    for (const Shape& shape : kShapes) known.push_back(shape.known);
    return known;
  }();
  return shapes;
}

std::vector<std::string> known_quantizations() {
  std::vector<std::string> names;
  for (const Quantization& quantization : kQuantizations) names.emplace_back(quantization.name);
  return names;
}

base::Result<ModelPlan> plan_shape(std::string_view arch, std::string_view size, std::string_view quantization, const Gguf& vocabulary) {
  const auto shape = std::find_if(kShapes.begin(), kShapes.end(), [&](const Shape& s) { return s.known.arch == arch && s.known.size == size; });
  if (shape == kShapes.end()) {
    std::vector<std::string> names;
    for (const Shape& known : kShapes) names.push_back(fmt::format("{} {}", known.known.arch, known.known.size));
    return base::fail(base::ErrorKind::usage, fmt::format("no shape is known of {} {}", arch, size), fmt::format("known are {}; --like takes any model's", fmt::join(names, ", ")));
  }
  const auto kind = std::find_if(kQuantizations.begin(), kQuantizations.end(), [&](const Quantization& q) { return q.name == quantization; });
  if (kind == kQuantizations.end()) return base::fail(base::ErrorKind::usage, fmt::format("no quantization called \"{}\"", quantization), fmt::format("known are {}", fmt::join(known_quantizations(), ", ")));
  if (vocabulary.length("tokenizer.ggml.tokens").value_or(0) == 0) return base::fail(base::ErrorKind::input, "the vocabulary's file has no tokenizer", "--vocab names a GGUF file with one, such as any model's");
  return Planner(*shape, *kind, vocabulary).plan();
}

}  // namespace chimera::engines
