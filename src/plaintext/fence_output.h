// Whether a code block of Markdown holds what a tool printed: the lines decide, whatever language the fence names.
#pragma once

#include "core/document.h"
#include "plaintext/text_tables.h"

namespace chimera::plaintext {

// What stands around a code block: nothing (it is indented), a fence that names no language or says that it holds output, or one that
// names a language, so that names and values may be its syntax.
enum class Fence { none, output, language };
// `found`: what its lines were read as. Where most of them were read it is all output; where a few say what was measured, name, value
// and unit, bare numbers beside them are taken out of the listings. False where it is none.
[[nodiscard]] bool keep_output(const core::Document& document, Fence fence, TextTables& found);

}  // namespace chimera::plaintext
