// Which columns of a table were set before each run, as the rows themselves show it.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"

namespace chimera::facts {

// A number of few levels, each in as many rows as the others and together with every level of the other settings, is a
// setting whatever its name suggests ("size_mib" 1, 4, 16): what is measured never comes back to the last digit in such
// a pattern. A counter whose every value occurs once with each combination of the settings numbers repetitions: its
// name says so ("block", "rep"), or the rows go through it in order and visit the combinations in a new order each time.
void read_design(const Catalog& catalog, const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

}  // namespace chimera::facts
