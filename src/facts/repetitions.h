// Columns that are the repetitions of one measurement: "Run 1 (tok/s)", "Run 2 (tok/s)", "Mean"; "run1_tok_s", "run2_tok_s".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/document.h"
#include "core/fact.h"
#include "facts/naming.h"

namespace chimera::facts {

// "run1", "Run 2", "tps_run_3", "rep 4 (ms)": the name without the repetition, and its number; empty rest of "run1". None of other names.
struct Repetition {
  std::string rest;
  unsigned number = 0;
};
[[nodiscard]] std::optional<Repetition> repetition_in(std::string_view name);

// Two columns of numbers or more whose names differ in nothing but the number of their run, from 0 or 1 on, become samples of one metric: the
// one that the rest of the name says, or "run". Statistics without a name of their own beside them are of the same.
void read_repetitions(NameParts& names, const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

// Whether the first column of a table holds the names of repetitions and nothing else, "run1", "run2": {"run1": {"tps": 52.3}, "run2": {"tps": 52.1}}.
[[nodiscard]] bool numbers_repetitions(const core::Document& document, const core::Table& table);

// Of a table whose columns were rows, "Run 1", "Run 2", "Average": the rows that name statistics are those of the others. Adds exceptions, unsorted.
void read_statistics_of_repetitions(const Catalog& catalog, const core::Document& document, const core::Table& table, core::TableMeaning& meaning);

// Whether a column is one of them.
[[nodiscard]] bool is_repetition(const core::ColumnMeaning& column);

}  // namespace chimera::facts
