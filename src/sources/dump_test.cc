#include "sources/dump_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace chimera::sources {
namespace {

std::string_view name_of(core::TableKind kind) {
  constexpr std::string_view kNames[] = {"object", "records", "keyed", "series", "csv", "markdown", "listing", "transposed"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, 60)) {
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else out += c;
  }
  return out + (text.size() > 60 ? fmt::format("'… ({} bytes)", text.size()) : "'");
}

std::string dump(const core::Document& document, const core::Cell& cell) {
  const std::string written = quote(document.at(cell.span()));
  switch (cell.kind) {
    case core::CellKind::absent: return "-";
    case core::CellKind::null: return "null";
    case core::CellKind::boolean: return cell.number != 0 ? "true" : "false";
    case core::CellKind::text: return written;
    case core::CellKind::number: break;
  }
  return fmt::format("{}{} .{} {} @{}", cell.number, cell.quoted ? " quoted" : "", cell.decimals, written, cell.begin);
}

}  // namespace

std::string dump(const core::Document& document) {
  std::string out = fmt::format("{} {}\n", core::to_string(document.artifact.format), document.artifact.encoding);
  auto to = std::back_inserter(out);
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    fmt::format_to(to, "\ntable {} {} {}\n", t, name_of(table.kind), quote(table.name));
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const core::Row& row = table.rows[r];
      fmt::format_to(to, "  row {} line {} {} bytes {}-{}", r, row.line, quote(row.pointer), row.span.begin, row.span.end);
      if (row.parent_table != core::Row::kNone) fmt::format_to(to, " in {}:{}", row.parent_table, row.parent_row);
      out += '\n';
      for (const core::Column& column : table.columns) {
        const std::string unit = column.unit.empty() ? "" : fmt::format(" [{}]", column.unit);
        fmt::format_to(to, "    {}{}: {}\n", column.key, unit, dump(document, column.cells[r]));
      }
    }
  }
  if (!document.ignored.empty()) out += "\nignored\n";
  for (const core::Ignored& ignored : document.ignored) {
    fmt::format_to(to, "  {} {}-{} {}\n", ignored.reason, ignored.span.begin, ignored.span.end, quote(document.at(ignored.span)));
  }
  return out;
}

std::string dump(const core::Diagnostics& diagnostics) {
  std::string out;
  for (const core::Diagnostic& diagnostic : diagnostics.entries()) out += core::format(diagnostic) + "\n";
  return out;
}

}  // namespace chimera::sources
