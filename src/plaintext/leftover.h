// Law 2 for texts that people read: every number that is no cell gets the reason why it is none.
#pragma once

#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "text/number.h"

namespace chimera::plaintext {

// Where numbers stand for one reason: tidy().
struct Region {
  std::string_view reason;
  std::vector<core::Span> spans;
};

// Sorts, and drops what is empty or overlaps the span before it.
void tidy(std::vector<core::Span>& spans);

// Fills `document.ignored` with every number of the text that is no number cell. The first of `regions` that holds it
// gives the reason, before them all "date", after them "text" inside a text cell, then "identifier" or "prose".
// A number cell that the scan of the whole text does not see as that number becomes text. Adds number_out_of_range for
// numbers that no double can hold.
void explain_leftover(core::Document& document, const std::vector<Region>& regions, core::Diagnostics& diagnostics);

}  // namespace chimera::plaintext
