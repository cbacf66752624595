// Rows that sum up the rows above them: "Avg" below the numbers of runs, "Geomean" below the names of models.
#pragma once

#include <string_view>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// The rules of the cell that holds the word, and of the numbers beside it.
inline constexpr std::string_view kSaysStatistic = "says which statistic its row is";
inline constexpr std::string_view kStatisticOfRow = "; statistic of its row";

// What such a row measures are statistics, of the settings that the row has beside its word; the word names nothing.
// Of delimited text and tables for people, of at most some hundred rows.
void read_summary_rows(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
