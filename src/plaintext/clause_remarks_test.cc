#include "plaintext/clause_remarks.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

// "value|key=value" of "speed: value (remark)".
std::string said(const std::string& value) {
  const std::string text = "speed: " + value;
  core::Span rest{7, text.size()};
  const std::vector<Said> found = take_remark(text, "speed", {0, 5}, rest);
  std::string out = text.substr(rest.begin, rest.size());
  for (const Said& each : found) out += "|" + each.key + "=" + text.substr(each.value.begin, each.value.size());
  return out;
}

TEST(ClauseRemarks, SayWhatIsNamedInThem) {
  EXPECT_EQ(said("45.2 tok/s (TTFT 231 ms)"), "45.2 tok/s|TTFT=231 ms");
  EXPECT_EQ(said("45.2 tok/s (TTFT: 231ms, total: 2.8 s)"), "45.2 tok/s|TTFT=231ms|total=2.8 s");
  EXPECT_EQ(said("45.2 tok/s (num_gpu=8, num_ctx=512)"), "45.2 tok/s|num_gpu=8|num_ctx=512");
  EXPECT_EQ(said("45.2 tok/s (128 tokens in 2.83 s)"), "45.2 tok/s|tokens=128 tokens|time=2.83 s");
  EXPECT_EQ(said("12.1 ms (p99 80.2 ms)"), "12.1 ms|speed/p99=80.2 ms");
  EXPECT_EQ(said("4.2 GB (weights: 3.1 GB)"), "4.2 GB|speed/weights=3.1 GB");
}

TEST(ClauseRemarks, OthersAreLeftAlone) {
  for (const std::string all : {"45.2 tok/s (best)", "45.2 tok/s (vs 40.1 tok/s)", "4.2 GB (of 8 GB)", "45.2 (TTFT 231 ms)", "45.2 tok/s (run 3)", "9 op/s (r/w/o: 5/3/1)", "45.2 tok/s ()", "45.2 tok/s (", "45.2 tok/s (a", "(TTFT 231 ms)", "45.2 tok/s (+12%)"})
    EXPECT_EQ(said(all), all);
}

}  // namespace
}  // namespace chimera::plaintext
