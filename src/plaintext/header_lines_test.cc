#include "plaintext/header_lines.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace chimera::plaintext {
namespace {

// Cells parted by "|"; those that begin with a digit are numbers. Keys and units as "Latency/p50[ms] ".
std::string header(const std::vector<std::string>& written) {
  std::vector<HeaderLine> lines;
  for (const std::string& line : written) {
    HeaderLine& cells = lines.emplace_back();
    for (std::size_t from = 0; from <= line.size();) {
      const std::size_t to = std::min(line.find('|', from), line.size());
      const std::string cell = line.substr(from, to - from);
      const bool number = !cell.empty() && std::isdigit(static_cast<unsigned char>(cell[0])) != 0;
      cells.push_back({cell, number, number});
      from = to + 1;
    }
  }
  const HeaderNames names = read_header_lines(lines);
  std::string out = std::to_string(names.lines) + ": ";
  for (std::size_t c = 0; c < names.keys.size(); ++c) out += names.keys[c] + (names.units[c].empty() ? "" : "[" + names.units[c] + "]") + " ";
  return out;
}

TEST(HeaderLines, NamesStandBelowGroups) {
  EXPECT_EQ(header({"Batch|Latency||Rate|", "|p50|p99|mean|max", "1|2|3|4|5"}), "2: Batch Latency/p50 Latency/p99 Rate/mean Rate/max ");
  EXPECT_EQ(header({"|lat|lat", "|mean|std", "model||", "a|1|2"}), "3: model lat/mean lat/std ");
}

TEST(HeaderLines, UnitsStandBelowNames) {
  EXPECT_EQ(header({"Batch|Latency|Rate", "|ms|tok/s", "1|2|3"}), "2: Batch Latency[ms] Rate[tok/s] ");
  EXPECT_EQ(header({"Batch|Latency||x", "|p50|p99|", "|ms|ms|", "1|2|3|4"}), "3: Batch Latency/p50[ms] Latency/p99[ms] x ");
}

TEST(HeaderLines, RowsOfWordsAreRows) {
  EXPECT_EQ(header({"Model|Notes|", "a|good|fast", "b|bad|slow"}), "1: Model Notes  ");
  EXPECT_EQ(header({"Name|Value|Name|Value", "Host|node|OS|Linux", "Threads|8|Memory|64"}), "1: Name Value Name Value ");
  EXPECT_EQ(header({"Model|Latency", "a|OOM", "b|12"}), "1: Model Latency ");
}

TEST(HeaderLines, MayBeAll) { EXPECT_EQ(header({"a|b"}), "1: a b "); }

}  // namespace
}  // namespace chimera::plaintext
