// Sizes that somebody chose: the input_len, N or batch of a sweep stand like counts, and are settings.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/shape.h"

namespace chimera::facts {

// Columns of round whole numbers left of what was measured become factors where their names speak of a size or a length; counted tokens only
// where they differ from row to row, for requests have as many tokens as come. What a recipe says stands.
void read_sizes(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
