#include "plaintext/drawn_table.h"

#include <gtest/gtest.h>

#include <string>

#include "plaintext/drawn_line.h"
#include "text/decode.h"

namespace chimera::plaintext {
namespace {

core::Document document_of(const std::string& text) {
  core::Document document;
  document.text = text;
  document.lines = text::line_starts(text);
  return document;
}

// "key|key" and a line of "cell|cell" for each row; empty where there is no table.
std::string drawn(const std::string& text, std::size_t first = 0) {
  const core::Document document = document_of(text);
  const auto table = drawn_table(document, first, text.size());
  if (!table) return {};
  std::string out;
  for (const std::string& key : table->keys) out += (out.empty() ? "" : "|") + key;
  for (const DrawnRow& row : table->rows) {
    out += '\n';
    for (const core::Span& cell : row.cells) out += (&cell == &row.cells.front() ? "" : "|") + std::string(document.at(cell));
    for (const core::Span& line : row.more) out += '+' + std::string(document.at(line));
  }
  return out;
}

TEST(DrawnLine, TellsRulesFromCells) {
  const auto kind = [](std::string_view line) { return drawn_line(line, {0, line.size()}).kind; };
  EXPECT_EQ(kind("+---+---+"), DrawnLine::Kind::rule);
  EXPECT_EQ(kind("|===|===|"), DrawnLine::Kind::rule);
  EXPECT_EQ(kind("\u2521\u2501\u2501\u2547\u2501\u2501\u2529"), DrawnLine::Kind::rule);
  EXPECT_EQ(kind("| a | 1 |"), DrawnLine::Kind::cells);
  EXPECT_EQ(kind("\u2502 a \u2502 1 |"), DrawnLine::Kind::cells);
  EXPECT_EQ(kind("---------"), DrawnLine::Kind::other);
  EXPECT_EQ(kind("a + b"), DrawnLine::Kind::other);
  EXPECT_EQ(kind(""), DrawnLine::Kind::other);
}

TEST(DrawnTable, NeedsARuleBelowItsHeader) {
  EXPECT_EQ(drawn("a | b\n--+--\n1 | 2\n"), "a|b\n1|2");
  EXPECT_EQ(drawn("a | b\n1 | 2\n"), "");
  EXPECT_EQ(drawn("a | b\n"), "");
  EXPECT_EQ(drawn(""), "");
}

TEST(DrawnTable, JoinsLinesOfAHeaderAndOfALabel) {
  EXPECT_EQ(drawn("+-----+------+\n| a   | time |\n|     | (ms) |\n+-----+------+\n| x y | 1    |\n| zzz |      |\n| w   | 2    |\n+-----+------+\n"),
            "a|time (ms)\nx y|1+zzz\nw|2");
  EXPECT_EQ(drawn("|===|===|===|\n| a | t    ||\n|   | p5| p9|\n|---|---|---|\n| x | 1 | 2 |\n"), "a|t/p5|t/p9\nx|1|2");
}

TEST(DrawnTable, HasNoHeaderWhereNamesStandBesideValues) {
  EXPECT_EQ(drawn("+---+---+\n| a | 1 |\n| b | 2 |\n+---+---+\n"), "\na|1\nb|2");
}

TEST(DrawnTable, SaysNothingOfRecordsOfTwoLines) {
  EXPECT_EQ(drawn("+------+-------+\n| gpu  | ecc   |\n| fan  | util  |\n|======+=======|\n| 0 x  |     0 |\n| 30%  | 5%  d |\n+------+-------+\n"), "");
}

}  // namespace
}  // namespace chimera::plaintext
