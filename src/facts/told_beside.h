// What the end of a name means turns on the columns beside it: minutes or a minimum, a sum or a whole, an interval of which mean.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// "duration_min" beside no other statistic of a duration is in minutes, and no minimum.
void read_minutes(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "total_latency" of a request, beside the time to its first token or in a list of several, is all of its time, and no sum over requests.
void read_whole_latencies(const Catalog& catalog, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "flops" beside "gflops" or "tflops" counts operations.
void read_counted_flops(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "ci95_half" is half of an interval of the mean beside it: of its object, or of the words in front.
void read_half_intervals(const core::Table& table, core::TableMeaning& meaning);

// "gpu_memory_utilization": 0.94 beside "max_model_len" is what an engine may take.
void read_given_shares(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
