#include "facts/configs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "core/settings_lines.h"
#include "facts/cases.h"
#include "facts/columns.h"
#include "facts/meanings.h"
#include "facts/named_settings.h"
#include "facts/naming.h"
#include "facts/products.h"
#include "facts/run_heads.h"
#include "facts/run_lines.h"
#include "facts/setting_sections.h"
#include "facts/setting_values.h"
#include "facts/start_records.h"
#include "facts/stated_settings.h"
#include "facts/title_settings.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::Role;
using core::Row;

constexpr std::size_t kLongestSetting = 256;  // what is longer is a document, not a setting
constexpr std::size_t kLongestName = 4096;    // of what was run
constexpr std::uint64_t kReach = 120;         // lines
constexpr std::ptrdiff_t kMessageBlanks = 4;
constexpr std::size_t kMostKnown = 4096;      // rows' settings that are remembered as text: more are hardly levels

// What both set, and where they differ what `above` does.
core::RunConfig over(core::RunConfig config, const core::RunConfig& above) {
  for (const core::Setting& setting : above.settings()) config.set(setting.key, setting.value);
  return config;
}

void add_settings(const std::vector<core::Setting>& settings, core::RunConfig& config) {
  for (const core::Setting& setting : settings) config.set(setting.key, setting.value);
}

// A kernel is called by its template with all of its arguments.
bool is_too_long(const Cell& cell, const core::ColumnMeaning& column) {
  const bool names = column.rule == kNamesWhatRan || (by_recipe(column) && (column.metric == "test" || column.metric == "kernel" || column.metric == "api"));
  return cell.size > (names ? kLongestName : kLongestSetting);
}

std::size_t depth(const std::string& key) { return static_cast<std::size_t>(std::count(key.begin(), key.end(), '/')); }

class Configurator {
 public:
  Configurator(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, const Shape& shape, std::vector<core::TableMeaning>& meanings)
      : catalog_(catalog), recipes_(recipes), document_(document), shape_(shape), meanings_(meanings), stated_(recipes, document, shape, meanings), sections_(catalog, recipes, document, meanings), heads_(document, shape, meanings), starts_(recipes, document, meanings) {}

  std::vector<core::RunConfig> run() {
    titles_ = title_settings(catalog_, document_, meanings_);
    std::vector<std::vector<core::Setting>> cases = case_settings(catalog_, recipes_, document_, meanings_);
    for (std::size_t t = 0; t < titles_.size(); ++t)
      if (!is_prose(document_.tables[t]) && document_.format_of(document_.tables[t]) != core::Format::csv) titles_[t] = std::move(cases[t]);
    const auto count = static_cast<std::uint32_t>(document_.tables.size());
    for (std::uint32_t t = 0; t < count; ++t)
      if (sections_.comes_first(t)) configure_table(t);
    for (std::uint32_t t = 0; t < count; ++t)
      if (sections_.comes_first(t)) sections_.add(t);
    for (const std::uint32_t t : by_place()) {
      if (sections_.comes_first(t)) continue;
      configure_table(t);
      sections_.add(t);
    }
    return std::move(configs_);
  }

  std::vector<std::uint32_t> columns(std::uint32_t table) {
    find_columns(table);
    std::vector<std::uint32_t> all = factors_;
    all.insert(all.end(), options_.begin(), options_.end());
    for (const auto& [c, rule] : parsed_) all.push_back(c);
    return all;
  }

 private:
  // Where JSON lines and text stand in one log, whose tables follow each other, by where they begin: what is set above comes first.
  std::vector<std::uint32_t> by_place() const {
    std::vector<std::uint32_t> tables(document_.tables.size());
    std::iota(tables.begin(), tables.end(), 0U);
    const auto begin = [&](std::uint32_t t) { return document_.tables[t].rows.empty() ? 0 : document_.tables[t].rows.front().span.begin; };
    const bool mixed = std::any_of(document_.tables.begin(), document_.tables.end(), [&](const core::Table& table) { return document_.format_of(table) != document_.artifact.format; });
    if (mixed) std::stable_sort(tables.begin(), tables.end(), [&](std::uint32_t a, std::uint32_t b) { return begin(a) < begin(b); });
    return tables;
  }

  bool is_prose(const core::Table& table) const { return core::is_prose(document_.format_of(table)); }

