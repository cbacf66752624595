#include "plaintext/text_pairs.h"

#include <gtest/gtest.h>

namespace chimera::plaintext {
namespace {

std::string told(std::string_view value) {
  const auto found = told_statistic(value, {0, value.size()});
  return found ? std::string(value.substr(found->value.begin, found->value.size())) + '|' + std::string(found->statistic) + '|' + std::string(found->of) : "";
}

TEST(TextPairs, BracketsTellTheStatistic) {
  EXPECT_EQ(told("8.359 [ms] (mean)"), "8.359 [ms]|mean|");
  EXPECT_EQ(told("1.672 [ms] (mean, across all requests)"), "1.672 [ms]|mean|across all requests");
  EXPECT_EQ(told("12.5 ms (p99)"), "12.5 ms|p99|");
  for (const std::string_view other : {"", "(mean)", "5", "5 ms (warm)", "5 ms (mean of 3)", "fast (mean)", "5 ms (mean, 3 runs)", "5 ms (total)", "5 ms (mean"}) EXPECT_EQ(told(other), "") << other;
}

TEST(TextPairs, NamesOnBothSidesOfASpread) {
  EXPECT_EQ(sides_of_spread("Mean +- std dev"), (std::vector<std::string_view>{"Mean", "std dev"}));
  EXPECT_EQ(sides_of_spread("Median ± MAD"), (std::vector<std::string_view>{"Median", "MAD"}));
  EXPECT_TRUE(sides_of_spread("Mean").empty());
  EXPECT_TRUE(sides_of_spread("+-").empty());
}

}  // namespace
}  // namespace chimera::plaintext
