// What vocabulary.toml says, in a form that names can be looked up in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/short_text.h"
#include "core/fact.h"
#include "core/statistic.h"
#include "core/vocabulary.h"

namespace chimera::facts {

struct MetricEntry {
  std::string name;
  core::Dimension dimension = core::Dimension::unknown;
  core::UnitPtr unit = core::no_unit();  // of a number whose name says what it counts: "prompt_tokens"
  core::Role role = core::Role::response;
  int direction = 0;
  std::string rule;                      // "vocabulary.toml:40"
};

// One way to say a metric.
struct AliasUse {
  enum class Reach { anywhere, whole_name, with_unit };
  std::uint32_t metric = 0;  // into Catalog::metrics
  std::string definition;    // empty where the alias does not say which
  Reach reach = Reach::anywhere;
};

// Chosen before a run. `kind` tells settings from names of the same spelling.
struct SettingEntry {
  enum class Kind { any, number, text };
  std::string name;
  Kind kind = Kind::any;
  std::string rule;
};

// A definition proved by arithmetic: metric == sum of `sum` / sum of `over`.
struct IdentityRule {
  std::string definition;
  std::string metric;
  std::vector<std::string> sum;
  std::vector<std::string> over;
  std::string rule;
};

// Names of which only the role is known, and names that structure others.
enum class Word {
  time, index, identity, choice, measured, bounds, failure, outcome, text, options, settings, surroundings, container, filler, counted, numbered,
  metric_column, unit_column, statistic_column, value_column
};

struct Catalog {
  core::Vocabulary vocabulary;
  std::vector<MetricEntry> metrics;  // sorted by name
  std::unordered_map<std::string, std::vector<AliasUse>> aliases;
  std::size_t longest_alias = 0;     // in words
  std::vector<SettingEntry> settings;
  std::unordered_map<std::string, std::uint32_t> setting_aliases;
  std::vector<IdentityRule> identities;
  std::unordered_map<std::string, std::uint32_t, base::TextHash, std::equal_to<>> words;  // a bit for each list that has it
  std::map<std::string, core::Statistic, std::less<>> statistics;
  std::set<std::string, std::less<>> intervals;
  std::map<core::Dimension, std::uint32_t> defaults;

  [[nodiscard]] const MetricEntry* metric(std::string_view name) const;
  // The setting called `words`; null where there is none.
  [[nodiscard]] const SettingEntry* setting(std::string_view words) const;
  [[nodiscard]] bool is(Word word, std::string_view words) const;
  // From one or several words, also those that core::find_statistic does not know.
  [[nodiscard]] std::optional<core::Statistic> statistic(std::string_view words) const;
  // The same of a whole name as somebody wrote it: "Median", "std_dev", "p99.9".
  [[nodiscard]] std::optional<core::Statistic> statistic_named(std::string_view name) const;
};

// An input error that names file and line where the file does not say what it must.
[[nodiscard]] base::Result<Catalog> load_catalog(std::string_view name, std::string_view bytes);

}  // namespace chimera::facts
