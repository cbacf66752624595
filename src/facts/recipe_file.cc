#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "facts/data_file.h"
#include "facts/recipe.h"

namespace chimera::facts {
namespace {

constexpr std::array<core::Format, 5> kFormats = {core::Format::json, core::Format::jsonl, core::Format::csv, core::Format::markdown, core::Format::text};
constexpr std::array<core::Role, 10> kRoles = {core::Role::response, core::Role::factor, core::Role::count, core::Role::identity, core::Role::time,
                                              core::Role::index, core::Role::failure, core::Role::text, core::Role::no_value, core::Role::unread};

class RecipeLoader {
 public:
  RecipeLoader(const Catalog& catalog, std::string_view name) : catalog_(catalog), read_(name) {}

  base::Result<Recipe> load(std::string_view bytes) {
    TRY(const DataNode root, read_.parse(bytes));
    TRY_VOID(read_.only(root, {"name", "description", "detect", "settings", "paths", "headings", "commands", "ranks", "column"}));
    TRY(recipe_.name, read_.required(root, "name"));
    TRY(const auto detections, read_.tables(root, "detect"));
    for (const DataNode* node : detections) TRY_VOID(load_detection(*node));
    if (recipe_.detect.empty()) return read_.wrong(root, "'detect' is missing");
    if (const DataNode* settings = root.find("settings")) {
      for (const auto& [key, value] : settings->members) {
        if (value.kind != DataNode::Kind::text) return read_.wrong(value, "a setting must be a string");
        recipe_.settings.emplace_back(key, value.text);
      }
    }
    TRY(recipe_.paths, read_.list(root, "paths"));
    TRY(recipe_.headings, read_.list(root, "headings"));
    TRY(const std::string commands, read_.text(root, "commands"));
    recipe_.repeats_command = commands == "behind";
    if (!commands.empty() && !recipe_.repeats_command) return read_.wrong(root, "'commands' must be 'behind'");
    TRY(const auto ranks, read_.list(root, "ranks"));
    for (const std::string& rank : ranks) {
      const auto statistic = catalog_.statistic_named(rank);
      if (!statistic) return read_.wrong(root, fmt::format("'{}' is no statistic", rank));
      recipe_.ranks.push_back(*statistic);
    }
    TRY(const auto columns, read_.tables(root, "column"));
    for (const DataNode* node : columns) TRY_VOID(load_column(*node));
    return std::move(recipe_);
  }

 private:
  base::Result<void> load_detection(const DataNode& node) {
    TRY_VOID(read_.only(node, {"formats", "keys", "markers", "paths"}));
    Detection detection;
    TRY(const auto formats, read_.list(node, "formats"));
    for (const std::string& name : formats) {
      const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](core::Format format) { return core::to_string(format) == name; });
      if (found == kFormats.end()) return read_.wrong(node, fmt::format("'{}' is no format", name));
      detection.formats.push_back(*found);
    }
    TRY(detection.keys, read_.list(node, "keys"));
    TRY(detection.markers, read_.list(node, "markers"));
    TRY(detection.paths, read_.list(node, "paths"));
    if (detection.keys.empty() && detection.markers.empty()) return read_.wrong(node, "'keys' or 'markers' must be given");
    recipe_.detect.push_back(std::move(detection));
    return {};
  }

