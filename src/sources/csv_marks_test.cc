#include "sources/csv_marks.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::sources {
namespace {

// One letter a column: "," or ".", and "?" behind it where that is doubtful.
std::string marks(const std::string& text, char delimiter, std::size_t width) {
  RecordReader reader(text, delimiter);
  std::vector<RawRecord> records;
  for (RawRecord record; reader.next(record);) records.push_back(record);
  std::string out;
  for (const ColumnMark& each : marks_of_columns(text, delimiter, records.data(), records.size(), width)) {
    out += each.mark == text::DecimalMark::comma ? ',' : '.';
    if (each.doubtful) out += '?';
  }
  return out;
}

TEST(DecimalMarks, AreDecidedByEachColumn) {
  EXPECT_EQ(marks("2.1;0.5;17,25\n2.2;0.5;18,5\n", ';', 3), "..,");
  EXPECT_EQ(marks("1,5\t2\n2,25\t3\n", '\t', 2), ",,");
}

TEST(DecimalMarks, OfColumnsThatCanBeReadInTwoWaysAreThoseOfOthers) {
  EXPECT_EQ(marks("17,25;1.950\n18,5;2.105\n", ';', 2), ",,?");
  EXPECT_EQ(marks("0.5;0.25;0.1;0.2;17,5;1.950\n", ';', 6), "....,.?");
  EXPECT_EQ(marks("1,234;5\n2,345;6\n", ';', 2), ",,");
  EXPECT_EQ(marks("1,234\t5\n2,345\t6\n", '\t', 2), "..");
}

TEST(DecimalMarks, AreNoneOfGroupsWhereOtherNumbersOfTheColumnHaveNoGroups) {
  EXPECT_EQ(marks("17,25;1.950\n18,5;1500\n", ';', 2), ",.");
}

TEST(DecimalMarks, AreNeverCommasThatSeparate) { EXPECT_EQ(marks("\"12,5\",1\n", ',', 2), ".."); }

}  // namespace
}  // namespace chimera::sources
