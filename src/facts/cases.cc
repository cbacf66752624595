#include "facts/cases.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "facts/configs.h"
#include "facts/meanings.h"
#include "facts/naming.h"
#include "facts/profile.h"
#include "text/model_names.h"
#include "text/number_formats.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Role;

constexpr std::size_t kMostTables = 512;  // more of them are records with ever new keys
constexpr std::size_t kMostLevels = 64;   // of a list that says what was varied
constexpr std::size_t kDeepest = 16;      // pieces of a name

// "/*/llama" into "*" and "llama".
std::vector<std::string_view> pieces_of(std::string_view name) {
  std::vector<std::string_view> pieces;
  while (!name.empty() && pieces.size() <= kDeepest) {
    name.remove_prefix(1);
    const std::size_t end = std::min(name.find('/'), name.size());
    pieces.push_back(name.substr(0, end));
    name.remove_prefix(end);
  }
  return pieces;
}

class Cases {
 public:
  Cases(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, std::vector<core::TableMeaning>& meanings)
      : catalog_(catalog), recipes_(recipes), document_(document), tables_(document.tables), meanings_(meanings) {}

  std::vector<std::vector<core::Setting>> find() {
    for (std::size_t t = 0; t < tables_.size(); ++t) pieces_.push_back(pieces_of(tables_[t].name));
    collect_measured();
    collect_levels();
    for (std::size_t t = 0; t < tables_.size(); ++t) join_relatives(t);
    std::vector<std::vector<core::Setting>> found(tables_.size());
    std::vector<std::set<std::string>> taken(tables_.size());  // by the settings of the objects around and their keys
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      if (parent_of(t) < t) taken[t] = taken[parent_of(t)];
      for (std::size_t i = 0; i < pieces_[t].size(); ++i)
        if (const std::string name = setting_name(t, i); !name.empty()) found[t].push_back({free_name(taken[t], name), std::string(pieces_[t][i])});
      name_keys(t, taken[t]);
    }
    return found;
  }

 private:
  std::size_t parent_of(std::size_t t) const { return tables_[t].rows.empty() ? core::Row::kNone : tables_[t].rows.front().parent_table; }

  // Of each table, with what the tables inside it measured, and under which settings.
  void collect_measured() {
    measured_.resize(tables_.size());
    for (std::size_t t = tables_.size(); t-- > 0;) {
      if (recipes_[t] != nullptr) continue;
      std::set<std::string> settings;
      for (const core::ColumnMeaning& column : meanings_[t].columns) {
        if (column.role == Role::factor) settings.insert(column.rule == kKeyRule ? std::string(kKeyRule) : column.metric);
        if (column.role == Role::response) measured_[t].insert(column.definition + '\n' + core::to_string(column.statistic));
      }
      std::string under;
      for (const std::string& setting : settings) under += '\n' + setting;
      std::set<std::string> all;
      for (const std::string& each : measured_[t]) all.insert(each + under);
      measured_[t] = std::move(all);
      if (parent_of(t) < t) measured_[parent_of(t)].insert(measured_[t].begin(), measured_[t].end());
    }
  }

  // Whether the tables inside a table's rows had no part of the name before.
  bool is_own(std::size_t t, std::size_t i) const {
    const std::size_t parent = parent_of(t);
    return i >= (parent < t ? pieces_[parent].size() : 0);
  }

  // The setting that piece `i` of a table's name is a level of; empty where it is none.
  std::string setting_name(std::size_t t, std::size_t i) const {
    const bool measured = is_own(t, i) && !measured_[t].empty();
    if (measured && text::is_model(pieces_[t][i])) return "model";
    // Its measurements are those of one of the others, and no further samples of them.
    if (measured && i + 1 == pieces_[t].size() && text::names_pick(pieces_[t][i])) return "case";
    return tells_apart(t, i) ? name_of(t, i) : std::string();
  }

  // What two tables have in common where piece `i` of their names alone differs; empty where that is none that could tell them apart.
  std::string relatives(std::size_t t, std::size_t i) const {
    const std::size_t parent = parent_of(t);
    const std::string_view piece = pieces_[t][i];
    if (text::names_pick(piece) || text::names_warm_up(piece)) return {};
    if (!is_own(t, i) || piece == "*" || pieces_[t].size() > kDeepest || measured_[t].empty()) return {};
    if (catalog_.setting(join(text::split_identifier(piece), " ")) != nullptr) return {};
    std::string all = std::to_string(parent);
    for (std::size_t k = 0; k < pieces_[t].size(); ++k) all.append(1, '/').append(k == i ? std::string_view("\n") : pieces_[t][k]);
    return all;
  }

  void join_relatives(std::size_t t) {
    for (std::size_t i = 0; i < pieces_[t].size(); ++i) {
      const std::string all = relatives(t, i);
      if (all.empty()) continue;
      for (const std::string& measured : measured_[t]) ++counts_[all][measured];
    }
  }

  bool tells_apart(std::size_t t, std::size_t i) const {
    const auto counts = counts_.find(relatives(t, i));
    if (counts == counts_.end()) return false;
    return std::any_of(measured_[t].begin(), measured_[t].end(), [&](const std::string& measured) { return counts->second.at(measured) > 1; });
  }

  // After the object that the piece is a member of, where that has a name of its own.
  std::string name_of(std::size_t t, std::size_t i) const {
    if (i == 0 || pieces_[t][i - 1] == "*" || tells_apart(t, i - 1)) return "case";
    const auto end = static_cast<std::size_t>(pieces_[t][i - 1].data() + pieces_[t][i - 1].size() - tables_[t].name.data());
    return key_setting(catalog_, core::Format::json, std::string_view(tables_[t].name).substr(0, end));
  }

  // "case", "case2", …; another name only as long as it is free.
  static std::string free_name(std::set<std::string>& taken, const std::string& name) {
    std::string free = name;
    for (std::size_t i = 1; !taken.insert(free).second; ++i) free = i == 1 ? "case" : "case" + std::to_string(i);
    return free;
  }

  // "concurrencies": [1, 2, 4], what was varied.
  void collect_levels() {
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      const core::Table& lists = tables_[t];
      if ((lists.kind != core::TableKind::series && !lists.by_columns) || lists.rows.size() < 2 || lists.rows.size() > kMostLevels) continue;
      for (std::size_t c = 0; c < lists.columns.size(); ++c) {
        const core::ColumnMeaning& column = meanings_[t].columns[c];
        if (column.role != Role::factor || column.rule == kKeyRule) continue;
        std::set<std::string_view>& levels = levels_[column.metric];
        for (const core::Cell& cell : lists.columns[c].cells)
          if (holds_value(cell)) levels.insert(document_.at(cell.span()));
      }
    }
  }

  // The setting of which alone all keys of a table are levels, two at least; null where several are.
  const std::string* listed_as(std::size_t t) const {
    if (levels_.empty() || tables_[t].kind != core::TableKind::keyed || tables_[t].columns.empty()) return nullptr;
    if (tables_[t].rows.size() > kMostLevels * kMostLevels) return nullptr;
    std::set<std::string_view> keys;
    for (const core::Cell& cell : tables_[t].columns[0].cells) keys.insert(document_.at(cell.span()));
    const std::string* found = nullptr;
    for (const auto& [setting, levels] : levels_) {
      if (keys.size() < 2 || !std::includes(levels.begin(), levels.end(), keys.begin(), keys.end())) continue;
      if (found != nullptr) return nullptr;
      found = &setting;
    }
    return found;
  }

  void name_keys(std::size_t t, std::set<std::string>& taken) {
    for (core::ColumnMeaning& column : meanings_[t].columns) {
      if (column.role != Role::factor || column.rule != kKeyRule) continue;
      const bool case_above = !pieces_[t].empty() && (pieces_[t].back() == "*" || tells_apart(t, pieces_[t].size() - 1));
      const std::string_view own = setting_of_keys(document_, tables_[t]);
      const bool unnamed = case_above || column.metric == "case";
      const std::string* listed = unnamed && own.empty() ? listed_as(t) : nullptr;
      if (unnamed) column.metric = listed != nullptr ? *listed : own.empty() ? "case" : std::string(own);
      column.metric = column.definition = free_name(taken, column.metric);
    }
  }

  const Catalog& catalog_;
  const std::vector<const Recipe*>& recipes_;
  const core::Document& document_;
  const std::vector<core::Table>& tables_;
  std::vector<core::TableMeaning>& meanings_;
  std::vector<std::vector<std::string_view>> pieces_;  // of the tables' names
  std::vector<std::set<std::string>> measured_;        // "definition\nstatistic", and the settings below the name of the table
  std::map<std::string, std::set<std::string_view>> levels_;  // by the setting whose they are
  std::map<std::string, std::map<std::string, std::size_t>> counts_;  // by what relatives have in common: how many measured each
};

}  // namespace

std::string_view setting_of_keys(const core::Document& document, const core::Table& table) {
  if (!core::is_json(document.format_of(table)) || table.columns.empty() || table.rows.empty()) return {};
  const std::vector<core::Cell>& keys = table.columns.front().cells;
  const auto all = [&](auto is) { return std::all_of(keys.begin(), keys.end(), [&](const core::Cell& key) { return is(document.at(key.span())); }); };
  return all(text::is_model) ? "model" : all(text::names_number_format) ? "quantization" : std::string_view();
}

std::vector<std::vector<core::Setting>> case_settings(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document,
                                                      std::vector<core::TableMeaning>& meanings) {
  const std::vector<core::Table>& tables = document.tables;
  const bool one_object = !tables.empty() && (tables.front().kind == core::TableKind::object || tables.front().kind == core::TableKind::keyed);
  const bool nested = one_object || (!tables.empty() && !tables.front().name.empty());
  if (document.artifact.format != core::Format::json || !nested || tables.size() < 2 || tables.size() > kMostTables)
    return std::vector<std::vector<core::Setting>>(tables.size());
  return Cases(catalog, recipes, document, meanings).find();
}

}  // namespace chimera::facts
