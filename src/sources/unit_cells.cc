#include "sources/unit_cells.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace chimera::sources {
namespace {

// A number other than 0 stands in a row that is none of `cells`.
bool has_bare_number(const core::Column& column, const std::vector<UnitCell>& cells) {
  auto next = cells.begin();
  for (std::uint32_t row = 0; row < column.cells.size(); ++row) {
    if (next != cells.end() && next->row == row) ++next;
    else if (column.cells[row].kind == core::CellKind::number && column.cells[row].number != 0) return true;
  }
  return false;
}

}  // namespace

void split_by_unit(core::Table& table, std::size_t column, const std::vector<UnitCell>& cells, bool apart) {
  std::vector<std::string_view> units;  // in order of first appearance
  for (const UnitCell& cell : cells)
    if (std::find(units.begin(), units.end(), cell.unit) == units.end()) units.push_back(cell.unit);
  if (!apart) table.columns[column].unit = std::string(units.front());
  for (std::size_t u = apart ? 0 : 1; u < units.size(); ++u) {
    core::Column split;
    split.key = table.columns[column].key;
    split.pointer = table.columns[column].pointer;
    split.unit = std::string(units[u]);
    split.position = static_cast<std::uint32_t>(column + 1);
    split.cells.resize(table.rows.size());
    for (const UnitCell& cell : cells)
      if (cell.unit == units[u]) std::swap(split.cells[cell.row], table.columns[column].cells[cell.row]);
    table.columns.push_back(std::move(split));
  }
}

void UnitCells::split(core::Document& document) {
  std::stable_sort(cells_.begin(), cells_.end(), [](const Place& a, const Place& b) { return std::tie(a.table, a.column) < std::tie(b.table, b.column); });
  std::vector<UnitCell> cells;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    cells.push_back(cells_[i].cell);
    if (i + 1 < cells_.size() && cells_[i + 1].table == cells_[i].table && cells_[i + 1].column == cells_[i].column) continue;
    core::Table& table = document.tables[cells_[i].table];
    split_by_unit(table, cells_[i].column, cells, has_bare_number(table.columns[cells_[i].column], cells));
    cells.clear();
  }
  cells_.clear();
}

}  // namespace chimera::sources
