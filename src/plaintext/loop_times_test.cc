#include "plaintext/loop_times.h"

#include <gtest/gtest.h>

namespace chimera::plaintext {
namespace {

std::string told(std::string_view text, const std::vector<NamedValue>& values) {
  std::string out;
  for (const NamedValue& each : values) out += (out.empty() ? "" : "; ") + each.key + '=' + std::string(text.substr(each.value.begin, each.value.size()));
  return out;
}

std::string timed(std::string_view line) { return told(line, loop_times(line, {0, line.size()})); }
std::string rated(std::string_view line) { return told(line, lone_rate(line, {0, line.size()})); }

TEST(LoopTimes, OfTimers) {
  EXPECT_EQ(timed("20000 loops, best of 5: 10.4 usec per loop"), "time per loop/min=10.4 usec; loops=20000; runs=5");
  EXPECT_EQ(timed("1 loop, best of 3: 2.5 sec per loop"), "time per loop/min=2.5 sec; loops=1; runs=3");
  EXPECT_EQ(timed("1.21 µs ± 10.5 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)"),
            "time per loop/mean=1.21 µs; time per loop/stddev=10.5 ns; runs=7; loops=1,000,000");
  EXPECT_EQ(timed("1.21 µs ± 10.5 ns per loop (mean ± std. dev. of 7 runs, 1000000 loops each)"),
            "time per loop/mean=1.21 µs; time per loop/stddev=10.5 ns; runs=7; loops=1000000");
  EXPECT_EQ(timed("2.45 s +- 12 ms per loop (mean +- std. dev. of 1 run, 1 loop each)"), "time per loop/mean=2.45 s; time per loop/stddev=12 ms; runs=1; loops=1");
}

TEST(LoopTimes, OtherLinesAreNoneOfTheirs) {
  for (const std::string_view line : {"", "per loop", " per loop", "5 ms per loop", "5 ms per loop (", "5 ms per loop ()", "many loops, best of 5: 10.4 usec per loop", "20000 loops, best of 5: per loop",
                                      "5 ms ± per loop (mean of 7 runs, 10 loops each)", "20000 loops, best of 5: 10.4 usec per loop and more"})
    EXPECT_EQ(timed(line), "") << line;
}

TEST(LoneRate, NamedByItsUnit) {
  EXPECT_EQ(rated("6.42 GB/sec"), "bandwidth=6.42 GB/sec");
  EXPECT_EQ(rated("   512.5 tok/s"), "throughput=512.5 tok/s");
  EXPECT_EQ(rated("13383.65 MiB transferred (6685.61 MiB/sec)"), "transferred=13383.65 MiB; bandwidth=6685.61 MiB/sec");
}

TEST(LoneRate, OtherLinesAreNoneOfTheirs) {
  for (const std::string_view line : {"", "6.42", "6.42 ms", "6.42 GB", "read 6.42 GB/s", "6.42 GB/s and more", "5 MiB (", "5 MiB transferred ()", "5 MiB transferred (2 s)", "5 MiB were transferred (2 MiB/s)"})
    EXPECT_EQ(rated(line), "") << line;
}

}  // namespace
}  // namespace chimera::plaintext
