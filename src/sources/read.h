// From bytes to a Document: what format it is, which tables it holds, where every scalar stands.
//
// Fails never on content: what cannot be read becomes a Diagnostic with its place, and the rest is still read.
// Threads: all functions may be called from several threads.
#pragma once

#include <string>

#include "base/files.h"
#include "core/diagnostic.h"
#include "core/document.h"
#include "sources/detect.h"

namespace chimera::sources {

// Reads one file's bytes. `info.path` names it in diagnostics and in the artifact. The document has format binary or
// unknown and no tables where nothing could be read. Spans count bytes of the file, of a gzip file the unpacked ones.
[[nodiscard]] core::Document read_document(const base::FileInfo& info, std::string bytes, core::Diagnostics& diagnostics);

// Whether Chimera wrote this itself: JSON with the top keys "chimera" and "schema", Markdown or HTML with kOwnMark.
inline constexpr std::string_view kOwnMark = "<!-- chimera report -->";
[[nodiscard]] bool is_own_output(const core::Document& document);

}  // namespace chimera::sources
