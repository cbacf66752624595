#include "facts/products.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

#include "text/words.h"

namespace chimera::facts {
namespace {

using Parent = std::pair<std::uint32_t, std::uint32_t>;  // a row by table and number
using Axis = std::vector<std::string>;

constexpr std::size_t kMostAxes = 64;  // more are no sweep

Parent parent_of(const core::Row& row) { return {row.parent_table, row.parent_row}; }

std::string_view list_of(std::string_view pointer) { return pointer.substr(0, pointer.rfind('/')); }

// The lists in the list called `name`, by the object that it stands in. Lists of one length are rows of a table, others are a list of
// elements whose pointers say which stand together.
std::map<Parent, std::vector<Axis>> axes_called(const core::Document& document, const std::string& name) {
  std::map<Parent, std::vector<Axis>> found;
  for (const core::Table& table : document.tables) {
    const bool rows = table.name == name && table.kind != core::TableKind::series;
    if (!rows && table.name != name + "/*") continue;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      std::vector<Axis>& axes = found[parent_of(table.rows[r])];
      if (rows || r == 0 || list_of(table.rows[r].pointer) != list_of(table.rows[r - 1].pointer)) axes.emplace_back();
      for (const core::Column& column : table.columns)
        if (column.cells[r].kind != core::CellKind::absent) axes.back().emplace_back(text::trim(document.at(column.cells[r].span())));
    }
  }
  return found;
}

std::vector<core::Setting> element_of(const std::vector<Axis>& axes, std::size_t index) {
  std::vector<core::Setting> settings(axes.size());
  for (std::size_t a = axes.size(); a-- > 0; index /= axes[a].size())
    settings[a] = {axes.size() == 1 ? "param" : fmt::format("param{}", a + 1), axes[a][index % axes[a].size()]};
  return settings;
}

}  // namespace

std::vector<std::vector<core::Setting>> product_settings(const core::Document& document, const core::Table& table, const std::string& beside) {
  std::vector<std::vector<core::Setting>> settings(table.rows.size());
  const std::map<Parent, std::vector<Axis>> axes = axes_called(document, fmt::format("{}/{}", list_of(table.name), beside));
  if (axes.empty()) return settings;
  std::map<Parent, std::vector<std::size_t>> rows;
  for (std::size_t r = 0; r < table.rows.size(); ++r) rows[parent_of(table.rows[r])].push_back(r);
  for (const auto& [parent, elements] : rows) {
    const auto found = axes.find(parent);
    if (found == axes.end() || found->second.size() > kMostAxes) continue;
    std::size_t size = 1;
    for (const Axis& axis : found->second) size *= axis.size();
    if (size != elements.size()) continue;
    for (std::size_t i = 0; i < size; ++i) settings[elements[i]] = element_of(found->second, i);
  }
  return settings;
}

}  // namespace chimera::facts
