// Plain text and logs: aligned tables, "name: value" lines and key=value records become Tables.
#pragma once

#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::sources {

// Reads `document.text` (decoded, with `lines` set) into `document.tables` and `document.ignored`. Never fails; every
// number that is in no table has a reason.
void read_text(core::Document& document, core::Diagnostics& diagnostics);

}  // namespace chimera::sources
