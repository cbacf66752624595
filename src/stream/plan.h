// The tables of a large file as a plan for the fast scans: where each number column and each cell that decides about its
// row is found. What the scans cannot do (tables whose rows say what their cells mean, lists in lists) is left out, and
// comes back from them as odd lines.
//
// Immutable once made; threads may share one.
#pragma once

#include <cstdint>
#include <vector>

#include "sources/csv_scan.h"
#include "sources/json_plan.h"
#include "stream/tables.h"

namespace chimera::stream {

struct Plan {
  struct Place {
    std::uint32_t table = kNowhere;
    std::uint32_t column = kNowhere;
    core::Role role = core::Role::unread;  // of the column
  };
  sources::JsonPlan json;
  sources::CsvPlan csv;
  std::vector<Place> numbers;  // of the columns of a ScanBlock
  std::vector<Place> kept;
  std::vector<std::vector<std::uint32_t>> deciding;  // per table: into kept, ascending by column
  std::vector<std::vector<FreeSetting>> free;        // per table
  [[nodiscard]] const FreeSetting* free_at(const Place& place) const;
};

// Of a column; null where it is none.
[[nodiscard]] const FreeSetting* find_free(const std::vector<FreeSetting>& free, std::uint32_t column);

[[nodiscard]] Plan plan_lines(const std::vector<Table>& tables);
// Of an array of objects; the first table is that of its elements.
[[nodiscard]] Plan plan_elements(const std::vector<Table>& tables);
// `csv` has dialect and header already; the first columns of the only table are those of the header.
[[nodiscard]] Plan plan_csv(const std::vector<Table>& tables, sources::CsvPlan csv, std::size_t width);

}  // namespace chimera::stream
