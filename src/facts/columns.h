// What one column means by its name, its unit and its values: the reading of documents of no known tool.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// "Build Options", "Device Information": whether the lines below such a title of a log say what was set, and where.
[[nodiscard]] bool heads_settings(const Catalog& catalog, std::string_view title);

// The rule of a column of texts in front of a table, each of which names what its row is of.
inline constexpr std::string_view kNamesRows = "what the rows of the table are of";

// The rule of a column of long names, of kernels with the arguments of their templates.
inline constexpr std::string_view kNamesWhatRan = "what was run, by its whole name";

// The rule of a column of texts whose name says nothing to us.
inline constexpr std::string_view kNoKnownName = "texts of no known name";

// Factors have the setting's canonical name as their metric; columns that are no measurement keep their own name.
// Adds unit_conflict where name and cells give different units (the cells win) and unknown_unit.
[[nodiscard]] core::ColumnMeaning decide_column(const Catalog& catalog, const core::Document& document, const core::Table& table,
                                                std::uint32_t column, const ColumnShape& shape, core::Diagnostics& diagnostics);

// Whether a name says that its numbers were measured, "peak memory", and not that they bound or set something, "memory limit".
[[nodiscard]] bool names_a_measurement(const Catalog& catalog, const std::string& words);
// "ok", "n_error", "failed_requests": how runs or requests ended; "max_errors" bounds them.
[[nodiscard]] bool counts_outcomes(const Catalog& catalog, const std::string& words);

// "warmup" 1 in the first rows and 0 in the last: runs that warmed up, not how many did.
[[nodiscard]] bool flags_warm_up(const core::Column& column);

// A metric's meaning from a reading of its name, without regard to values. `reading.metric` is set.
[[nodiscard]] core::ColumnMeaning meaning_of(const NameReading& reading);

}  // namespace chimera::facts
