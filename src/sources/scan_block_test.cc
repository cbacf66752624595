#include "sources/scan_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace chimera::sources {
namespace {

TEST(ScanBlocks, FindLinesWhereverTheyEnd) {
  std::mt19937 draw(1);
  for (int round = 0; round < 300; ++round) {
    std::string text(draw() % 400, 'a');
    const auto often = 1 + draw() % 90;
    for (char& c : text)
      if (draw() % often == 0) c = '\n';
    std::vector<std::uint32_t> expected{0};
    for (std::uint32_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') expected.push_back(i + 1);
    std::vector<std::uint32_t> begins{7, 7};
    find_line_begins(text, begins);
    EXPECT_EQ(begins, expected);
    EXPECT_EQ(count_bytes(text, '\n'), expected.size() - 1);
    EXPECT_EQ(count_bytes(text, 'a'), static_cast<std::uint64_t>(std::count(text.begin(), text.end(), 'a')));
  }
}

}  // namespace
}  // namespace chimera::sources
