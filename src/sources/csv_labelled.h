// Delimited text in which several files stand side by side below their names, a block for each quantity, as Go's benchstat writes it:
//   goos: linux
//   ,old.txt,,new.txt,,,
//   ,sec/op,CI,sec/op,CI,vs base,P
//   Add-8,4.3e-08,2%,4.1e-08,1%,-4.26%,p=0.002 n=10
#pragma once

#include "core/document.h"

namespace chimera::sources {

// Reads all blocks into tables with a row for each name and file; changes and the geometric mean follow from the others and are left. False where
// the text has no such block; then nothing is changed.
[[nodiscard]] bool read_labelled_blocks(core::Document& document, char delimiter);

}  // namespace chimera::sources
