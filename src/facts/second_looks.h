// What columns mean after a look at their values and at those beside them, where their names alone would mislead.
#pragma once

#include <string_view>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// In the rule of a column that says what a machine has.
inline constexpr std::string_view kOfAMachine = "of a machine";

// "pp" beside "tp" and "dp" says over how many devices a model was split, and is no rate of prompts.
void read_parallelism(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// Whether "tps" counts transactions: where it stands in a text that speaks of a database and of no tokens.
[[nodiscard]] bool counts_transactions(const core::Document& document);
// The same of a table of such a document.
void read_transactions(const core::Table& table, core::TableMeaning& meaning);

// A "temp" of 85 was measured, one of 0.7 chosen.
void read_temperatures(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "vram_gb" in an object that describes a machine, or beside the names of its processor and its GPU, is what it has, not what was used.
void read_capacities(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning);

// "generation time" beside a total, the time to load or to evaluate the prompt is the time of the answer's tokens alone.
void read_generation_times(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning);

// "n" in an object of statistics says of how many values they are.
void read_counts_of_statistics(const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

// "wall_time" beside mean or percentiles of the times of single requests is the time of the whole run.
void read_whole_runs(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning);

// What stands below "Change" or "Delta" in a table whose rows name the metrics is a change of these; so is "+5 %" among
// values in another unit. Adds exceptions, unsorted.
void read_changes(const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

}  // namespace chimera::facts
