// Histograms that are drawn with bars of stars: how often values occurred, and no values themselves.
#pragma once

#include <cstddef>

#include "plaintext/line_view.h"

namespace chimera::plaintext {

// Behind the lines "0.001 |****   37" from the line `i` on, of which there are two at least, and the header "value  --- distribution --- count"
// above them; `i` where there are none.
[[nodiscard]] std::size_t behind_histogram(const LineView& lines, std::size_t i);

}  // namespace chimera::plaintext
