#include "sources/unit_columns.h"

#include <utility>

#include "text/words.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kMostUnits = 8;  // of one column

// "B" behind a count of parameters is no byte.
std::string_view unit_beside(std::string_view key, std::string_view unit) {
  const bool parameters = (unit == "B" || unit == "b") && text::lower(key).find("param") != std::string::npos;
  return parameters ? "billion" : unit;
}

}  // namespace

UnitColumns::UnitColumns(core::TableKind kind, std::string name) {
  table_.kind = kind;
  table_.name = std::move(name);
}

std::size_t UnitColumns::append(std::string key, std::string_view unit, std::uint32_t position) {
  core::Column column;
  column.key = std::move(key);
  column.unit = std::string(unit);
  column.position = position;
  table_.columns.push_back(std::move(column));
  return table_.columns.size() - 1;
}

std::size_t UnitColumns::add_column(std::string key, std::string_view unit, std::uint32_t position) {
  const std::size_t column = append(std::move(key), unit, position);
  variants_.push_back({{std::string(unit), column, 0, unit.empty(), !unit.empty()}});
  return variants_.size() - 1;
}

void UnitColumns::add_row(core::Row row) { table_.rows.push_back(std::move(row)); }

UnitColumns::Variant* UnitColumns::variant_for(std::size_t column, std::string_view unit) {
  std::vector<Variant>& variants = variants_[column];
  Variant& first = variants.front();
  if (first.open) {
    first.open = false;
    first.unit = table_.columns[first.column].unit = std::string(unit);
    return &first;
  }
  if (unit.empty() && first.named) return &first;
  for (Variant& variant : variants)
    if (same_unit(variant.unit, unit)) return &variant;
  if (variants.size() == kMostUnits) return nullptr;
  const core::Column& base = table_.columns[first.column];
  const std::uint32_t position = base.position > 0 ? base.position : static_cast<std::uint32_t>(first.column) + 1;
  const std::size_t added = append(base.key, unit, position);
  variants.push_back({std::string(unit), added, 0, false, false});
  return &variants.back();
}

void UnitColumns::put(std::size_t row, std::size_t column, const WrittenCell& written) {
  const std::size_t declared = variants_[column].front().column;
  if (written.cell.kind != core::CellKind::number) return put_cell(row, declared, written.cell);
  Variant* const found = variant_for(column, unit_beside(table_.columns[declared].key, written.unit));
  if (found == nullptr) {
    core::Cell words = written.cell;
    words.kind = core::CellKind::text;
    return put_cell(row, declared, words);
  }
  Variant& variant = *found;
  put_cell(row, variant.column, written.cell);
  if (written.spread.kind == core::CellKind::absent) return;
  if (variant.spread == 0) {
    const core::Column base = table_.columns[variant.column];
    const std::uint32_t position = base.position > 0 ? base.position : static_cast<std::uint32_t>(declared) + 1;
    variant.spread = append(base.key + "/\xC2\xB1", base.unit, position);
  }
  put_cell(row, variant.spread, written.spread);
}

void UnitColumns::put_cell(std::size_t row, std::size_t column, const core::Cell& cell) {
  std::vector<core::Cell>& cells = table_.columns[column].cells;
  if (cells.size() <= row) cells.resize(row + 1);
  cells[row] = cell;
}

core::Table UnitColumns::finish() {
  for (core::Column& column : table_.columns) column.cells.resize(table_.rows.size());
  return std::move(table_);
}

}  // namespace chimera::sources
