#include "plaintext/console_values.h"

#include <gtest/gtest.h>

namespace chimera::plaintext {
namespace {

using core::Span;

Span whole(std::string_view text) { return {0, text.size()}; }

// "key=value [unit]; …"
std::string told(std::string_view text, const std::vector<NamedValue>& values) {
  std::string out;
  for (const NamedValue& each : values) {
    if (!out.empty()) out += "; ";
    out += each.key + '=' + std::string(text.substr(each.value.begin, each.value.size()));
    if (!each.unit.empty()) out += " [" + std::string(each.unit) + ']';
  }
  return out;
}

std::string read(std::string_view value, const std::string& key = "x") { return told(value, console_values(value, key, whole(value))); }

TEST(ConsoleValues, ValuesBehindOneName) {
  EXPECT_EQ(read("81.5 ms ± 1.5 ms [User: 150 ms, System: 9.8 ms]"), "x=81.5 ms ± 1.5 ms; x/User=150 ms; x/System=9.8 ms");
  EXPECT_EQ(read("79.5 ms …  84.0 ms    35 runs", "Range (min … max)"), "runs=35; Range/min=79.5 ms; Range/max=84.0 ms");
  EXPECT_EQ(read("12  min=1  max=50"), "x=12; x/min=1; x/max=50");
  EXPECT_EQ(read("17989 588.25/s"), "x=17989; x/rate=588.25");
  EXPECT_EQ(read("1.2 MB 120 kB/s"), "x=1.2 MB; x/rate=120 kB/s");
  EXPECT_EQ(read("87.50%  ✓ 14000  ✗ 2000"), "x=87.50%; x/passes=14000; x/fails=2000");
  EXPECT_EQ(read("0.50%  50 out of 10000"), "x=0.50%; x/count=50; x/total=10000");
}

TEST(ConsoleValues, PlainValuesAndWordsAreNoneOfTheirs) {
  for (const std::string_view value : {"12.5 ms", "12 of 50", "5 ms [warm]", "3 times a=b is said", "2.5 3.5", "1.2 MB 120 ms"}) EXPECT_EQ(read(value), "") << value;
}

TEST(ConsoleValues, LinesOfLoadGenerators) {
  const std::string_view done = "785654 requests in 1.00m, 146.00MB read";
  EXPECT_EQ(told(done, counted_in_time(done, whole(done))), "requests=785654; duration=1.00m [min]; read=146.00MB");
  const std::string_view errors = "Socket errors: connect 0, read 12";
  EXPECT_EQ(told(errors, labelled_counts(errors, whole(errors))), "Socket errors/connect=0; Socket errors/read=12");
  const std::string_view address = "Running 10s test @ http://localhost/a";
  EXPECT_EQ(tested_address(address, whole(address)).begin, 19U);
  for (const std::string_view other : {"3 files in 2 folders, 5 MB read", "note: see 3", "mail me @ http: now"}) {
    EXPECT_TRUE(counted_in_time(other, whole(other)).empty()) << other;
    EXPECT_TRUE(labelled_counts(other, whole(other)).empty()) << other;
    EXPECT_EQ(tested_address(other, whole(other)).size(), 0U) << other;
  }
}

TEST(ConsoleValues, CountersBehindACount) {
  const std::string_view cell = "19101577 bytes_per_second=211.5Mi/s items_per_second=27.5M/s hits=12k odd=3m/s";
  const auto found = counted_cell(cell, whole(cell));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(told(cell, found->counters), "bytes_per_second=211.5Mi/s [MiB/s]; items_per_second=27.5M/s [Mop/s]; hits=12k [thousand]; odd=3m/s [?]");
  const std::string_view rate = "33.25k items/s";
  EXPECT_EQ(told(rate, {*unnamed_rate(rate, whole(rate))}), "items_per_second=33.25 [kop/s]");
}

}  // namespace
}  // namespace chimera::plaintext
