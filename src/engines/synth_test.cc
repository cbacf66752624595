// Reading GGUF heads, and writing models of random weights; with a real model, where it and llama.cpp are there.
#include "engines/synth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "engines/embedded.h"
#include "engines/gguf_build.h"
#include "engines/models.h"
#include "engines/test_sink.h"

namespace chimera::engines {
namespace {

std::shared_ptr<const std::string> shared(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

class Folder {
 public:
  Folder() {
    std::string form = (std::filesystem::temp_directory_path() / "synth.XXXXXX").string();
    path_ = ::mkdtemp(form.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// One matrix of each type, a norm and a bias.
ModelPlan small_plan() {
  ModelPlan plan;
  add_text(plan, "general.architecture", "llama");
  add_u32(plan, "llama.block_count", 1);
  std::string tokens;
  append_number<std::uint32_t>(tokens, static_cast<std::uint32_t>(GgufType::string));
  append_number<std::uint64_t>(tokens, 2);
  append_text(tokens, "a");
  append_text(tokens, "\xE2\x96\x81" "b");
  add_raw(plan, "tokenizer.ggml.tokens", GgufType::array, tokens);
  for (std::uint32_t id = 0; id < 64; ++id)
    if (const TensorType* type = find_tensor_type(id)) plan.tensors.push_back({fmt::format("{}.weight", type->name), {256, 40}, id});
  plan.tensors.push_back({"attn_norm.weight", {100}, 0});
  plan.tensors.push_back({"attn_q.bias", {100}, 0});
  return plan;
}

std::string written(const ModelPlan& plan, std::uint64_t seed) {
  const Folder folder;
  EXPECT_TRUE(write_model(plan, seed, folder.file("m.gguf")).has_value());
  return base::RealFileSystem().read(folder.file("m.gguf")).value_or("");
}

TEST(Gguf, ReadsWhatIsWritten) {
  const ModelPlan plan = small_plan();
  const std::string bytes = written(plan, 1);
  const auto file = parse_gguf(shared(bytes));
  ASSERT_TRUE(file.has_value()) << file.error().what;
  EXPECT_EQ(file->text("general.architecture"), "llama");
  EXPECT_EQ(file->integer("llama.block_count"), 1U);
  EXPECT_EQ(file->length("tokenizer.ggml.tokens"), 2U);
  EXPECT_EQ(file->text("llama.block_count"), std::nullopt);
  ASSERT_EQ(file->tensors.size(), plan.tensors.size());
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
    EXPECT_EQ(file->tensors[i].name, plan.tensors[i].name);
    EXPECT_EQ(file->tensors[i].shape, plan.tensors[i].shape);
    EXPECT_EQ(file->tensors[i].offset % 32, 0U);
    EXPECT_GE(file->tensors[i].offset, end) << "tensors do not overlap";
    end = file->tensors[i].offset + tensor_bytes(file->tensors[i]).value();
  }
  EXPECT_EQ(file->data_begin + (end + 31) / 32 * 32, bytes.size());
}

TEST(Gguf, SaysOfEveryBeginningThatItIsIncomplete) {
  ModelPlan plan = small_plan();
  const std::string bytes = written(plan, 1);
  const auto whole = parse_gguf(shared(bytes));
  for (std::size_t size = 0; size + 32 < whole->data_begin; ++size) {
    const auto cut = parse_gguf(shared(bytes.substr(0, size)));
    ASSERT_FALSE(cut.has_value()) << size;
    EXPECT_TRUE(cut.error().incomplete) << size << ": " << cut.error().what;
  }
}

TEST(Gguf, RefusesWhatIsWrong) {
  const auto why = [](std::string bytes) {
    const auto file = parse_gguf(shared(std::move(bytes)));
    return file ? std::string("read") : file.error().what;
  };
  const auto head = [](std::uint64_t tensors, std::uint64_t entries) {
    std::string bytes = "GGUF";
    append_number<std::uint32_t>(bytes, 3);
    append_number(bytes, tensors);
    append_number(bytes, entries);
    return bytes;
  };
  EXPECT_EQ(why("PK\x03\x04 and more"), "it does not begin with GGUF");
  EXPECT_EQ(why(std::string("GGUF\x00\x00\x00\x03", 8)), "its numbers are in big-endian order");
  EXPECT_EQ(why(std::string("GGUF\x01\x00\x00\x00", 8)), "its version is 1, expected 2 or 3");
  std::string length = head(0, 1);
  append_number<std::uint64_t>(length, 1ULL << 60);
  EXPECT_EQ(why(length), "a length of 1152921504606846976 at byte 32");
  std::string type = head(0, 1);
  append_text(type, "key");
  append_number<std::uint32_t>(type, 99);
  EXPECT_EQ(why(type), "a value of the unknown type 99 before byte 39");
  std::string array = head(0, 1);
  append_text(array, "key");
  append_number<std::uint32_t>(array, 9);
  append_number<std::uint32_t>(array, 10);
  append_number<std::uint64_t>(array, 1ULL << 61);
  EXPECT_EQ(why(array), "an array of 2305843009213693952 before byte 51");
  std::string tensor = head(1, 0);
  append_text(tensor, "w");
  append_number<std::uint32_t>(tensor, 99);
  EXPECT_EQ(why(tensor), "the tensor w has 99 dimensions");
}

TEST(Gguf, KnowsTheSizeOfATensorOrThatItDoesNot) {
  EXPECT_EQ(tensor_bytes({"w", {512, 3}, 12, 0}), 2U * 144 * 3);
  EXPECT_EQ(tensor_bytes({"w", {500, 3}, 12, 0}), std::nullopt) << "no whole number of blocks";
  EXPECT_EQ(tensor_bytes({"w", {256}, 999, 0}), std::nullopt);
  EXPECT_EQ(tensor_bytes({"w", {1ULL << 60, 1ULL << 60}, 0, 0}), std::nullopt);
}

TEST(Synth, GivesEqualBytesForEqualSeeds) {
  const std::string bytes = written(small_plan(), 7);
  EXPECT_EQ(bytes, written(small_plan(), 7));
  EXPECT_NE(bytes, written(small_plan(), 8));
}

double half_value(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const double fraction = bits & 0x3ff;
  const double value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return exponent == 31 ? NAN : (bits & 0x8000) != 0 ? -value : value;
}

TEST(Synth, FillsMatricesWithSmallNumbersAndNormsWithOnes) {
  const std::string bytes = written(small_plan(), 1);
  const auto file = parse_gguf(shared(bytes));
  const auto data = [&](std::string_view name) {
    for (const GgufTensor& tensor : file->tensors)
      if (tensor.name == name) return std::string_view(bytes).substr(file->data_begin + tensor.offset, tensor_bytes(tensor).value());
    return std::string_view();
  };
  const auto f32 = [&](std::string_view name) {
    std::vector<float> values(data(name).size() / 4);
    std::memcpy(values.data(), data(name).data(), values.size() * 4);
    return values;
  };
  double sum = 0;
  double squares = 0;
  for (const float value : f32("F32.weight")) sum += value, squares += static_cast<double>(value) * value;
  EXPECT_NEAR(sum / 10240, 0, 0.001);
  EXPECT_NEAR(std::sqrt(squares / 10240), 0.02, 0.001);
  for (const float value : f32("attn_norm.weight")) EXPECT_EQ(value, 1.0F);
  for (const float value : f32("attn_q.bias")) EXPECT_EQ(value, 0.0F);
  // Q4_K: the offset in the second half undoes the mean of the first.
  for (std::size_t i = 0; i < data("Q4_K.weight").size(); i += 144) {
    std::uint16_t halves[2];
    std::memcpy(halves, data("Q4_K.weight").data() + i, 4);
    EXPECT_NEAR(half_value(halves[0]), 0.0067 * 0.02, 1e-6);
    EXPECT_NEAR(half_value(halves[1]), 0.05 * 0.02, 1e-6);
  }
  std::uint16_t scale = 0;
  std::memcpy(&scale, data("Q6_K.weight").data() + 208, 2);
  EXPECT_NEAR(half_value(scale), 0.00076 * 0.02, 1e-7) << "a subnormal one";
}

TEST(Synth, KeepsTheMetadataAndSaysWhatItIs) {
  const auto real = parse_gguf(shared(written(small_plan(), 1)));
  const auto plan = plan_like(*real);
  ASSERT_TRUE(plan.has_value());
  const auto twin = parse_gguf(shared(written(*plan, 1)));
  EXPECT_EQ(twin->text(kWeightsKey), kSynthetic);
  EXPECT_EQ(twin->text("general.name"), "synthetic");
  EXPECT_EQ(twin->find("tokenizer.ggml.tokens")->raw, real->find("tokenizer.ggml.tokens")->raw);
  const auto again = plan_like(*twin);
  EXPECT_EQ(parse_gguf(shared(written(*again, 1)))->entries.size(), twin->entries.size()) << "the mark is not set twice";
}

TEST(Synth, RefusesWhatHasNoWeightsOrIsAPart) {
  ModelPlan vocabulary;
  add_text(vocabulary, "general.architecture", "llama");
  EXPECT_EQ(plan_like(*parse_gguf(shared(written(vocabulary, 1)))).error().message, "the file holds no tensors, a vocabulary alone");
  ModelPlan part = small_plan();
  add_u32(part, "split.count", 2);
  EXPECT_EQ(plan_like(*parse_gguf(shared(written(part, 1)))).error().message, "the file is one part of a split model");
}

TEST(Synth, KnowsShapesByNameAndSaysWhichOnes) {
  const auto vocabulary = parse_gguf(shared(written(small_plan(), 1)));
  for (const KnownShape& shape : known_shapes()) {
    const auto plan = plan_shape(shape.arch, shape.size, "q4_k_m", *vocabulary);
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    for (const PlannedTensor& tensor : plan->tensors) EXPECT_TRUE(tensor_bytes({tensor.name, tensor.shape, tensor.type, 0}).has_value()) << shape.arch << shape.size << tensor.name;
  }
  EXPECT_NE(plan_shape("gemma3", "2b", "q4_k_m", *vocabulary).error().hint.find("gemma3 270m"), std::string::npos);
  EXPECT_NE(plan_shape("gemma3", "1b", "q9", *vocabulary).error().hint.find("q8_0"), std::string::npos);
  EXPECT_FALSE(plan_shape("gemma3", "1b", "q8_0", Gguf{}).has_value());
}

TEST(Synth, SaysWhereItCannotWrite) {
  const Folder folder;
  std::filesystem::create_directory(folder.file("taken"));
  const auto result = write_model(small_plan(), 1, folder.file("taken"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, base::ErrorKind::input);
  EXPECT_TRUE(std::filesystem::is_empty(folder.file("taken")));
  ModelPlan vast = small_plan();
  vast.tensors.push_back({"vast.weight", {1ULL << 30, 1ULL << 20}, 0});
  EXPECT_NE(write_model(vast, 1, folder.file("vast.gguf")).error().message.find("are free there"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.file("vast.gguf")));
}

class SynthOfGemma : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = find_model("gemma3:270m");
    if (!path) GTEST_SKIP() << "the model is not there: chimera model get gemma3:270m";
    real_ = *path;
  }
  std::string real_;
};

TEST_F(SynthOfGemma, TheNamedShapeIsThatOfTheRealModel) {
  const base::RealFileSystem files;
  const auto real = read_gguf(files, real_);
  ASSERT_TRUE(real.has_value()) << real.error().message;
  const auto plan = plan_shape("gemma3", "270m", "q4_k_m", *real);
  ASSERT_TRUE(plan.has_value());
  std::map<std::string, std::pair<std::vector<std::uint64_t>, std::uint32_t>> by_name;
  for (const GgufTensor& tensor : real->tensors) by_name[std::string(tensor.name)] = {tensor.shape, tensor.type};
  EXPECT_EQ(by_name.size(), plan->tensors.size());
  for (const PlannedTensor& tensor : plan->tensors) {
    ASSERT_TRUE(by_name.count(tensor.name)) << tensor.name;
    EXPECT_EQ(by_name[tensor.name].first, tensor.shape) << tensor.name;
    EXPECT_EQ(by_name[tensor.name].second, tensor.type) << tensor.name;
  }
}

TEST_F(SynthOfGemma, LoadsInTheEmbeddedEngineAndSaysThatItIsSynthetic) {
  const auto engine = EmbeddedEngine::create({find_llama_libraries()});
  if (!engine) GTEST_SKIP() << "llama.cpp is not there: tools/fetch_archives llama";
  const Folder folder;
  const auto plan = plan_like(*read_gguf(base::RealFileSystem(), real_));
  ASSERT_TRUE(write_model(*plan, 1, folder.file("twin.gguf")).has_value());
  const auto size = std::filesystem::file_size(folder.file("twin.gguf"));
  EXPECT_NEAR(static_cast<double>(size), static_cast<double>(std::filesystem::file_size(real_)), 200);
  Request request;
  request.prompt = "The capital of France";
  request.config.set("model", folder.file("twin.gguf"));
  request.config.set("num_ctx", "256");
  request.config.set("threads", "1");
  request.config.set("output_tokens", "8");
  request.config.set("temperature", "0");
  TestSink sink;
  const Outcome outcome = (*engine)->complete(request, sink, {});
  ASSERT_FALSE(outcome.failure.has_value()) << outcome.failure->error.message;
  EXPECT_EQ(outcome.completion.counts.completion_tokens, 8U);
  const auto info = (*engine)->model(request.config);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->weights, "synthetic");
  EXPECT_NE(info->name.find("synthetic"), std::string::npos);
  EXPECT_EQ(info->family, "gemma3");
  core::RunConfig real;
  real.set("model", real_);
  EXPECT_EQ((*engine)->model(real)->weights, "");
  EXPECT_EQ((*engine)->model(real)->parameters, info->parameters);
}

}  // namespace
}  // namespace chimera::engines
