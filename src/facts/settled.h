// A large document is read in parts. What its first part settled holds for all of them, so that the facts do not depend on
// where it was cut: what columns mean, which tool wrote it, how rows are judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fact.h"

namespace chimera::facts {

struct SettledTable {
  std::vector<const core::ColumnMeaning*> columns;  // parallel to those of the part's table; null: the part decides
};

struct Settled {
  std::string tool;                  // the recipe; empty where none recognised the first part
  std::vector<SettledTable> tables;  // parallel to the part's tables
};

// How the rows of a table are judged: which of their cells have a say in it.
struct RowRules {
  std::vector<std::uint32_t> deciding;  // columns whose texts decide configuration, failure and warm-up of a row
  std::vector<std::uint32_t> work;      // columns that show work: two zeros and nothing else are a failure
  std::optional<std::uint32_t> load;    // column of the load time, where one may be cold
  std::optional<std::uint32_t> ttft;
  std::optional<double> usual_load;     // medians in seconds
  std::optional<double> usual_ttft;
  bool some_work = false;               // some row has done something
  bool summary = false;                 // all rows state statistics
  bool by_row = false;                  // what a cell means depends on its row by more than -1 for "none"
};

}  // namespace chimera::facts
