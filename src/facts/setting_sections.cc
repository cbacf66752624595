#include "facts/setting_sections.h"

#include <algorithm>

#include "facts/cases.h"
#include "facts/columns.h"
#include "facts/meanings.h"

namespace chimera::facts {
namespace {

constexpr std::size_t kFewestSettings = 2;  // of a section whose heading does not call it one

using Columns = std::vector<core::Column>;

bool holds_values(const core::Column& column) { return std::any_of(column.cells.begin(), column.cells.end(), holds_value); }

bool holds_measurement(const core::Table& table, const core::TableMeaning& meaning) {
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (measures(meaning.columns[c]) && holds_values(table.columns[c])) return true;
  return std::any_of(meaning.variants.begin(), meaning.variants.end(), measures);
}

bool holds_settings_alone(const core::Table& table, const core::TableMeaning& meaning) {
  std::size_t settings = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) settings += meaning.columns[c].role == core::Role::factor && holds_values(table.columns[c]);
  return settings >= kFewestSettings && !holds_measurement(table, meaning);
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

}  // namespace

std::vector<Reach> reach_of_sections(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document,
                                     const std::vector<core::TableMeaning>& meanings) {
  std::vector<Reach> reach(document.tables.size(), Reach::none);
  const core::Span measured = measured_part(document, meanings);
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    if (document.format_of(table) != core::Format::text || table.kind != core::TableKind::listing || table.rows.empty() || table.name.empty()) continue;
    const bool alone = recipes[t] != nullptr && holds_settings_alone(table, meanings[t]);
    const bool ends_runs = alone && table.rows.front().span.begin > measured.begin && table.rows.back().span.begin > measured.end;
    if (ends_runs) reach[t] = Reach::up;
    else if (alone || heads_settings(catalog, table.name)) reach[t] = Reach::down;
  }
  return reach;
}

}  // namespace chimera::facts
