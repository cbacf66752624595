// Lines that count something and say in brackets at what rate: "11929 transactions (24.8% of total, tps = 3978.3)".
#pragma once

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// Whether the line is one: a whole number, one word, and in brackets nothing but shares of the whole and names with numbers, one of these at
// least. They go to the other values of their section.
bool read_counted(const LineView& lines, core::Span content, TableBuilder& out);

}  // namespace chimera::plaintext
