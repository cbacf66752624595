// The structure of a Markdown text, with byte spans of everything, also where the Markdown is broken.
//
// cmark-gfm gives the blocks; tables, list items with several entries on one line, and headings run together with
// their text (as some programs write them) are recovered from the source bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chimera::text {

struct MarkdownSpan {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct MarkdownTable {
  std::vector<MarkdownSpan> header;             // trimmed cell contents
  std::vector<std::vector<MarkdownSpan>> rows;  // as written: may be ragged
  MarkdownSpan span;
  bool broken = false;      // recovered: not a table by the GFM specification
};

enum class BlockKind { heading, paragraph, list_item, code, quote, html, table, rule };

struct MarkdownBlock {
  BlockKind kind = BlockKind::paragraph;
  MarkdownSpan span;       // of the content: without '#', bullet, fences
  int level = 0;           // of a heading: 1-6; of a list item: its depth from 1
  std::int32_t heading = -1;  // index of the block that is the nearest heading above, or -1
  std::int32_t table = -1;    // of a table: index into Markdown::tables
};

// "**Mean TTFT:** 0.165 s (warm)" or "- Tokens per second: 7.90".
struct NameValue {
  MarkdownSpan name;   // without emphasis marks and colon
  MarkdownSpan value;  // the rest of the item, trimmed, without emphasis marks around it
  std::int32_t heading = -1;
};

struct InlineLink {
  MarkdownSpan text;    // between [ and ]
  MarkdownSpan target;  // between ( and ), or the reference label
  bool reference = false;
};

struct Markdown {
  std::vector<MarkdownBlock> blocks;  // in order of begin; nested blocks after the one that holds them
  std::vector<MarkdownTable> tables;
  std::vector<NameValue> pairs;       // from list items and lines of their own, in order
  std::vector<InlineLink> links;
  std::vector<MarkdownSpan> code;     // inline code spans, without backticks
};

// Never fails: any text is Markdown. Linear in the size, whatever the nesting.
[[nodiscard]] Markdown parse_markdown(std::string_view text);

}  // namespace chimera::text
