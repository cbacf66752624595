#include "plaintext/line_view.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "text/decode.h"

namespace chimera::plaintext {
namespace {

core::Document document_of(std::string text, core::Format format = core::Format::text) {
  core::Document document;
  document.text = std::move(text);
  document.lines = text::line_starts(document.text);
  document.artifact.format = format;
  return document;
}

TEST(LineView, LeavesOutWhatStandsAroundALine) {
  const core::Document document = document_of("title\n   value: 5  \n\n");
  const LineView lines(document, {0, document.text.size()});
  EXPECT_EQ(lines.at(lines.line(1)), "value: 5");
  EXPECT_EQ(lines.indent(1), 3U);
  EXPECT_EQ(lines.line(2).size(), 0U);
  EXPECT_TRUE(lines.above_deeper(0));
  EXPECT_FALSE(lines.above_deeper(1));
}

TEST(LineView, SeesLinesThatOthersRead) {
  const core::Document document = document_of("above\nin\nbelow\n");
  const LineView lines(document, {6, 9});
  EXPECT_EQ(lines.first(), 1U);
  EXPECT_EQ(lines.end(), 9U);
  EXPECT_EQ(lines.at(lines.line(0)), "above");
  EXPECT_EQ(lines.at(lines.line(2)), "below");
}

TEST(LineView, LeavesOutMarksThatStandBeforeAllLinesOfMarkdown) {
  const std::string quoted = "> TTFT: 5 ms\n> > TPOT: 7 ms\n";
  const core::Document markdown = document_of(quoted, core::Format::markdown);
  const LineView lines(markdown, {0, quoted.size()});
  EXPECT_EQ(lines.at(lines.line(0)), "TTFT: 5 ms");
  EXPECT_EQ(lines.at(lines.line(1)), "> TPOT: 7 ms");
  const core::Document log = document_of(quoted);
  EXPECT_EQ(LineView(log, {0, quoted.size()}).line(0).begin, 0U);
}

TEST(LineView, LeavesOutWhatLoggersWriteAroundIt) {
  const core::Document document = document_of("2026-07-07 02:11:26 [INFO] rate: 5 | tid=\"140\"\n");
  const LineView lines(document, {0, document.text.size()});
  EXPECT_EQ(lines.at(lines.content(0)), "rate: 5");
  EXPECT_TRUE(lines.has_number(lines.content(0)));
  EXPECT_FALSE(lines.has_number({0, 0}));
}

TEST(LineView, TellsWhatIsSourceCode) {
  const core::Document document = document_of("import os\nx = 5\nreturn x\nrate: 5\n");
  const LineView lines(document, {0, document.text.size()});
  EXPECT_TRUE(lines.any_source());
  EXPECT_TRUE(lines.is_source(0));
  EXPECT_FALSE(lines.is_source(3));
}

}  // namespace
}  // namespace chimera::plaintext
