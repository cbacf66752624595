#include "facts/named_settings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/one_of.h"
#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::ColumnMeaning;
using core::Role;

constexpr std::size_t kLongestName = 48;
constexpr std::size_t kMostMaps = 64;
constexpr std::string_view kNamesSetting = "names the setting beside it";
constexpr std::string_view kRule = "the setting that stands beside it";

std::string leaf_of(const core::Column& column) { return join(text::split_identifier(std::string_view(column.key).substr(column.key.rfind('/') + 1)), " "); }

std::string_view object_of(std::string_view key) { return key.substr(0, key.rfind('/') == std::string_view::npos ? 0 : key.rfind('/')); }

bool holds_names(const core::Column& column) {
  constexpr std::array<std::string_view, 12> kNames = {"parameter", "param",       "parameter name", "param name",      "setting",         "setting name",
                                                       "option",    "option name", "variable",       "swept parameter", "sweep parameter", "parameter varied"};
  return base::is_one_of(leaf_of(column), kNames);
}

bool holds_levels(const core::Column& column) {
  // Few names end so, and every column is asked.
  if (column.key.empty() || std::string_view("eElL").find(column.key.back()) == std::string_view::npos) return false;
  constexpr std::array<std::string_view, 6> kValues = {"value", "parameter value", "param value", "setting value", "option value", "level"};
  return base::is_one_of(leaf_of(column), kValues);
}

class Reader {
 public:
  Reader(NameParts& names, const core::Document& document, std::uint32_t table, std::vector<core::TableMeaning>& meanings)
      : names_(names), document_(document), table_(document.tables[table]), meanings_(meanings), meaning_(meanings[table]) {}

  void read() {
    if (core::is_json(document_.format_of(table_)) && table_.kind == core::TableKind::keyed && table_.by_columns) return read_maps();
    const auto levels = static_cast<std::uint32_t>(std::find_if(table_.columns.begin(), table_.columns.end(), holds_levels) - table_.columns.begin());
    if (levels == table_.columns.size() || by_recipe(meaning_.columns[levels]) || !measures_beside(levels)) return;
    const std::string_view object = object_of(table_.columns[levels].key);
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      if (holds_names(table_.columns[c]) && object_of(table_.columns[c].key) == object && !by_recipe(meaning_.columns[c])) return read_rows(levels, c);
    if (!core::is_json(document_.format_of(table_))) return;
    const std::vector<std::string> path = split_path(table_.name);
    const SettingEntry* swept = path.empty() ? nullptr : swept_setting(names_.catalog(), path.back());
    if (swept != nullptr) return set(swept->name, meaning_.columns[levels]);
    read_around(levels);
  }

