#include "facts/catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include "facts/data_file.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Dimension;
using Reach = AliasUse::Reach;

constexpr std::pair<std::string_view, Word> kWordLists[] = {
    {"time", Word::time},           {"index", Word::index},         {"identity", Word::identity},
    {"choice", Word::choice},       {"measured", Word::measured},   {"bounds", Word::bounds},       {"failure", Word::failure},     {"outcome", Word::outcome},     {"text", Word::text},           {"options", Word::options},
    {"settings", Word::settings},   {"surroundings", Word::surroundings}, {"container", Word::container}, {"filler", Word::filler},       {"counted", Word::counted}, {"numbered", Word::numbered},
    {"metric_column", Word::metric_column}, {"unit_column", Word::unit_column},
    {"statistic_column", Word::statistic_column}, {"value_column", Word::value_column}};

std::optional<Dimension> dimension_of(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Dimension::operation_rate); ++i)
    if (core::to_string(static_cast<Dimension>(i)) == name) return static_cast<Dimension>(i);
  return std::nullopt;
}

std::uint32_t bit_of(Word word) { return std::uint32_t{1} << static_cast<unsigned>(word); }

std::string as_words(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

// "ci_low" to a statistic; find_statistic knows the names used in outputs.
base::Result<core::Statistic> statistic_named(const DataFileReader& read, const DataNode& node, std::string_view name) {
  const auto statistic = core::find_statistic(name);
  if (!statistic) return read.wrong(node, fmt::format("'{}' is no statistic", name));
  return *statistic;
}

// Loads one section after another into the catalogue.
class Loader {
 public:
  explicit Loader(std::string_view name) : read_(name) {}

  base::Result<Catalog> load(std::string_view bytes) {
    TRY(const DataNode root, read_.parse(bytes));
    TRY_VOID(read_.only(root, {"metric", "setting", "identity", "words", "statistics", "intervals", "default"}));
    TRY_VOID(load_metrics(root));
    TRY_VOID(load_settings(root));
    TRY_VOID(load_identities(root));
    TRY_VOID(load_words(root));
    TRY_VOID(load_defaults(root));
    return std::move(catalog_);
  }

 private:
  base::Result<void> load_metrics(const DataNode& root) {
    TRY(auto tables, read_.tables(root, "metric"));
    std::vector<std::pair<std::string, const DataNode*>> sorted;
    for (const DataNode* table : tables) {
      TRY(std::string name, read_.required(*table, "name"));
      sorted.emplace_back(std::move(name), table);
    }
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i > 0 && sorted[i].first == sorted[i - 1].first)
        return read_.wrong(*sorted[i].second, fmt::format("the metric '{}' is there twice", sorted[i].first));
      TRY_VOID(load_metric(sorted[i].first, *sorted[i].second));
    }
    return {};
  }

  base::Result<void> load_metric(const std::string& name, const DataNode& table) {
    TRY_VOID(read_.only(table, {"name", "title", "description", "dimension", "direction", "aliases", "generic", "with_unit", "unit",
                                "role", "definition"}));
    core::Metric metric;
    metric.name = name;
    TRY(metric.title, read_.required(table, "title"));
    TRY(metric.description, read_.required(table, "description"));
    TRY(const std::string dimension, read_.required(table, "dimension"));
    TRY(metric.direction, read_.number(table, "direction"));
    TRY(metric.aliases, read_.list(table, "aliases"));
    TRY(const auto generic, read_.list(table, "generic"));
    TRY(const auto with_unit, read_.list(table, "with_unit"));
    const auto known = dimension_of(dimension);
    if (!known) return read_.wrong(table, fmt::format("'{}' is no dimension", dimension));
    metric.dimension = *known;
    TRY(const MetricEntry entry, entry_of(metric, table));
    catalog_.metrics.push_back(entry);
    add(as_words(name), {}, Reach::anywhere);
    for (const std::string& alias : metric.aliases) add(alias, {}, Reach::anywhere);
    for (const std::string& alias : generic) add(alias, {}, Reach::whole_name);
    for (const std::string& alias : with_unit) add(alias, {}, Reach::with_unit);
    metric.aliases.insert(metric.aliases.begin(), as_words(name));
    metric.aliases.insert(metric.aliases.end(), generic.begin(), generic.end());
    TRY_VOID(load_definitions(table, metric));
    catalog_.vocabulary.metrics.push_back(std::move(metric));
    return {};
  }

  base::Result<MetricEntry> entry_of(const core::Metric& metric, const DataNode& table) {
    MetricEntry entry{metric.name, metric.dimension, core::no_unit(), core::Role::response, metric.direction, read_.place(table)};
    TRY(const std::string unit, read_.text(table, "unit"));
    TRY(const std::string role, read_.text(table, "role", "response"));
    if (!unit.empty()) {
      const core::UnitPtr found = core::find_unit(unit);
      if (found == nullptr || found->dimension != metric.dimension)
        return read_.wrong(table, fmt::format("'{}' is no unit of {}", unit, core::to_string(metric.dimension)));
      entry.unit = found;
    }
    if (metric.dimension == Dimension::count) entry.unit = core::count_unit();
    if (role != "response" && role != "count") return read_.wrong(table, fmt::format("'{}' is no role of a metric", role));
    if (role == "count") entry.role = core::Role::count;
    return entry;
  }

  base::Result<void> load_definitions(const DataNode& table, core::Metric& metric) {
    TRY(const auto definitions, read_.tables(table, "definition"));
    for (const DataNode* definition : definitions) {
      TRY_VOID(read_.only(*definition, {"name", "description", "aliases", "with_unit"}));
      TRY(const std::string name, read_.required(*definition, "name"));
      TRY(const std::string description, read_.required(*definition, "description"));
      if (name.rfind(metric.name + ":", 0) != 0) return read_.wrong(*definition, fmt::format("'{}' must begin with '{}:'", name, metric.name));
      TRY(const auto aliases, read_.list(*definition, "aliases"));
      for (const std::string& alias : aliases) {
        add(alias, name, Reach::anywhere);
        metric.aliases.push_back(alias);
      }
      TRY(const auto with_unit, read_.list(*definition, "with_unit"));
      for (const std::string& alias : with_unit) add(alias, name, Reach::with_unit);
    }
    return {};
  }

  base::Result<void> load_settings(const DataNode& root) {
    TRY(const auto tables, read_.tables(root, "setting"));
    for (const DataNode* table : tables) {
      TRY_VOID(read_.only(*table, {"name", "kind", "aliases"}));
      SettingEntry setting;
      TRY(setting.name, read_.required(*table, "name"));
      TRY(const std::string kind, read_.text(*table, "kind", "any"));
      TRY(const auto aliases, read_.list(*table, "aliases"));
      if (kind != "any" && kind != "number" && kind != "text") return read_.wrong(*table, fmt::format("'{}' is no kind of setting", kind));
      setting.kind = kind == "number" ? SettingEntry::Kind::number : kind == "text" ? SettingEntry::Kind::text : SettingEntry::Kind::any;
      setting.rule = read_.place(*table);
      const auto index = static_cast<std::uint32_t>(catalog_.settings.size());
      catalog_.setting_aliases.emplace(as_words(setting.name), index);
      for (const std::string& alias : aliases) catalog_.setting_aliases.emplace(alias, index);
      catalog_.settings.push_back(std::move(setting));
    }
    return {};
  }

  base::Result<void> load_identities(const DataNode& root) {
    TRY(const auto tables, read_.tables(root, "identity"));
    for (const DataNode* table : tables) {
      TRY_VOID(read_.only(*table, {"definition", "metric", "sum", "over"}));
      IdentityRule rule;
      TRY(rule.definition, read_.required(*table, "definition"));
      TRY(rule.metric, read_.required(*table, "metric"));
      TRY(rule.sum, read_.list(*table, "sum"));
      TRY(rule.over, read_.list(*table, "over"));
      rule.rule = read_.place(*table);
      std::vector<std::string> named = rule.sum;
      named.insert(named.end(), rule.over.begin(), rule.over.end());
      named.push_back(rule.metric);
      for (const std::string& metric : named)
        if (catalog_.metric(metric) == nullptr) return read_.wrong(*table, fmt::format("there is no metric '{}'", metric));
      if (rule.sum.empty()) return read_.wrong(*table, "'sum' is missing");
      catalog_.identities.push_back(std::move(rule));
    }
    return {};
  }

  base::Result<void> load_words(const DataNode& root) {
    if (const DataNode* words = root.find("words")) {
      for (const auto& [name, word] : kWordLists) {
        TRY(const auto items, read_.list(*words, name));
        for (const std::string& item : items) catalog_.words[item] |= bit_of(word);
      }
    }
    if (const DataNode* statistics = root.find("statistics")) {
      for (const auto& [words, node] : statistics->members) {
        TRY(catalog_.statistics[words], statistic_named(read_, node, node.text));
      }
    }
    if (const DataNode* intervals = root.find("intervals")) {
      TRY(const auto names, read_.list(*intervals, "names"));
      catalog_.intervals.insert(names.begin(), names.end());
    }
    return {};
  }

  base::Result<void> load_defaults(const DataNode& root) {
    const DataNode* defaults = root.find("default");
    if (defaults == nullptr) return {};
    for (const auto& [name, node] : defaults->members) {
      const auto dimension = dimension_of(name);
      const MetricEntry* entry = catalog_.metric(node.text);
      if (!dimension || entry == nullptr) return read_.wrong(node, "a default is a dimension and a metric");
      catalog_.defaults[*dimension] = static_cast<std::uint32_t>(entry - catalog_.metrics.data());
    }
    return {};
  }

  void add(const std::string& alias, std::string definition, Reach reach) {
    catalog_.aliases[alias].push_back({static_cast<std::uint32_t>(catalog_.metrics.size() - 1), std::move(definition), reach});
    const auto words = static_cast<std::size_t>(std::count(alias.begin(), alias.end(), ' ')) + 1;
    catalog_.longest_alias = std::max(catalog_.longest_alias, words);
  }

  DataFileReader read_;
  Catalog catalog_;
};

}  // namespace

const MetricEntry* Catalog::metric(std::string_view name) const {
  const auto at = std::lower_bound(metrics.begin(), metrics.end(), name, [](const MetricEntry& m, std::string_view n) { return m.name < n; });
  return at != metrics.end() && at->name == name ? &*at : nullptr;
}

const SettingEntry* Catalog::setting(std::string_view name) const {
  const auto found = setting_aliases.find(std::string(name));
  return found == setting_aliases.end() ? nullptr : &settings[found->second];
}

bool Catalog::is(Word word, std::string_view name) const {
  const auto lists = words.find(name);
  return lists != words.end() && (lists->second & bit_of(word)) != 0;
}

std::optional<core::Statistic> Catalog::statistic(std::string_view name) const {
  if (const auto found = statistics.find(name); found != statistics.end()) return found->second;
  return core::find_statistic(name);
}

std::optional<core::Statistic> Catalog::statistic_named(std::string_view name) const {
  if (const auto found = statistic(text::lower(name))) return found;
  return statistic(as_words(name));
}

base::Result<Catalog> load_catalog(std::string_view name, std::string_view bytes) { return Loader(name).load(bytes); }

}  // namespace chimera::facts
