#include "analysis/name_patterns.h"

#include <gtest/gtest.h>

namespace chimera::analysis {
namespace {

std::vector<std::string> described(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const NamePattern& pattern : find_name_patterns(paths)) out.push_back(pattern.pattern + " " + std::to_string(pattern.files));
  return out;
}

TEST(NamePatterns, FindsCommonEndsAndBeginnings) {
  const std::vector<std::string> paths = {"a/llama_sweep.csv", "b/gemma_sweep.csv", "qwen_sweep.csv",
                                          "nightly_results_1.json", "nightly_results_2.json", "nightly_results_3.json"};
  EXPECT_EQ(described(paths), (std::vector<std::string>{"*_sweep.csv 3", "nightly_results_*.json 3"}));
}

TEST(NamePatterns, CountsOneNameInSeveralFolders) {
  EXPECT_EQ(described({"x/prompts.csv", "y/prompts.csv", "z/prompts.csv"}), (std::vector<std::string>{"prompts.csv 3"}));
}

TEST(NamePatterns, NeedsThreeFilesAndALittleInCommon) {
  EXPECT_TRUE(described({"a_sweep.csv", "b_sweep.csv"}).empty());
  EXPECT_TRUE(described({"a_1.csv", "b_1.csv", "c_1.csv"}).empty());
  EXPECT_TRUE(described({}).empty());
}

}  // namespace
}  // namespace chimera::analysis
