// Tables that stand side by side in delimited text, as spreadsheets have them, parted by empty columns:
//   H100,,,A100,
//   batch,tok/s,,batch,tok/s
//   1,45.2,,1,12.1
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "sources/csv_records.h"

namespace chimera::sources {

// The columns of one of them, and what stands above it.
struct ColumnGroup {
  std::size_t begin = 0;
  std::size_t end = 0;  // behind the last
  RawCell title;
};

struct SideBySide {
  std::size_t names = 0;  // the record of names; the titles stand in the one before
  std::vector<ColumnGroup> groups;
};

// Where one of the first records names the same columns twice or more often, with empty ones between, and the record above titles each group.
// Without titles nothing would tell them apart.
[[nodiscard]] std::optional<SideBySide> find_side_by_side(std::string_view text, const std::vector<RawRecord>& records);

// A table of each group, called by its title, of the rows that hold something in it; the table as it is where there are no groups.
[[nodiscard]] std::vector<core::Table> part_side_by_side(const core::Document& document, core::Table table, const std::vector<ColumnGroup>& groups);

}  // namespace chimera::sources
