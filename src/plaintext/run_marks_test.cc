#include "plaintext/run_marks.h"

#include <gtest/gtest.h>

#include <string>

#include "plaintext/spans.h"

namespace chimera::plaintext {
namespace {

std::string marks_of(const std::string& line) {
  const RunMarks marks = run_marks(line, {0, line.size()});
  return std::string(at(line, marks.said)) + "|" + std::string(at(line, marks.failure)) + (marks.symbol ? "!" : "") + "|" + std::string(at(line, marks.warm_up));
}

TEST(RunMarks, LeavesOutThatAllWentWell) {
  EXPECT_EQ(marks_of("Run 1: 52.3 tok/s ✅"), "Run 1: 52.3 tok/s||");
  EXPECT_EQ(marks_of("Run 1: 52.3 tok/s ✔️ [OK]"), "Run 1: 52.3 tok/s||");
  EXPECT_EQ(marks_of("Run 1: 52.3 tok/s"), "Run 1: 52.3 tok/s||");
}

TEST(RunMarks, SaysWhyARunFailed) {
  EXPECT_EQ(marks_of("Run 1: 0.0 tok/s ❌"), "Run 1: 0.0 tok/s|❌!|");
  EXPECT_EQ(marks_of("Run 1: 0.0 tok/s ❌ (out of memory)"), "Run 1: 0.0 tok/s|out of memory|");
  EXPECT_EQ(marks_of("num_gpu=10: 0.00 tok/s (ERROR: timeout)"), "num_gpu=10: 0.00 tok/s|ERROR: timeout|");
  EXPECT_EQ(marks_of("num_gpu=10: 12.0 tok/s (timeout 10 s)"), "num_gpu=10: 12.0 tok/s (timeout 10 s)||");
}

TEST(RunMarks, FindsWarmUpsInBrackets) {
  EXPECT_EQ(marks_of("Run 1 (warmup): 40.1 tok/s"), "Run 1 (warmup): 40.1 tok/s||warmup");
  EXPECT_EQ(marks_of("Run 1 (cold): 40.1 tok/s"), "Run 1 (cold): 40.1 tok/s||");
  EXPECT_EQ(marks_of("(warmup"), "(warmup||warmup");
  EXPECT_EQ(marks_of(""), "||");
}

TEST(RunMarks, FindsWarmUpsBehindValues) {
  const auto behind = [](const std::string& line) { return std::string(at(line, warm_up_behind(line, {0, line.size()}))); };
  EXPECT_EQ(behind("copy: 30.9 GB/s (heat-up)"), "heat-up");
  EXPECT_EQ(behind("Run 1: 40.1 tok/s [Warmup]"), "Warmup");
  EXPECT_EQ(behind("total: 40.1 s (warmup 3 s)"), "");
  EXPECT_EQ(behind("total: 40.1 s (warmup excluded)"), "");
  EXPECT_EQ(behind("(warmup)"), "");
}

TEST(RunMarks, FindsACrossInFront) {
  const std::string line = " ❌ Run 3: 0.0 tok/s";
  EXPECT_EQ(at(line, failed_in_front(line, {0, line.size()})), "❌");
  EXPECT_EQ(failed_in_front("✅ Run", {0, 7}).size(), 0U);
}

}  // namespace
}  // namespace chimera::plaintext
