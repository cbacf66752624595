// Tables whose rows say what their numbers are: keyed by metric, or with a column of metric names, units, statistics.
#pragma once

#include <string_view>

#include "core/diagnostic.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/naming.h"
#include "facts/shape.h"

namespace chimera::facts {

// Adds the exceptions of `table` to its meaning: {"ttft": {"mean": 1, "p50": 2}} as a keyed table, "Metric, Unit, Stat,
// Value" as rows, and lists of two numbers named as an interval (their parent's row has the metric).
void read_rows(NameParts& names, const core::Document& document, std::uint32_t table, const TableShape& shape, std::vector<core::TableMeaning>& meanings);

// The rule of a cell whose -1 stands for no measurement.
inline constexpr std::string_view kSentinelRule = "-1 stands for no measurement";

// Whether -1 in a column of this meaning is such a one.
[[nodiscard]] bool may_be_sentinel(const core::ColumnMeaning& column);

// Marks -1 of quantities that cannot be negative as unread: "no measurement". One sentinel_value note a column.
void mark_sentinels(const core::Document& document, std::uint32_t table, core::TableMeaning& meaning, core::Diagnostics& diagnostics);

}  // namespace chimera::facts
