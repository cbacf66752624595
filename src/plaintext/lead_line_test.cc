#include "plaintext/lead_line.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

// "name=value|…" of what the line sets; "-" where it is none, "end" where it ends what others set.
std::string sets(const std::string& line) {
  const auto found = lead_line(line, {0, line.size()});
  if (!found) return "-";
  std::string out;
  for (std::size_t k = 0; k < found->values.size(); ++k) {
    const Entry& entry = found->values[k];
    const std::string key = found->names[k].empty() ? line.substr(entry.key.begin, entry.key.size()) : found->names[k];
    out += (out.empty() ? "" : "|") + key + '=' + line.substr(entry.value.begin, entry.value.size());
  }
  return out.empty() ? "end" : out;
}

TEST(LeadLine, AnnouncesModels) {
  for (const std::string line : {"Testing tiny:1b...", "Benchmarking tiny:1b ...", "Now testing tiny:1b (2/5)...", ">>> Testing model: tiny:1b", "Benchmark for tiny:1b:", "Running benchmark 3 times using model: tiny:1b",
                                 "Pulling tiny:1b... done", "# tiny:1b", "[tiny:1b]", "=== tiny:1b ===", "$ ollama run tiny:1b --verbose", "ollama run tiny:1b --verbose", "\xF0\x9F\x9A\x80 Benchmarking tiny:1b"})
    EXPECT_EQ(sets(line), "model=tiny:1b") << line;
  EXPECT_EQ(sets("Loading model tiny-1b.gguf ..."), "model=tiny-1b.gguf");
}

TEST(LeadLine, AnnouncesSettings) {
  EXPECT_EQ(sets("Testing tiny:1b with num_gpu=33, num_ctx=2048"), "model=tiny:1b|num_gpu=33|num_ctx=2048");
  EXPECT_EQ(sets("=== Model: tiny:1b | Quant: Q8_0 ==="), "Model=tiny:1b|Quant=Q8_0");
  EXPECT_EQ(sets("=== tiny:1b | num_gpu=33 | ctx=2048 ==="), "model=tiny:1b|num_gpu=33|ctx=2048");
  EXPECT_EQ(sets("Model: tiny:1b (num_gpu=33)"), "Model=tiny:1b|num_gpu=33");
  EXPECT_EQ(sets("Config 1/2: {'num_gpu': 33, 'num_ctx': 2048}"), "num_gpu=33|num_ctx=2048");
  EXPECT_EQ(sets("Testing with 33 GPU layers..."), "GPU layers=33");
  EXPECT_EQ(sets("Testing with 4 concurrent request(s)..."), "concurrent request=4");
  EXPECT_EQ(sets(">>> Using num_ctx 2048"), "num_ctx=2048");
  EXPECT_EQ(sets("Running with -ngl 33 -t 8..."), "ngl=33|threads=8");
  EXPECT_EQ(sets(">>> /set parameter num_gpu 33"), "num_gpu=33");
  EXPECT_EQ(sets("Set parameter 'num_gpu' to '33'"), "num_gpu=33");
  EXPECT_EQ(sets("[num_gpu=33]"), "num_gpu=33");
  EXPECT_EQ(sets("num_gpu = 33:"), "num_gpu=33");
  EXPECT_EQ(sets("NGL=20 STATUS=OK"), "NGL=20");
  EXPECT_EQ(sets("[ngl 20] ok"), "ngl=20");
  EXPECT_EQ(sets("Testing num_gpu=33 temperature=0.7"), "num_gpu=33|temperature=0.7");
}

TEST(LeadLine, OthersSetNothing) {
  for (const std::string line : {"Testing num_gpu=33... 45.2 tok/s", "num_gpu=33", "Best: num_gpu=33 for tiny:1b", "Skipping tiny:1b...", "Model: tiny:1b", "  Tokens: 256", "Running 30s test @ http://localhost", "Benchmark 1: ./bench -t 8",
                                 "loss=0.5", "Testing loss=0.5", "eval time = 5 ms / 12 tokens", "We ran tiny:1b with num_gpu=33", "a", "", "    ", "====", "[]", "= = =", "-", "--", "# ", "Testing -", "Testing --", "x = [y.z]"})
    EXPECT_EQ(sets(line), "-") << line;
  EXPECT_EQ(sets("=== Summary ==="), "end");
  EXPECT_EQ(sets("FINAL RESULTS"), "end");
}

}  // namespace
}  // namespace chimera::plaintext
