#include "facts/one_name.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/meanings.h"
#include "facts/profile.h"

namespace chimera::facts {
namespace {

using core::Role;

// Whether some row holds a value in both, and not the same.
bool differ(const core::Document& document, const core::Column& a, const core::Column& b) {
  for (std::size_t row = 0; row < a.cells.size(); ++row) {
    if (!holds_value(a.cells[row]) || !holds_value(b.cells[row])) continue;
    const bool numbers = a.cells[row].kind == core::CellKind::number && b.cells[row].kind == core::CellKind::number;
    if (numbers && a.cells[row].number == b.cells[row].number) continue;  // "4" and "4.0"
    const std::string_view left = document.at(a.cells[row].span());
    const std::string_view right = document.at(b.cells[row].span());
    if (!left.empty() && !right.empty() && left != right) return true;
  }
  return false;
}

// Whether a column is called as the setting is.
bool is_exact(const ColumnShape& shape, const core::ColumnMeaning& column) { return shape.reading.full_name == column.metric; }

// Whether it was our word for its name that made it that setting, and no recipe.
bool may_keep_own(const ColumnShape& shape, const core::ColumnMeaning& column) {
  const bool ours = shape.reading.setting != nullptr && shape.reading.setting->name == column.metric;
  return !shape.reading.full_name.empty() && !is_exact(shape, column) && (ours || !by_recipe(column));
}

}  // namespace

void keep_own_names(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  using Object = std::pair<std::string_view, std::string_view>;  // where they stand, and what they set
  std::map<Object, std::vector<std::size_t>> groups;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const std::string_view key = table.columns[c].key;
    if (meaning.columns[c].role == Role::factor && !key.empty()) groups[{key.substr(0, key.rfind('/') + 1), meaning.columns[c].metric}].push_back(c);
  }
  std::vector<std::size_t> others;
  for (const auto& [object, columns] : groups) {
    if (columns.size() < 2) continue;
    const auto exact = std::find_if(columns.begin(), columns.end(), [&](std::size_t c) { return is_exact(shape.columns[c], meaning.columns[c]); });
    const auto told = std::find_if(columns.begin(), columns.end(), [&](std::size_t c) { return by_recipe(meaning.columns[c]); });
    const std::size_t first = exact != columns.end() ? *exact : told != columns.end() ? *told : columns.front();
    for (const std::size_t c : columns) {
      const std::string& own = shape.columns[c].reading.full_name;
      const bool apart = c != first && may_keep_own(shape.columns[c], meaning.columns[c]) && own != shape.columns[first].reading.full_name;
      // Where a model lies is another matter on each machine.
      if (apart && !profile_of(document, table.columns[c]).paths && groups.count({object.first, own}) == 0 && differ(document, table.columns[first], table.columns[c])) others.push_back(c);
    }
  }
  for (const std::size_t c : others) {
    meaning.columns[c].metric = meaning.columns[c].definition = shape.columns[c].reading.full_name;
    if (!by_recipe(meaning.columns[c])) meaning.columns[c].rule += "; beside another of that name";
  }
}

}  // namespace chimera::facts
