// Numbers of a table that were set because of what stands beside them: parts of a machine, lengths, rates that were asked for.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/shape.h"

namespace chimera::facts {

// In delimited text and in tables for people, beside what was measured in a unit: whole numbers below "Cards", "Experts", "LoRA rank", whatever
// order they stand in; chosen lengths below "Input" and "Output"; "Target QPS" anywhere, and "QPS" alone in front of latencies.
void read_set_beside(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
