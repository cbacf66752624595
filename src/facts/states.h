// Which rows are measurements: failed, cold, warm-up and summary rows told from the rest.
#pragma once

#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/settled.h"
#include "facts/shape.h"

namespace chimera::facts {

// Fills `states` of every table's meaning. In this order:
// * failed: an error text, success false, a status of failure, in the row or in the object around it; or every measured
//   number of the row is zero or absent while other rows have some; or a row of delimited text that ends early, in such a
//   word, or whose every number says behind it that it failed. What an object inside the row says is about that object
//   alone where others like it stand beside it (facts/failed_objects.h). One failed_row note a table, with count and first place.
// * warmup: a column of that name, one that names the phase or counts the runs, or a remark behind a number says so;
//   cold: the phase is "cold". Also in the object around.
// * summary: most of what the row measures are statistics.
// * cold: the row's load time is more than kColdFactor times the median of the table, and it is felt: it makes up more
//   than kColdShare of the row's TTFT, or that TTFT is more than kColdFactor times the median one (the first prompt
//   after a load is slow as well). Not decided in tables of less than kColdRows rows in order.
// Of a part of a document, rows are not held against each other: zeros and loading times say nothing there, and
// nothing is noted.
enum class Extent { whole, part };
void find_states(const Catalog& catalog, const core::Document& document, const Shape& shape, Extent extent, std::vector<core::TableMeaning>& meanings,
                 core::Diagnostics& diagnostics);

// Adds to `rules` how the states of a table's rows are found, after find_states().
void state_rules(const Catalog& catalog, const core::Document& document, const Shape& shape, std::uint32_t table, std::vector<core::TableMeaning>& meanings,
                 RowRules& rules);

inline constexpr double kColdFactor = 5.0;
inline constexpr double kColdShare = 0.2;
inline constexpr std::size_t kColdRows = 4;

}  // namespace chimera::facts
