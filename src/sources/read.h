// From bytes to a Document: what format it is, which tables it holds, where every scalar stands.
//
// Fails never on content: what cannot be read becomes a Diagnostic with its place, and the rest is still read.
// Threads: read_document may be called from several threads.
#pragma once

#include <string>

#include "base/files.h"
#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::sources {

// The format that a file's name declares; unknown where the extension says nothing ("README", "x.txt" is text).
[[nodiscard]] core::Format declared_format(std::string_view path);

// The format that the (decoded) content has. `declared` decides only where the content fits several.
[[nodiscard]] core::Format detect_format(std::string_view text, core::Format declared);

// Reads one file's bytes. `info.path` names it in diagnostics and in the artifact. The document has format binary or
// unknown and no tables where nothing could be read.
[[nodiscard]] core::Document read_document(const base::FileInfo& info, std::string bytes, core::Diagnostics& diagnostics);

}  // namespace chimera::sources
