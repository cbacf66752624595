#include "facts/run_heads.h"

#include <algorithm>
#include <map>

#include "core/settings_lines.h"
#include "facts/meanings.h"
#include "facts/setting_values.h"

namespace chimera::facts {

namespace {

using core::CellKind;
using core::Role;

constexpr std::uint64_t kNowhere = ~std::uint64_t{0};
constexpr std::uint32_t kLongestText = 80;  // bytes of a word beside known numbers

}  // namespace

RunHeads::RunHeads(const core::Document& document, const Shape& shape, const std::vector<core::TableMeaning>& meanings) : document_(document) {
  if (document.artifact.format != core::Format::text) return;
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) find(shape, meanings, t);
  std::sort(heads_.begin(), heads_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (!heads_.empty()) count();
}

// Known numbers among what was measured, and the words in front of it.
void RunHeads::find(const Shape& shape, const std::vector<core::TableMeaning>& meanings, std::uint32_t t) {
  const core::Table& table = document_.tables[t];
  if (table.kind != core::TableKind::listing || !table.name.empty() || document_.format_of(table) != core::Format::text) return;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    core::RunConfig config;
    bool known = false;
    std::uint64_t measured = kNowhere;
    for (std::uint32_t c = 0; c < table.columns.size(); ++c)
      if (meanings[t].columns[c].role == Role::response && holds_value(table.columns[c].cells[r])) measured = std::min(measured, table.columns[c].cells[r].begin);
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      const SettingEntry* setting = shape.tables[t].columns[c].reading.setting;
      const core::Cell& cell = table.columns[c].cells[r];
      const core::ColumnMeaning& column = meanings[t].columns[c];
      const bool number = setting != nullptr && setting->kind == SettingEntry::Kind::number && cell.kind == CellKind::number;
      // "Document Path: /slow" beside it
      const bool named = cell.kind == CellKind::text && cell.begin < measured && cell.size <= kLongestText && table.columns[c].key != "group" && table.columns[c].key != "phase";
      if (column.role != Role::factor || (!number && !named)) continue;
      known = known || number;
      config.set(column.metric, std::string(value_of(document_, table.columns[c], cell)));
    }
    if (measured != kNowhere && known) heads_.emplace_back(table.rows[r].span.begin, std::move(config));
  }
}

std::size_t RunHeads::place_of(const core::Row& row) const {
  const auto behind = std::partition_point(heads_.begin(), heads_.end(), [&](const auto& head) { return head.first < row.span.begin; });
  return static_cast<std::size_t>(behind - heads_.begin());
}

// The keys that hold values, under the title: rows of one kind say the same things. Of tables that are no lists all rows are of one.
std::string RunHeads::kind_of(const core::Table& table, std::uint32_t r) {
  std::string kind = table.name;
  for (const core::Column& column : table.columns)
    if (table.kind != core::TableKind::listing || holds_value(column.cells[r])) kind.append(1, '\n').append(column.key);
  return kind;
}

void RunHeads::count() {
  std::map<std::string, std::size_t> numbers;  // of kinds
  std::vector<std::vector<std::size_t>> places;
  kinds_.resize(document_.tables.size());
  for (std::uint32_t t = 0; t < document_.tables.size(); ++t) {
    const core::Table& table = document_.tables[t];
    for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
      if (r == 0 || table.kind == core::TableKind::listing) kinds_[t].push_back(numbers.try_emplace(kind_of(table, r), numbers.size()).first->second);
      places.resize(numbers.size());
      if (const std::size_t place = place_of(table.rows[r]); place > 0) places[kinds_[t].back()].push_back(place);
    }
  }
  for (std::vector<std::size_t>& all : places) {
    std::sort(all.begin(), all.end());
    in_every_run_.push_back(static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin()) == heads_.size());
  }
}

const core::RunConfig* RunHeads::above(std::uint32_t t, std::uint32_t r) const {
  const core::Table& table = document_.tables[t];
  if (heads_.empty() || core::is_settings_lines(table.name) || !in_every_run_[kinds_[t][table.kind == core::TableKind::listing ? r : 0]]) return nullptr;
  const std::size_t place = place_of(table.rows[r]);
  return place == 0 ? nullptr : &heads_[place - 1].second;
}

}  // namespace chimera::facts
