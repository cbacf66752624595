// Settings that stand like measurements: the sizes and levels of a sweep.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// Columns of chosen numbers left of the first one that was surely measured become factors: round ones whose names speak of a size or a length,
// and of any name round ones that rise from row to row and numbers that come again. Counted tokens only where they differ from row to row, for
// requests have as many as come; of steps in time none. What a recipe says stands.
void read_sizes(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
