// One artifact as it was read: its decoded text and the tables found in it, every scalar with its byte span.
//
// Columns, not objects: a table keeps one vector of cells per key, so 10^7 numbers cost 24 bytes each. A JSON array of
// objects, a CSV file, a Markdown table, one JSON object and a list of "name: value" lines are all tables; what the
// columns mean is not known here (fact.h).
// Owns: the text. Cells point into it by offset, so a Document may be moved freely.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sha256.h"
#include "core/place.h"

namespace chimera::core {

enum class Format { unknown, json, jsonl, csv, markdown, text, binary };
[[nodiscard]] std::string_view to_string(Format format);
[[nodiscard]] constexpr bool is_json(Format format) { return format == Format::json || format == Format::jsonl; }
// Reports and logs, which are written for people.
[[nodiscard]] constexpr bool is_prose(Format format) { return format == Format::markdown || format == Format::text; }

// How much a document's numbers are worth where documents disagree: raw beats derived beats prose.
enum class Trust { raw, derived, prose };

enum class Origin { imported, measured, written };

struct Artifact {
  std::string path;           // as shown in outputs: relative to the folder given, '/' as separator
  base::Digest digest{};      // SHA-256 of the file's bytes: the artifact's identity
  std::uint64_t size = 0;     // bytes of the file
  base::Nanoseconds modified = 0;
  Format declared = Format::unknown;  // by its name
  Format format = Format::unknown;    // by its content
  std::string encoding = "UTF-8";     // of the bytes: "UTF-8", "UTF-16LE", "windows-1251", …
  std::string tool;                   // the recipe that recognised it; empty where none did
  Origin origin = Origin::imported;
};

enum class CellKind : std::uint8_t { absent, null, number, text, boolean };

// 24 bytes. `begin`/`size` span the decoded text: of a number its digits alone (sign, grouping and exponent
// included; no quotes, no unit), of a text its content without quotes and before unescaping.
struct Cell {
  std::uint64_t begin = 0;
  std::uint32_t size = 0;
  CellKind kind = CellKind::absent;
  std::int8_t decimals = 0;  // of a number: digits after the point as written
  bool quoted = false;       // stood in quotes: text by syntax, number by content
  double number = 0;         // value of a number, finite; 1 or 0 of a boolean; NaN of a null that is NaN
  [[nodiscard]] Span span() const { return {begin, begin + size}; }
};
static_assert(sizeof(Cell) == 24);

struct Column {
  std::string key;         // path of the value inside its record, "timing_stats/overall_mean_ms"; a CSV header as written
  std::string unit;        // a unit written once for the column (a units row, "[W]" in the header); else empty
  std::vector<Cell> cells; // one per row
  std::uint32_t position = 0;  // as written, from 1: the column of a table, the row of a transposed one; 0: by its index
  std::string pointer;         // of JSON: where its cells stand in the record; empty: where the key says
};

// Where a row stands, and what it stands in: a JSON object inside another record has that record as its parent.
struct Row {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  Span span;                           // bytes of the row in the decoded text
  std::uint64_t line = 0;              // physical, from 1
  std::string pointer;                 // JSON pointer of the record; empty in tables
  std::uint32_t parent_table = kNone;  // in the same document, always an earlier table
  std::uint32_t parent_row = kNone;
};

enum class TableKind {
  object,    // one JSON object: one row
  records,   // JSON array of objects, or JSONL: one row each
  keyed,     // JSON object of alike objects: one row each, the first column ("") holds the key
  series,    // JSON array of scalars: one column, one row each
  csv,       // delimited text with a header
  markdown,  // a Markdown table
  listing,   // "name: value" lines of Markdown or text: one row, or a new one wherever a name comes again
  transposed // a table of "Metric | Value" rows, turned so that each metric is a column: one row a column of values
};

// What stands above a table for people to read: headings by their level, below them what has less weight.
struct Title {
  static constexpr int kSummary = 7;  // of a part of a page that can be folded
  static constexpr int kLabel = 8;    // a line in bold
  static constexpr int kLeadIn = 9;   // a short line directly above
  int level = 0;                      // of a heading: 1-6
  std::string text;                   // without marks of emphasis
};

struct Table {
  TableKind kind = TableKind::object;
  std::string name;      // JSON pointer of the array or object; heading above a Markdown table; empty at the top
  std::vector<Title> titles;  // of Markdown: outermost first, one for each level at most
  std::uint64_t header_line = 0;
  bool by_columns = false;  // JSON of columns: in pointers of rows "*" stands for the column, "/*/3"
  bool whole_columns = false;  // some of its numbers are such only beside all others of their column: "2.34K" below "1.1M"
  Format format = Format::unknown;  // where it is another than the document's: of JSON lines in a log, of text between them
  std::vector<Column> columns;  // in order of first appearance
  std::vector<Row> rows;
  [[nodiscard]] const Column* find(std::string_view key) const;
};

// Numbers of the text that are no cell, and why they are not read as measurements.
struct Ignored {
  Span span;            // of the region; every number in it is accounted for by `reason`
  std::string_view reason;  // from a fixed list, documented in docs/design.md: "key", "text", "date", "code", "prose", …
};

// Decoded offset -> offset in the file, for texts that were not plain UTF-8. Empty: the same offset plus `shift`.
struct OffsetMap {
  struct Run {
    std::uint64_t decoded = 0;  // first decoded offset of the run
    std::uint64_t source = 0;   // its offset in the file
    std::uint32_t decoded_unit = 1;  // bytes per character in the decoded text
    std::uint32_t source_unit = 1;   // and in the file
  };
  std::uint64_t shift = 0;  // a byte order mark
  std::vector<Run> runs;    // ascending
  [[nodiscard]] std::uint64_t to_source(std::uint64_t decoded) const;
  [[nodiscard]] std::uint64_t to_decoded(std::uint64_t source) const;
};

struct Document {
  Artifact artifact;
  std::string text;  // decoded to UTF-8, without a byte order mark
  OffsetMap offsets;
  std::vector<Table> tables;
  std::vector<Ignored> ignored;       // sorted, not overlapping each other or a cell that becomes a fact
  std::vector<std::uint64_t> lines;   // offset of each line's first byte; lines[0] == 0

  [[nodiscard]] std::string_view at(Span span) const { return std::string_view(text).substr(span.begin, span.size()); }
  [[nodiscard]] Span to_file(Span decoded) const { return {offsets.to_source(decoded.begin), offsets.to_source(decoded.end)}; }
  [[nodiscard]] Format format_of(const Table& table) const { return table.format == Format::unknown ? artifact.format : table.format; }
  [[nodiscard]] const Cell& cell(const CellRef& ref) const { return tables[ref.table].columns[ref.column].cells[ref.row]; }
  [[nodiscard]] Place place(const CellRef& ref) const;     // of a cell, as INTERFACES says for its format
  [[nodiscard]] Place place(std::uint64_t offset) const;   // line and column of a decoded offset
};

}  // namespace chimera::core
