#include "stream/tables.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sources/json_plan.h"

namespace chimera::stream {
namespace {

// The keys of a record, of which its columns are made: "timing" of "timing/mean_ms".
template <class Columns>
std::set<std::string> first_keys(const Columns& columns) {
  std::set<std::string> keys;
  for (const auto& column : columns) keys.insert(column.key.substr(0, column.key.find('/')));
  return keys;
}

std::uint32_t parent_of(const core::Table& table) { return table.rows.empty() ? core::Row::kNone : table.rows[0].parent_table; }

}  // namespace

void Tables::begin(const core::Document& sample, facts::Interpretation& read, bool one_family) {
  tool_ = read.tool;
  one_family_ = one_family;
  std::vector<std::uint32_t> matches = match(sample);
  for (std::uint32_t t = 0; t < sample.tables.size(); ++t) {
    // A table that became too sparse was begun anew: both are one here.
    if (matches[t] == kNowhere) matches[t] = match(sample)[t];
    if (matches[t] == kNowhere) matches[t] = add_table(sample, t, matches);
    (void)add_columns(sample, t, matches[t], read);
  }
}

// How sure it is that the part's table goes on with this one; zero where it does not.
double Tables::likeness(const core::Table& part, const Table& table) const {
  if (part.kind != table.kind || part.name != table.name) return 0;
  if (part.kind != core::TableKind::records || !part.name.empty() || one_family_) return 1;
  const std::set<std::string> keys = first_keys(part.columns);
  const std::set<std::string> known = first_keys(table.columns);
  const auto hits = static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), [&](const auto& key) { return known.count(key) > 0; }));
  if (hits == 0 || !sources::fits_family(keys.size(), known.size(), hits)) return 0;
  return static_cast<double>(hits) / static_cast<double>(keys.size() + known.size() - hits);
}

std::vector<std::uint32_t> Tables::match(const core::Document& part) const {
  std::vector<std::uint32_t> matches(part.tables.size(), kNowhere);
  for (std::size_t t = 0; t < part.tables.size(); ++t) {
    const std::uint32_t parent = parent_of(part.tables[t]);
    double best = 0;
    for (std::uint32_t k = 0; k < tables_.size(); ++k) {
      if (tables_[k].parent != (parent == core::Row::kNone ? kNowhere : matches[parent])) continue;
      const double likely = likeness(part.tables[t], tables_[k]);
      if (likely > best) best = likely, matches[t] = k;
    }
  }
  return matches;
}

bool Tables::read_part(const core::Document& part, std::vector<std::uint32_t>& matches, facts::Interpretation& read,
                             core::Diagnostics& diagnostics) {
  matches = match(part);
  facts::Settled settled;
  settled.tool = tool_;
  settled.tables.resize(part.tables.size());
  for (std::size_t t = 0; t < part.tables.size(); ++t) {
    std::vector<const core::ColumnMeaning*>& columns = settled.tables[t].columns;
    columns.assign(part.tables[t].columns.size(), nullptr);
    if (matches[t] == kNowhere) continue;
    const Table& known = tables_[matches[t]];
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto found = known.index.find(column_name(part.tables[t].columns[c]));
      if (found != known.index.end()) columns[c] = &known.columns[found->second].meaning;
    }
  }
  read = interpreter_.interpret_part(part, settled, diagnostics);
  bool fresh = false;
  for (std::uint32_t t = 0; t < part.tables.size(); ++t) {
    if (matches[t] == kNowhere) matches[t] = add_table(part, t, matches);
    fresh = add_columns(part, t, matches[t], read) || fresh;
  }
  return fresh;
}

std::uint32_t Tables::add_table(const core::Document& part, std::uint32_t index, const std::vector<std::uint32_t>& matches) {
  const core::Table& from = part.tables[index];
  Table& table = tables_.emplace_back();
  table.kind = from.kind;
  table.name = from.name;
  table.header_line = from.header_line;
  const std::uint32_t parent = parent_of(from);
  table.parent = parent == core::Row::kNone ? kNowhere : matches[parent];
  table.entry = catalog_.table({table.kind, table.name, table.header_line});
  return static_cast<std::uint32_t>(tables_.size() - 1);
}

bool Tables::add_columns(const core::Document& part, std::uint32_t index, std::uint32_t into, facts::Interpretation& read) {
  const core::Table& from = part.tables[index];
  Table& table = tables_[into];
  bool fresh = false;
  for (std::size_t c = 0; c < from.columns.size(); ++c) {
    const core::Column& column = from.columns[c];
    if (!table.index.emplace(column_name(column), static_cast<std::uint32_t>(table.columns.size())).second) continue;
    fresh = true;
    Column& added = table.columns.emplace_back();
    added.key = column.key;
    added.unit = column.unit;
    added.elsewhere = !column.pointer.empty();
    added.position = column.position > 0 ? column.position : static_cast<std::uint32_t>(c + 1);
    added.meaning = read.tables[index].columns[c];
    added.sentinels = facts::Interpreter::sentinels(added.meaning);
  }
  if (!fresh) return false;
  facts::RowRules rules = interpreter_.row_rules(part, index, read);
  // As columns of this table, beside those found before.
  const auto here = [&](std::uint32_t column) { return table.index.at(column_name(from.columns[column])); };
  for (auto* columns : {&rules.deciding, &rules.work})
    for (std::uint32_t& column : *columns) column = here(column);
  if (rules.load) rules.load = here(*rules.load);
  if (rules.ttft) rules.ttft = here(*rules.ttft);
  const bool first = table.rules.deciding.empty() && table.rules.work.empty();
  const auto join = [](std::vector<std::uint32_t>& all, const std::vector<std::uint32_t>& more) {
    all.insert(all.end(), more.begin(), more.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  };
  join(rules.deciding, table.rules.deciding);
  join(rules.work, table.rules.work);
  if (!first) {
    rules.load = table.rules.load, rules.ttft = table.rules.ttft;
    rules.usual_load = table.rules.usual_load, rules.usual_ttft = table.rules.usual_ttft;
    rules.summary = table.rules.summary;
    rules.by_row = rules.by_row || table.rules.by_row;
    rules.some_work = rules.some_work || table.rules.some_work;
  }
  table.rules = std::move(rules);
  return true;
}

std::uint32_t Tables::series(std::uint32_t table, std::uint32_t column) {
  Column& of = tables_[table].columns[column];
  if (of.series == kNowhere) of.series = catalog_.series({of.key, of.position, of.meaning});
  return of.series;
}

std::uint32_t Tables::sentinel_series(std::uint32_t table, std::uint32_t column) {
  Column& of = tables_[table].columns[column];
  if (of.sentinel_series == kNowhere) of.sentinel_series = catalog_.series({of.key, of.position, facts::Interpreter::of_sentinel(of.meaning)});
  return of.sentinel_series;
}

std::uint32_t Tables::variant_series(std::uint32_t table, std::uint32_t column, const core::ColumnMeaning& variant) {
  const Column& of = tables_[table].columns[column];
  if (of.sentinels && variant.rule == facts::kSentinelRule) return sentinel_series(table, column);
  return catalog_.series({of.key, of.position, variant});
}

}  // namespace chimera::stream
