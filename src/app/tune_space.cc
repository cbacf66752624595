#include "app/tune_space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <toml++/toml.h>

#include "app/bench_engine.h"
#include "app/bench_plan.h"
#include "base/files.h"

namespace chimera::app {
namespace {

using base::ErrorKind;

constexpr std::size_t kMostConfigurations = 200'000;

// A condition on another parameter: its value is one of these.
struct Condition {
  std::string key;
  std::vector<std::string> values;
};

struct Wanted {
  std::string key;
  std::vector<std::string> values;
  std::vector<Condition> when;
  std::optional<bool> reload;
  bool categorical = false;
};

struct Description {
  std::vector<Wanted> parameters;
  std::vector<std::vector<Condition>> forbidden;
};

std::optional<double> number_of(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* real = node.as_floating_point()) return fmt::format("{}", real->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "on" : "off";
  return "";
}

std::vector<std::string> texts_of(const toml::node& node) {
  std::vector<std::string> texts;
  if (const auto* list = node.as_array()) {
    for (const toml::node& item : *list) texts.push_back(text_of(item));
  } else {
    texts.push_back(text_of(node));
  }
  return texts;
}

std::vector<Condition> conditions_of(const toml::table& table) {
  std::vector<Condition> conditions;
  for (const auto& [key, value] : table) conditions.push_back({std::string(key.str()), texts_of(value)});
  return conditions;
}

base::Result<Description> read_file(const std::string& path) {
  TRY(const std::string bytes, base::RealFileSystem().read(path));
  Description description;
  try {
    const toml::table file = toml::parse(bytes, path);
    const toml::table* parameters = file["parameters"].as_table();
    if (parameters == nullptr) return base::fail(ErrorKind::input, fmt::format("{} has no [parameters]", path), "for example threads = [1, 2]");
    for (const auto& [key, node] : *parameters) {
      Wanted wanted{.key = std::string(key.str()), .values = {}, .when = {}, .reload = std::nullopt};
      if (const toml::table* table = node.as_table()) {
        if (const toml::node* values = table->get("values")) wanted.values = texts_of(*values);
        if (const toml::table* when = (*table)["when"].as_table()) wanted.when = conditions_of(*when);
        wanted.reload = (*table)["reload"].value<bool>();
        wanted.categorical = (*table)["kind"].value_or(std::string()) == "categorical";
      } else {
        wanted.values = texts_of(node);
      }
      if (wanted.values.empty()) return base::fail(ErrorKind::input, fmt::format("{}: {} has no value", path, wanted.key), fmt::format("{} = [1, 2]", wanted.key));
      description.parameters.push_back(std::move(wanted));
    }
    if (const toml::array* forbid = file["forbid"].as_array())
      for (const toml::node& node : *forbid)
        if (const toml::table* table = node.as_table()) description.forbidden.push_back(conditions_of(*table));
  } catch (const toml::parse_error& error) {
    return base::fail(ErrorKind::input, fmt::format("{}: line {}: {}", path, error.source().begin.line, std::string(error.description())));
  }
  return description;
}

base::Result<Description> describe(const BenchCommand& command, const std::string& file) {
  Description description;
  if (!file.empty()) {
    TRY(description, read_file(file));
  }
  for (const std::string& text : command.settings) {
    const std::size_t equals = text.find('=');
    Wanted wanted{.key = text.substr(0, equals), .values = {}, .when = {}, .reload = std::nullopt};
    std::string rest = equals == std::string::npos ? "" : text.substr(equals + 1);
    for (std::size_t comma = rest.find(','); comma != std::string::npos; comma = rest.find(',')) wanted.values.push_back(rest.substr(0, comma)), rest = rest.substr(comma + 1);
    wanted.values.push_back(rest);
    description.parameters.push_back(std::move(wanted));
  }
  if (description.parameters.empty()) return base::fail(ErrorKind::usage, "nothing to tune", "--set threads=1,2 --set batch=256,512, or --space space.toml");
  for (const Wanted& wanted : description.parameters) {  // names and values as bench checks them
    BenchCommand one = command;
    one.settings = {fmt::format("{}={}", wanted.key, fmt::join(wanted.values, ","))};
    TRY(const auto plans, plan_trials(one));
    static_cast<void>(plans);
  }
  return description;
}

// Whether a change loads the model anew, as far as it is known of the engine (docs/tuning.md).
bool loads_anew(const BenchCommand& command, const std::string& key) {
  if (!command.serve_command.empty()) return true;  // the server is started anew
  static const std::vector<std::string> kOllama = {"num_ctx", "batch", "num_gpu", "mmap", "threads"};
  static const std::vector<std::string> kEmbedded = {"num_gpu", "mmap"};
  const std::vector<std::string>& keys = engine_kind(command) == "ollama" ? kOllama : kEmbedded;
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool holds(const Condition& condition, const Description& description, const tune::Levels& levels) {
  for (std::size_t p = 0; p < description.parameters.size(); ++p)
    if (description.parameters[p].key == condition.key)
      return std::find(condition.values.begin(), condition.values.end(), description.parameters[p].values[levels[p]]) != condition.values.end();
  return false;
}

bool all_hold(const std::vector<Condition>& conditions, const Description& description, const tune::Levels& levels) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) { return holds(condition, description, levels); });
}

