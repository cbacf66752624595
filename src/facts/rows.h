// Tables whose rows say what their numbers are: keyed by metric, or with a column of metric names, units, statistics.
#pragma once

#include <string_view>

#include "core/diagnostic.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/naming.h"
#include "facts/sentinels.h"
#include "facts/shape.h"

namespace chimera::facts {

// Of what a cell means because another cell of its row says so.
inline constexpr std::string_view kNamedByRow = "; named by its row";

// Adds the exceptions of `table` to its meaning: {"ttft": {"mean": 1, "p50": 2}} as a keyed table, "Metric, Unit, Stat,
// Value" as rows.
void read_rows(NameParts& names, const core::Document& document, std::uint32_t table, const TableShape& shape, std::vector<core::TableMeaning>& meanings);

// Likewise of a list of two numbers that is named as an interval; the row around it has the metric. Not where a recipe says what it is.
void read_interval(const Catalog& catalog, const core::Document& document, std::uint32_t table, const TableShape& shape, std::vector<core::TableMeaning>& meanings);

// Which values of a column of this meaning stand for no measurement; nothing where none can.
[[nodiscard]] std::optional<Sentinels> sentinels_of(const core::ColumnMeaning& column);

// Gives such values the role no_value. One sentinel_value note a column.
void mark_sentinels(const core::Document& document, std::uint32_t table, core::TableMeaning& meaning, core::Diagnostics& diagnostics);

}  // namespace chimera::facts
