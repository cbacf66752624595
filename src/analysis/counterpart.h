// What a document says of a number that another document states about the same thing.
#pragma once

#include <optional>
#include <vector>

#include "analysis/workbench.h"

namespace chimera::analysis {


// The rows of one document that are about what a prose row is about.
struct Rows {
  core::DocumentId document;
  std::uint32_t table = 0;
  std::vector<std::uint32_t> rows;
  int settings = 0;  // terms matched as settings, in the best row
};

struct Counterpart {
  bool agrees = false;
  bool unique = false;             // one value, or one recomputation: the document leaves no choice
  core::CellRef cell;              // the value; of a recomputation its first row
  std::optional<Recomputation> recomputed;
  double value = 0;                // in the unit of the stated number
};

// The tables of a document that hold measurements.
[[nodiscard]] std::vector<std::uint32_t> measuring_tables(const core::Corpus& corpus, core::DocumentId document);

// The counterpart of one prose cell among `rows` (all of one document): the same metric, a convertible unit, and the
// same statistic or samples that give it. Nothing where the document is silent.
[[nodiscard]] std::optional<Counterpart> find_counterpart(const Workbench& bench, const core::CellRef& cell,
                                                          const std::vector<Rows>& rows);

}  // namespace chimera::analysis
