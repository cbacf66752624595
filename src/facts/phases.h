// Parts of a request that are called like the whole where nothing else is measured.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/shape.h"

namespace chimera::facts {

// "Generation Time" beside "Load Time" or "Total Time" is the time of decoding; alone it is that of the whole request.
void name_phases(const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
