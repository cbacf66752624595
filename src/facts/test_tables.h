// Small documents for tests, built without the readers of sources: the cells are what a reader would give.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::facts {

inline core::Cell test_cell(std::string_view text, std::uint64_t begin, std::uint64_t end) {
  core::Cell cell;
  const bool quoted = end - begin >= 2 && text[begin] == '"' && text[end - 1] == '"';
  cell.quoted = quoted;
  cell.begin = begin + (quoted ? 1 : 0);
  cell.size = static_cast<std::uint32_t>(end - begin - (quoted ? 2 : 0));
  const std::string_view content = text.substr(cell.begin, cell.size);
  if (content == "null") cell.kind = core::CellKind::null;
  else if (content == "true" || content == "false") cell.kind = core::CellKind::boolean, cell.number = content == "true" ? 1 : 0;
  else if (const auto number = text::parse_number(content)) {
    cell.kind = core::CellKind::number;
    cell.number = number->value;
    cell.decimals = static_cast<std::int8_t>(number->decimals);
  } else {
    cell.kind = core::CellKind::text;
  }
  return cell;
}

// Adds a table to `document`: the first line of `lines` holds the keys, '|' separates cells, '"' may stand round one.
inline core::Table& add_table(core::Document& document, std::string_view lines, core::TableKind kind, std::string name) {
  if (document.lines.empty()) document.lines.push_back(0);
  core::Table table;
  table.kind = kind;
  table.name = std::move(name);
  const std::uint64_t start = document.text.size();
  document.text += lines;
  std::uint64_t at = start;
  bool header = true;
  while (at < document.text.size()) {
    const std::uint64_t end = std::min<std::uint64_t>(document.text.find('\n', at), document.text.size());
    std::uint64_t begin = at;
    std::size_t column = 0;
    if (!header) table.rows.push_back({{at, end}, document.lines.size(), "", core::Row::kNone, core::Row::kNone});
    while (begin <= end) {
      const std::uint64_t stop = std::min<std::uint64_t>(document.text.find('|', begin), end);
      if (header) table.columns.emplace_back().key = document.text.substr(begin, stop - begin);
      else table.columns[column++].cells.push_back(test_cell(document.text, begin, stop));
      begin = stop + 1;
    }
    header = false;
    at = end + 1;
    document.lines.push_back(at);
  }
  document.tables.push_back(std::move(table));
  return document.tables.back();
}

inline core::Document make_csv(std::string_view lines) {
  core::Document document;
  document.artifact.path = "test.csv";
  document.artifact.format = core::Format::csv;
  add_table(document, lines, core::TableKind::csv, "");
  return document;
}

}  // namespace chimera::facts
