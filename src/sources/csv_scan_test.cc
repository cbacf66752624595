#include "sources/csv_scan.h"

#include <gtest/gtest.h>

#include <string>

#include "sources/test_scan.h"

namespace chimera::sources {
namespace {

struct Scanned {
  ScanBlock block;
  std::string text;
  std::size_t end = 0;

  explicit Scanned(const std::string& rows) : text(rows + std::string(CsvScan::kPadding, '9')) {
    CsvPlan plan;
    plan.header = "name,a,b";
    plan.columns.resize(3);
    for (CsvPlan::Column& column : plan.columns) column.numbers = plan.number_columns++;
    plan.columns[0].kept = plan.kept_columns++;
    CsvScan scan(plan);
    end = scan.scan(std::string_view(text).substr(0, rows.size()), block);
  }
  [[nodiscard]] std::string numbers() const { return test::numbers_of(block, text); }
  [[nodiscard]] std::string odd() const { return test::odd_lines_of(block, text); }
};

TEST(CsvScan, FindsEveryNumberWithItsSpan) {
  const Scanned scanned("x,1.50,-2\n\"say \"\"hi\"\", 5\nmore\", 3 ,\"1,234.5\"\r\ny,,1e3\nz,+4,007,\n");
  EXPECT_EQ(scanned.numbers(), "1:1.50=1.5 1:3=3 1:+4=4 2:-2=-2 2:1,234.5=1234.5 2:1e3=1000 2:007=7 ");
  EXPECT_EQ(scanned.odd(), "");
  ASSERT_EQ(scanned.block.rows.size(), 4U);
  EXPECT_EQ(scanned.text.substr(scanned.block.rows[2].begin, scanned.block.rows[2].size), "y,,1e3");
  ASSERT_EQ(scanned.block.kept[0].size(), 4U);
  EXPECT_EQ(scanned.text.substr(scanned.block.kept[0][1].begin, scanned.block.kept[0][1].size), "say \"\"hi\"\", 5\nmore");
}

TEST(CsvScan, SetsAsideWhatOnlyTheTolerantReaderCanPlace) {
  for (const std::string line : {"x,1", "x,1,2,3", "# note", "name,a,b", "x,12 ms,2", "x,1e400,2", "x,\"a\"b,2", "x,\"a\\\"\",2", ""}) {
    SCOPED_TRACE(line);
    const Scanned scanned("u,1,2\n" + line + "\nv,3,4\n");
    EXPECT_EQ(scanned.odd(), line + "|");
    EXPECT_EQ(scanned.numbers(), "1:1=1 1:3=3 2:2=2 2:4=4 ");
    EXPECT_EQ(scanned.end, 13 + line.size());
  }
}

TEST(CsvScan, EndsBeforeARecordThatIsNotClosed) {
  EXPECT_EQ(Scanned("u,1,2\nx,3,4").end, 6U);
  EXPECT_EQ(Scanned("u,1,2\n\"x,3,4\n").end, 6U);
}

TEST(CsvCut, IsBehindALineEndOutsideQuotes) {
  EXPECT_EQ(csv_cut("a,b\nc,\"d\ne"), 4U);
  EXPECT_EQ(csv_cut("a,\"b\nc\"\nd"), 8U);
  EXPECT_EQ(csv_cut("a,\"b\nc"), 0U);
  EXPECT_EQ(csv_cut(""), 0U);
  EXPECT_EQ(csv_cut("a\n"), 2U);
}

}  // namespace
}  // namespace chimera::sources
