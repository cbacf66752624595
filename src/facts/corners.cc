#include "facts/corners.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/one_of.h"
#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::Role;

constexpr std::size_t kMostRows = 256;       // of a table for people
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kFewestSystems = 2;
constexpr std::size_t kFewestSettings = 3;

// "bs=1 | bs=8" of a report, whose numbers stand below each other.
bool was_wide(const core::Document& document, const core::Table& table) {
  return !core::is_json(document.format_of(table)) && table.kind == core::TableKind::keyed && !table.columns.empty() && !table.columns[0].key.empty() && table.find("value") != nullptr;
}

bool is_small(const core::Table& table) {
  const bool flat = table.kind == core::TableKind::csv || table.kind == core::TableKind::markdown || table.kind == core::TableKind::keyed;
  return flat && !table.rows.empty() && table.rows.size() <= kMostRows && table.columns.size() > 1 && table.columns.size() <= kMostColumns;
}

bool has_numbers(const core::Column& column) {
  return std::any_of(column.cells.begin(), column.cells.end(), [](const Cell& cell) { return cell.kind == CellKind::number; });
}

// "llama-8b", and not "~12 ms" or "-".
bool is_name(std::string_view text) {
  return !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z') || static_cast<unsigned char>(text[0]) >= 0x80);
}

// "A100" and "4070" below each other: a number may be one of several names.
bool names_rows(const core::Document& document, const core::Column& column) {
  const auto name = [&](const Cell& cell) { return cell.kind == CellKind::text && is_name(text::trim(document.at(cell.span()))); };
  const auto number = [](const Cell& cell) { return cell.kind == CellKind::number && cell.decimals == 0; };
  const auto names = static_cast<std::size_t>(std::count_if(column.cells.begin(), column.cells.end(), name));
  return 2 * names >= column.cells.size() && names > 0 && std::all_of(column.cells.begin(), column.cells.end(), [&](const Cell& cell) { return name(cell) || number(cell); });
}

bool has_word_of_settings(std::string_view key) {
  constexpr std::array<std::string_view, 6> kWords = {"setting", "settings", "parameter", "parameters", "option", "options"};
  if (key.find("参数") != std::string_view::npos) return true;
  const std::vector<std::string> words = text::split_identifier(key);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kWords); });
}

}  // namespace

bool says_quantity_in_corner(const core::Document& document, const core::Table& table, const TableShape& shape) {
  const bool wide = was_wide(document, table);
  if (!is_small(table) || table.columns.size() <= kFewestSystems || (table.kind == core::TableKind::keyed && !wide)) return false;
  const NameReading& reading = shape.columns[0].reading;
  return reading.setting == nullptr && reading.metric != nullptr && (wide || names_rows(document, table.columns[0]));
}

bool read_under_corner(NameParts& names, const core::Table& table, TableShape& shape) {
  const std::string& corner = table.columns[0].key;
  const NameReading above = read_name(names, {corner}, nullptr);
  if (above.metric == nullptr || (above.unit != nullptr && above.metric->dimension != above.unit->dimension)) return false;
  const bool wide = table.kind == core::TableKind::keyed;
  std::vector<std::size_t> systems;
  for (std::size_t c = 1; c < table.columns.size(); ++c) {
    if (!has_numbers(table.columns[c]) || (wide && !holds_values_of_levels(table.columns[c]))) continue;
    // "Server" is a setting where it heads texts.
    const NameReading& reading = shape.columns[c].reading;
    const bool chosen = reading.setting != nullptr && reading.setting->kind != SettingEntry::Kind::text;
    // The unit stands in the corner or with the numbers: "Latency" above "12 ms".
    const core::UnitPtr written = shape.columns[c].written;
    const bool fits = written == nullptr ? above.unit != nullptr : written->dimension == above.metric->dimension;
    const bool named = take_apart(names.catalog(), table.columns[c].key).unit != nullptr || (reading.metric != nullptr && written == nullptr);
    if (!fits || named || chosen || !reading.unknown_unit.empty()) return false;
    systems.push_back(c);
  }
  if (systems.size() < (wide ? 1 : kFewestSystems)) return false;
  for (const std::size_t c : systems) {
    NameReading& reading = shape.columns[c].reading = read_below(names, corner, above, table.columns[c].key);
    if (shape.columns[c].written != nullptr) reading.unit = shape.columns[c].written;
  }
  return true;
}