  void configure_table(std::uint32_t t) {
    const core::Table& table = document_.tables[t];
    find_columns(t);
    find_carried(t);
    const core::RunConfig of_tool = settings_of_tool(recipes_[t], table);
    const std::uint32_t around = intern(stated_.add_to(settings_around(t, of_tool), t, Row::kNone));
    const std::uint32_t around_others = of_tool.empty() || !may_hold_others(table) ? around : intern(stated_.add_to(settings_around(t, {}), t, Row::kNone));
    const std::uint32_t beside = settings_beside(catalog_, document_, t, meanings_);
    std::unordered_map<std::string, std::uint32_t> known;  // settings of a row as one text -> configuration
    meanings_[t].configs.assign(table.rows.size(), around);
    for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
      const Row& row = table.rows[r];
      const bool inside = row.parent_table < t && row.parent_row < meanings_[row.parent_table].configs.size();
      const std::uint32_t given = around_others != around && holds_nothing_of_tool(t, r) ? around_others : around;
      std::uint32_t before = sections_.empty() ? given : set_before(given, table, row);
      if (const core::RunConfig* head = heads_.above(t, r); head != nullptr) before = together({intern(*head), before});
      const core::RunConfig* start = inside ? nullptr : starts_.above(row);
      if (start != nullptr) before = together({intern(*start), before});
      std::uint32_t outer = inside ? around_row(t, before, row) : before;
      if (beside < t) outer = together({outer, meanings_[beside].configs[r]});
      if (!stated_.empty()) {
        meanings_[t].configs[r] = intern(stated_.add_to(row_config(table, meanings_[t], r, configs_[outer]), t, r));
        continue;
      }
      const std::string& key = settings_text(table, r, outer);
      const auto seen = known.find(key);
      const std::uint32_t config = seen != known.end() ? seen->second : intern(row_config(table, meanings_[t], r, configs_[outer]));
      if (seen == known.end() && known.size() < kMostKnown) known.emplace(key, config);
      meanings_[t].configs[r] = config;
    }
  }

  // A report that lists what several engines measured in the same form, each under a heading of its own.
  bool may_hold_others(const core::Table& table) const {
    return document_.artifact.format == core::Format::markdown && table.kind == core::TableKind::listing;
  }

  // Whether a row holds nothing that the recipe of its table knows.
  bool holds_nothing_of_tool(std::uint32_t t, std::uint32_t row) const {
    const std::vector<core::Column>& columns = document_.tables[t].columns;
    for (std::uint32_t c = 0; c < columns.size(); ++c)
      if (holds_value(columns[c].cells[row]) && rule_of(recipes_[t], meanings_[t].at(row, c)) != nullptr) return false;
    return true;
  }

  // Factor columns, shallow ones first, and columns of options.
  void find_columns(std::uint32_t t) {
    factors_.clear();
    options_.clear();
    parsed_.clear();
    remarked_.clear();
    const core::Table& table = document_.tables[t];
    find_products(recipes_[t], table);
    find_repeated(t);
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      const core::ColumnMeaning& column = meanings_[t].columns[c];
      if (column.role == Role::factor && !is_of_others(recipes_[t], column)) factors_.push_back(c);
      if (column.role == Role::factor && table.kind == core::TableKind::markdown && remarks_tell_apart(document_, table.columns[c])) remarked_.push_back(c);
      const ColumnShape& shape = shape_.tables[t].columns[c];
      if (column.role == Role::text && shape.options) options_.push_back(c);
      if (const ColumnRule* rule = parse_rule(recipes_[t], shape)) parsed_.emplace_back(c, rule);
    }
    std::stable_sort(factors_.begin(), factors_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return depth(table.columns[a].key) < depth(table.columns[b].key); });
  }

  // In a listing of prose "model: A" holds for all the blocks below it until it comes again, where it stood before what was measured.
  void find_carried(std::uint32_t t) {
    carried_.clear();
    const core::Table& table = document_.tables[t];
    if (!is_prose(table) || table.kind != core::TableKind::listing || table.rows.size() < 2) return;
    if (core::is_settings_lines(table.name)) return;  // of which each line says all that it sets
    std::vector<std::uint64_t> measured(table.rows.size(), ~std::uint64_t{0});  // where the first measurement of each row stands
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      for (std::uint32_t r = 0; meanings_[t].columns[c].role == Role::response && r < table.rows.size(); ++r)
        if (holds_value(table.columns[c].cells[r])) measured[r] = std::min(measured[r], table.columns[c].cells[r].begin);
    }
    carried_.resize(table.columns.size());
    for (const std::uint32_t c : factors_) {
      const core::Column& column = table.columns[c];
      const bool comes_again = std::count_if(column.cells.begin(), column.cells.end(), holds_value) > 1;
      if (!comes_again || column.key == "group" || column.key == "phase" || is_exception(column.key)) continue;  // a message; what readers say of each row
      std::uint32_t from = Row::kNone;
      for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
        const bool own = holds_value(column.cells[r]);
        if (own) from = column.cells[r].begin < measured[r] && !is_message(t, c, column.cells[r]) ? r : Row::kNone;
        carried_[c].push_back(own || from == Row::kNone ? r : from);
      }
    }
  }

  // "java.lang.RuntimeException: no device"
  static bool is_exception(std::string_view key) { return key.size() > 9 && text::lower(key.substr(key.size() - 9)) == "exception"; }

  // "failed to allocate the buffer" behind a name that is no setting we know.
  bool is_message(std::uint32_t t, std::uint32_t c, const Cell& cell) const {
    const std::string_view written = document_.at(cell.span());
    return cell.kind == CellKind::text && shape_.tables[t].columns[c].reading.setting == nullptr && std::count(written.begin(), written.end(), ' ') >= kMessageBlanks;
  }

  // The row whose cell says what a column is set to in this one.
  std::uint32_t setting_row(std::uint32_t c, std::uint32_t row) const { return carried_.empty() || carried_[c].empty() ? row : carried_[c][row]; }

  void find_products(const Recipe* recipe, const core::Table& table) {
    products_.clear();
    if (recipe == nullptr) return;
    const std::vector<std::string> path = split_path(table.name);
    const auto written_out = [&](const ColumnRule& rule) { return !rule.product_of.empty() && match_path(rule.key, path); };
    const auto rule = std::find_if(recipe->columns.begin(), recipe->columns.end(), written_out);
    if (rule != recipe->columns.end()) products_ = product_settings(document_, table, rule->product_of);
  }

  // Of a table that was turned the names of rows stood in one header, where two may be called the same: "8 users", "8 users#2". Of others the
  // recipe says which names come again for another run.
  void find_repeated(std::uint32_t t) {
    repeated_.clear();
    const core::Table& table = document_.tables[t];
    const auto names_runs = [&](const core::ColumnMeaning& column) {
      const ColumnRule* rule = rule_of(recipes_[t], column);
      return rule != nullptr && rule->names_runs;
    };
    const bool turned = table.kind == core::TableKind::transposed && !table.columns.empty() && table.columns.front().key.empty();
    const auto& columns = meanings_[t].columns;
    repeated_column_ = turned ? 0 : static_cast<std::size_t>(std::find_if(columns.begin(), columns.end(), names_runs) - columns.begin());
    if (repeated_column_ == columns.size()) return;
    std::map<std::string_view, std::uint32_t> seen;
    for (const Cell& cell : table.columns[repeated_column_].cells) repeated_.push_back(holds_value(cell) ? seen[document_.at(cell.span())]++ : 0);
  }

  static const ColumnRule* parse_rule(const Recipe* recipe, const ColumnShape& shape) {
    if (recipe == nullptr) return nullptr;
    for (const ColumnRule& rule : recipe->columns)
      if (!rule.parse.empty() && match_path(rule.key, shape.path)) return &rule;
    return nullptr;
  }

  bool is_remarked(std::uint32_t c) const { return std::find(remarked_.begin(), remarked_.end(), c) != remarked_.end(); }

  // Valid until the next call.
  const std::string& settings_text(const core::Table& table, std::uint32_t row, std::uint32_t outer) {
    std::string& text = settings_text_;
    text = std::to_string(outer);
    if (!repeated_.empty()) text.append(1, '#').append(std::to_string(repeated_[row]));
    for (const auto* columns : {&factors_, &options_}) {
      for (const std::uint32_t c : *columns) {
        text += '\n';
        const Cell& cell = table.columns[c].cells[setting_row(c, row)];
        if (holds_value(cell)) text += is_remarked(c) ? with_remark(document_, cell) : document_.at(cell.span());
      }
    }
    for (const auto& [c, rule] : parsed_) text.append(1, '\n').append(document_.at(table.columns[c].cells[row].span()));
    if (!products_.empty())
      for (const core::Setting& setting : products_[row]) text.append(1, '\n').append(setting.value);
    return text;
  }

  core::RunConfig row_config(const core::Table& table, const core::TableMeaning& meaning, std::uint32_t row, const core::RunConfig& outer) const {
    core::RunConfig own;
    own.reserve(factors_.size());
    for (const std::uint32_t c : factors_) {
      const std::uint32_t from = setting_row(c, row);
      const Cell& cell = table.columns[c].cells[from];
      const std::string& name = meaning.at(from, c).metric;
      if (!holds_value(cell) || is_too_long(cell, meaning.at(from, c)) || name.empty() || meaning.at(from, c).role != Role::factor) continue;
      if (c == repeated_column_ && !repeated_.empty() && repeated_[row] > 0) own.set("case", std::string(value_of(document_, cell)) + '#' + std::to_string(repeated_[row] + 1));
      const std::string_view value = is_remarked(c) && cell.kind == CellKind::number ? with_remark(document_, cell) : value_of(document_, table.columns[c], cell);
      if (set_by_key(meaning.at(row, c), value, own)) continue;
      if (!value.empty() && !own.get(name)) own.set(name, value);
    }
    for (const std::uint32_t c : options_)
      for (const core::Setting& setting : parse_options(catalog_, document_.at(table.columns[c].cells[row].span())))
        if (!own.get(setting.key)) own.set(setting.key, setting.value);
    for (const auto& [c, rule] : parsed_)
      for (const core::Setting& setting : parse_settings(catalog_, *rule, value_of(document_, table.columns[c].cells[row])))
        if (!own.get(setting.key)) own.set(setting.key, setting.value);
    if (!products_.empty())
      for (const core::Setting& setting : products_[row])
        if (!own.get(setting.key)) own.set(setting.key, setting.value);
    return outer.empty() ? own : over(outer, own);
  }

  // "threads=4 size=1024" as the key of a row; "batch_8" where the key has no other name.
  bool set_by_key(const core::ColumnMeaning& column, std::string_view value, core::RunConfig& own) const {
    if (column.rule != kKeyRule) return false;
    std::vector<core::Setting> settings;
    if (value.find('=') != std::string_view::npos) settings = written_settings(catalog_, value);
    else if (column.metric.rfind("case", 0) == 0)
      if (auto level = setting_in(catalog_, value)) settings.push_back(std::move(*level));
    for (const core::Setting& setting : settings)
      if (!own.get(setting.key)) own.set(setting.key, setting.value);
    return !settings.empty();
  }

  // The recipe's, and those in lists that stand before a table of Markdown or text, under the same heading.
  core::RunConfig settings_around(std::uint32_t t, core::RunConfig config) const {
    const core::Table& table = document_.tables[t];
    for (const core::Setting& setting : titles_[t]) config.set(setting.key, setting.value);
    if (!is_prose(table)) return config;
    if (table.kind == core::TableKind::listing) {
      if (const auto setup = setup_of_list(t)) config = over(std::move(config), configs_[*setup]);
      return config;
    }
    for (std::uint32_t other = 0; other < t; ++other) {
      const core::Table& list = document_.tables[other];
      if ((list.kind != core::TableKind::listing && !is_table_of_settings(other)) || list.name != table.name || meanings_[other].configs.empty()) continue;
      const std::uint32_t row = row_above(other, table);
      if (row != Row::kNone && !is_far(list.rows[row], table)) add_list(other, row, t, config);
    }
    return config;
  }

  // The only row of a list; of one that comes again and measures nothing the last one above the table.
  std::uint32_t row_above(std::uint32_t list, const core::Table& table) const {
    const std::vector<Row>& rows = document_.tables[list].rows;
    if (rows.size() == 1) return 0;
    if (document_.artifact.format != core::Format::markdown || table.rows.empty() || measures_something(list)) return Row::kNone;
    const auto behind = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.span.begin > table.rows.front().span.begin; });
    return behind == rows.begin() ? Row::kNone : static_cast<std::uint32_t>(behind - rows.begin()) - 1;
  }

  // "Parameter | Value" above a table of results, whose rows all name settings.
  bool is_table_of_settings(std::uint32_t t) const {
    const core::Table& table = document_.tables[t];
    if (table.kind != core::TableKind::transposed || table.rows.size() != 1 || document_.format_of(table) != core::Format::markdown) return false;
    const auto known = [](const core::ColumnMeaning& column) { return column.role == Role::factor; };
    return std::any_of(meanings_[t].columns.begin(), meanings_[t].columns.end(), known) && !measures_something(t);
  }

  bool measures_something(std::uint32_t t) const {
    return std::any_of(meanings_[t].columns.begin(), meanings_[t].columns.end(), [](const core::ColumnMeaning& column) { return column.role == Role::response; });
  }

  // "Setup:" above a list of settings, under the same heading as "Results:" above one of measurements: the configuration of the nearest.
  std::optional<std::uint32_t> setup_of_list(std::uint32_t t) const {
    const core::Table& table = document_.tables[t];
    if (document_.artifact.format != core::Format::markdown || table.rows.empty() || !measures_something(t)) return std::nullopt;
    for (std::uint32_t other = t; other-- > 0;) {
      const core::Table& list = document_.tables[other];
      if (list.kind != core::TableKind::listing || list.name != table.name) return std::nullopt;
      const core::Column* group = list.find("group");
      const bool setup = group != nullptr && list.rows.size() == 1 && heads_settings(catalog_, document_.at(group->cells[0].span())) && !measures_something(other) && !meanings_[other].configs.empty();
      if (setup) return is_far(list.rows[0], table) ? std::nullopt : std::optional(meanings_[other].configs[0]);
    }
    return std::nullopt;
  }

  // What a list above a table sets.
  void add_list(std::uint32_t other, std::uint32_t row, std::uint32_t t, core::RunConfig& config) const {
    const core::Table& list = document_.tables[other];
    // What another tool's recipe says of its own lines is none of this table's.
    core::RunConfig of_tool;
    if (recipes_[other] != recipes_[t]) of_tool = settings_of_tool(recipes_[other], list);
    else if (recipes_[t] != nullptr) add_settings(heading_settings(*recipes_[t], list), of_tool);
    // Nor is what a command above the list was given; it says itself how far it reaches.
    const SettingSections::Found given = sections_.of(list, list.rows[row]);
    const auto is_given = [&](const core::Setting& setting) {
      return std::any_of(given.begin(), given.end(), [&](const auto& each) { return configs_[each.second].get(setting.key) == setting.value; });
    };
    for (const core::Setting& setting : configs_[meanings_[other].configs[row]].settings())
      if (!of_tool.get(setting.key) && !is_given(setting)) config.set(setting.key, setting.value);
  }

  core::RunConfig settings_of_tool(const Recipe* recipe, const core::Table& table) const {
    core::RunConfig config;
    if (recipe == nullptr) return config;
    for (const auto& [key, value] : recipe->settings) config.set(key, value);
    add_settings(path_settings(*recipe, document_.artifact.path), config);
    add_settings(heading_settings(*recipe, table), config);
    return config;
  }

  // Null where its meaning is not the recipe's. A rule of several keys stands in the recipe once for each.
  static const ColumnRule* rule_of(const Recipe* recipe, const core::ColumnMeaning& column) {
    if (recipe == nullptr || !by_recipe(column)) return nullptr;
    const auto found = std::find_if(recipe->columns.begin(), recipe->columns.end(), [&](const ColumnRule& rule) { return rule.rule == column.rule; });
    return found == recipe->columns.end() ? nullptr : &*found;
  }

  static bool is_of_others(const Recipe* recipe, const core::ColumnMeaning& column) {
    const ColumnRule* rule = rule_of(recipe, column);
    return rule != nullptr && rule->of == ColumnRule::Of::key;
  }

  // Of a document that has few headings.
  bool is_far(const Row& set, const core::Table& table) const {
    return document_.artifact.format == core::Format::markdown && !table.rows.empty() && table.rows.front().line > set.line + kReach;
  }

  std::uint32_t set_before(std::uint32_t around, const core::Table& table, const Row& row) {
    std::vector<std::uint32_t> before;  // the nearest last
    for (const auto& [at, config] : sections_.of(table, row)) before.push_back(config);
    before.push_back(around);
    return together(before);
  }

  // What several configurations are together, where the last have the last word.
  std::uint32_t together(const std::vector<std::uint32_t>& all) {
    const auto [entry, fresh] = together_.try_emplace(all, all.back());
    if (!fresh) return entry->second;
    core::RunConfig config;
    for (const std::uint32_t each : all) config = over(std::move(config), configs_[each]);
    return entry->second = intern(std::move(config));
  }

  // In texts a section has a title and settings above it as well as those of the row that it is part of, and what was set since that
  // row began; so has a table of JSON whose name says what it is a case of.
  std::uint32_t around_row(std::uint32_t t, std::uint32_t around, const Row& row) {
    const std::uint32_t parent = meanings_[row.parent_table].configs[row.parent_row];
    if (document_.format_of(document_.tables[t]) != core::Format::text && titles_[t].empty()) return parent;
    std::vector<std::uint32_t> all = {around, parent};
    const std::uint64_t since = document_.tables[row.parent_table].rows[row.parent_row].span.begin;
    if (!sections_.empty())
      for (const auto& [at, config] : sections_.of(document_.tables[t], row))
        if (at > since) all.push_back(config);
    return together(all);
  }

  std::uint32_t intern(core::RunConfig config) {
    const auto [entry, fresh] = index_.emplace(config.fingerprint(), static_cast<std::uint32_t>(configs_.size()));
    if (fresh) configs_.push_back(std::move(config));
    return entry->second;
  }

  const Catalog& catalog_;
  const std::vector<const Recipe*>& recipes_;  // parallel to the tables
  const core::Document& document_;
  const Shape& shape_;
  std::vector<core::TableMeaning>& meanings_;
  std::vector<core::RunConfig> configs_;
  std::unordered_map<std::uint64_t, std::uint32_t> index_;
  std::vector<std::vector<core::Setting>> titles_;  // parallel to the tables
  std::string settings_text_;
  std::vector<std::uint32_t> factors_;
  std::vector<std::uint32_t> options_;
  std::vector<std::vector<std::uint32_t>> carried_;  // by column and row: the row whose setting holds; empty where each holds for itself
  std::vector<std::uint32_t> repeated_;  // how many rows before each have its name; empty where names may come again
  std::size_t repeated_column_ = 0;      // which holds these names
  std::vector<std::uint32_t> remarked_;  // factors whose numbers come again with other remarks
  StatedSettings stated_;
  SettingSections sections_;
  RunHeads heads_;
  StartRecords starts_;
  std::map<std::vector<std::uint32_t>, std::uint32_t> together_;  // what several configurations are
  std::vector<std::pair<std::uint32_t, const ColumnRule*>> parsed_;
  std::vector<std::vector<core::Setting>> products_;  // of the rows; empty where the table is written out over no product
};

}  // namespace

