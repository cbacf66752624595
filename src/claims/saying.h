// A text cut into what is judged at once: sentences, and cells of tables with their header and row label.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "claims/mention.h"
#include "claims/phrase.h"

namespace chimera::claims {

struct Saying {
  core::Span span;                      // of the sentence or the cell
  std::vector<std::size_t> mentions;    // into Scan::mentions, in order
  std::vector<Piece> pieces;            // of the sentence; of a cell: row label, header, then the cell
  std::size_t block = 0;                // sayings of one paragraph, item or table share it
  core::Span heading;                   // text of the nearest heading above; empty where there is none
  std::vector<core::Span> sections;     // all headings it stands under, outermost first; a line all in bold is one too
  std::vector<core::Span> leads;        // lines ending in a colon that it stands under, outermost first
  bool cell = false;                    // a cell of a table
  bool title = false;                   // a heading
  core::Span row_label;                 // of a cell: first cell of its row
  core::Span column_header;             // of a cell
};

// In order of the text; code blocks and HTML are no sayings. Linear.
[[nodiscard]] std::vector<Saying> sayings_of(std::string_view text, const Scan& scan);

}  // namespace chimera::claims
