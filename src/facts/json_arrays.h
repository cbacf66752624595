// Arrays of JSON that mean something together.
#pragma once

#include <cstdint>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// {"bins": [0, 10, 20], "counts": [4, 9]}: neither was measured. Where only one of them stands in an object, it is what it is called.
void mark_histograms(const core::Document& document, const Shape& shape, std::vector<core::TableMeaning>& meanings);

// [[1700000000.5, 100, 2.5], ...], as TensorBoard gives a curve: when, at which step, and the value.
void name_steps(const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

// "percentiles_ttft_ms": [[99, 319.4], [90, 69.3]]: which percentile, and its value. Adds exceptions, unsorted.
void name_percentile_pairs(const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

// {"values": [12.5, 13], "p95": 13, "unit": "ms"}: a list without a unit has that which its object names.
void take_units_of_objects(const core::Document& document, std::uint32_t table, const Shape& shape, std::vector<core::TableMeaning>& meanings);

// {"tps": 52.35, "runs": [52.3, 52.4]}: a list that does not say what it is of holds samples of the one quantity beside it that is its mean in
// every row, to the digits written.
void take_metrics_of_means(const Catalog& catalog, const core::Document& document, std::uint32_t table, std::vector<core::TableMeaning>& meanings);

// {"acceptance_per_pos": [0.8, 0.6]}: the values of different positions are no repetitions, each is defined by its own.
void tell_positions_apart(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
