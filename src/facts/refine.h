// What the columns of a table tell about each other, once each has been read by itself.
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// In the rule of a column whose units stand in another one.
inline constexpr std::string_view kUnitWritten = "; unit written in ";

// A column that names only a statistic ("cv_percent", "p50") is about what the means of the table are about, where that is
// one thing.
void borrow_metrics(const Catalog& catalog, const core::Table& table, core::TableMeaning& meaning);

// What stands in front of "±" in a table of Markdown is a mean. Adds exceptions, unsorted, where some cells of a column have none.
void read_spreads(const core::Table& table, core::TableMeaning& meaning);

// "prefill_std" beside "prefill_tps" is the spread of that, in its unit, and that is a mean.
void read_named_spreads(const Catalog& catalog, const core::Table& table, core::TableMeaning& meaning);

// A column of units ("unit", "time_unit") beside numbers without one gives each row its unit. Adds exceptions, unsorted.
void read_unit_columns(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// "scalar_ns" and "scalar_gflops" are two things of one name: each gets the dimension of its unit as its definition.
void split_dimensions(const Catalog& catalog, core::TableMeaning& meaning);

// A column without a unit gets that of the columns of the same metric and definition, where these agree.
void borrow_units(const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// Definitions proved by arithmetic: ttft is load + prompt evaluation where that holds, to the digits written, in nine
// of ten rows that have all three. A summand without unit or statistic gets those of the others.
void prove_definitions(const Catalog& catalog, const core::Table& table, core::TableMeaning& meaning);

// Two columns of one metric, definition and statistic that differ in value are not the same thing: each definition
// gets the place of its column, "latency@metrics_before".
void tell_apart(const core::Table& table, core::TableMeaning& meaning);

// An "index" whose values come again beside what was read of GPUs numbers these; so does one of a list in an object that says what each holds.
void name_devices(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

// Objects side by side that measure, each under another value of one setting, {"prefill": {"batch": 8, "ms": 5}, "decode":
// {"batch": 1, "ms": 9}}, do not set it for their row: each setting gets the place of its column, "batch@decode".
void tell_settings_apart(const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

}  // namespace chimera::facts
