// Settings that a cell states of other rows than its own, as a recipe says: {"key": "scenario", "value": "Server"} of all lines,
// "server": [{"tp": 8}] of the object around, "n-shot": {"arc": 25} of the rows with that key. And what lists of one text say of the object
// that they stand in: {"model": ["m"], "ttft_ms": 5}; and an object of settings of those beside it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/recipe.h"
#include "facts/shape.h"

namespace chimera::facts {

// Whether a table of JSON is of lists that hold one text each, which are a setting that is known.
[[nodiscard]] bool is_of_lone_items(const core::Document& document, const core::Table& table, const TableShape& shape, const core::TableMeaning& meaning);

class StatedSettings {
 public:
  // Some recipes may be null.
  StatedSettings(const std::vector<const Recipe*>& recipes, const core::Document& document, const Shape& shape, const std::vector<core::TableMeaning>& meanings);

  [[nodiscard]] bool empty() const { return stated_.empty(); }
  // A row's configuration with what others state of it which its own cells do not show; core::Row::kNone: of all rows of a table.
  [[nodiscard]] core::RunConfig add_to(core::RunConfig config, std::uint32_t table, std::uint32_t row) const;

 private:
  // What is set for the rows that have a key.
  struct Keyed {
    std::string key;
    core::Setting setting;
    std::uint32_t row = 0;  // that says it
  };
  void find_lone_items(std::uint32_t table);
  void find_settings_rows(std::uint32_t table);
  void find(const ColumnRule& rule, std::uint32_t table, std::uint32_t column);
  void collect_keyed(const ColumnRule& rule, std::uint32_t table, std::uint32_t column, std::vector<Keyed>& keyed) const;
  void state_by_key(std::uint32_t table, const std::vector<Keyed>& keyed);

  const core::Document& document_;
  const Shape& shape_;
  const std::vector<core::TableMeaning>& meanings_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<core::Setting>> stated_;  // by table and row
};

}  // namespace chimera::facts
