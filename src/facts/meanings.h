// What is asked of cells and of the meanings of columns again and again.
#pragma once

#include "core/document.h"
#include "core/fact.h"

namespace chimera::facts {

inline bool holds_value(const core::Cell& cell) { return cell.kind != core::CellKind::absent && cell.kind != core::CellKind::null; }

// A table with pipes is whole in itself; lines of a log and lists go with those around them.
inline bool stands_alone(const core::Table& table) { return table.kind == core::TableKind::markdown || table.kind == core::TableKind::transposed; }

inline bool measures(const core::ColumnMeaning& column) { return column.role == core::Role::response || column.role == core::Role::count; }

// Delimited text, a table of a report, or one of these that was wide: a row for each level of its headers.
inline bool has_written_rows(const core::Document& document, const core::Table& table) {
  const bool levels = table.kind == core::TableKind::keyed && !core::is_json(document.format_of(table));
  return table.kind == core::TableKind::csv || table.kind == core::TableKind::markdown || levels;
}

// What a recipe says is not qualified by guesses.
inline bool by_recipe(const core::ColumnMeaning& column) { return column.rule.rfind("recipes/", 0) == 0; }

}  // namespace chimera::facts
