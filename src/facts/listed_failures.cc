#include "facts/listed_failures.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace chimera::facts {
namespace {

using core::Role;
using core::RowState;
using Owner = std::pair<std::uint32_t, std::uint32_t>;  // the row that a list stands in
using Rows = std::vector<std::uint32_t>;

bool says_failures(const core::TableMeaning& meaning) {
  const auto fails = [](const core::ColumnMeaning& column) { return column.role == Role::failure; };
  return std::any_of(meaning.columns.begin(), meaning.columns.end(), fails) && std::find(meaning.states.begin(), meaning.states.end(), RowState::failed) != meaning.states.end();
}

bool is_list(const core::Table& table) { return table.kind == core::TableKind::series || table.kind == core::TableKind::records; }

// All commands of the document ended with one exit code, as a search does that finds nothing: whoever timed them knew it. From 126 on shells
// say that nothing was run, or what killed it.
bool ends_alike(const core::Table& table) {
  constexpr double kNotRun = 126;
  if (table.kind != core::TableKind::series || table.columns.empty()) return false;
  const std::vector<core::Cell>& codes = table.columns.front().cells;
  const auto same = [&](const core::Cell& code) { return code.kind == core::CellKind::number && code.number == codes.front().number && code.number > 0 && code.number < kNotRun; };
  return table.columns.front().key.find("exit") != std::string::npos && std::all_of(codes.begin(), codes.end(), same);
}

bool measures_something(const core::TableMeaning& meaning) {
  return std::any_of(meaning.columns.begin(), meaning.columns.end(), [](const core::ColumnMeaning& column) { return column.role == Role::response; });
}

// The rows of a table by the row that they stand in; none of a table at the top.
std::map<Owner, Rows> by_owner(const core::Table& table) {
  std::map<Owner, Rows> rows;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r)
    if (table.rows[r].parent_table != core::Row::kNone && table.rows[r].parent_row != core::Row::kNone) rows[{table.rows[r].parent_table, table.rows[r].parent_row}].push_back(r);
  return rows;
}

class Lists {
 public:
  Lists(const core::Document& document, std::vector<core::TableMeaning>& meanings) : document_(document), meanings_(meanings) {
    for (const core::Table& table : document.tables) rows_.push_back(by_owner(table));
  }

  // What a list of values says of those beside it.
  void spread(std::uint32_t from) {
    if (document_.tables[from].kind != core::TableKind::series) return;
    for (std::uint32_t to = 0; to < rows_.size(); ++to) {
      if (to == from || document_.tables[to].kind != core::TableKind::series) continue;
      for (const auto& [owner, rows] : rows_[from]) {
        const auto beside = rows_[to].find(owner);
        if (beside == rows_[to].end() || beside->second.size() != rows.size()) continue;
        for (std::size_t k = 0; k < rows.size(); ++k)
          if (failed(from, rows[k])) meanings_[to].states[beside->second[k]] = RowState::failed;
      }
    }
  }

  // The statistics of objects all of whose runs failed.
  void fail_statistics(std::uint32_t of) {
    for (const auto& [owner, rows] : rows_[of]) {
      if (!all_failed(of, rows) || any_run_is_ok(owner)) continue;
      fail_statistic(owner.first, owner.second);
      for (std::uint32_t t = 0; t < rows_.size(); ++t)
        if (const auto beside = rows_[t].find(owner); beside != rows_[t].end())
          for (const std::uint32_t r : beside->second) fail_statistic(t, r);
    }
  }

 private:
  [[nodiscard]] bool failed(std::uint32_t table, std::uint32_t row) const { return meanings_[table].states[row] == RowState::failed; }
  [[nodiscard]] bool all_failed(std::uint32_t table, const Rows& rows) const {
    return std::all_of(rows.begin(), rows.end(), [&](std::uint32_t r) { return failed(table, r); });
  }

  // "successful" beside "errored"
  [[nodiscard]] bool any_run_is_ok(const Owner& owner) const {
    for (std::uint32_t t = 0; t < rows_.size(); ++t) {
      const auto found = is_list(document_.tables[t]) && measures_something(meanings_[t]) ? rows_[t].find(owner) : rows_[t].end();
      if (found != rows_[t].end() && !all_failed(t, found->second)) return true;
    }
    return false;
  }

  void fail_statistic(std::uint32_t table, std::uint32_t row) {
    if (meanings_[table].states[row] == RowState::summary) meanings_[table].states[row] = RowState::failed;
  }

  const core::Document& document_;
  std::vector<core::TableMeaning>& meanings_;
  std::vector<std::map<Owner, Rows>> rows_;  // by table
};

}  // namespace

void mark_listed_failures(const core::Document& document, std::vector<core::TableMeaning>& meanings) {
  std::vector<std::uint32_t> tables;
  for (std::uint32_t t = 0; t < document.tables.size(); ++t)
    if (core::is_json(document.format_of(document.tables[t])) && is_list(document.tables[t]) && says_failures(meanings[t]) && !ends_alike(document.tables[t])) tables.push_back(t);
  if (tables.empty()) return;
  Lists lists(document, meanings);
  for (const std::uint32_t t : tables) lists.spread(t);
  for (const std::uint32_t t : tables) lists.fail_statistics(t);
}

}  // namespace chimera::facts
