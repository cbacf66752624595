// Second looks at columns of memory and of times, whose names say less than what stands beside them (second_looks.h).
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// "ram_mb" that differs from run to run and is no size that memory is sold in was used, and is not what the machine has.
void read_memory_in_use(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "real", "user" and "sys" as time(1) prints them, columns or names of rows: the last two are times of processors. In seconds, where columns of
// numbers alone do not say it. Adds exceptions, unsorted.
void read_process_times(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "eval_duration": 2100000000 beside "prompt_eval_duration": what Ollama answers is in nanoseconds.
void read_nanoseconds(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
