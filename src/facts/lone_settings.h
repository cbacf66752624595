// Short texts and switches of which nothing in their own file says that they were set: the file holds one case.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// A folder may hold a file for each case, {"scheduler": "fcfs", "fused": false, "latency_ms": 1.2}: what nobody has a word for and is the same in
// all of the few rows of its table is a setting where it stands beside measurements, unless it is what came out, when, or an identifier.
// In JSON and delimited text that no recipe knows; once all else is known of the table.
void read_lone_settings(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
