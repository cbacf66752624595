#include "plaintext/fence_output.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "core/unit.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kFewestLines = 2;  // that were read, or measured

// "Mean TTFT (ms)" is no key of a program or of a configuration, and neither are columns below a header or several values in a line.
bool is_prose_of_a_report(const core::Table& table, const core::Column& column) {
  return table.kind != core::TableKind::listing || column.key.find(' ') != std::string::npos;
}

// "Iterations/Sec", "Requests per second".
bool names_rate(std::string_view key) {
  constexpr std::array<std::string_view, 4> kEnds = {"/s", "/sec", "/second", " per second"};
  const std::string lower = text::lower(key);
  return std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return lower.size() > end.size() && lower.compare(lower.size() - end.size(), end.size(), end) == 0; });
}

bool has_unit(const core::Column& column) { return core::find_unit(column.unit) != nullptr || !unit_of_header(column.key).empty() || names_rate(column.key); }

void leave_out_bare_numbers(core::Table& table) {
  for (core::Column& column : table.columns)
    for (core::Cell& cell : column.cells)
      if (cell.kind == core::CellKind::number && !has_unit(column)) cell = core::Cell{};
}

// Lines that say what was measured: a name, a value and its unit.
std::size_t measured_lines(const core::Document& document, const TextTables& found, Fence fence) {
  std::set<std::uint64_t> lines;
  for (const LocatedTable& each : found.tables) {
    for (const core::Column& column : each.table.columns) {
      if (!has_unit(column) || (fence == Fence::language && !is_prose_of_a_report(each.table, column))) continue;
      for (const core::Cell& cell : column.cells)
        if (cell.kind == core::CellKind::number) lines.insert(document.place(cell.begin).line);
    }
  }
  return lines.size();
}

}  // namespace

bool keep_output(const core::Document& document, Fence fence, TextTables& found) {
  const bool mostly = found.lines_read >= kFewestLines && found.lines_read * 10 >= found.lines * 6;
  if (fence == Fence::output && mostly) return true;
  if (measured_lines(document, found, fence) < kFewestLines) return false;
  if (mostly) return true;
  for (LocatedTable& each : found.tables)
    if (each.table.kind == core::TableKind::listing) leave_out_bare_numbers(each.table);
  return true;
}

}  // namespace chimera::plaintext
