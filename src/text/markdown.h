// The structure of a Markdown text, with byte spans of everything, also where the Markdown is broken.
//
// The blocks are those of the GFM specification (the tests hold cmark-gfm against them). Read from the source bytes in
// one pass beside them: tables that the specification does not take for one, and headings, list items and table
// headers that some programs run together on one line.
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
  std::int32_t heading = -1;  // block index, as in MarkdownBlock
  bool broken = false;        // recovered: not a table by the GFM specification, or with ragged rows
};

enum class BlockKind { heading, paragraph, list_item, code, quote, html, table, rule };

struct MarkdownBlock {
  BlockKind kind = BlockKind::paragraph;
  MarkdownSpan span;          // of the content: without '#', bullet, fences
  int level = 0;              // of a heading: 1-6; of a list item: its depth from 1
  std::int32_t heading = -1;  // index of the block that is the nearest heading above, or -1
  std::int32_t table = -1;    // of a table: index into Markdown::tables
};

// "**Mean TTFT:** 0.165 s (warm)" or "- Tokens per second: 7.90".
struct NameValue {
  MarkdownSpan name;   // without emphasis marks and colon
  MarkdownSpan value;  // the rest of the item, trimmed, without emphasis marks around it
  MarkdownSpan group;  // the item, label or bold line that this one stands under, within its heading; may be empty
  std::int32_t heading = -1;
  std::vector<MarkdownSpan> around;  // the items that the group stands in, outermost first
};

// "- q8_0: mean_latency_ms=46.570 tokens_per_s=2.008": something with key=value entries. The name may be empty.
struct EntityRow {
  MarkdownSpan name;
  MarkdownSpan group;
  std::vector<NameValue> values;  // in order; their group and heading are unset
  std::int32_t heading = -1;
};

struct InlineLink {
  MarkdownSpan text;    // between [ and ]
  MarkdownSpan target;  // between ( and ), or the reference label
  bool reference = false;
};

struct Markdown {
  std::vector<MarkdownBlock> blocks;   // in order of begin; nested blocks after the one that holds them
  std::vector<MarkdownTable> tables;   // those that stand in code (pasted output of a tool) last: they have no block
  std::vector<NameValue> pairs;        // from list items and lines of their own, in order
  std::vector<EntityRow> entities;     // the same where the value is key=value entries
  std::vector<InlineLink> links;       // also bare addresses and definitions of references (then: label, address)
  std::vector<MarkdownSpan> code;      // inline code spans, without backticks
  std::vector<MarkdownSpan> html;      // inline tags and comments
  std::vector<MarkdownSpan> ordinals;  // the numbers of ordered list items
};

// Never fails: any text is Markdown. Linear in the size, whatever the nesting.
[[nodiscard]] Markdown parse_markdown(std::string_view text);

// The pipe tables of lines that are no Markdown, by their delimiter rows; header and rows have as many cells as that.
[[nodiscard]] std::vector<MarkdownTable> find_pipe_tables(std::string_view text, MarkdownSpan span);

}  // namespace chimera::text
