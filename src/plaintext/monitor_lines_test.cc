#include "plaintext/monitor_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "plaintext/benchstat.h"
#include "text/decode.h"

namespace chimera::plaintext {
namespace {

core::Document document(std::string text) {
  core::Document out;
  out.text = std::move(text);
  out.lines = text::line_starts(out.text);
  return out;
}

// Columns with their units.
std::string columns_of(const core::Table& table) {
  std::string all;
  for (const core::Column& column : table.columns) all += column.key + '[' + column.unit + "] ";
  return all;
}

TEST(MonitorLines, AreIntervalsOfStreams) {
  const core::Document text = document("[ ID] Interval   Transfer  Bitrate\n[  5]   0.00-1.00   sec  1.5 MBytes  12.5 Mbits/sec\n");
  const auto found = monitor_lines(text, 0, text.text.size());
  ASSERT_TRUE(found);
  EXPECT_EQ(columns_of(found->found.table), "stream[] interval[] transfer[MiB] bitrate[Mbit/s] ");
  EXPECT_EQ(found->next, 2U);
}

TEST(MonitorLines, StopAtOtherLines) {
  for (const std::string line : {"[ ID] ", "[ ID] Interval\n[", "[0", "[0] x | 'C | ", "[0] x | 5'C", "[1] a | b | c", " (lfb ", "RAM 1/", "RAM 1/2MB (lfb 1x"}) {
    const core::Document text = document(line);
    EXPECT_FALSE(monitor_lines(text, 0, text.text.size())) << line;
  }
}

TEST(Benchstat, ReadsFilesSideBySide) {
  const core::Document text = document("name  old time/op  new time/op  delta\nAdd-8  6.5ns \xC2\xB1 2%  3.25ns \xC2\xB1 1%  -50.00%  (p=0.008 n=5+5)\n");
  const auto found = benchstat_table(text, 0, text.text.size(), {});
  ASSERT_TRUE(found);
  EXPECT_EQ(columns_of(found->found.table), "Benchmark[] variant[] time/op/mean[ns] time/op/\xC2\xB1[%] ");
  EXPECT_EQ(found->found.table.rows.size(), 2U);
}

TEST(Benchstat, WantsItsHeader) {
  for (const std::string lines : {"name  x  y\nAdd 1 2\n", "\xE2\x94\x82", "\xE2\x94\x82 \xE2\x94\x82\n\xE2\x94\x82 \xE2\x94\x82\nA 1\n", "name  time/op\n", "name  time/op\nA \xC2\xB1\n"}) {
    const core::Document text = document(lines);
    EXPECT_FALSE(benchstat_table(text, 0, text.text.size(), {})) << lines;
  }
}

}  // namespace
}  // namespace chimera::plaintext
