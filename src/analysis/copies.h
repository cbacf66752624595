// Files that are there twice, and files that are not what they are called.
#pragma once

#include <vector>

#include "analysis/inventory.h"
#include "core/corpus.h"
#include "core/finding.h"

namespace chimera::analysis {

// A duplicate_artifacts finding that names every group of identical files, and a content_mismatch finding per file
// whose content is not what its name declares, with its first words.
[[nodiscard]] std::vector<core::Finding> copy_findings(const core::Corpus& corpus, const Inventory& inventory);

}  // namespace chimera::analysis
