// Holds our blocks against cmark-gfm, which shares no code with them, on well-formed text.
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/decode.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"

namespace chimera::text {
namespace {

struct NodeFree {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Tree = std::unique_ptr<cmark_node, NodeFree>;

Tree parse_with_cmark(const std::string& text) {
  cmark_gfm_core_extensions_ensure_registered();
  cmark_parser* parser = cmark_parser_new(CMARK_OPT_SOURCEPOS);
  cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
  cmark_parser_feed(parser, text.data(), text.size());
  Tree tree(cmark_parser_finish(parser));
  cmark_parser_free(parser);
  return tree;
}

std::string_view line_at(std::string_view text, const std::vector<std::uint64_t>& lines, int number) {
  const std::uint64_t begin = lines[static_cast<std::size_t>(number) - 1];
  return text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
}

// "heading1 3", "item 5", "rule 7", "table 9 4x2": kind and line; of a table its last line, rows with header, columns.
// (A table's first line is not asked for: cmark gives that of the paragraph above. Nor rows without a pipe: the
// specification takes any text right below a table for a row.)
std::vector<std::string> expected_blocks(const std::string& text) {
  std::vector<std::string> blocks;
  const std::vector<std::uint64_t> lines = line_starts(text);
  const Tree tree = parse_with_cmark(text);
  cmark_iter* iter = cmark_iter_new(tree.get());
  for (cmark_event_type event = cmark_iter_next(iter); event != CMARK_EVENT_DONE; event = cmark_iter_next(iter)) {
    if (event != CMARK_EVENT_ENTER) continue;
    cmark_node* node = cmark_iter_get_node(iter);
    const std::string line = std::to_string(cmark_node_get_start_line(node));
    const std::string_view type = cmark_node_get_type_string(node);
    if (type == "heading")
      blocks.push_back("heading" + std::to_string(cmark_node_get_heading_level(node)) + " " + line);
    if (type == "thematic_break") blocks.push_back("rule " + line);
    if (type == "item") blocks.push_back("item " + line);
    if (type != "table") continue;
    int rows = 1;
    int last = cmark_node_get_end_line(node);
    cmark_node* row = cmark_node_next(cmark_node_first_child(node));
    for (; row != nullptr; row = cmark_node_next(row)) {
      const int at_line = cmark_node_get_start_line(row);
      if (!has_pipe(line_at(text, lines, at_line))) break;
      last = at_line;
      ++rows;
    }
    blocks.push_back("table " + std::to_string(last) + " " + std::to_string(rows) + "x" +
                     std::to_string(cmark_gfm_extensions_get_table_columns(node)));
  }
  cmark_iter_free(iter);
  return blocks;
}

std::vector<std::string> our_blocks(const std::string& text) {
  const std::vector<std::uint64_t> lines = line_starts(text);
  const Markdown markdown = parse_markdown(text);
  std::vector<std::string> blocks;
  for (const MarkdownBlock& block : markdown.blocks) {
    const auto line = std::upper_bound(lines.begin(), lines.end(), block.span.begin) - lines.begin();
    const std::string at_line = " " + std::to_string(line);
    switch (block.kind) {
      case BlockKind::heading:
        blocks.push_back("heading" + std::to_string(block.level) + at_line);
        break;
      case BlockKind::rule:
        blocks.push_back("rule" + at_line);
        break;
      case BlockKind::list_item:
        blocks.push_back("item" + at_line);
        break;
      case BlockKind::table: {
        const MarkdownTable& table = markdown.tables[static_cast<std::size_t>(block.table)];
        const auto last = std::upper_bound(lines.begin(), lines.end(), table.span.end - 1) - lines.begin();
        blocks.push_back("table " + std::to_string(last) + " " + std::to_string(table.rows.size() + 1) + "x" +
                         std::to_string(table.header.size()));
        break;
      }
      default:
        break;
    }
  }
  return blocks;
}

void expect_same(const std::string& text) { EXPECT_EQ(our_blocks(text), expected_blocks(text)) << text; }

TEST(MarkdownOracle, AgreesOnBlockStructure) {
  for (const std::string text : {
           "# A\n\n## B\ntext\n\n- a\n- b\n  - c\n\n  more\n- d\n\n1. x\n2. y\n   * z\n",
           "para\n- item\n2. no list\n1. list\n",
           "A\n=\n\nB\n-\n\n***\n- - -\n* * *\n",
           "```\n# x\n- y\n```\n\n~~~\n~~~~\n# after\n",
           "> # quoted\n> - a\n> - b\nlazy\n\n- b\n\n      code\n  # in item\n",
           "- a\n\n  ```\n  # code\n  ```\n  # not code\n- b\n",
           "<div>\n# html\n</div>\n\n# md\n\n<!-- c\n\n# c -->\n# md\n",
           "| a | b |\n| - | - |\n| 1 | 2 |\n\ntext\n| c |\n| - |\n| 3 |\n",
           "a | b\n-|-\n1 | 2\n\n> | x | y |\n> |---|---|\n> | 1 | 2 |\n",
           "- | x | y |\n  |---|---|\n  | 1 | 2 |\n- next\n",
           "\t# code\n#\ttab\n#no\n####### seven\n",
           "1) a\n2) b\n\n10. c\n\n1234567890. no\n",
           "* a\n*b\n+ c\n-\n- d\n",
       })
    expect_same(text);
}

TEST(MarkdownOracle, FindsWhatCmarkFindsInRealReports) {
  const char* const shared = std::getenv("CHIMERA_SHARED");
  const std::filesystem::path root = std::filesystem::path(shared != nullptr ? shared : "../shared") / "corpora";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << root << " is not there";
  std::size_t files = 0, tables = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".md") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text = decode(std::string(std::istreambuf_iterator<char>(in), {})).text;
    const std::vector<std::string> ours = our_blocks(text);
    // Every table of the specification is one of ours, at its place, with its columns.
    for (const std::string& block : expected_blocks(text)) {
      if (block.rfind("table", 0) != 0) continue;
      ++tables;
      EXPECT_NE(std::find(ours.begin(), ours.end(), block), ours.end()) << entry.path() << ": " << block;
    }
    ++files;
  }
  EXPECT_GT(files, 0U);
  EXPECT_GT(tables, 0U);
}

}  // namespace
}  // namespace chimera::text
