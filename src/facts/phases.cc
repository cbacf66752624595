#include "facts/phases.h"

#include <string>
#include <string_view>

#include "facts/meanings.h"

namespace chimera::facts {
namespace {

constexpr std::string_view kWhole = "e2e_latency";

std::string_view object_of(std::string_view key) { return key.substr(0, key.rfind('/') == std::string_view::npos ? 0 : key.rfind('/')); }

bool is_generation(const core::ColumnMeaning& column, const NameReading& reading) {
  return column.role == core::Role::response && column.metric == kWhole && !by_recipe(column) && reading.leaf == "generation time";
}

// A time that is no part of generating, or holds it.
bool is_beside(const core::ColumnMeaning& column, const NameReading& reading) {
  if (column.role != core::Role::response) return false;
  if (column.metric == "load_time" || column.metric == "prompt_eval_time") return true;
  return (column.metric == kWhole || column.metric == "duration") && reading.leaf.rfind("total ", 0) == 0;
}

}  // namespace

void name_phases(const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    core::ColumnMeaning& column = meaning.columns[c];
    if (!is_generation(column, shape.columns[c].reading)) continue;
    for (std::size_t other = 0; other < meaning.columns.size(); ++other) {
      if (!is_beside(meaning.columns[other], shape.columns[other].reading)) continue;
      if (object_of(table.columns[other].key) != object_of(table.columns[c].key)) continue;
      column.metric = "eval_time";
      column.definition.replace(0, kWhole.size(), column.metric);
      column.rule += "; beside the time of another part";
      break;
    }
  }
}

}  // namespace chimera::facts
