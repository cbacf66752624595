// Rows of Part: what each is judged to be, its number and its place.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "stream/part.h"

namespace chimera::stream {
namespace {

using core::CellKind;
using core::RowState;

// Rows of a part are held against each other only by what the whole file is.
RowState settled(RowState said, bool failed, bool cold, const facts::RowRules& rules) {
  if (failed || said == RowState::failed) return RowState::failed;
  if (said != RowState::ok) return said;
  if (rules.summary) return RowState::summary;
  return cold ? RowState::cold : RowState::ok;
}

bool is_cold(const facts::RowRules& rules, double load, bool has_ttft, double ttft) {
  constexpr double kFactor = 5.0;
  constexpr double kShare = 0.2;
  if (!rules.usual_load || load <= kFactor * *rules.usual_load) return false;
  return !has_ttft || !rules.usual_ttft || load > kShare * ttft || ttft > kFactor * *rules.usual_ttft;
}

}  // namespace

void Part::count_zeros(std::vector<std::uint8_t>& zeros, std::vector<std::uint8_t>& work) {
  const auto add = [](std::uint8_t& count) { count = static_cast<std::uint8_t>(std::min(2, count + 1)); };
  for (std::size_t c = 0; c < plan_->numbers.size(); ++c) {
    const Plan::Place place = plan_->numbers[c];
    const std::vector<std::uint32_t>& columns = state_.tables.tables()[place.table].rules.work;
    if (!std::binary_search(columns.begin(), columns.end(), place.column)) continue;
    const sources::NumberColumn& column = scanned_.numbers[c];
    for (std::uint32_t i = 0; i < column.count(); ++i) add(column.value()[i] == 0 ? zeros[column.row()[i]] : work[column.row()[i]]);
  }
}

void Part::judge_loads(std::vector<std::uint8_t>& cold) {
  for (std::size_t c = 0; c < plan_->numbers.size(); ++c) {
    const Plan::Place place = plan_->numbers[c];
    const Table& table = state_.tables.tables()[place.table];
    if (table.rules.load != place.column || !table.rules.usual_load) continue;
    const auto is_ttft = [&](const Plan::Place& p) { return p.table == place.table && table.rules.ttft == p.column; };
    const auto other = std::find_if(plan_->numbers.begin(), plan_->numbers.end(), is_ttft);
    const sources::NumberColumn* ttft = other == plan_->numbers.end() ? nullptr : &scanned_.numbers[static_cast<std::size_t>(other - plan_->numbers.begin())];
    const sources::NumberColumn& load = scanned_.numbers[c];
    std::uint32_t at = 0;
    for (std::uint32_t i = 0; i < load.count(); ++i) {
      const std::uint32_t row = load.row()[i];
      while (ttft != nullptr && at < ttft->count() && ttft->row()[at] < row) ++at;
      const bool has = ttft != nullptr && at < ttft->count() && ttft->row()[at] == row;
      const double first = has ? ttft->value()[at] * table.columns[*table.rules.ttft].meaning.unit->factor : 0;
      cold[row] = is_cold(table.rules, load.value()[i] * table.columns[place.column].meaning.unit->factor, has, first) ? 1 : 0;
    }
  }
}

void Part::judge_rows() {
  std::vector<std::uint8_t> zeros(rows_.size(), 0);
  std::vector<std::uint8_t> work(rows_.size(), 0);
  std::vector<std::uint8_t> cold(rows_.size(), 0);
  count_zeros(zeros, work);
  judge_loads(cold);
  for (std::uint32_t r = 0; r < rows_.size(); ++r)
    if (work[r] > 0) state_.tables.tables()[scanned_.rows[r].group].rules.some_work = true;
  const std::vector<std::uint32_t>& lines = block_->lines;
  std::uint32_t line = 0;
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    const sources::ScanRow& row = scanned_.rows[r];
    RowResult& result = rows_[r];
    const Table& table = state_.tables.tables()[row.group];
    while (line + 1 < lines.size() && lines[line + 1] <= row.begin) ++line;
    result.line = line;
    const bool parent_failed = row.parent != sources::ScanRow::kNone && rows_[row.parent].state == RowState::failed;
    const bool nothing = table.rules.some_work && zeros[r] >= 2 && work[r] == 0;
    result.state = settled(result.state, parent_failed || nothing, cold[r] != 0, table.rules);
  }
}

// The same for the rows that the tolerant reader read.
void Part::judge_odd(Odd& odd) {
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::Table& from = odd.document.tables[t];
    const facts::RowRules& rules = state_.tables.tables()[odd.matches[t]].rules;
    const Table& table = state_.tables.tables()[odd.matches[t]];
    for (std::uint32_t r = 0; r < from.rows.size(); ++r) {
      std::size_t zeros = 0;
      bool work = false;
      const core::Cell* load = nullptr;
      const core::Cell* ttft = nullptr;
      for (const core::Column& column : from.columns) {
        const core::Cell& cell = column.cells[r];
        if (cell.kind != CellKind::number) continue;
        const std::uint32_t c = table.index.at(Tables::column_name(column));
        if (rules.load == c) load = &cell;
        if (rules.ttft == c) ttft = &cell;
        if (!std::binary_search(rules.work.begin(), rules.work.end(), c)) continue;
        if (cell.number == 0) ++zeros;
        else work = true;
      }
      const core::Row& row = from.rows[r];
      const bool parent_failed = row.parent_table != core::Row::kNone && odd.read.tables[row.parent_table].states[row.parent_row] == RowState::failed;
      const auto seconds = [&](const core::Cell* cell, std::uint32_t column) { return cell->number * table.columns[column].meaning.unit->factor; };
      const bool cold = load != nullptr && is_cold(rules, seconds(load, *rules.load), ttft != nullptr, ttft != nullptr ? seconds(ttft, *rules.ttft) : 0);
      RowState& state = odd.read.tables[t].states[r];
      if (!rules.by_row && state == RowState::summary) state = RowState::ok;
      state = settled(state, parent_failed || (rules.some_work && zeros >= 2 && !work), cold, rules);
    }
  }
}

