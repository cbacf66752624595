// The tables of profilers and device monitors as Tables: columns below rules, counters, devices of several lines each.
#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "plaintext/counter_report.h"
#include "plaintext/drawn_table.h"
#include "plaintext/growing_table.h"
#include "plaintext/ruled_table.h"

namespace chimera::plaintext {

// All add to `keys` where the names of values stand; the section names the table.

// What its rows are about is the column "group".
[[nodiscard]] LocatedTable table_of_ruled(const core::Document& document, const RuledTable& table, std::string section,
                                          std::vector<core::Span>& keys);

// The columns have the names of perf's JSON: "counter-value", "unit", "event", "metric-value", "metric-unit", "variance".
[[nodiscard]] LocatedTable table_of_counters(const core::Document& document, const CounterReport& report);

// Each of `table.things` is a row. A field belongs to the name that it stands under or next to; of "69W / 700W" under "Pwr:Usage/Cap"
// the columns are "Pwr/Usage" and "Pwr/Cap", under "Memory" they are "Memory" and "Memory/total".
[[nodiscard]] LocatedTable table_of_things(const core::Document& document, const DrawnTable& table, std::string section,
                                           std::vector<core::Span>& keys);

}  // namespace chimera::plaintext
