// Columns whose cells are numbers only when they are looked at together: "2.34K" below "1.1M".
#pragma once

#include <cstddef>
#include <vector>

#include "core/document.h"

namespace chimera::sources {

// Makes numbers of the texts of that column where all of them are; those of other units get columns behind the last. False where it is
// a column of texts and stays one.
bool read_texts_as_numbers(const core::Document& document, core::Table& table, std::size_t column);

// The same where every cell holds the values of several devices by their names, "GPU-a1:0.5;GPU-b2:0.25;": that of the first device stays
// in the column, those of the others get columns "key#2" and so on behind the last. The spans of the names; none where it is no such column.
[[nodiscard]] std::vector<core::Span> part_values_of_devices(const core::Document& document, core::Table& table, std::size_t column);

// "[1.5, 2.5, 3.5]" in every cell of a column "Percentiles": the first of each list stays in the column, which is "Percentiles#1" then, the
// others get columns behind the last. False where the lists are not of one length, or the column is called otherwise.
bool part_lists_of_percentiles(const core::Document& document, core::Table& table, std::size_t column);

}  // namespace chimera::sources
