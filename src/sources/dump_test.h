// Prints documents and diagnostics as text that people can read in a diff. For tests only.
#pragma once

#include <string>

#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::sources {

// Format, tables with every row (line, pointer, parent) and cell (kind, value, text), and what is ignored.
[[nodiscard]] std::string dump(const core::Document& document);
[[nodiscard]] std::string dump(const core::Diagnostics& diagnostics);

}  // namespace chimera::sources
