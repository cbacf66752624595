// What format a file has: by its name, and by what is in it.
#pragma once

#include <string_view>

#include "core/document.h"

namespace chimera::sources {

// The format that a file's name declares ("a.json.gz" is json, "run.log" is text); unknown where the extension says
// nothing.
[[nodiscard]] core::Format declared_format(std::string_view path);

// Whether the name has an extension, of a compressed file one before ".gz". "run.log.1" is numbered: it has none.
[[nodiscard]] bool has_extension(std::string_view path);

// The format that the (decoded) content has; never binary; unknown where there is nothing but white space. `declared`
// decides only where the content fits several.
[[nodiscard]] core::Format detect_format(std::string_view text, core::Format declared);

}  // namespace chimera::sources