void read_levels(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::size_t kLevels = 1;  // behind what the rows are of
  if (core::is_json(document.format_of(table)) || table.kind != core::TableKind::keyed || table.rows.size() < 2 || table.rows[0].span.begin != table.rows[1].span.begin) return;
  const auto value = std::find_if(table.columns.begin(), table.columns.end(), [](const core::Column& column) { return column.key == "value"; });
  const auto at = static_cast<std::size_t>(value - table.columns.begin());
  if (value == table.columns.end() || at <= kLevels || !measures(meaning.columns[at - 1])) return;
  core::ColumnMeaning& levels = meaning.columns[at - 1];
  levels.role = Role::factor;
  levels.metric = levels.definition = shape.columns[at - 1].reading.full_name;
  levels.unit = core::no_unit();
  levels.rule = "what the headers of the table are levels of";
}

void leave_settings_of_rows(const Catalog& catalog, const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  if (!is_small(table) || table.kind == core::TableKind::keyed || table.rows.size() < kFewestSettings - 1 || !names_rows(document, table.columns[0])) return;
  const bool said = has_word_of_settings(table.columns[0].key);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const SettingEntry* setting = catalog.setting(join(text::split_identifier(document.at(table.columns[0].cells[r].span())), " "));
    if (setting != nullptr && setting->kind != SettingEntry::Kind::text) rows.push_back(r);
  }
  const bool enough = said ? rows.size() * 2 >= table.rows.size() : rows.size() >= kFewestSettings && rows.size() * 3 >= table.rows.size() * 2;
  if (!enough) return;
  for (std::uint32_t c = 1; c < table.columns.size(); ++c)
    if (catalog.metric(meaning.columns[c].metric) != nullptr) return;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    if (!said && !std::binary_search(rows.begin(), rows.end(), r)) continue;
    for (std::uint32_t c = 1; c < table.columns.size(); ++c) {
      if (table.columns[c].cells[r].kind != CellKind::number || !measures(meaning.columns[c])) continue;
      core::ColumnMeaning value = meaning.columns[c];
      value.role = Role::text;
      value.rule = "the value of a setting that its row names";
      add_exception(meaning, r, c, value);
    }
  }
}

void leave_settings_of_keys(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  if (table.kind != core::TableKind::keyed || !core::is_json(document.format_of(table)) || !is_small(table) || table.rows.size() < 2 || !table.columns[0].key.empty()) return;
  const auto of_settings = [&](std::uint32_t r) { return catalog.is(Word::settings, join(text::split_identifier(document.at(table.columns[0].cells[r].span())), " ")); };
  std::uint32_t found = 0;
  std::size_t rows = 0;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r)
    if (of_settings(r)) found = r, ++rows;
  if (rows != 1) return;
  std::vector<std::uint32_t> members;
  for (std::uint32_t c = 1; c < table.columns.size(); ++c) {
    if (!holds_value(table.columns[c].cells[found])) continue;
    for (std::uint32_t r = 0; r < table.rows.size(); ++r)
      if (r != found && holds_value(table.columns[c].cells[r])) return;
    if (by_recipe(meaning.columns[c])) return;
    members.push_back(c);
  }
  for (const std::uint32_t c : members) {
    core::ColumnMeaning setting = meaning.at(found, c);
    if (setting.role != Role::factor && !measures(setting)) continue;
    const NameReading& reading = shape.columns[c].reading;
    if (measures(setting)) setting.metric = setting.definition = reading.setting != nullptr ? reading.setting->name : reading.full_name;
    setting.role = Role::factor;
    setting.statistic = {};
    setting.direction = 0;
    setting.rule = std::string(kOfSettingsRow);
    add_exception(meaning, found, c, setting);
  }
}

}  // namespace chimera::facts
