#include "plaintext/text_tables.h"

#include <string>
#include <utility>

#include "plaintext/exposition.h"
#include "plaintext/leftover.h"
#include "plaintext/text_reader.h"
#include "plaintext/text_sections.h"

namespace chimera::plaintext {

void read_text(core::Document& document, core::Diagnostics& diagnostics) {
  if (looks_like_exposition(document.text)) return read_exposition(document, diagnostics);
  TextTables found = tables_of_lines(document, {0, document.text.size()}, {}, diagnostics);
  for (LocatedTable& each : found.tables) document.tables.push_back(std::move(each.table));
  link_tables(found.notes, document.tables);
  explain_leftover(document, {{"key", std::move(found.keys)}}, diagnostics);
}

TextTables tables_of_lines(core::Document& document, core::Span span, std::string section, core::Diagnostics& diagnostics) {
  return TextReader(document, diagnostics, span, std::move(section)).read();
}

}  // namespace chimera::plaintext