  base::Result<void> load_column(const DataNode& node) {
    TRY_VOID(read_.only(node, {"key", "when", "role", "metric", "setting", "definition", "statistic", "unit", "metric_from", "unit_from", "statistic_from", "listed_in", "product_of", "parse", "of", "again"}));
    ColumnRule rule;
    rule.rule = read_.place(node);
    TRY(const auto keys, read_.list(node, "key"));
    if (keys.empty()) return read_.wrong(node, "'key' is missing");
    if (const DataNode* when = node.find("when")) {
      for (const auto& [key, value] : when->members) rule.when.emplace_back(key, value.text);
    }
    TRY_VOID(load_meaning(node, rule));
    TRY(rule.metric_from, read_.text(node, "metric_from"));
    if (!rule.metric_from.empty() && !rule.role) rule.role = core::Role::response;
    if (!rule.role) return read_.wrong(node, "one of 'metric', 'setting', 'role', 'metric_from' must be given");
    TRY(rule.unit_from, read_.text(node, "unit_from"));
    TRY(rule.statistic_from, read_.text(node, "statistic_from"));
    TRY(rule.listed_in, read_.text(node, "listed_in"));
    TRY(rule.product_of, read_.text(node, "product_of"));
    TRY(rule.parse, read_.list(node, "parse"));
    TRY(const std::string of, read_.text(node, "of"));
    const bool known = of == "table" || of == "parent" || of == "key";
    if (!of.empty() && !(known && rule.role == core::Role::factor)) return read_.wrong(node, "'of' must be 'table', 'parent' or 'key', and belongs to a setting");
    if (!of.empty()) rule.of = of == "table" ? ColumnRule::Of::table : of == "parent" ? ColumnRule::Of::parent : ColumnRule::Of::key;
    TRY(const std::string again, read_.text(node, "again"));
    rule.names_runs = again == "run";
    if (!again.empty() && !(rule.names_runs && rule.role == core::Role::factor)) return read_.wrong(node, "'again' must be 'run', and belongs to a setting");
    for (const std::string& key : keys) {
      rule.key = key;
      recipe_.columns.push_back(rule);
    }
    return {};
  }

  base::Result<void> load_meaning(const DataNode& node, ColumnRule& rule) {
    TRY(const std::string metric, read_.text(node, "metric"));
    TRY(const std::string setting, read_.text(node, "setting"));
    TRY(const std::string role, read_.text(node, "role"));
    TRY(rule.definition, read_.text(node, "definition", metric));
    TRY(const std::string statistic, read_.text(node, "statistic"));
    TRY(const std::string unit, read_.text(node, "unit"));
    if (metric.find('{') != std::string::npos) {
      rule.named = metric;
      if (node.find("definition") == nullptr) rule.definition.clear();
      rule.role = core::Role::response;
    } else if (!metric.empty()) {
      const MetricEntry* entry = catalog_.metric(metric);
      if (entry == nullptr) return read_.wrong(node, fmt::format("there is no metric '{}'", metric));
      rule.metric = metric;
      rule.role = entry->role;
      rule.unit = entry->unit == core::no_unit() ? nullptr : entry->unit;
      rule.direction = entry->direction;
    }
    if (!setting.empty()) {
      rule.metric = rule.definition = setting;
      rule.role = core::Role::factor;
    }
    if (!role.empty()) {
      const auto found = std::find_if(kRoles.begin(), kRoles.end(), [&](core::Role r) { return core::to_string(r) == role; });
      if (found == kRoles.end()) return read_.wrong(node, fmt::format("'{}' is no role", role));
      rule.role = *found;
    }
    if (unit == "none") {
      rule.unit = core::no_unit();
    } else if (!unit.empty()) {
      rule.unit = core::find_unit(unit);
      if (rule.unit == nullptr) return read_.wrong(node, fmt::format("'{}' is no unit", unit));
    }
    if (!statistic.empty()) {
      rule.statistic = catalog_.statistic(statistic);
      if (!rule.statistic) return read_.wrong(node, fmt::format("'{}' is no statistic", statistic));
    }
    return {};
  }

  const Catalog& catalog_;
  DataFileReader read_;
  Recipe recipe_;
};

}  // namespace

base::Result<Recipe> load_recipe(const Catalog& catalog, std::string_view name, std::string_view bytes) {
  return RecipeLoader(catalog, name).load(bytes);
}

base::Result<RecipeHead> load_recipe_head(const Catalog& catalog, std::string_view name, std::string_view bytes) {
  TRY(Recipe head, RecipeLoader(catalog, name).load(bytes.substr(0, bytes.find("\n[[column]]") + 1)));
  return RecipeHead{std::move(head.name), std::move(head.detect)};
}

}  // namespace chimera::facts
