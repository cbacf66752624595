// Families of file names: what the names of several files have in common.
#pragma once

#include <string>
#include <vector>

#include "analysis/inventory.h"

namespace chimera::analysis {

// Patterns with one '*' at the beginning or the end of the stem, or none (one name in several folders), that at least
// three files share, longest common part first chosen; each file counts for the pattern that explains most of its
// name. Most files first, then by pattern.
[[nodiscard]] std::vector<NamePattern> find_name_patterns(const std::vector<std::string>& paths);

}  // namespace chimera::analysis
