#include "text/markdown.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "text/markdown_lines.h"

namespace chimera::text {
namespace {

constexpr std::string_view kKinds[] = {"heading", "paragraph", "item", "code", "quote", "html", "table", "rule"};

// One line a block: kind, level where it has one, content with line ends as '~'.
std::string outline(std::string_view text) {
  std::string out;
  for (const MarkdownBlock& block : parse_markdown(text).blocks) {
    out += std::string(kKinds[static_cast<std::size_t>(block.kind)]);
    if (block.level > 0) out += std::to_string(block.level);
    out += '(' + std::string(at(text, block.span)) + ")\n";
  }
  for (char& c : out) c = c == '\n' ? ' ' : c;
  return out;
}

// Rows as "a|b / c|d", the header first; tables separated by " ; ".
std::string tables_of(std::string_view text) {
  std::string out;
  const auto row = [&](const std::vector<MarkdownSpan>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out += (i > 0 ? "|" : "") + std::string(at(text, cells[i]));
  };
  for (const MarkdownTable& table : parse_markdown(text).tables) {
    out += out.empty() ? "" : " ; ";
    row(table.header);
    for (const std::vector<MarkdownSpan>& cells : table.rows) out += " / ", row(cells);
  }
  return out;
}

std::string pairs_of(std::string_view text) {
  std::string out;
  const Markdown markdown = parse_markdown(text);
  for (const NameValue& pair : markdown.pairs) {
    out += out.empty() ? "" : "; ";
    if (!empty(pair.group)) out += std::string(at(text, pair.group)) + " > ";
    out += std::string(at(text, pair.name)) + " = " + std::string(at(text, pair.value));
  }
  return out;
}

std::string entities_of(std::string_view text) {
  std::string out;
  const Markdown markdown = parse_markdown(text);
  for (const EntityRow& entity : markdown.entities) {
    out += (out.empty() ? "" : "; ") + std::string(at(text, entity.group)) + '/' + std::string(at(text, entity.name));
    for (const NameValue& value : entity.values)
      out += ' ' + std::string(at(text, value.name)) + '=' + std::string(at(text, value.value));
  }
  return out;
}

TEST(Markdown, FindsTheBlocksOfOrdinaryText) {
  EXPECT_EQ(outline("# A\n\ntext\nmore\n\n- one\n- two\n\n> said\n\n---\n"),
            "heading1(A) paragraph(text more) item1(one) item1(two) quote(said) paragraph(said) rule(---) ");
  EXPECT_EQ(outline("A\n===\nB\n---\n## C ##\n"), "heading1(A) heading2(B) heading2(C) ");
  EXPECT_EQ(outline(""), "");
}

TEST(Markdown, CountsTheDepthOfNestedItems) {
  EXPECT_EQ(outline("- a\n  - b\n    1. c\n- d\n"), "item1(a) item2(b) item3(c) item1(d) ");
}

TEST(Markdown, LeavesCodeAndHtmlAlone) {
  EXPECT_EQ(outline("```sh\n# no heading\n- no item\n```\n"), "code(# no heading - no item) ");
  EXPECT_EQ(outline("    indented\n"), "code(    indented) ");
  EXPECT_EQ(outline("<!-- # 1\n\n2 -->\ntext\n"), "html(<!-- # 1  2 -->) paragraph(text) ");
}

TEST(Markdown, ReadsATableWithItsHeading) {
  const std::string_view text = "# H\n\n| a | b |\n|---|--:|\n| 1 | x \\| y |\n";
  EXPECT_EQ(tables_of(text), "a|b / 1|x \\| y");
  const Markdown markdown = parse_markdown(text);
  EXPECT_EQ(markdown.tables[0].heading, 0);
  EXPECT_FALSE(markdown.tables[0].broken);
}

TEST(Markdown, ReadsATableWithoutOuterPipes) { EXPECT_EQ(tables_of("a | b\n--- | ---\n1 | 2\n"), "a|b / 1|2"); }

TEST(Markdown, KeepsPipesInCodeWhereTheRowAsksForIt) {
  EXPECT_EQ(tables_of("| a | b |\n|---|---|\n| `x|y` | 2 |\n"), "a|b / `x|y`|2");
}

TEST(Markdown, TakesTheHeaderFromTheEndOfALineOfText) {
  const std::string_view text = "- Kind: f32 | Engine | Mean (ms) |\n| --- | --- |\n| e | 1.5 |\n";
  EXPECT_EQ(tables_of(text), "Engine|Mean (ms) / e|1.5");
  EXPECT_EQ(pairs_of(text), "Kind = f32");
  EXPECT_TRUE(parse_markdown(text).tables[0].broken);
}

TEST(Markdown, BelievesHeaderAndRowAgainstAShortDelimiterRow) {
  EXPECT_EQ(tables_of("| a | b | c |\n| --- | --- |\n| 1 | 2 | 3 |\n"), "a|b|c / 1|2|3");
}

TEST(Markdown, EndsATableAtWhatFollowsOnItsLastLine) {
  const std::string_view text = "| a | b |\n|---|---|\n| 1 | 2 | ## Next one\n- n: 5\n";
  EXPECT_EQ(tables_of(text), "a|b / 1|2");
  EXPECT_EQ(outline(text), "table(a | b | |---|---| | 1 | 2 |) heading2(Next one) item1(n: 5) ");
  EXPECT_EQ(outline("| a | b |\n|---|---|\n| 1 | 2 | Files:\n"), "table(a | b | |---|---| | 1 | 2) paragraph(Files:) ");
}

TEST(Markdown, GoesOnBelowARowWithARemark) {
  EXPECT_EQ(tables_of("| a | b |\n|---|---|\n| 1 | 2 | (remark)\n| 3 | 4 |\n"), "a|b / 1|2|(remark) / 3|4");
}

TEST(Markdown, SeparatesTwoTablesWithoutABlankLine) {
  EXPECT_EQ(tables_of("| a | b |\n|--|--|\n| 1 | 2 |\n| c | d |\n|--|--|\n| 3 | 4 |\n"), "a|b / 1|2 ; c|d / 3|4");
}

TEST(Markdown, KeepsRaggedRowsAndSaysSo) {
  const std::string_view text = "| a | b |\n|--|--|\n| 1 |\n| 1 | 2 | 3 |\n";
  EXPECT_EQ(tables_of(text), "a|b / 1 / 1|2|3");
  EXPECT_TRUE(parse_markdown(text).tables[0].broken);
}

TEST(Markdown, TakesALateRowForText) {
  EXPECT_EQ(tables_of("| a | b |\n|--|--|\n| 1 | 2 |\n\ntext\n\n| 3 | 4 |\n"), "a|b / 1|2");
}

TEST(Markdown, ReadsTablesPastedIntoCode) {
  const std::string_view text = "# Run\n\n```\n$ bench\n| model | t/s |\n| --- | ---: |\n| m | 5.1 |\ndone\n```\n";
  EXPECT_EQ(tables_of(text), "model|t/s / m|5.1");
  EXPECT_EQ(parse_markdown(text).tables[0].heading, 0);
}

TEST(Markdown, SplitsHeadingsInTheMiddleOfALine) {
  EXPECT_EQ(outline("# Title ## Part (x)\ntext ### Deep\n"),
            "heading1(Title) heading2(Part (x)) paragraph(text) heading3(Deep) ");
  EXPECT_EQ(outline("use `a ## b` here, and C ## too\n"), "paragraph(use `a ## b` here, and C) heading2(too) ");
  EXPECT_EQ(outline("## Closed ##\n"), "heading2(Closed) ");
}

TEST(Markdown, SplitsItemsOnOneLine) {
  EXPECT_EQ(outline("- a: x - b: y\n"), "item1(a: x) item1(b: y) ");
  EXPECT_EQ(outline("- speed - warm: 5\n"), "item1(speed - warm: 5) ");
  EXPECT_EQ(outline("# Title - Made: 2025-01-02\n- a: b\n"), "heading1(Title) item1(Made: 2025-01-02) item1(a: b) ");
  EXPECT_EQ(outline("# Phase 1 - Results: good\n\ntext\n"), "heading1(Phase 1 - Results: good) paragraph(text) ");
}

TEST(Markdown, FindsPairsInEveryNotation) {
  EXPECT_EQ(pairs_of("- Mean: 1.5 s\n- **P95:** 2 s\n- **P99**: `3 s`\n"), "Mean = 1.5 s; P95 = 2 s; P99 = 3 s");
  EXPECT_EQ(pairs_of("**Date:** 2025-01-02  \n**Model:** m:4b\n"), "Date = 2025-01-02; Model = m:4b");
  EXPECT_EQ(pairs_of("- Temperature: 0.3, top_p: 0.9\n"), "Temperature = 0.3; top_p = 0.9");
  EXPECT_EQ(pairs_of("latency = 5 ms\n"), "latency = 5 ms");
}

TEST(Markdown, TakesNoSentenceForAPair) {
  EXPECT_EQ(pairs_of("- It works. But note: not always\n"), "");
  EXPECT_EQ(pairs_of("- **Next: measure** again\n"), "");
  EXPECT_EQ(pairs_of("- see http://host:80/x\n- at 12:30 sharp\n"), "");
}

TEST(Markdown, PutsPairsUnderTheirLabel) {
  EXPECT_EQ(pairs_of("**Fast model**\n- TTFT: 1 s\n\n# H\n- TTFT: 2 s\n"), "Fast model > TTFT = 1 s; TTFT = 2 s");
  EXPECT_EQ(pairs_of("- A:\n  - x: 1\n- B:\n  - x: 2\n"), "A > x = 1; B > x = 2");
}

TEST(Markdown, FindsEntitiesAndTheirGroup) {
  EXPECT_EQ(entities_of("- run1: - q8_0: mean_ms=4.5 tps=2 - `q4:0`: mean_ms=6, tps=3\n"),
            "run1/q8_0 mean_ms=4.5 tps=2; run1/q4:0 mean_ms=6 tps=3");
  EXPECT_EQ(entities_of("Best: `n_gpu=40, n_ctx=1,024, t=5 ms`.\n"), "/Best n_gpu=40 n_ctx=1,024 t=5 ms");
  EXPECT_EQ(entities_of("- note: a=1 but not always\n"), "");
}

TEST(Markdown, FindsLinksCodeTagsAndOrdinals) {
  const std::string_view text =
      "1. [12 ms](fact:7c \"t\") and [x][f7] and [f7], `c 1`, <br> https://a.b/1).\n\n[f7]: path#3\n";
  const Markdown markdown = parse_markdown(text);
  std::string links;
  for (const InlineLink& link : markdown.links)
    links +=
        std::string(at(text, link.text)) + "->" + std::string(at(text, link.target)) + (link.reference ? "* " : " ");
  EXPECT_EQ(links, "12 ms->fact:7c \"t\" x->f7* f7->f7* ->https://a.b/1 f7->path#3* ");
  ASSERT_EQ(markdown.code.size(), 1U);
  EXPECT_EQ(at(text, markdown.code[0]), "c 1");
  ASSERT_EQ(markdown.html.size(), 1U);
  EXPECT_EQ(at(text, markdown.html[0]), "<br>");
  ASSERT_EQ(markdown.ordinals.size(), 1U);
  EXPECT_EQ(at(text, markdown.ordinals[0]), "1");
}

TEST(Markdown, ReadsFrontMatterAsPairs) {
  EXPECT_EQ(pairs_of("---\nmodel: m\nruns: 5\n---\n# H\n"), "model = m; runs = 5");
}

TEST(Markdown, ReadsWindowsLineEnds) {
  EXPECT_EQ(tables_of("| a | b |\r\n|---|---|\r\n| 1 | 2 |\r\n"), "a|b / 1|2");
  EXPECT_EQ(pairs_of("- a: 1\r\n- b: 2\r\n"), "a = 1; b = 2");
}

// Inputs on which naive parsers take quadratic time or recurse without end. A regression shows as a test that hangs.
TEST(Markdown, SurvivesHostileNesting) {
  const auto repeat = [](std::string_view what, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += what;
    return out;
  };
  for (const std::string_view piece : {">", "[",  "*",     "- ",        "> - ", "`",  "](",  "[](", "<!--",  "<a b='",
                                       "|", "|-", " ## a", "- a: b - ", "a: ",  "\\", "1. ", "#",   "~~~\n", "[a]:"}) {
    const std::string text = repeat(piece, 50'000);
    const Markdown markdown = parse_markdown(text);
    for (const MarkdownBlock& block : markdown.blocks) ASSERT_LE(block.span.end, text.size()) << piece;
  }
  const Markdown deep = parse_markdown(repeat("> ", 200) + "1\n" + repeat(">\n", 1000));
  EXPECT_LE(deep.blocks.size(), 60U);
}

TEST(Markdown, KeepsAllSpansInsideTheText) {
  const std::string text = "| a\n|-\n|\n- x:\n-\n>\n```\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string part = text.substr(0, cut);
    const Markdown markdown = parse_markdown(part);
    for (const MarkdownBlock& block : markdown.blocks) EXPECT_LE(block.span.end, part.size());
    for (const MarkdownTable& table : markdown.tables) EXPECT_LE(table.span.end, part.size());
  }
}

}  // namespace
}  // namespace chimera::text