// Rows are numbered in order of place, whoever read them.
void Part::number_rows(Odd& odd) {
  std::vector<Table>& tables = state_.tables.tables();
  std::vector<std::vector<std::pair<std::uint64_t, std::uint32_t*>>> rows(tables.size());
  odd.ordinals.resize(odd.document.tables.size());
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::Table& from = odd.document.tables[t];
    odd.ordinals[t].resize(from.rows.size());
    for (std::uint32_t r = 0; r < from.rows.size(); ++r)
      rows[odd.matches[t]].emplace_back(odd.document.offsets.to_source(from.rows[r].span.begin) - block_->begin, &odd.ordinals[t][r]);
  }
  const bool mixed = std::any_of(rows.begin(), rows.end(), [](const auto& r) { return !r.empty(); });
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    const std::uint32_t group = scanned_.rows[r].group;
    if (mixed) rows[group].emplace_back(scanned_.rows[r].begin, &rows_[r].ordinal);
    else rows_[r].ordinal = tables[group].rows++;
  }
  for (std::size_t t = 0; mixed && t < tables.size(); ++t) {
    std::stable_sort(rows[t].begin(), rows[t].end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [begin, ordinal] : rows[t]) *ordinal = tables[t].rows++;
  }
}

void Part::number_elements(Odd& odd) const {
  if (!state_.is_array()) return;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> elements;
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t)
    for (std::uint32_t r = 0; r < odd.document.tables[t].rows.size(); ++r)
      if (odd.document.tables[t].rows[r].parent_table == core::Row::kNone) elements.emplace_back(odd.document.tables[t].rows[r].span.begin, odd.ordinals[t][r]);
  std::sort(elements.begin(), elements.end());
  for (const auto& [begin, ordinal] : elements) odd.elements.push_back(ordinal);
}

// A pointer into the document of odd elements as one into the file: "/0/steps/1" is "/4711/steps/1".
std::string Part::pointer_in_file(const Odd& odd, const std::string& pointer) const {
  if (!state_.is_array() || pointer.size() < 2) return pointer;
  std::size_t element = 0;
  const char* const end = pointer.data() + pointer.size();
  const auto read = std::from_chars(pointer.data() + 1, end, element);
  if (read.ec != std::errc() || element >= odd.elements.size()) return pointer;
  return '/' + std::to_string(odd.elements[element]) + std::string(read.ptr, end);
}

// Rows inside others say where they stand; failed ones are counted.
void Part::place_rows(const Odd& odd) {
  std::vector<Table>& tables = state_.tables.tables();
  const auto failed = [&](Table& table, std::uint64_t line) {
    if (table.failed++ == 0) table.first_failed.line = line;
  };
  pointers_.assign(scanned_.rows.size(), {});
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    const sources::ScanRow& row = scanned_.rows[r];
    Table& table = tables[row.group];
    if (rows_[r].state == RowState::failed) failed(table, block_->first_line + rows_[r].line);
    if (row.parent == sources::ScanRow::kNone) continue;
    // "/requests/*/steps" inside "/requests": its path inside the row is "/steps". Lines have no place in an array.
    const Table& around = tables[table.parent];
    const bool of_line = around.name.empty() && !state_.is_array();
    const std::string_view path = std::string_view(table.name).substr(of_line ? 0 : around.name.size() + 2);
    std::string& parent = pointers_[row.parent];
    if (parent.empty() && state_.is_array()) parent = '/' + std::to_string(rows_[row.parent].ordinal);
    char digits[10];
    const char* const end = std::to_chars(std::begin(digits), std::end(digits), row.index).ptr;
    pointers_[r].append(parent).append(path).append(1, '/').append(static_cast<const char*>(digits), end);
    state_.catalog.place({table.entry, rows_[r].ordinal, pointers_[r], around.entry, rows_[row.parent].ordinal});
  }
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    Table& table = tables[odd.matches[t]];
    for (std::uint32_t r = 0; r < odd.document.tables[t].rows.size(); ++r) {
      const core::Row& row = odd.document.tables[t].rows[r];
      const std::uint64_t begin = odd.document.offsets.to_source(row.span.begin) - block_->begin;
      if (odd.read.tables[t].states[r] == RowState::failed) failed(table, block_->first_line + line_of(static_cast<std::uint32_t>(begin)));
      if (row.parent_table == core::Row::kNone) continue;
      state_.catalog.place({table.entry, odd.ordinals[t][r], pointer_in_file(odd, row.pointer), tables[odd.matches[row.parent_table]].entry,
                            odd.ordinals[row.parent_table][row.parent_row]});
    }
  }
}

}  // namespace chimera::stream
