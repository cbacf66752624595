#include "text/words.h"

#include <gtest/gtest.h>

namespace chimera::text {
namespace {

using Pieces = std::vector<std::string>;

TEST(Identifiers, AreSplitWhereNamesChange) {
  EXPECT_EQ(split_identifier("meanTTFT_ms"), (Pieces{"mean", "ttft", "ms"}));
  EXPECT_EQ(split_identifier("tokens/s"), (Pieces{"tokens", "s"}));
  EXPECT_EQ(split_identifier("Time (%)"), (Pieces{"time", "%"}));
  EXPECT_EQ(split_identifier("TTFTMean"), (Pieces{"ttft", "mean"}));
  EXPECT_EQ(split_identifier("MByte/s"), (Pieces{"mbyte", "s"}));
  EXPECT_EQ(split_identifier("PeakGFlops"), (Pieces{"peak", "g", "flops"}));
  EXPECT_EQ(split_identifier("p99LatencyMs"), (Pieces{"p99", "latency", "ms"}));
  EXPECT_EQ(split_identifier("power.draw [W]"), (Pieces{"power", "draw", "w"}));
  EXPECT_EQ(split_identifier("CPU max MHz"), (Pieces{"cpu", "max", "mhz"}));
  EXPECT_EQ(split_identifier("data_sent/kB/s"), (Pieces{"data", "sent", "kb", "s"}));
  EXPECT_EQ(split_identifier("GPUs"), (Pieces{"gpus"}));
  EXPECT_EQ(split_identifier("__"), Pieces{});
}

std::string dates(std::string_view text) {
  std::string all;
  for (const DateToken& token : find_dates(text)) all += (all.empty() ? "" : "|") + format(token.date);
  return all;
}

TEST(Dates, AreFoundInTheNotationsOfPeopleAndPrograms) {
  EXPECT_EQ(dates("on 2025-11-14"), "2025-11-14");
  EXPECT_EQ(dates("2025-10-02T21:08:57.892899+00:00"), "2025-10-02 21:08:57");
  EXPECT_EQ(dates("reports/20251002-151204/x.csv"), "2025-10-02 15:12:04");
  EXPECT_EQ(dates("November 27, 2025; 14 Nov 2025; 3rd of May"), "2025-11-27|2025-11-14");
  EXPECT_EQ(dates("2025/11/14 18:53:30"), "2025-11-14 18:53:30");
  EXPECT_EQ(dates("Thu Oct  2 21:08:57 2025"), "2025-10-02 21:08:57");
  EXPECT_EQ(dates("in November 2025 and March"), "2025-11");
  EXPECT_EQ(dates("Nov 14, 2025 at 6:53 PM"), "2025-11-14 18:53:00");
}

TEST(Dates, AreNotMadeOfOtherNumbers) {
  EXPECT_EQ(dates("2025 1759439337 2025-13-01 2025-02-30 1024-10-20 v2025-01-02 may 5 3 runs"), "");
  EXPECT_EQ(dates("2024-02-29 2025-02-29"), "2024-02-29");
}

TEST(Dates, KnowTheirZone) {
  EXPECT_TRUE(find_dates("2025-10-02T21:08:57Z")[0].date.utc);
  EXPECT_TRUE(find_dates("2025-10-02 21:08 UTC")[0].date.utc);
  const Date local = find_dates("2025-10-02T21:08:57-04:00")[0].date;
  EXPECT_TRUE(local.has_zone);
  EXPECT_FALSE(local.utc);
  const DateToken token = find_dates("at 2025-10-02 21:08 UTC.")[0];
  EXPECT_EQ(token.begin, 3U);
  EXPECT_EQ(token.end, 23U);
}

TEST(Visible, ReplacesWhatSteersATerminalAndKeepsTheRest) {
  EXPECT_EQ(visible("a\x1b[31mb"), "a\xEF\xBF\xBD[31mb");
  EXPECT_EQ(visible("a\xE2\x80\xAE""b"), "a\xEF\xBF\xBD""b");
  EXPECT_EQ(visible("a\xC2\x9B""b"), "a\xEF\xBF\xBD""b");
  EXPECT_EQ(visible("caf\xC3\xA9 \xE2\x80\x93 \xC2\xB5s"), "caf\xC3\xA9 \xE2\x80\x93 \xC2\xB5s");
  EXPECT_EQ(visible("\xE2"), "\xE2");
}

}  // namespace
}  // namespace chimera::text