 private:
  // {"num_gpu": {"0": 5.1, "33": 52.1}}: the name is that of the keys, and nothing says what was measured.
  bool is_map_of_levels(std::uint32_t c) const {
    const ColumnMeaning& column = meaning_.columns[c];
    if (column.role != Role::factor || by_recipe(column) || names_.catalog().setting(leaf_of(table_.columns[c])) == nullptr) return false;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      if (!holds_value(table_.columns[c].cells[r])) continue;
      if (table_.columns[c].cells[r].kind != core::CellKind::number) return false;
      for (std::uint32_t other = 1; other < table_.columns.size(); ++other)
        if (other != c && holds_value(table_.columns[other].cells[r])) return false;
    }
    return true;
  }

  void read_maps() {
    for (std::uint32_t c = 1; c < table_.columns.size() && table_.columns.size() <= kMostMaps; ++c) {
      if (!is_map_of_levels(c)) continue;
      ColumnMeaning key;
      set(meaning_.columns[c].metric, key);
      for (std::uint32_t r = 0; r < table_.rows.size(); ++r)
        if (holds_value(table_.columns[c].cells[r])) add_exception(meaning_, r, 0, key);
      meaning_.columns[c].role = Role::response;
      meaning_.columns[c].metric = meaning_.columns[c].definition = "value";
      meaning_.columns[c].rule = "under the levels of a setting";
    }
  }

  // A metric that is known: "parameter" and "value" alone are a list of settings, or of results.
  bool measures_beside(std::uint32_t levels) const {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      if (c != levels && measures(meaning_.columns[c]) && names_.catalog().metric(meaning_.columns[c].metric) != nullptr) return true;
    return false;
  }

  // What a cell names; nothing where that is a metric or no name at all.
  std::optional<std::string> setting_in(const core::Cell& cell, bool& known) const {
    const std::string_view written = text::trim(document_.at(cell.span()));
    if (cell.kind != core::CellKind::text || written.empty() || written.size() > kLongestName) return std::nullopt;
    const std::vector<std::string> words = text::split_identifier(written);
    const SettingEntry* setting = names_.catalog().setting(join(words, " "));
    known = known || setting != nullptr;
    if (setting != nullptr) return setting->name;
    const bool name = !words.empty() && written.find_first_of(" ,;:=") == std::string_view::npos && read_name(names_, {std::string(written)}, nullptr).metric == nullptr;
    return name ? std::optional(join(words, "_")) : std::nullopt;
  }

  static void set(const std::string& name, ColumnMeaning& column) {
    column = {};
    column.role = Role::factor;
    column.metric = column.definition = name;
    column.rule = kRule;
  }

  void read_rows(std::uint32_t levels, std::uint32_t named) {
    std::vector<std::optional<std::string>> found;
    bool known = false;
    for (const core::Cell& cell : table_.columns[named].cells) {
      found.push_back(setting_in(cell, known));
      if (!found.back() && holds_value(cell)) return;
    }
    if (!known) return;
    meaning_.columns[named].role = Role::identity;
    meaning_.columns[named].rule = kNamesSetting;
    set_rows(levels, found);
  }

  // "parameter": "num_gpu" beside the list of rows, which all stand in rows of one table.
  void read_around(std::uint32_t levels) {
    const std::uint32_t parent = table_.rows.empty() ? core::Row::kNone : table_.rows.front().parent_table;
    if (parent >= meanings_.size()) return;
    const std::vector<core::Column>& around = document_.tables[parent].columns;
    const auto named = static_cast<std::size_t>(std::find_if(around.begin(), around.end(), holds_names) - around.begin());
    if (named == around.size()) return;
    std::vector<std::optional<std::string>> found;
    bool known = false;
    for (const core::Row& row : table_.rows) {
      if (row.parent_table != parent || row.parent_row >= around[named].cells.size()) return;
      found.push_back(setting_in(around[named].cells[row.parent_row], known));
      if (!found.back()) return;
    }
    if (!known) return;
    set_rows(levels, found);
    ColumnMeaning& name = meanings_[parent].columns[named];
    if (by_recipe(name)) return;
    name.role = Role::identity;
    name.rule = kNamesSetting;
  }

  // Each row says it, so that no row depends on the others.
  void set_rows(std::uint32_t levels, const std::vector<std::optional<std::string>>& settings) {
    set("value", meaning_.columns[levels]);
    for (std::uint32_t r = 0; r < settings.size(); ++r) {
      if (!settings[r]) continue;
      ColumnMeaning variant;
      set(*settings[r], variant);
      add_exception(meaning_, r, levels, variant);
    }
  }

  NameParts& names_;
  const core::Document& document_;
  const core::Table& table_;
  std::vector<core::TableMeaning>& meanings_;
  core::TableMeaning& meaning_;
};

bool has_parents_of(const core::Table& a, const core::Table& b) {
  const auto same = [](const core::Row& x, const core::Row& y) { return x.parent_table == y.parent_table && x.parent_row == y.parent_row; };
  return std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), same);
}

}  // namespace

std::uint32_t settings_beside(const Catalog& catalog, const core::Document& document, std::uint32_t list, const std::vector<core::TableMeaning>& meanings) {
  constexpr std::size_t kMostTables = 512;
  const core::Table& values = document.tables[list];
  if (!core::is_json(document.format_of(values)) || values.kind != core::TableKind::series || values.rows.size() < 2 || document.tables.size() > kMostTables) return core::Row::kNone;
  for (std::uint32_t t = 0; t < list; ++t) {
    const core::Table& table = document.tables[t];
    if (table.kind != core::TableKind::records || table.by_columns || !has_parents_of(table, values)) continue;
    const std::vector<std::string> path = split_path(table.name);
    const std::string name = path.empty() ? std::string() : join(text::split_identifier(path.back()), " ");
    const bool settings = catalog.is(Word::settings, name) || (!name.empty() && name.back() == 's' && catalog.is(Word::settings, name.substr(0, name.size() - 1)));
    if (settings && std::none_of(meanings[t].columns.begin(), meanings[t].columns.end(), measures)) return t;
  }
  return core::Row::kNone;
}

const SettingEntry* swept_setting(const Catalog& catalog, std::string_view name) {
  constexpr std::array<std::string_view, 7> kLast = {"sweep", "sweeps", "scan", "results", "result", "scaling", "levels"};
  std::vector<std::string> words = text::split_identifier(name);
  bool cut = false;
  for (; words.size() > 1 && base::is_one_of(words.back(), kLast); cut = true) words.pop_back();
  const SettingEntry* setting = cut ? catalog.setting(join(words, " ")) : nullptr;
  if (cut && setting == nullptr) setting = catalog.setting(join(words, " ") + "s");  // "thread_sweep"
  return setting != nullptr && setting->kind == SettingEntry::Kind::text ? nullptr : setting;  // "cpu_results" may be of anything on one
}

void read_named_settings(NameParts& names, const core::Document& document, std::uint32_t table, std::vector<core::TableMeaning>& meanings) {
  Reader(names, document, table, meanings).read();
}

}  // namespace chimera::facts
