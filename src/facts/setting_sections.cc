#include "facts/setting_sections.h"

#include <algorithm>
#include <string_view>

#include "core/settings_lines.h"
#include "facts/columns.h"
#include "facts/meanings.h"
#include "facts/name_parts.h"
#include "facts/run_lines.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

constexpr std::size_t kFewestSettings = 2;   // of a section whose heading does not call it one
constexpr std::ptrdiff_t kMostAbove = 64;    // tables above a row that may set it: more are none of one run
constexpr std::size_t kMostEnding = 16;      // sections that end the runs of a log
constexpr std::uint64_t kReachOfLines = 60;  // of a command in a report, in lines

bool holds_values(const core::Column& column) { return std::any_of(column.cells.begin(), column.cells.end(), holds_value); }

bool holds_measurement(const core::Table& table, const core::TableMeaning& meaning) {
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (measures(meaning.columns[c]) && holds_values(table.columns[c])) return true;
  return std::any_of(meaning.variants.begin(), meaning.variants.end(), measures);
}

// What is better or worse: how many parameters a model has and how many examples a set says what ran, and no more.
bool holds_result(const core::Table& table, const core::TableMeaning& meaning) {
  const auto results = [](const core::ColumnMeaning& column) { return measures(column) && column.direction != 0; };
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (results(meaning.columns[c]) && holds_values(table.columns[c])) return true;
  return std::any_of(meaning.variants.begin(), meaning.variants.end(), results);
}

bool holds_settings_alone(const core::Table& table, const core::TableMeaning& meaning) {
  std::size_t settings = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool by_readers = table.columns[c].key == "group" || table.columns[c].key == "phase";  // what they say of each row
    settings += meaning.columns[c].role == core::Role::factor && !by_readers && holds_values(table.columns[c]);
  }
  return settings >= kFewestSettings && !holds_result(table, meaning);
}

// "Config: {'num_gpu': 20, 'num_ctx': 4096}" in a log: nothing but settings, most of them known.
bool is_config(const Catalog& catalog, const core::Table& table, const core::TableMeaning& meaning) {
  std::size_t known = 0;
  std::size_t settings = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (meaning.columns[c].role != core::Role::factor) return false;
    ++settings;
    known += catalog.setting(join(text::split_identifier(meaning.columns[c].metric), " ")) != nullptr ? 1U : 0U;
  }
  return known * 2 > settings;
}

// Where the measurements of a document begin and end, in bytes.
core::Span measured_part(const core::Document& document, const std::vector<core::TableMeaning>& meanings) {
  core::Span part{~std::uint64_t{0}, 0};
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    if (table.rows.empty() || !holds_measurement(table, meanings[t])) continue;
    part.begin = std::min(part.begin, table.rows.front().span.begin);
    part.end = std::max(part.end, table.rows.back().span.end);
  }
  return part;
}

// "Running test: depth=0", "Running test: depth=256" with nothing printed in between: how far a program is whose results come at the end, and
// of no single one of them.
bool tells_progress(const core::Document& document, const core::Table& table, const std::vector<core::TableMeaning>& meanings) {
  if (table.rows.size() < 2 || !core::is_settings_lines(table.name)) return false;
  const std::uint64_t first = table.rows.front().line;
  const std::uint64_t last = table.rows.back().line;
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const auto between = [&](const core::Row& row) { return row.line >= first && row.line <= last; };
    const std::vector<core::Row>& rows = document.tables[t].rows;
    if (std::any_of(rows.begin(), rows.end(), between) && holds_measurement(document.tables[t], meanings[t])) return false;
  }
  return true;
}

std::size_t rows_above(const core::Table& table, const core::Row& row) {
  const auto above = [&](const core::Row& each) { return each.span.begin < row.span.begin; };
  return static_cast<std::size_t>(std::partition_point(table.rows.begin(), table.rows.end(), above) - table.rows.begin());
}

// The headings that a table stands below.
std::vector<std::string_view> headings(const core::Table& table) {
  std::vector<std::string_view> texts;
  for (const core::Title& title : table.titles)
    if (title.level < core::Title::kSummary) texts.push_back(title.text);
  return texts;
}

}  // namespace

SettingSections::SettingSections(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, const std::vector<core::TableMeaning>& meanings)
    : document_(document), meanings_(meanings), reach_(document.tables.size(), Reach::none) {
  const bool any = std::any_of(document.tables.begin(), document.tables.end(), [&](const core::Table& table) { return core::is_prose(document.format_of(table)); });
  if (!any) return;
  commands_repeated_ = std::any_of(recipes.begin(), recipes.end(), [](const Recipe* recipe) { return recipe != nullptr && recipe->repeats_command; });
  const core::Span measured = measured_part(document, meanings);
  for (std::uint32_t t = 0; t < reach_.size(); ++t) reach_[t] = reach_of(catalog, recipes[t], t, measured);
  find_printed();
}

