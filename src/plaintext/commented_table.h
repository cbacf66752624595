// Tables whose header stands in comments: "# gpu pwr" and "# Idx W" above rows, as nvidia-smi dmon, nccl-tests and the OSU benchmarks
// print them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

struct CommentedTable {
  std::vector<std::string> keys;        // one a column: "out-of-place/time" below a line of groups
  std::vector<std::string_view> units;  // likewise; empty where none is known
  std::vector<bool> dates;              // likewise: "YYYYMMDD" stands where a unit would
  std::vector<core::Span> headers;      // where names, units and groups stand
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = 0;                 // the line behind it
};

// The table whose comments begin at the line `first` of `document`: of their lines the last that has as many words, or as many fields
// wide apart, as the rows below names them; the line above it may name groups, the one below it units.
[[nodiscard]] std::optional<CommentedTable> commented_table(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
