#include "facts/stated_settings.h"

#include <algorithm>
#include <string_view>

#include "facts/corners.h"
#include "facts/meanings.h"
#include "facts/setting_values.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::Row;

constexpr std::size_t kMostKeyed = 4096;  // more are hardly the names of cases

bool has_keys(const core::Table& table) { return table.kind == core::TableKind::keyed && !table.columns.empty() && table.columns[0].key.empty(); }

}  // namespace

bool is_of_lone_items(const core::Document& document, const core::Table& table, const TableShape& shape, const core::TableMeaning& meaning) {
  if (table.kind != core::TableKind::series || !core::is_json(document.format_of(table)) || table.columns.size() != 1 || table.rows.empty() || meaning.columns[0].role != core::Role::factor || shape.columns[0].reading.setting == nullptr) return false;
  const auto same = [](const Row& a, const Row& b) { return a.parent_table == b.parent_table && a.parent_row == b.parent_row; };
  if (std::adjacent_find(table.rows.begin(), table.rows.end(), same) != table.rows.end()) return false;
  const auto is_text = [](const Cell& cell) { return cell.kind == core::CellKind::text; };
  return table.rows.front().parent_table != Row::kNone && std::all_of(table.columns[0].cells.begin(), table.columns[0].cells.end(), is_text);
}

StatedSettings::StatedSettings(const std::vector<const Recipe*>& recipes, const core::Document& document, const Shape& shape, const std::vector<core::TableMeaning>& meanings)
    : document_(document), shape_(shape), meanings_(meanings) {
  for (std::uint32_t t = 0; t < document_.tables.size(); ++t) {
    find_lone_items(t);
    find_settings_rows(t);
    if (recipes[t] == nullptr) continue;
    const std::vector<core::Column>& columns = document_.tables[t].columns;
    for (const ColumnRule& rule : recipes[t]->columns) {
      std::vector<Keyed> keyed;
      for (std::uint32_t c = 0; rule.of != ColumnRule::Of::row && c < columns.size(); ++c) {
        // Where a row's key is a piece of the path, what the cell means tells.
        if (!match_path(rule.key, shape_.tables[t].columns[c].path) && !(rule.of == ColumnRule::Of::parent && has_keys(document_.tables[t]))) continue;
        if (rule.of == ColumnRule::Of::key) collect_keyed(rule, t, c, keyed);
        else find(rule, t, c);
      }
      state_by_key(t, keyed);
    }
  }
}

// The key is that of the row, or in tables without one the last piece of the column's.
void StatedSettings::find_lone_items(std::uint32_t t) {
  const core::Table& table = document_.tables[t];
  if (!is_of_lone_items(document_, table, shape_.tables[t], meanings_[t])) return;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r)
    stated_[{table.rows[r].parent_table, table.rows[r].parent_row}].push_back({meanings_[t].at(r, 0).metric, std::string(value_of(document_, table.columns[0].cells[r]))});
}

void StatedSettings::find_settings_rows(std::uint32_t t) {
  const core::Table& table = document_.tables[t];
  if (!has_keys(table) || meanings_[t].exceptions.empty()) return;
  for (const core::CellException& e : meanings_[t].exceptions) {
    const core::ColumnMeaning& meaning = meanings_[t].at(e.row, e.column);
    if (meaning.rule == kOfSettingsRow) stated_[{t, Row::kNone}].push_back({meaning.metric, std::string(value_of(document_, table.columns[e.column], table.columns[e.column].cells[e.row]))});
  }
}

void StatedSettings::collect_keyed(const ColumnRule& rule, std::uint32_t t, std::uint32_t c, std::vector<Keyed>& keyed) const {
  const core::Table& table = document_.tables[t];
  const std::vector<std::string>& path = shape_.tables[t].columns[c].path;
  for (std::uint32_t r = 0; r < table.rows.size() && keyed.size() < kMostKeyed; ++r) {
    const Cell& cell = table.columns[c].cells[r];
    const core::ColumnMeaning& meaning = meanings_[t].at(r, c);
    if (meaning.rule != rule.rule || !holds_value(cell) || path.empty()) continue;
    std::string key = has_keys(table) ? std::string(document_.at(table.columns[0].cells[r].span())) : path.back();
    keyed.push_back({std::move(key), {meaning.metric, std::string(value_of(document_, table.columns[c], cell))}, r});
  }
}

// {"results": {"arc": {…}}, "n-shot": {"arc": 25}}; where no rows have these keys and all say the same, it is said of the row around them.
void StatedSettings::state_by_key(std::uint32_t t, const std::vector<Keyed>& keyed) {
  if (keyed.empty()) return;
  std::map<std::string_view, const Keyed*> by_key;
  for (const Keyed& each : keyed) by_key.emplace(each.key, &each);
  bool found = false;
  for (std::uint32_t other = 0; other < document_.tables.size(); ++other) {
    const core::Table& table = document_.tables[other];
    if (other == t || !has_keys(table)) continue;
    for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
      const auto of_row = by_key.find(document_.at(table.columns[0].cells[r].span()));
      if (of_row == by_key.end()) continue;
      stated_[{other, r}].push_back(of_row->second->setting);
      found = true;
    }
  }
  const bool same = std::all_of(keyed.begin(), keyed.end(), [&](const Keyed& each) { return each.setting.value == keyed.front().setting.value && each.row == keyed.front().row; });
  if (!found && same && !has_keys(document_.tables[t])) stated_[{t, keyed.front().row}].push_back(keyed.front().setting);
}

void StatedSettings::find(const ColumnRule& rule, std::uint32_t t, std::uint32_t c) {
  const core::Table& table = document_.tables[t];
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const Cell& cell = table.columns[c].cells[r];
    const core::ColumnMeaning& meaning = meanings_[t].at(r, c);
    const Row& row = table.rows[r];
    if (meaning.rule != rule.rule || !holds_value(cell)) continue;
    auto whose = rule.of == ColumnRule::Of::table ? std::pair(t, Row::kNone) : std::pair(row.parent_table, row.parent_row);
    // {"datasets": [{"prompts": {"isl": {"mean": 40}, "osl": {"mean": 16}}}]}: as it is of the columns "prompts/isl/mean".
    if (whose.first < document_.tables.size() && !match_path(rule.key, shape_.tables[t].columns[c].path)) {
      const Row& around = document_.tables[whose.first].rows[whose.second];
      if (around.parent_table != Row::kNone) whose = {around.parent_table, around.parent_row};
    }
    stated_[whose].push_back({meaning.metric, std::string(value_of(document_, table.columns[c], cell))});
  }
}

core::RunConfig StatedSettings::add_to(core::RunConfig config, std::uint32_t t, std::uint32_t row) const {
  const auto found = stated_.find({t, row});
  if (found == stated_.end()) return config;
  for (const core::Setting& setting : found->second)
    if (!config.get(setting.key)) config.set(setting.key, setting.value);
  return config;
}

}  // namespace chimera::facts
