// Where a text says something that can be checked: numbers, number words, dates, files, ranks, comparing words and
// absences, with their spans and what excuses them. What they are claims about is decided later.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "claims/lexicon.h"
#include "core/unit.h"
#include "text/markdown.h"
#include "text/words.h"

namespace chimera::claims {

enum class MentionKind { number, number_word, date, file, comparison, rank, absence };
[[nodiscard]] std::string_view to_string(MentionKind kind);

// Why something that looks like a claim is none.
enum class Excuse {
  none,
  code,        // code block, or code span that is more than a number
  quoted,      // block quote, HTML
  ordinal,     // "## 3.", "1.", "Table 2", "Step 3"
  identifier,  // "q4_0", "gemma3:270m", "v1.2", "p95", "95 % confidence", a URL
  title,       // comparing words in headings and table headers
  link_target
};

struct Mention {
  MentionKind kind = MentionKind::number;
  core::Span span;          // of a number: with its unit and a sign of approximation
  core::Span digits;        // of a number: alone
  Excuse excuse = Excuse::none;
  std::int32_t link = -1;   // index into Scan::markdown.links when it stands in a link's text
  std::int32_t cell = -1;   // index into Scan::cells when it stands in a table
  core::Quantity stated;    // number, number_word
  bool unit_written = false;
  bool integer = false;     // written without point and exponent
  bool signed_ = false;     // a sign was written
  Relation relation = Relation::equal;
  Comparison comparison;    // comparison, rank
  text::Date date;
};

// One cell of one table: what a mention in it can be read with.
struct CellPlace {
  std::uint32_t table = 0;  // index into Scan::markdown.tables
  std::uint32_t row = 0;    // 0 is the header
  std::uint32_t column = 0;
  text::MarkdownSpan span;
};

struct Scan {
  text::Markdown markdown;
  std::vector<CellPlace> cells;    // in order of begin
  std::vector<Mention> mentions;   // in order of begin, not overlapping except absences
};

// Everything in the text, excused or not. Linear in the text; never fails.
[[nodiscard]] Scan scan(std::string_view text);

// A unit right behind `offset` ("ms", " tokens per second", "%"): the end of it and the unit, or `offset` and null.
struct UnitAt {
  std::uint64_t end = 0;
  core::UnitPtr unit = nullptr;
};
[[nodiscard]] UnitAt unit_at(std::string_view text, std::uint64_t offset);

}  // namespace chimera::claims
