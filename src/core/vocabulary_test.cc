#include "core/vocabulary.h"

#include <gtest/gtest.h>

namespace chimera::core {
namespace {

Vocabulary sample() {
  Vocabulary vocabulary;
  vocabulary.metrics = {{"latency", "time per run", "", Dimension::time, -1, {"inference time", "run latency"}},
                        {"output_tokens", "output tokens", "", Dimension::tokens, 0, {"output tokens", "token"}},
                        {"throughput", "decode throughput", "", Dimension::token_rate, 1, {"tokens per second", "tok/s"}}};
  return vocabulary;
}

TEST(Vocabulary, FindsAMetricByItsNameAlone) {
  EXPECT_EQ(sample().find("latency")->title, "time per run");
  EXPECT_EQ(sample().find("tokens per second"), nullptr);
  EXPECT_EQ(sample().find(""), nullptr);
}

TEST(Vocabulary, FindsAMetricByAnAliasInAnyCaseAndSpacing) {
  EXPECT_EQ(sample().find_alias("Tokens per  Second")->name, "throughput");
  EXPECT_EQ(sample().find_alias("tokens_per_second")->name, "throughput");
  EXPECT_EQ(sample().find_alias("output_tokens")->name, "output_tokens");
  EXPECT_EQ(sample().find_alias("tok/s")->name, "throughput");
}

TEST(Vocabulary, FindsAnAliasInThePluralAndTheSingular) {
  EXPECT_EQ(sample().find_alias("latencies")->name, "latency");
  EXPECT_EQ(sample().find_alias("inference times")->name, "latency");
  EXPECT_EQ(sample().find_alias("output token")->name, "output_tokens");
}

TEST(Vocabulary, FindsNothingForWordsThatAreNoMetric) {
  EXPECT_EQ(sample().find_alias("colour"), nullptr);
  EXPECT_EQ(sample().find_alias(""), nullptr);
  EXPECT_EQ(sample().find_alias("__"), nullptr);
}

}  // namespace
}  // namespace chimera::core
