// Cells that mean something else than their column, while a table is being read.
#pragma once

#include <cstdint>

#include "core/fact.h"

namespace chimera::facts {

// Replaces what the cell meant before. Equal meanings share one variant; a cell that means what its column does is none.
// Exceptions stay unsorted until sort_exceptions.
void add_exception(core::TableMeaning& meaning, std::uint32_t row, std::uint32_t column, const core::ColumnMeaning& variant);

// By row and column; of several for one cell the last one added stays.
void sort_exceptions(core::TableMeaning& meaning);

}  // namespace chimera::facts