// The micro-batch is never larger than the batch (llama.cpp takes the smaller): such a configuration is another one.
void clamp_micro_batch(const Description& description, tune::Levels& levels) {
  const auto find = [&](std::string_view key) { return std::find_if(description.parameters.begin(), description.parameters.end(), [&](const Wanted& w) { return w.key == key; }); };
  const auto batch = find("batch"), micro = find("ubatch");
  if (batch == description.parameters.end() || micro == description.parameters.end()) return;
  const auto limit = number_of(batch->values[levels[static_cast<std::size_t>(batch - description.parameters.begin())]]);
  std::uint16_t& level = levels[static_cast<std::size_t>(micro - description.parameters.begin())];
  const auto at = number_of(micro->values[level]);
  if (!limit || !at || *at <= *limit) return;
  for (std::size_t i = 0; i < micro->values.size(); ++i)
    if (number_of(micro->values[i]) == limit) level = static_cast<std::uint16_t>(i);
}

base::Result<std::vector<tune::Levels>> enumerate(const Description& description) {
  double count = 1;
  for (const Wanted& wanted : description.parameters) count *= static_cast<double>(wanted.values.size());
  if (count > kMostConfigurations) return base::fail(ErrorKind::usage, fmt::format("the space has {:.0f} combinations; up to {} can be searched", count, kMostConfigurations), "take fewer values");
  std::vector<tune::Levels> all;
  tune::Levels levels(description.parameters.size(), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    std::size_t rest = i;
    for (std::size_t p = description.parameters.size(); p-- > 0;) levels[p] = static_cast<std::uint16_t>(rest % description.parameters[p].values.size()), rest /= description.parameters[p].values.size();
    tune::Levels effective = levels;
    for (std::size_t p = 0; p < levels.size(); ++p)
      if (!all_hold(description.parameters[p].when, description, levels)) effective[p] = 0;
    clamp_micro_batch(description, effective);
    const bool forbidden = std::any_of(description.forbidden.begin(), description.forbidden.end(), [&](const auto& conditions) { return all_hold(conditions, description, effective); });
    if (!forbidden) all.push_back(std::move(effective));
  }
  return all;
}

}  // namespace

base::Result<LiveSpace> live_space(const BenchCommand& command, const std::string& file) {
  TRY(Description description, describe(command, file));
  for (Wanted& wanted : description.parameters)  // ranks need an order
    if (std::all_of(wanted.values.begin(), wanted.values.end(), [](const std::string& v) { return number_of(v).has_value(); }) && wanted.when.empty())
      std::stable_sort(wanted.values.begin(), wanted.values.end(), [](const std::string& a, const std::string& b) { return *number_of(a) < *number_of(b); });
  TRY(const std::vector<tune::Levels> configurations, enumerate(description));
  std::vector<tune::Parameter> parameters;
  for (const Wanted& wanted : description.parameters) {
    const bool ordered = !wanted.categorical && std::all_of(wanted.values.begin(), wanted.values.end(), [](const std::string& v) { return number_of(v).has_value(); });
    parameters.push_back({wanted.key, ordered ? tune::Parameter::Kind::ordinal : tune::Parameter::Kind::categorical, wanted.values, wanted.reload.value_or(loads_anew(command, wanted.key))});
  }
  LiveSpace live;
  TRY(live.space, tune::Space::create(std::move(parameters), configurations));
  BenchCommand base = command;
  base.settings.clear();
  base.no_duplicate = true;
  TRY(const std::vector<core::TrialPlan> common, plan_trials(base));
  if (common.size() != 1) return base::fail(ErrorKind::usage, "tuning takes one size of prompt and output", "-p 512 -n 128");
  for (tune::ConfigId c = 0; c < live.space.size(); ++c) {
    core::TrialPlan plan{fmt::format("t{}", c + 1), c == 0 ? core::TrialRole::baseline : core::TrialRole::plain, common.front().config};
    tune::Levels levels;
    for (std::size_t p = 0; p < live.space.parameters().size(); ++p) levels.push_back(live.space.level(c, p));
    for (std::size_t p = 0; p < levels.size(); ++p)
      if (all_hold(description.parameters[p].when, description, levels)) plan.config.set(live.space.parameters()[p].name, live.space.parameters()[p].levels[levels[p]]);
    live.plans.push_back(std::move(plan));
  }
  return live;
}

}  // namespace chimera::app
