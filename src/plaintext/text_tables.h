// Plain text and logs: aligned tables, "name: value" lines and key=value records become Tables.
#pragma once

#include <string>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "plaintext/growing_table.h"
#include "plaintext/text_sections.h"

namespace chimera::plaintext {

// Reads `document.text` (decoded, with `lines` set) into `document.tables` and `document.ignored`. Never fails; every
// number that is in no table has a reason.
void read_text(core::Document& document, core::Diagnostics& diagnostics);

struct TextTables {
  std::vector<LocatedTable> tables;  // in order of place
  std::vector<core::Span> keys;      // names of values, sorted
  SectionNotes notes;
  std::size_t lines = 0;             // that are not blank
  std::size_t lines_read = 0;        // those that gave a value, a name or a title
};
// What stands in the lines that begin in `span`, a tool's output pasted into a document. `section` names the tables until
// a title does.
[[nodiscard]] TextTables tables_of_lines(core::Document& document, core::Span span, std::string section, core::Diagnostics& diagnostics);

}  // namespace chimera::plaintext
