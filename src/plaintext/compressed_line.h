// Lines in which compressors tell how small and how fast a level makes a file: "3#corpus.tar : 4000000 -> 1912312 (x2.092),  125.8 MB/s,  647.8 MB/s".
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

// "level", "case", which is the file, "original size", "compressed size" and "compression ratio" and, where they are there, "compression speed" and "decompression
// speed", of a line that goes on over what a bar of progress wrote: of the file is told by what the last return of the carriage left standing.
// Empty where the line is anything else.
[[nodiscard]] std::vector<NamedValue> compressed_line(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
