#include "plaintext/comma_cells.h"

#include <gtest/gtest.h>

namespace chimera::plaintext {
namespace {

std::vector<std::vector<core::Span>> column(std::string_view text) {
  std::vector<std::vector<core::Span>> rows;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    rows.push_back({{begin, end}});
    begin = end + 1;
  }
  return rows;
}

bool decimal(std::string_view text) { return has_decimal_commas(text, column(text)); }

double read(std::string_view text) {
  const WrittenCell written = read_comma_cell(text, {0, text.size()});
  return written.cell.kind == core::CellKind::number ? written.cell.number : -1;
}

TEST(DecimalCommas, AreProvedByOneNumberOfTheTable) {
  EXPECT_TRUE(decimal("0,123\n12,345"));
  EXPECT_TRUE(decimal("12,345\n1234,567 ms"));
  for (const std::string_view none : {"", "12,345", "12,345\n1,500", "0,1", "0,1\n0,2", "0,123\n1.5", "0,123\n1,234,567", "0,123,", "a 0,123", "0,123x"}) EXPECT_FALSE(decimal(none)) << none;
}

TEST(DecimalCommas, StandInNumbersWithUnitsAndSpreads) {
  EXPECT_EQ(read("12,345"), 12.345);
  EXPECT_EQ(read("12,345 ms"), 12.345);
  EXPECT_EQ(read("12,345 \xC2\xB1"), 12.345);
  EXPECT_EQ(read("12"), 12);
  EXPECT_EQ(read("owl"), -1);
  EXPECT_EQ(read(""), -1);
}

}  // namespace
}  // namespace chimera::plaintext
