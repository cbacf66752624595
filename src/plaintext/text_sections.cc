#include "plaintext/text_sections.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include "core/settings_lines.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::uint64_t kReach = 200;  // lines

bool holds(const core::Cell& cell) { return cell.kind != core::CellKind::absent; }

// What tells whether a run worked says so of its own row alone.
bool tells_of_failure(std::string_view key) {
  constexpr std::array<std::string_view, 6> kWords = {"error", "fail", "exit", "status", "exception", "success"};
  const std::string words = text::lower(key);
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return words.find(word) != std::string::npos; });
}

// "7b", "0.5B", "270m": how large a model is.
bool is_size(std::string_view word) {
  const bool number = !word.empty() && is_digit(word.front()) && word.find_first_not_of("0123456789.x") + 1 == word.size();
  return number && std::string_view("bBmM").find(word.back()) != std::string_view::npos;
}

// "Run 1" and "Run 2" are two runs of the same; "tiny:1b" and "tiny:3b" are two models.
std::string without_digits(std::string_view heading) {
  std::string out;
  for (std::size_t begin = 0; begin < heading.size();) {
    const std::size_t end = std::min(heading.find_first_of(" :-_/", begin), heading.size());
    const std::string_view word = heading.substr(begin, end - begin);
    const bool kept = is_size(word);
    for (const char c : word)
      if (kept || !is_digit(c)) out += c;
    if (end < heading.size()) out += heading[end];
    begin = end + 1;
  }
  return out;
}

void add_headings(const core::Document& document, const SectionNotes& notes, core::Table& table) {
  std::set<std::string> different;
  core::Column group;
  group.key = "group";
  for (const core::Row& row : table.rows) {
    const auto behind = notes.headings.upper_bound(row.span.begin);
    const core::Span heading = behind == notes.headings.begin() ? core::Span{} : std::prev(behind)->second;
    group.cells.push_back(text_cell(heading));
    if (heading.size() > 0) different.insert(without_digits(document.at(heading)));
  }
  if (different.size() > 1 && table.find("group") == nullptr) table.columns.push_back(std::move(group));
}

// Lines far above have nothing to do with it.
bool stands_before(const core::Row& first, const core::Row& second) { return second.line - first.line <= kReach; }

// Whether a later row holds what column `c` holds in the first, in its unit or in another, which is a column of its own.
bool comes_again(const core::Table& table, std::size_t c) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const core::Column& column) {
    return column.key == table.columns[c].key && std::any_of(column.cells.begin() + 1, column.cells.end(), holds);
  });
}

// The columns that the first row fills alone, before the first that the second fills too; all of them where it shares none.
std::vector<std::size_t> preamble_of(const core::Table& table) {
  std::vector<std::size_t> alone;
  if (!stands_before(table.rows[0], table.rows[1])) return alone;
  bool shared = false;
  for (std::size_t c = 0; c < table.columns.size() && !shared; ++c) {
    const core::Column& column = table.columns[c];
    if (!holds(column.cells[0]) || column.key == "group" || column.key == "phase") continue;
    shared = comes_again(table, c);
    if (!shared && !tells_of_failure(column.key)) alone.push_back(c);
  }
  return alone;
}

// Moves the columns of the preamble into a listing of one row; the first row is dropped where nothing is left of it.
LocatedTable take_preamble(LocatedTable& from, const std::vector<std::size_t>& columns) {
  LocatedTable out;
  core::Table& table = from.table;
  out.begin = from.begin;
  out.table.kind = table.kind;
  out.table.name = table.name;
  out.table.rows.push_back(table.rows.front());
  for (const std::size_t c : columns) {
    out.table.columns.push_back(table.columns[c]);
    out.table.columns.back().cells.resize(1);
  }
  for (auto c = columns.rbegin(); c != columns.rend(); ++c) table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(*c));
  const bool empty = std::none_of(table.columns.begin(), table.columns.end(), [](const core::Column& column) { return holds(column.cells[0]); });
  if (empty) {
    table.rows.erase(table.rows.begin());
    for (core::Column& column : table.columns) column.cells.erase(column.cells.begin());
  }
  core::Span& first = table.rows.front().span;
  if (!empty) {
    first.begin = first.end;
    for (const core::Column& column : table.columns)
      if (holds(column.cells[0])) first.begin = std::min(first.begin, column.cells[0].begin);
  }
  from.begin = first.begin;
  return out;
}

// The last row of `table` that begins before `at`; none where there is no such row.
std::uint32_t row_before(const core::Table& table, std::uint64_t at) {
  const auto behind = std::partition_point(table.rows.begin(), table.rows.end(), [&](const core::Row& row) { return row.span.begin < at; });
  return behind == table.rows.begin() ? core::Row::kNone : static_cast<std::uint32_t>(behind - table.rows.begin()) - 1;
}

void link_rows(core::Table& table, const core::Table& parent, std::uint32_t index) {
  for (core::Row& row : table.rows) {
    const std::uint32_t above = row_before(parent, row.span.begin + (parent.kind == table.kind ? 1U : 0U));
    if (above == core::Row::kNone || row.parent_table != core::Row::kNone) continue;
    row.parent_table = index;
    row.parent_row = above;
  }
}

}  // namespace

void tell_rows_apart(const core::Document& document, SectionNotes& notes, std::vector<LocatedTable>& tables) {
  std::vector<LocatedTable> preambles;
  for (LocatedTable& each : tables) {
    if (each.table.kind != core::TableKind::listing || each.table.rows.size() < 2 || core::is_settings_lines(each.table.name)) continue;
    const std::vector<std::size_t> columns = preamble_of(each.table);
    if (!columns.empty()) notes.preambles.insert(preambles.emplace_back(take_preamble(each, columns)).table.rows[0].span.begin);
    add_headings(document, notes, each.table);
  }
  std::move(preambles.begin(), preambles.end(), std::back_inserter(tables));
}

void link_tables(const SectionNotes& notes, std::vector<core::Table>& tables) {
  std::map<std::string, std::uint32_t> listings;  // the last one, by section
  for (std::uint32_t t = 0; t < tables.size(); ++t) {
    core::Table& table = tables[t];
    const bool listing = table.kind == core::TableKind::listing;
    if (core::is_settings_lines(table.name)) continue;
    const auto above = listings.find(table.name);
    if (above != listings.end()) {
      const core::Table& parent = tables[above->second];
      const bool preamble = listing && notes.preambles.count(parent.rows.front().span.begin) > 0;
      // Where a text holds the outputs of several runs, the values above a table or a line of several are those of its run.
      const bool run = parent.rows.size() > 1 && (table.kind == core::TableKind::csv || table.kind == core::TableKind::markdown || table.kind == core::TableKind::records);
      if (preamble || run) link_rows(table, parent, above->second);
    }
    const auto outer = notes.outer.find(table.name);
    const auto around = outer == notes.outer.end() ? listings.end() : listings.find(outer->second);
    if (around != listings.end()) link_rows(table, tables[around->second], around->second);
    if (listing) listings[table.name] = t;
  }
}

}  // namespace chimera::plaintext
