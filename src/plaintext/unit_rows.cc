#include "plaintext/unit_rows.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 1024;  // bytes
constexpr std::size_t kMostFields = 32;
constexpr std::size_t kFewestQuantities = 3;

// What stands in each field: a unit, or null of words and of numbers without one.
std::vector<core::UnitPtr> units_of(std::string_view text, const std::vector<Span>& fields) {
  std::vector<core::UnitPtr> units;
  for (const Span field : fields) {
    const auto found = read_number_in_unit(at(text, field));
    units.push_back(found ? core::find_unit(found->unit) : nullptr);
  }
  return units;
}

bool is_word(std::string_view text, Span field) {
  return std::none_of(text.begin() + static_cast<std::ptrdiff_t>(field.begin), text.begin() + static_cast<std::ptrdiff_t>(field.end), [](char c) { return c == ' ' || c == ':' || c == '='; }) &&
         read_written_cell(text, field).cell.kind == core::CellKind::text;
}

}  // namespace

std::optional<TableInLines> unit_rows(const core::Document& document, std::size_t first, std::uint64_t end, std::string section) {
  const std::string_view text = document.text;
  const auto fields_of = [&](std::size_t i) { return wide_fields(text, trimmed(text, line_at(document, i, end, kLongestLine))); };
  std::vector<std::vector<Span>> rows{fields_of(first)};
  if (rows.front().size() < kFewestQuantities || rows.front().size() > kMostFields) return std::nullopt;
  const std::vector<core::UnitPtr> units = units_of(text, rows.front());
  if (static_cast<std::size_t>(units.size() - static_cast<std::size_t>(std::count(units.begin(), units.end(), nullptr))) < kFewestQuantities) return std::nullopt;
  TableInLines out;
  for (out.next = first + 1;; ++out.next) {
    std::vector<Span> row = fields_of(out.next);
    if (row.size() != units.size() || units_of(text, row) != units) break;
    rows.push_back(std::move(row));
  }
  if (rows.size() < 2) return std::nullopt;
  std::vector<std::string_view> names;
  for (std::size_t k = 0; k < units.size(); ++k) {
    const bool words = units[k] == nullptr && std::all_of(rows.begin(), rows.end(), [&](const std::vector<Span>& row) { return is_word(text, row[k]); });
    names.push_back(words ? "name" : units[k] == nullptr ? std::string_view() : quantity_name(*units[k]));
  }
  UnitColumns columns(core::TableKind::records, std::move(section));
  for (const std::vector<Span>& row : rows) columns.add_row(row_at(document, {row.front().begin, row.back().end}));
  // Where no word tells the rows apart, what stands in front does.
  std::size_t leading = 0;
  while (leading < names.size() && (names[leading].empty() || std::count(names.begin(), names.end(), names[leading]) > 1)) ++leading;
  if (leading > 0 && std::count(names.begin(), names.end(), "name") == 0) {
    columns.add_column("name", {}, 1);
    for (std::size_t r = 0; r < rows.size(); ++r) columns.put(r, 0, {text_cell({rows[r].front().begin, rows[r][leading - 1].end}), {}, {}});
  }
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (names[k].empty() || std::count(names.begin(), names.end(), names[k]) > 1) continue;
    const std::size_t column = columns.add_column(std::string(names[k]), {}, static_cast<std::uint32_t>(k) + 1);
    for (std::size_t r = 0; r < rows.size(); ++r)
      columns.put(r, column, units[k] == nullptr ? WrittenCell{text_cell(rows[r][k]), {}, {}} : read_written_cell(text, rows[r][k]));
  }
  out.found = {rows.front().front().begin, columns.finish()};
  if (out.found.table.columns.empty()) return std::nullopt;
  return out;
}

}  // namespace chimera::plaintext