std::vector<core::RunConfig> configure(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, const Shape& shape,
                                       std::vector<core::TableMeaning>& meanings) {
  return Configurator(catalog, recipes, document, shape, meanings).run();
}

std::vector<std::uint32_t> setting_columns(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, const Shape& shape, std::uint32_t table,
                                           std::vector<core::TableMeaning>& meanings) {
  return Configurator(catalog, recipes, document, shape, meanings).columns(table);
}

std::string key_setting(const Catalog& catalog, core::Format format, std::string_view table_name) {
  // Above a Markdown table stands a heading, which is no name of its rows.
  if (!core::is_json(format)) return "case";
  const std::vector<std::string> path = split_path(table_name);
  if (path.empty()) return "case";
  const std::vector<std::string> words = text::split_identifier(path.back());
  if (words.empty() || catalog.is(Word::container, join(words, " "))) return "case";
  std::vector<std::string> single = words;
  if (single.back().size() > 3 && single.back().back() == 's' && single.back()[single.back().size() - 2] != 's') single.back().pop_back();
  for (const auto& form : {words, single})
    if (const SettingEntry* setting = catalog.setting(join(form, " "))) return setting->name;
  if (const SettingEntry* setting = swept_setting(catalog, path.back())) return setting->name;
  // {"latency_ms": {"8": 12.5}}: what was measured names no setting.
  const NameReading quantity = read_name(catalog, {path.back()}, nullptr);
  return quantity.metric != nullptr && quantity.unit != nullptr ? "case" : join(single, "_");
}

}  // namespace chimera::facts
