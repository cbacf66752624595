// Markdown documents: tables, "name: value" lists and entity rows become Tables; every other number gets a reason.
//
// Fails never: what does not fit together becomes a Diagnostic, and the rest is still read.
#pragma once

#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::plaintext {

// Reads `document.text` (decoded, with `lines` set) into `document.tables` and `document.ignored`.
//
// Tables come in order of their place. A column's key is its header as written, without emphasis; numbers of one
// column that carry different units stand in columns of their own (same key, another unit), so no number ever gets
// the unit of its neighbour. "12.3 ± 0.5" fills two columns, `X` and `X/±`. An empty leading cell that continues the
// group above holds the span of the cell above. A table whose rows are metrics is turned (TableKind::transposed).
void read_markdown(core::Document& document, core::Diagnostics& diagnostics);

}  // namespace chimera::plaintext
