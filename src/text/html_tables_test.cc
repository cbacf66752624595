#include "text/html_tables.h"

#include <gtest/gtest.h>

#include <string>

#include "text/markdown_lines.h"

namespace chimera::text {
namespace {

// "a|b / 1|2", tables parted by "; ".
std::string tables_of(std::string_view text) {
  Markdown markdown = parse_markdown(text);
  add_html_tables(text, markdown);
  std::string out;
  const auto add = [&](const std::vector<MarkdownSpan>& row) {
    for (std::size_t c = 0; c < row.size(); ++c) out += (c > 0 ? "|" : "") + std::string(at(text, row[c]));
  };
  for (const MarkdownTable& table : markdown.tables) {
    if (!out.empty()) out += "; ";
    add(table.header);
    for (const auto& row : table.rows) out += " / ", add(row);
  }
  return out;
}

TEST(HtmlTables, AreReadCellByCell) {
  EXPECT_EQ(tables_of("<table>\n<tr><th>a</th><th>b c</th></tr>\n<tr><td> 1 </td><td><b>2</b><br></td></tr>\n</table>\n"), "a|b c / 1|2");
  EXPECT_EQ(tables_of("<TABLE><TR><TD>a<TD>b<TR><TD>1<TD>2</TABLE>\n"), "a|b / 1|2") << "closing tags may be left out";
  EXPECT_EQ(tables_of("text\n\n<div><table><!-- <td> --><tr><td>a</td><td>b</td></tr><tr><td>1</td></tr></table></div>\n"), "a|b / 1");
}

TEST(HtmlTables, LeaveRoomForCellsOverSeveralColumnsAndRows) {
  EXPECT_EQ(tables_of("<table><tr><th rowspan=2>a</th><th colspan=\"2\">b</th></tr><tr><th>c</th><th>d</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>\n"), "a|b| / |c|d / 1|2|3");
  EXPECT_EQ(tables_of("<table><tr><td colspan=2>title</td></tr><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>\n"), "a|b / 1|2");
}

TEST(HtmlTables, AreNoneWithoutAHeaderOrAcrossOtherBlocks) {
  EXPECT_EQ(tables_of("<table><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></table>\n"), "") << "rows that head themselves";
  EXPECT_EQ(tables_of("<table><tr><td>a</td></tr><tr><td>1</td></tr></table>\n"), "");
  EXPECT_EQ(tables_of("<table>\n<tr><td>a</td><td>b</td></tr>\n\ntext\n\n<tr><td>1</td><td>2</td></tr>\n</table>\n"), "");
  EXPECT_EQ(tables_of("```\n<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>\n```\n"), "");
  for (const char* hostile : {"<table>", "<table><tr><td", "<table></table>", "<table><td></table>", "<table><tr></tr><tr><td></td></tr></table>", "<table><td colspan=0><td rowspan=99999999999999999999></table>",
                              "<table><td colspan=65><td>b<tr><td>1</table>", "</table><table"})
    EXPECT_EQ(tables_of(hostile), "") << hostile;
  EXPECT_EQ(tables_of("<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table></td></tr></table>\n"), "a|b / 1|2");
}

TEST(HtmlTables, NamesAreWithoutTags) {
  EXPECT_EQ(without_html("TTFT<br/>(ms)"), "TTFT (ms)");
  EXPECT_EQ(without_html("<b>a</b>&nbsp;&lt; b &amp c"), "a < b &amp c");
  EXPECT_EQ(without_html("a<b, List<int>"), "a<b, List<int>");
}

}  // namespace
}  // namespace chimera::text
