// Lists of numbers in cells of delimited text: "[12.1, 12.4, 12.0]", "12.1;12.4;12.0".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "text/number.h"

namespace chimera::sources {

// A number that is written at `begin` of the document, as the cell that it is.
[[nodiscard]] core::Cell number_at(std::uint64_t begin, std::size_t size, const text::Number& number);

// The numbers of "[1.5, 2.5]" at `offset`; nothing where it is no list of numbers, or one of more than `most`.
[[nodiscard]] std::vector<core::Cell> numbers_of_list(std::string_view written, std::uint64_t offset, std::size_t most);

// Whether every cell of a column that has a unit, "latency_ms", holds a list, or nothing: the samples of its row.
[[nodiscard]] bool holds_samples(const core::Document& document, const core::Column& column);

// Takes such columns out of `table`, which will be table `index` of the document: each is a series whose rows stand in those of the table.
[[nodiscard]] std::vector<core::Table> take_samples(const core::Document& document, std::uint32_t index, core::Table& table);

}  // namespace chimera::sources
