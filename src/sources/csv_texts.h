// Columns whose cells are numbers only when they are looked at together: "2.34K" below "1.1M".
#pragma once

#include <cstddef>

#include "core/document.h"

namespace chimera::sources {

// Makes numbers of the texts of that column where all of them are; those of other units get columns behind the last. False where it is
// a column of texts and stays one.
bool read_texts_as_numbers(const core::Document& document, core::Table& table, std::size_t column);

}  // namespace chimera::sources
