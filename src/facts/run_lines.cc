#include "facts/run_lines.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/settings_lines.h"
#include "facts/meanings.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::Role;

constexpr std::size_t kFewestSizes = 2;   // "M=5120, N=4096": so many names of sizes are settings without one that is known
constexpr std::uint64_t kReach = 4000;    // lines in which something is measured

// What a reader says of each row itself.
bool is_readers_own(const core::Column& column) { return column.key == "group" || column.key == "number" || column.key == "phase"; }

class RunLines {
 public:
  RunLines(const core::Document& document, const Shape& shape, const std::vector<const Recipe*>& recipes, std::vector<core::TableMeaning>& meanings)
      : document_(document), shape_(shape), recipes_(recipes), meanings_(meanings) {}

  void read() {
    std::vector<std::uint32_t> candidates;
    for (std::uint32_t t = 0; t < document_.tables.size(); ++t)
      if (may_set(t)) candidates.push_back(t);
    if (candidates.empty()) return;
    find_measured(candidates);
    for (const std::uint32_t t : candidates)
      if (most_are_followed(document_.tables[t])) make_settings(t);
  }

 private:
  bool may_set(std::uint32_t t) const {
    const core::Table& table = document_.tables[t];
    if (!core::is_prose(document_.format_of(table)) || table.rows.empty()) return false;
    if (table.kind == core::TableKind::listing) return says_settings_alone(t);
    if (table.kind != core::TableKind::records) return false;
    // What a known tool prints beside others is its own matter; a name and a number above deeper lines heads them.
    if (recipes_[t] != nullptr && (table.columns.size() > 1 || by_recipe(meanings_[t].columns.front()))) return false;
    std::size_t known = 0;
    std::size_t sizes = 0;
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      if (is_readers_own(table.columns[c])) continue;
      const core::ColumnMeaning& column = meanings_[t].columns[c];
      const NameReading& reading = shape_.tables[t].columns[c].reading;
      if (column.role == Role::failure || column.role == Role::time || reading.statistic || !table.columns[c].unit.empty()) return false;
      const bool whole = std::all_of(table.columns[c].cells.begin(), table.columns[c].cells.end(), [](const Cell& cell) { return cell.kind != CellKind::number || cell.decimals == 0; });
      if (!whole && reading.setting == nullptr) return false;  // "temperature=0.7"
      const bool tokens = reading.metric != nullptr && reading.metric->dimension == core::Dimension::tokens;
      known += column.role == Role::factor && (reading.setting != nullptr || tokens) ? 1U : 0U;
      sizes += table.columns[c].key.size() == 1 ? 1U : 0U;
    }
    return known > 0 || sizes >= kFewestSizes;
  }

  // "Number of threads: 56" in a log, before its sections.
  bool says_settings_alone(std::uint32_t t) const {
    const core::Table& table = document_.tables[t];
    if (document_.format_of(table) != core::Format::text || table.rows.size() != 1 || !table.name.empty() || table.columns.empty()) return false;
    for (std::uint32_t c = 0; c < table.columns.size(); ++c)
      if (meanings_[t].columns[c].role != Role::factor || shape_.tables[t].columns[c].reading.setting == nullptr) return false;
    return true;
  }

  // Where what can only have been measured stands: numbers with a fraction or a unit.
  void find_measured(const std::vector<std::uint32_t>& but) {
    for (std::uint32_t t = 0; t < document_.tables.size(); ++t) {
      if (std::binary_search(but.begin(), but.end(), t)) continue;
      const core::Table& table = document_.tables[t];
      for (std::uint32_t r = 0; r < table.rows.size(); ++r)
        for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
          const Cell& cell = table.columns[c].cells[r];
          const core::ColumnMeaning& column = meanings_[t].at(r, c);
          if (column.role != Role::response || cell.kind != CellKind::number || (cell.decimals == 0 && column.unit == core::no_unit())) continue;
          measured_.push_back(cell.begin);
        }
    }
    std::sort(measured_.begin(), measured_.end());
  }

  // Some runs fail and measure nothing.
  bool most_are_followed(const core::Table& table) const {
    std::size_t followed = 0;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const auto next = std::upper_bound(measured_.begin(), measured_.end(), table.rows[r].span.end);
      if (next == measured_.end()) break;
      const bool before_next = r + 1 == table.rows.size() || *next < table.rows[r + 1].span.begin;
      followed += before_next && document_.place(*next).line <= table.rows[r].line + kReach ? 1U : 0U;
    }
    return followed > 0 && 2 * followed >= table.rows.size();
  }

  void make_settings(std::uint32_t t) {
    const core::Table& table = document_.tables[t];
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      core::ColumnMeaning& column = meanings_[t].columns[c];
      if (is_readers_own(table.columns[c])) {
        column.role = Role::identity;
      } else if (measures(column) || column.role == Role::factor) {
        if (measures(column) && column.role == Role::response) column.metric = shape_.tables[t].columns[c].reading.full_name;
        column.definition = column.metric;
        column.role = Role::factor;
        column.direction = 0;
        column.rule = std::string(kSetsWhatFollows);
      }
    }
    meanings_[t].exceptions.clear();
  }

  const core::Document& document_;
  const Shape& shape_;
  const std::vector<const Recipe*>& recipes_;
  std::vector<core::TableMeaning>& meanings_;
  std::vector<std::uint64_t> measured_;
};

}  // namespace

void read_run_lines(const core::Document& document, const Shape& shape, const std::vector<const Recipe*>& recipes, std::vector<core::TableMeaning>& meanings) {
  RunLines(document, shape, recipes, meanings).read();
}

bool sets_what_follows(const core::Table& table, const core::TableMeaning& meaning) {
  if (core::is_settings_lines(table.name)) return true;
  return std::any_of(meaning.columns.begin(), meaning.columns.end(), [](const core::ColumnMeaning& column) { return column.rule == kSetsWhatFollows; });
}

}  // namespace chimera::facts