SettingSections::Reach SettingSections::reach_of(const Catalog& catalog, const Recipe* recipe, std::uint32_t t, core::Span measured) const {
  const core::Table& table = document_.tables[t];
  if (table.rows.empty()) return Reach::none;
  if (!core::is_prose(document_.format_of(table))) return document_.artifact.format != core::Format::markdown && is_config(catalog, table, meanings_[t]) ? Reach::sets_on : Reach::none;
  const bool below_some = table.rows.front().span.begin > measured.begin;
  if (sets_what_follows(table, meanings_[t])) {
    if (document_.artifact.format != core::Format::markdown && !is_labelled(table) && tells_progress(document_, table, meanings_)) return Reach::none;
    if (!commands_repeated_ || !below_some || !is_labelled(table)) return Reach::sets_on;
    // Of several runs nobody can say which of them what stands between two commands is of.
    return table.rows.size() == 1 && document_.artifact.format != core::Format::markdown ? Reach::all : Reach::none;
  }
  if (document_.format_of(table) != core::Format::text || table.kind != core::TableKind::listing) return Reach::none;
  const bool alone = recipe != nullptr && holds_settings_alone(table, meanings_[t]);
  if (alone && below_some && table.rows.back().span.begin > measured.end) return Reach::up;
  return alone || heads_settings(catalog, table.name) ? Reach::down : Reach::none;
}

// "CLI Command: aiperf profile --model m"; "$ aiperf profile --model m" is not.
bool SettingSections::is_labelled(const core::Table& table) const {
  if (!core::is_settings_lines(table.name)) return false;
  const std::uint64_t begin = document_.lines[table.rows.front().line - 1];
  const std::string_view before = document_.at({begin, std::max(begin, table.rows.front().span.begin)});
  return text::lower(before).find("command: ") != std::string::npos;
}

void SettingSections::find_printed() {
  if (document_.artifact.format != core::Format::markdown) return;
  for (std::size_t t = 0; t < document_.tables.size(); ++t) {
    if (stands_alone(document_.tables[t]) || !holds_measurement(document_.tables[t], meanings_[t])) continue;
    for (const core::Row& row : document_.tables[t].rows) printed_.push_back(row.line);
  }
  std::sort(printed_.begin(), printed_.end());
}

bool SettingSections::comes_first(std::uint32_t table) const { return reach_[table] == Reach::up || reach_[table] == Reach::all || reach_[table] == Reach::sets_on; }

void SettingSections::add(std::uint32_t table) {
  if (reach_[table] == Reach::none) return;
  if ((reach_[table] == Reach::up || reach_[table] == Reach::all) && ending_.size() < kMostEnding) ending_.push_back(table);
  if (reach_[table] == Reach::up) return;
  const auto begin_of = [&](std::uint32_t t) { return document_.tables[t].rows.front().span.begin; };
  const auto behind = std::upper_bound(setting_.begin(), setting_.end(), table, [&](std::uint32_t a, std::uint32_t b) { return begin_of(a) < begin_of(b); });
  setting_.insert(behind, table);
}

// Of a report only what stands under the same headings and not far above; a table that is no output of a program by no command that has
// an output of its own.
bool SettingSections::reaches(const core::Table& from, const core::Row& set, const core::Table& to, const core::Row& row) const {
  if (document_.artifact.format != core::Format::markdown) return true;
  if (row.line - set.line > kReachOfLines || headings(from) != headings(to)) return false;
  if (!stands_alone(to)) return true;
  const auto output = std::lower_bound(printed_.begin(), printed_.end(), set.line);
  return output == printed_.end() || *output >= row.line;
}

SettingSections::Found SettingSections::of(const core::Table& table, const core::Row& row) const {
  struct Above {
    std::string_view name;
    std::pair<std::uint64_t, std::uint32_t> set;
  };
  std::vector<Above> above;
  Found found;
  const auto begins_above = [&](std::uint32_t t) { return document_.tables[t].rows.front().span.begin < row.span.begin; };
  const auto end = std::partition_point(setting_.begin(), setting_.end(), begins_above);
  for (auto each = end - std::min(kMostAbove, end - setting_.begin()); each != end; ++each) {
    const core::Table& from = document_.tables[*each];
    const std::size_t set = rows_above(from, row) - 1;
    if (reaches(from, from.rows[set], table, row)) above.push_back({from.name, {from.rows[set].span.begin, meanings_[*each].configs[set]}});
  }
  for (const std::uint32_t t : ending_) {
    const std::size_t next = rows_above(document_.tables[t], row);
    if (next < document_.tables[t].rows.size()) found.emplace_back(0, meanings_[t].configs[next]);
  }
  // The same program run again: what it was given before is over.
  for (const Above& each : above) {
    const bool again = each.name.size() > core::kSettingsLines.size() && core::is_settings_lines(each.name) &&
                       std::any_of(above.begin(), above.end(), [&](const Above& other) { return other.name == each.name && other.set.first > each.set.first; });
    if (!again) found.push_back(each.set);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace chimera::facts
