// A log in which some lines are JSON: a trainer prints dicts between its messages, a server dumps its counters. Such lines are records, and
// what stands between them is read as text.
#pragma once

#include <string_view>

#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::sources {

// Whether a file may be both: its name says that it is a text or nothing, and its content is JSON or text.
[[nodiscard]] bool may_be_both(const core::Artifact& artifact);

// Whether what stands in a line before the JSON that it ends in says nothing: a time and a level, a mark of one word, a progress bar.
[[nodiscard]] bool is_mark(std::string_view before);

// Reads such a file, whose text, lines and format are known, into tables; those of the lesser part have a format of their own. A file that is
// all of one kind is read as that. Every number is in one of both parts.
void read_log(core::Document& document, core::Diagnostics& diagnostics);

}  // namespace chimera::sources
