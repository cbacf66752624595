// What Go's benchstat prints: medians of benchmarks in two or more files side by side, "Add-8   43.0n ± 2%   41.2n ± 1%   -4.26% (p=0.002 n=10)".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// "sec/op", "B/s", "allocs/op": whether the name of a column is one of what such lines measure, the unit of its values, and the key of its
// column, "time/op".
[[nodiscard]] bool is_measured_per_operation(std::string_view name);
[[nodiscard]] std::string_view unit_per_operation(std::string_view name);
[[nodiscard]] std::string key_per_operation(std::string_view name);

struct BenchstatTable {
  LocatedTable found;
  std::vector<core::Span> keys;  // its header
  std::size_t next = 0;          // the line behind it
};

// The table whose header is that line: "name  old time/op  new time/op  delta", or files and units between bars. A row for each benchmark and
// file; changes and the geometric mean, which follow from the others, are passed over. Lines that begin at `end` or behind are not looked at.
[[nodiscard]] std::optional<BenchstatTable> benchstat_table(const core::Document& document, std::size_t i, std::uint64_t end, const std::string& section);

}  // namespace chimera::plaintext
