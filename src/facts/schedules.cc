#include "facts/schedules.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/one_of.h"
#include "facts/meanings.h"
#include "facts/profile.h"

namespace chimera::facts {
namespace {

using core::Role;

constexpr std::array<std::string_view, 6> kSteps = {"step", "steps", "iteration", "iter", "epoch", "global step"};

bool counts_steps(const core::Document& document, const core::Table& table, const TableShape& shape, const core::TableMeaning& meaning) {
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const std::string& leaf = shape.columns[c].reading.leaf;
    if (meaning.columns[c].role != Role::index || !base::is_one_of(leaf, kSteps)) continue;
    if (profile_of(document, table.columns[c]).ascending) return true;
  }
  return false;
}

}  // namespace

void read_schedules(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  if (table.rows.size() < 2) return;
  const auto is_factor = [](const core::ColumnMeaning& column) { return column.role == Role::factor; };
  if (std::none_of(meaning.columns.begin(), meaning.columns.end(), is_factor) || !counts_steps(document, table, shape, meaning)) return;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    core::ColumnMeaning& column = meaning.columns[c];
    if (!is_factor(column) || by_recipe(column)) continue;
    const Profile profile = profile_of(document, table.columns[c]);
    const bool course = !profile.integers && profile.numbers == table.rows.size() && 2 * profile.distinct > table.rows.size();
    if (!course) continue;
    column.role = Role::response;
    column.rule += "; set anew with every step";
  }
}

}  // namespace chimera::facts
