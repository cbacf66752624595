// A recipe: how to recognise a tool's output, and what its keys mean. The format is described in docs/recipes.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/pattern.h"

namespace chimera::facts {

// All that is given must hold.
struct Detection {
  std::vector<core::Format> formats;
  std::vector<std::string> keys;     // each is the key of some column
  std::vector<std::string> markers;  // each stands in the first kMarkerReach bytes of the text
};

struct ColumnRule {
  std::string key;
  std::vector<std::pair<std::string, std::string>> when;  // sibling key -> pattern of its text, for this row
  std::optional<core::Role> role;
  std::string metric;      // of a factor: the setting
  std::string definition;
  std::optional<core::Statistic> statistic;
  core::UnitPtr unit = nullptr;
  std::string unit_from;       // sibling whose text is the unit of the row
  std::string statistic_from;  // sibling whose text is the statistic of the row
  std::vector<std::string> parse;  // patterns with settings as placeholders, for a text: "pp{prompt_tokens}"
  int direction = 0;
  std::string rule;            // "recipes/llama-bench.toml:12"
};

struct Recipe {
  std::string name;
  std::vector<Detection> detect;  // any of them
  std::vector<std::pair<std::string, std::string>> settings;  // of every row
  std::vector<ColumnRule> columns;
};

inline constexpr std::size_t kMarkerReach = 4096;

// An input error that names file and line.
[[nodiscard]] base::Result<Recipe> load_recipe(const Catalog& catalog, std::string_view name, std::string_view bytes);

[[nodiscard]] bool recognises(const Recipe& recipe, const core::Document& document);

// Puts what the recipe says over what the columns of a table say themselves; adds exceptions (unsorted) where a rule depends on
// the row.
void apply_recipe(const Catalog& catalog, const Recipe& recipe, const core::Document& document, std::uint32_t table, core::TableMeaning& meaning);

// The settings that `text` holds by the rules' parse patterns: "pp512 @ d4096".
[[nodiscard]] std::vector<core::Setting> parse_settings(const ColumnRule& rule, std::string_view text);

}  // namespace chimera::facts
