#include "text/model_names.h"

#include <gtest/gtest.h>

#include "text/record_names.h"

namespace chimera::text {
namespace {

TEST(ModelNames, KnowsTagsOfOllama) {
  for (const char* name : {"llama3:8b", "qwen2.5:0.5b-instruct-q4_K_M", "phi3:mini", "tiny:1b", "llama3.1:latest"}) EXPECT_TRUE(is_model(name)) << name;
}

TEST(ModelNames, TakesNoTimesNorPairsForModels) {
  for (const char* name : {"eta:30m", "10:30", "a:b", "tps: 52", "host:8080", "run:1", "https://x", "llama3", ""}) EXPECT_FALSE(is_model(name)) << name;
}

TEST(ModelNames, SayHowManyParametersThereAre) {
  for (const char* name : {"tiny-7b", "lab/Owl2.5-0.5B-Instruct", "mix-8x7b", "owl-270m", "owl:3b"}) EXPECT_TRUE(names_parameters(name)) << name;
  for (const char* name : {"tiny", "7b", "eta:3m", "node-12", "a b-7b", "v1-7bits", "-7b", ""}) EXPECT_FALSE(names_parameters(name)) << name;
}

TEST(RecordNames, KnowsWhatWasPicked) {
  for (const char* name : {"best", "best_config", "Winner", "optimalSettings", "baseline"}) EXPECT_TRUE(names_pick(name)) << name;
  for (const char* name : {"results", "bestiary", "config_best", ""}) EXPECT_FALSE(names_pick(name)) << name;
}

TEST(RecordNames, SaysWhatElseANameOfAPickSays) {
  EXPECT_EQ(behind_pick("Best configuration/num_gpu"), "num gpu");
  EXPECT_EQ(behind_pick("optimal_num_gpu"), "num gpu");
  EXPECT_EQ(behind_pick("Recommended settings"), "");
  EXPECT_EQ(behind_pick("num_gpu"), std::nullopt);
}

TEST(RecordNames, KnowsWarmUps) {
  for (const char* name : {"warmup", "warm_up_run", "Warm-up 1"}) EXPECT_TRUE(names_warm_up(name)) << name;
  for (const char* name : {"warm", "runs", ""}) EXPECT_FALSE(names_warm_up(name)) << name;
}

}  // namespace
}  // namespace chimera::text
