// Tables whose header and rows have several lines each, one below the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Begins in the first line of a header above a ruler:
//   benchmark name        samples   iterations    estimated
//                         mean      low mean      high mean
//   ---------------------------------------------------------
//   sort 1000             20        12            825.36 us
//                         3.22 us   3.21 us       3.26 us
// A row for each name, which may have been too long for its line. What stands between rulers above all of it, with the place in a source
// right below, "x.cc:7", says which test its rows are of: columns "test case" and "section". Lines that begin at `end` or behind it are not
// looked at.
[[nodiscard]] std::optional<TableInLines> stacked_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
