// Several settings of one row that our words for them make one.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/shape.h"

namespace chimera::facts {

// "parallel" beside "concurrency", "processor" beside "device": where both say something and it is not the same, the one that is called as
// the setting is keeps the name, else the first, and the others are called as they are written.
void keep_own_names(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
