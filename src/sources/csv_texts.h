// Columns whose cells are numbers only when they are looked at together, "2.34K" below "1.1M", and texts that are none though they hold some.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
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
// others get columns behind the last; below "TTFT [min, 50, max]" they are called "TTFT min", "TTFT p50" and "TTFT max". False where the
// lists are not of one length, or the column is called otherwise.
bool part_lists_of_percentiles(const core::Document& document, core::Table& table, std::size_t column);

// "18.3 -> 20.1" in every cell: what was before stays in the column, which is "before KEY" then, and what was after gets one behind the last.
// Not in the first column, where a change tells what the row is of.
bool part_comparisons(const core::Document& document, core::Table& table, std::size_t column);

// A mark of "the same", "〃" or "\"", becomes the text above it. Whether there was one.
bool repeat_names(const core::Document& document, core::Table& table, std::size_t column);

// Things found in one column's cells, told once for the column.
struct Oddity {
  std::uint64_t count = 0;
  std::uint64_t first = 0;  // offset
  void add(std::uint64_t offset) {
    if (count++ == 0) first = offset;
  }
};

// "[1.5, 2.5]" in cells; objects are options, which are settings (facts/configs.h).
[[nodiscard]] Oddity lists_in(const core::Document& document, const core::Column& column);

// Bounds and ranges among at least as many numbers; numbers of another form where the column measures by its unit.
[[nodiscard]] Oddity quantities_in(const core::Document& document, const core::Column& column);

// "latency_ms"
[[nodiscard]] bool names_unit(std::string_view key);

}  // namespace chimera::sources
