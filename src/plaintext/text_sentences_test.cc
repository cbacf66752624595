#include "plaintext/text_sentences.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

std::string at(const std::string& line, core::Span span) { return line.substr(span.begin, span.size()); }

std::string took(const std::string& line) {
  std::string out;
  for (const Taken& each : what_it_took(line, {0, line.size()})) out += (out.empty() ? "" : "|") + each.key + "=" + at(line, each.value);
  return out;
}

// "config|of|statistic=value|…|unit"; empty where the line is none.
std::string statistics(const std::string& line) {
  const auto found = statistics_line(line, {0, line.size()});
  if (!found) return {};
  std::string out = at(line, found->config) + '|' + at(line, found->of);
  for (const Entry& entry : found->values) out += '|' + at(line, entry.key) + '=' + at(line, entry.value);
  return out + (found->unit.empty() ? "" : '|' + std::string(found->unit));
}

TEST(WhatItTook, NamesTheQuantitiesByTheirKind) {
  EXPECT_EQ(took("Loading weights took 27.92 seconds"), "Loading weights time=27.92 seconds");
  EXPECT_EQ(took("Model loading took 10.96 GiB memory and 0.5423 seconds"), "Model loading memory=10.96 GiB|Model loading time=0.5423 seconds");
  EXPECT_EQ(took("torch.compile took 2.39 s in total"), "torch.compile time=2.39 s");
  EXPECT_EQ(took("Graph capturing finished in 2 secs, took 0.38 GiB"), "Graph capturing time=2 secs|Graph capturing memory=0.38 GiB");
  EXPECT_EQ(took("init engine (profile, warmup model) took 7.80 s (compilation: 2.39 s)"), "init engine time=7.80 s|init engine/compilation time=2.39 s");
  EXPECT_EQ(took("Engine built in 12.02 sec."), "Engine built time=12.02 sec");
  EXPECT_EQ(took("Inference completed in 10.71 seconds, 160.94 tokens/sec"), "Inference time=10.71 seconds|Inference throughput=160.94 tokens/sec");
  EXPECT_EQ(took("Compiling took 1m30s"), "Compiling time=1m30s");
  EXPECT_EQ(took("Compiling took 1m 30s (backward: 20s)"), "Compiling time=1m 30s|Compiling/backward time=20s");
}

TEST(WhatItTook, LeavesOtherSentencesAlone) {
  EXPECT_EQ(took("In 2024 we ran it 7 times, and in 2025 it took 9 ms"), "");
  EXPECT_EQ(took("It took 5 s"), "");
  EXPECT_EQ(took("The whole run took 5 s"), "");
  EXPECT_EQ(took("Loading took the 3 files"), "");
  EXPECT_EQ(took("Sorted in 3 groups"), "");
  EXPECT_EQ(took("Compiling took 2 min 10 s"), "");
  EXPECT_EQ(took("Compiling took 2 s 5 GiB"), "");
}

TEST(StatisticsLine, TellsWhatTheyAreOf) {
  EXPECT_EQ(statistics("[fp16 (a)] mean=0.65ms, sd=0.11ms, 95p=0.93ms"), "fp16 (a)||mean=0.65ms|sd=0.11ms|95p=0.93ms");
  EXPECT_EQ(statistics("ttft    p50=178,207ms  p75=     82ms"), "|ttft|p50=178,207ms|p75=82ms");
  EXPECT_EQ(statistics("isl  p50=  102,776  p99=  234,095  (tokens)"), "|isl|p50=102,776|p99=234,095|tokens");
  EXPECT_EQ(statistics("TTFT (all): avg=73.18s | p50=67.99s (16 reqs)"), "|TTFT (all)|avg=73.18s|p50=67.99s");
  EXPECT_EQ(statistics("step=3 loss=2.5"), "");
  EXPECT_EQ(statistics("mean=a max=b"), "");
  EXPECT_EQ(statistics("mean=5"), "");
}

TEST(GroupedValue, WantsAGroupANameAndANumber) {
  const std::string line = "[READ], AverageLatency(us), 79.25";
  const auto found = grouped_value(line, {0, line.size()});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(at(line, found[0]) + '|' + at(line, found[1]) + '|' + at(line, found[2]), "[READ]|AverageLatency(us)|79.25");
  const std::string list = "[a], b, c, 5";
  EXPECT_TRUE(grouped_value(list, {0, list.size()}).empty());
}

TEST(ConditionedValue, StandsBehindItsConditions) {
  const std::string line = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all ] = 0.229";
  const auto found = conditioned_value(line, {0, line.size()});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(at(line, found->name), "Average Precision  (AP)");
  EXPECT_EQ(at(line, found->conditions), "IoU=0.50:0.95 | area=   all");
  EXPECT_EQ(at(line, found->value), "0.229");
}

}  // namespace
}  // namespace chimera::plaintext
