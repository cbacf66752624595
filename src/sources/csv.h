// Delimited text (CSV, TSV) to a table: one row a record, every cell with its span.
//
// Finds out the delimiter, the header (also of several lines, or none), a row of units, the decimal mark, and lines
// before the header. What does not fit becomes a Diagnostic and the rest is still read.
#pragma once

#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::sources {

// Appends the table of `document.text` to `document.tables` (none where the text has no data row) and lines that are
// not part of it to `document.ignored`. Needs text, lines and artifact.path; adds in order of place.
void read_csv(core::Document& document, core::Diagnostics& diagnostics);

}  // namespace chimera::sources
