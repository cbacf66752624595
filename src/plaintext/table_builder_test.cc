#include "plaintext/table_builder.h"

#include <gtest/gtest.h>

#include <string>

#include "core/settings_lines.h"
#include "plaintext/written_cell.h"
#include "text/decode.h"

namespace chimera::plaintext {
namespace {

class TableBuilderTest : public testing::Test {
 protected:
  TableBuilderTest() {
    document_.text = "a: 1\nb: 2\n";
    document_.lines = text::line_starts(document_.text);
  }

  void put(const std::string& key) { out_.put(key, {0, 1}, read_written_cell(document_.text, {3, 4}), 4); }

  // "section: rows x columns" of each table.
  std::string built() {
    std::string out;
    for (const LocatedTable& each : out_.take_tables())
      out += each.table.name + ": " + std::to_string(each.table.rows.size()) + "x" + std::to_string(each.table.columns.size()) + " ";
    return out;
  }

  core::Document document_;
  LineView lines_{document_, {0, 10}};
  ReadingContext context_{"run"};
  TableBuilder out_{lines_, context_};
};

TEST_F(TableBuilderTest, NamesThatComeAgainBeginARow) {
  put("a");
  put("b");
  put("a");
  EXPECT_EQ(built(), "run: 2x2 ");
}

TEST_F(TableBuilderTest, BlocksBeginARow) {
  put("a");
  context_.begin_block();
  put("b");
  put("c");
  EXPECT_EQ(built(), "run: 2x3 ");
}

TEST_F(TableBuilderTest, RowsSayWhatTheyAreAboutAndOfWhichStage) {
  context_.enter_warmup({0, 4}, "warmup");
  context_.enter_subject({5, 9}, 0);
  put("a");
  EXPECT_EQ(built(), "warmup: 1x3 ");
}

TEST_F(TableBuilderTest, SectionsAndSettingsHaveTablesOfTheirOwn) {
  put("a");
  context_.enter_part("other");
  put("a");
  out_.settings("in front").begin_row(0);
  EXPECT_EQ(built(), std::string(core::kSettingsLines) + ": 1x0 other: 1x1 run: 1x1 ");
}

TEST_F(TableBuilderTest, NothingIsBuiltOfTablesWithoutRows) {
  EXPECT_FALSE(out_.table(core::TableKind::records, "a").has_row());
  EXPECT_EQ(built(), "");
}

}  // namespace
}  // namespace chimera::plaintext
