// Markdown against the files it renders or reports on: number by number, at the precision displayed.
#pragma once

#include <vector>

#include "analysis/workbench.h"

namespace chimera::analysis {

// A contradiction finding per table of prose that does not match the file it shares a name with or names, and one
// agreement finding that counts what was compared. Rows are matched by their terms, columns by metric, statistic and
// unit. The file is taken as true: raw beats derived beats prose. Abstains where rows or values leave a choice, and
// where a table is about no file at hand.
[[nodiscard]] std::vector<core::Finding> agreement_findings(Workbench& bench);

}  // namespace chimera::analysis
