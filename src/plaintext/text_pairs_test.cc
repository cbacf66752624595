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

TEST(TupleInBrackets, HasANumberForEachName) {
  const auto told = [](std::string_view line) {
    core::Span name;
    std::string out;
    for (const NamedValue& each : tuple_in_brackets(line, {0, line.size()}, name)) out += (out.empty() ? "" : "; ") + each.key + '=' + std::string(line.substr(each.value.begin, each.value.size()));
    return out;
  };
  EXPECT_EQ(told("Latencies     [min, mean, 50, 99.9, max]  1.25ms, 3ms, 3.5ms, 9ms, 1.5s"), "Latencies/min=1.25ms; Latencies/mean=3ms; Latencies/p50=3.5ms; Latencies/p99.9=9ms; Latencies/max=1.5s");
  EXPECT_EQ(told("Success [ratio] 55.5%"), "Success/ratio=55.5%");
  for (const std::string_view none : {"", "Latencies", "Latencies [min, max] 1ms", "Latencies [min] 1ms, 2ms", "Codes [code:count] 200:10", "[min] 1ms", "Latencies [] ", "Latencies [min] owl", "Latencies[min] 1ms", "a [b"})
    EXPECT_EQ(told(none), "") << none;
}

}  // namespace
}  // namespace chimera::plaintext
