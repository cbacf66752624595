// What must hold of every document, whatever the bytes were. Used by the fuzz targets; a breach is our bug (CHECK).
#pragma once

#include <cstdint>
#include <vector>

#include "base/check.h"
#include "core/document.h"
#include "core/fact.h"
#include "sources/account.h"

namespace chimera::fuzz {

inline void check_row(const core::Document& document, std::size_t table, const core::Row& row) {
  CHECK(row.span.begin <= row.span.end && row.span.end <= document.text.size(), "a row lies in the text");
  CHECK(row.line >= 1 && row.line <= document.lines.size(), "a row has a line");
  if (row.parent_table == core::Row::kNone) return;
  CHECK(row.parent_table < table, "a parent is an earlier table");
  CHECK(row.parent_row < document.tables[row.parent_table].rows.size(), "a parent is a row");
}

// Law 2 with every column taken for a measurement, and with none.
inline void check_account(const core::Document& document) {
  for (const core::Role role : {core::Role::response, core::Role::unread}) {
    std::vector<core::TableMeaning> meaning(document.tables.size());
    for (std::size_t t = 0; t < meaning.size(); ++t) {
      const core::Table& table = document.tables[t];
      meaning[t].columns.resize(table.columns.size());
      for (core::ColumnMeaning& column : meaning[t].columns) column.role = role;
      meaning[t].configs.resize(table.rows.size());
      meaning[t].states.resize(table.rows.size());
    }
    (void)sources::account(document, meaning);  // CHECKs that the parts add up
  }
}

inline void check_document(const core::Document& document) {
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    for (const core::Row& row : table.rows) check_row(document, t, row);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      CHECK(table.columns[c].cells.size() == table.rows.size(), "a column has a cell for each row");
      for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const core::Cell& cell = table.columns[c].cells[r];
        if (cell.kind == core::CellKind::absent) continue;
        CHECK(cell.begin + cell.size <= document.text.size(), "a cell lies in the text");
        CHECK(cell.kind != core::CellKind::number || cell.size > 0, "a number has digits");
        const auto table_index = static_cast<std::uint32_t>(t);
        const core::Place place =
            document.place(core::CellRef{{}, table_index, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c)});
        CHECK(place.line >= 1 && place.line <= document.lines.size(), "a cell has a line");
        CHECK(document.to_file(cell.span()).begin <= document.to_file(cell.span()).end, "offsets keep their order");
      }
    }
  }
  std::uint64_t end = 0;
  for (const core::Ignored& ignored : document.ignored) {
    CHECK(ignored.span.begin >= end, "ignored regions ascend and do not overlap");
    CHECK(ignored.span.begin <= ignored.span.end && ignored.span.end <= document.text.size(), "an ignored region lies in the text");
    end = ignored.span.end;
  }
  check_account(document);
}

}  // namespace chimera::fuzz
