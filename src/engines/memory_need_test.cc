#include "engines/memory_need.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "engines/gguf_build.h"
#include "engines/models.h"

namespace chimera::engines {
namespace {

constexpr std::uint64_t kMiB = 1U << 20U;

struct Model {
  std::string arch = "llama";
  std::uint32_t layers = 4;
  std::uint32_t window = 0;
  bool own_output = true;
};

// 1024 wide, 16 heads of 64, 4 of them for keys and values, 32,768 tokens; a layer is 8 MiB, embedding and output 32 MiB each.
Gguf head_of(const Model& model) {
  Gguf head;
  ModelPlan plan;
  add_text(plan, "general.architecture", model.arch);
  add_u32(plan, model.arch + ".block_count", model.layers);
  add_u32(plan, model.arch + ".context_length", 8192);
  add_u32(plan, model.arch + ".embedding_length", 1024);
  add_u32(plan, model.arch + ".attention.head_count", 16);
  add_u32(plan, model.arch + ".attention.head_count_kv", 4);
  if (model.window > 0) add_u32(plan, model.arch + ".attention.sliding_window", model.window);
  std::string tokens;
  append_number(tokens, static_cast<std::uint32_t>(GgufType::string));
  append_number<std::uint64_t>(tokens, 32'768);
  for (int i = 0; i < 32'768; ++i) append_text(tokens, "t");
  add_raw(plan, "tokenizer.ggml.tokens", GgufType::array, tokens);
  std::string bytes = "GGUF";
  append_number<std::uint32_t>(bytes, 3);
  append_number<std::uint64_t>(bytes, 0);
  append_number<std::uint64_t>(bytes, plan.entries);
  bytes += plan.metadata;
  head = parse_gguf(std::make_shared<const std::string>(std::move(bytes))).value();
  static const std::string kNames[] = {"blk.0.w", "blk.1.w", "blk.2.w", "blk.3.w", "blk.4.w", "blk.5.w"};
  for (std::uint32_t i = 0; i < model.layers; ++i) head.tensors.push_back({kNames[i], {1024, 4096}, 1, 0});
  head.tensors.push_back({"token_embd.weight", {1024, 16'384}, 1, 0});
  if (model.own_output) head.tensors.push_back({"output.weight", {1024, 16'384}, 1, 0});
  return head;
}

MemorySettings settings_of(std::optional<std::uint64_t> layers, std::uint64_t context, const std::string& type = "f16") {
  MemorySettings settings;
  settings.num_gpu = layers;
  settings.num_ctx = context;
  settings.kv_type = type;
  return settings;
}

TEST(MemoryNeed, IsNothingWithoutLayersOnTheGpu) { EXPECT_EQ(gpu_memory_need(head_of({}), settings_of(0, 4096))->total(), 0U); }

TEST(MemoryNeed, CountsTheOutputAsTheFirstLayerAndTheLastOnesNext) {
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of(1, 4096))->weights, 32 * kMiB);
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of(1, 4096))->cache, 0U);
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of(3, 4096))->weights, (32 + 2 * 8) * kMiB);
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of({}, 4096))->weights, (32 + 4 * 8) * kMiB) << "the embedding stays where it is";
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of(99, 4096))->weights, gpu_memory_need(head_of({}), settings_of(5, 4096))->weights);
}

TEST(MemoryNeed, CopiesTheEmbeddingWhereItIsTheOutput) {
  EXPECT_EQ(gpu_memory_need(head_of({.own_output = false}), settings_of({}, 4096))->weights, (32 + 4 * 8) * kMiB);
}

// 2 (keys, values) x 4 heads x 64 x 2 bytes a token and layer.
TEST(MemoryNeed, OfTheCacheIsContextTimesLayersTimesHeads) {
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of({}, 4096))->cache, 4U * 4096 * 2 * 4 * 64 * 2);
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of(3, 4096))->cache, 2U * 4096 * 2 * 4 * 64 * 2);
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of({}, 4096, "q8_0"))->cache, 4U * 4096 * 2 * (4 * 64 / 32) * 34);
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of({}, 4000))->cache, 4U * 4096 * 2 * 4 * 64 * 2) << "rounded up to 256";
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of({}, 0))->cache, 4U * 4096 * 2 * 4 * 64 * 2) << "4096 where nothing is said";
}

TEST(MemoryNeed, OfSlidingWindowsIsTheirsInAllLayersButEverySixth) {
  const auto need = gpu_memory_need(head_of({.arch = "gemma3", .layers = 6, .window = 512}), settings_of({}, 8192));
  EXPECT_EQ(need->cache, (5U * 1024 + 8192) * 2 * 4 * 64 * 2) << "window and micro-batch in five, the context in the sixth";
}

TEST(MemoryNeed, OfComputingIsTheLogitsOrTheScoresWithoutFlashAttention) {
  EXPECT_EQ(gpu_memory_need(head_of({}), settings_of({}, 4096))->compute, 512U * 32'768 * 4);
  MemorySettings settings = settings_of({}, 4096);
  settings.flash_attn = false;
  EXPECT_EQ(gpu_memory_need(head_of({}), settings)->compute, 16U * 512 * 4096 * 4);
}

// What llama.cpp logs of Gemma 3 270M: "size = 12.00 MiB (4096 cells, 3 layers)", "15.00 MiB (1024 cells, 15 layers)", "compute
// buffer size = 514.50 MiB".
TEST(MemoryNeed, OfARealModelIsWhatLlamaCppAllocates) {
  const auto path = find_model("gemma3:270m");
  if (!path) GTEST_SKIP() << "the model is not there: chimera model get gemma3:270m";
  const auto model = read_gguf(base::RealFileSystem(), *path);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(gpu_memory_need(*model, settings_of({}, 4096))->cache, (12 + 15) * kMiB);
  EXPECT_EQ(gpu_memory_need(*model, settings_of({}, 32'768))->cache, (96 + 15) * kMiB);
  EXPECT_EQ(gpu_memory_need(*model, settings_of({}, 4096))->compute, 512 * kMiB);
}

TEST(MemoryNeed, IsNotGuessedWhereTheHeadSaysNothing) {
  EXPECT_FALSE(gpu_memory_need(Gguf(), settings_of({}, 4096)).has_value());
  EXPECT_FALSE(gpu_memory_need(head_of({}), settings_of({}, 4096, "half")).has_value());
}

TEST(MemorySettings, AreThoseOfAConfiguration) {
  core::RunConfig config;
  for (const auto& [key, value] : {std::pair{"num_gpu", "20"}, std::pair{"num_ctx", "1024"}, std::pair{"batch", "64"}, std::pair{"flash_attn", "off"}}) config.set(key, value);
  const auto settings = memory_settings(config);
  EXPECT_EQ(settings->num_gpu, 20U);
  EXPECT_EQ(settings->ubatch, 64U) << "a micro-batch is no larger than the batch";
  EXPECT_FALSE(settings->flash_attn);
  EXPECT_FALSE(memory_settings(core::RunConfig())->num_gpu.has_value());
  config.set("num_ctx", "many");
  EXPECT_FALSE(memory_settings(config).has_value());
}

}  // namespace
}  // namespace chimera::engines
