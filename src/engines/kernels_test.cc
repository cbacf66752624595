// ggml's kernels against plain loops in double precision, through the libraries that the program loads.
#include "engines/kernels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engines/embedded.h"
#include "engines/kernel_reference.h"

namespace chimera::engines {
namespace {

core::RunConfig config_of(std::initializer_list<std::pair<const char*, const char*>> settings) {
  core::RunConfig config;
  for (const auto& [key, value] : settings) config.set(key, value);
  return config;
}

KernelSpec spec_of(std::initializer_list<std::pair<const char*, const char*>> settings) {
  auto spec = kernel_spec(config_of(settings));
  EXPECT_TRUE(spec) << spec.error().message;
  return spec.value_or(KernelSpec());
}

std::string error_of(std::initializer_list<std::pair<const char*, const char*>> settings) {
  const auto spec = kernel_spec(config_of(settings));
  return spec ? "" : spec.error().message;
}

TEST(KernelSpec, FillsInWhatIsNotSaid) {
  const KernelSpec spec = spec_of({{"kernel", "transformer"}, {"n", "256"}, {"threads", "2"}});
  EXPECT_EQ(kernel_config(spec).to_string(), "kernel=transformer, n=256, n_ff=1024, n_head=4, n_head_kv=4, threads=2, tokens=128, type=f16");
  EXPECT_EQ(kernel_config(spec_of({{"kernel", "copy"}})).to_string(), "kernel=copy, mib=256");
}

TEST(KernelSpec, RefusesWhatDoesNotFitTogether) {
  EXPECT_EQ(error_of({{"kernel", "convolution"}}), "no kernel called \"convolution\"");
  EXPECT_EQ(error_of({{"kernel", "mlp"}, {"n_head", "4"}}), "the mlp kernel has no setting \"n_head\"");
  EXPECT_EQ(error_of({{"kernel", "conv"}, {"type", "q4_0"}}), "the conv kernel has no type \"q4_0\"");
  EXPECT_EQ(error_of({{"kernel", "conv"}, {"kernel_size", "4"}}), "kernel_size is 4, expected an odd number");
  EXPECT_EQ(error_of({{"kernel", "conv"}, {"kernel_size", "99"}}), "kernel_size 99 is larger than the image, whose size is 56");
  EXPECT_EQ(error_of({{"kernel", "conv"}, {"route", "winograd"}}), "the conv kernel has no route \"winograd\"");
  EXPECT_EQ(error_of({{"kernel", "mlp"}, {"n", "100"}, {"type", "q8_0"}}), "n is 100, but rows of q8_0 are whole blocks of 32");
  EXPECT_EQ(error_of({{"kernel", "mlp"}, {"n", "0"}}), "n takes whole numbers from 1 to 1000000, found 0");
  EXPECT_EQ(error_of({{"kernel", "mlp"}, {"n", "many"}}), "the setting n is \"many\", expected a whole number");
  EXPECT_EQ(error_of({{"kernel", "transformer"}, {"n", "512"}, {"n_head", "7"}}), "7 heads do not share n = 512 evenly");
  EXPECT_EQ(error_of({{"kernel", "transformer"}, {"n", "512"}, {"n_head", "8"}, {"n_head_kv", "3"}}), "8 heads cannot share 3 heads of keys");
}

TEST(KernelSpec, CountsArithmeticByHand) {
  EXPECT_EQ(kernel_flop(spec_of({{"kernel", "conv"}, {"size", "8"}, {"channels", "4"}, {"filters", "2"}})), 2.0 * 8 * 8 * 2 * 4 * 9);
  EXPECT_EQ(kernel_flop(spec_of({{"kernel", "mlp"}, {"n", "64"}, {"n_ff", "128"}, {"tokens", "3"}})), 3.0 * 2 * 3 * 64 * 128);
  // Four projections of 64 x 64, of which two give 32 values; scores and mixing of 3 x 3 for 64 values; the feed-forward.
  EXPECT_EQ(kernel_flop(spec_of({{"kernel", "transformer"}, {"n", "64"}, {"n_ff", "128"}, {"tokens", "3"}, {"n_head", "2"}, {"n_head_kv", "1"}})),
            2.0 * 3 * 64 * (64 + 32 + 32 + 64) + 2.0 * 2 * 3 * 3 * 64 + 3.0 * 2 * 3 * 64 * 128);
  EXPECT_EQ(kernel_flop(spec_of({{"kernel", "copy"}})), 0);
}

TEST(KernelReference, AConvolutionOfAnImpulseIsTheFilter) {
  const KernelSpec spec = spec_of({{"kernel", "conv"}, {"size", "3"}, {"channels", "1"}, {"filters", "1"}});
  KernelInputs inputs;
  inputs["image"] = {0, 0, 0, 0, 1, 0, 0, 0, 0};
  inputs["weights"] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(kernel_reference(spec, inputs), (std::vector<double>{9, 8, 7, 6, 5, 4, 3, 2, 1})) << "turned, since frameworks correlate";
}

TEST(KernelReference, AFeedForwardOfOneValueIsItsFormula) {
  const KernelSpec spec = spec_of({{"kernel", "mlp"}, {"n", "1"}, {"n_ff", "1"}, {"tokens", "1"}, {"type", "f32"}});
  const KernelInputs inputs = {{"x", {2}}, {"gate", {0.5F}}, {"up", {3}}, {"down", {4}}};
  EXPECT_NEAR(kernel_reference(spec, inputs)[0], 4 * (1 / (1 + std::exp(-1.0))) * 6, 1e-12);
}

TEST(KernelReference, ADeviationIsRelativeAndASizeOffIsInfinite) {
  EXPECT_NEAR(deviation({3, 4.5F}, {3, 4}), 0.1, 1e-12);
  EXPECT_TRUE(std::isinf(deviation({3}, {3, 4})));
  EXPECT_TRUE(std::isinf(deviation({NAN, 4}, {3, 4})));
}

class Ggml : public testing::Test {
 protected:
  void SetUp() override {
    auto made = make_kernels(find_llama_libraries(), "cpu");
    if (!made && find_llama_libraries().empty()) GTEST_SKIP() << made.error().message;
    ASSERT_TRUE(made) << made.error().message;
    kernels = std::move(*made);
  }
  double deviation_of(std::initializer_list<std::pair<const char*, const char*>> settings) {
    const KernelSpec spec = spec_of(settings);
    const auto found = kernels->deviation(spec);
    EXPECT_TRUE(found) << found.error().error.message;
    if (!found) return INFINITY;
    EXPECT_LE(*found, allowed_deviation(spec)) << kernel_config(spec).to_string();
    return *found;
  }
  std::unique_ptr<Kernels> kernels;
};

TEST_F(Ggml, ComputesWhatTheReferenceComputes) {
  EXPECT_EQ(deviation_of({{"kernel", "copy"}}), 0);
  for (const char* threads : {"1", "2"}) {
    EXPECT_LT(deviation_of({{"kernel", "conv"}, {"type", "f32"}, {"route", "direct"}, {"threads", threads}}), 1e-5);
    EXPECT_LT(deviation_of({{"kernel", "mlp"}, {"type", "f32"}, {"threads", threads}}), 1e-5);
    EXPECT_LT(deviation_of({{"kernel", "transformer"}, {"type", "f32"}, {"threads", threads}}), 1e-5);
  }
  EXPECT_LT(deviation_of({{"kernel", "conv"}, {"type", "f32"}, {"route", "direct"}, {"images", "2"}}), 1e-5);
  EXPECT_LT(deviation_of({{"kernel", "conv"}, {"type", "f32"}, {"images", "2"}}), 1e-3) << "ggml keeps the image in f16 on this route";
  EXPECT_LT(deviation_of({{"kernel", "transformer"}, {"type", "f32"}, {"n_head", "8"}, {"n_head_kv", "2"}, {"n", "512"}}), 1e-5);
}

// Rounding shows, so the type is really in use; and it stays within what it may be.
TEST_F(Ggml, DeviatesByTheRoundingOfTheType) {
  EXPECT_GT(deviation_of({{"kernel", "conv"}, {"type", "f16"}}), 1e-5);
  for (const char* kernel : {"mlp", "transformer"})
    for (const std::string& type : kernel_types(*find_kernel(kernel))) {
      if (type == "f32") continue;
      EXPECT_GT(deviation_of({{"kernel", kernel}, {"type", type.c_str()}}), 1e-5) << kernel << " " << type;
    }
}

// A graph that multiplies the wrong tensors must not pass, whatever the type's rounding excuses.
TEST_F(Ggml, AWrongGraphIsFarFromTheReference) {
  const KernelSpec mlp = spec_of({{"kernel", "mlp"}, {"n", "64"}, {"tokens", "8"}});
  const KernelSpec block = spec_of({{"kernel", "transformer"}, {"n", "64"}, {"n_head", "2"}, {"tokens", "8"}});
  KernelInputs inputs;
  const auto filled = [](std::size_t count, float phase) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = std::sin(static_cast<float>(i * i % 7919) + phase) / 8;
    return values;
  };
  for (const auto& [name, count] : {std::pair{"gate", 64 * 256}, std::pair{"up", 64 * 256}, std::pair{"down", 64 * 256}, std::pair{"query", 4096}, std::pair{"key", 4096}, std::pair{"value", 4096}, std::pair{"output", 4096}})
    inputs[name] = filled(static_cast<std::size_t>(count), static_cast<float>(inputs.size()));
  inputs["x"] = filled(512, 3);
  for (float& value : inputs["x"]) value *= 11;
  inputs["norm"] = inputs["attention_norm"] = std::vector<float>(64, 1);
  const auto as_found = [](const std::vector<double>& values) { return std::vector<float>(values.begin(), values.end()); };
  for (const auto& [spec, a, b] : {std::tuple{mlp, "gate", "up"}, std::tuple{block, "gate", "up"}, std::tuple{block, "query", "value"}, std::tuple{block, "key", "value"}}) {
    const std::vector<double> right = kernel_reference(spec, inputs);
    KernelInputs wrong = inputs;
    std::swap(wrong[a], wrong[b]);
    EXPECT_GT(deviation(as_found(kernel_reference(spec, wrong)), right), 0.03) << a << " " << b;
  }
}

TEST_F(Ggml, EvaluatesAsOftenAsAskedOnTheSameBuffers) {
  const KernelSpec spec = spec_of({{"kernel", "mlp"}, {"n", "64"}, {"tokens", "2"}, {"threads", "2"}, {"type", "q8_0"}});
  ASSERT_FALSE(kernels->evaluate(1, {})) << "nothing is ready";
  const auto work = kernels->prepare(spec);
  ASSERT_TRUE(work) << work.error().error.message;
  EXPECT_EQ(work->flop, 3.0 * 2 * 2 * 64 * 256);
  EXPECT_EQ(work->bytes, 3.0 * 64 * 256 / 32 * 34 + 2 * 2 * 64 * 4.0) << "q8_0 keeps 32 values in 34 bytes; activations are f32";
  EXPECT_TRUE(kernels->evaluate(3, {}));
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = kernels->evaluate(3, stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, FailureKind::cancelled);
  kernels->release();
  EXPECT_FALSE(kernels->evaluate(1, {}));
  EXPECT_EQ(kernels->effective(spec).get("backend"), "cpu");
  EXPECT_EQ(kernels->effective(spec).get("threads"), "2");
}

TEST_F(Ggml, ACopyReadsAndWritesEveryByte) {
  const auto work = kernels->prepare(spec_of({{"kernel", "copy"}, {"mib", "2"}}));
  ASSERT_TRUE(work);
  EXPECT_EQ(work->bytes, 2.0 * 2 * 1024 * 1024);
}

TEST_F(Ggml, WhatDoesNotFitIsAFailureOfThatKernelAlone) {
  const auto work = kernels->prepare(spec_of({{"kernel", "mlp"}, {"n", "1000000"}, {"tokens", "1"}}));
  ASSERT_FALSE(work);
  EXPECT_EQ(work.error().kind, FailureKind::out_of_memory);
  EXPECT_NE(work.error().error.message.find("MiB"), std::string::npos) << work.error().error.message;
  EXPECT_TRUE(kernels->prepare(spec_of({{"kernel", "mlp"}, {"n", "64"}, {"tokens", "1"}}))) << "another one does";
}

TEST_F(Ggml, ABackendThatIsNotThereIsToldWithWhatBringsIt) {
  const auto made = make_kernels(find_llama_libraries(), "cuda");
  if (made) GTEST_SKIP() << "this machine has one";
  EXPECT_EQ(made.error().kind, base::ErrorKind::engine);
  EXPECT_NE(made.error().message.find("no cuda device"), std::string::npos) << made.error().message;
  EXPECT_FALSE(made.error().hint.empty());
}

}  // namespace
}  // namespace chimera::engines
