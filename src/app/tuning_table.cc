#include "app/tuning_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sources/gzip.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;
using base::ErrorKind;

// Kernel Tuner's older caches mark failures with this value of time.
constexpr double kFailureTime = 1e20;

struct Row {
  std::vector<Json> values;  // one per parameter
  tune::RecordedEntry entry;
};

struct Rows {
  std::vector<std::string> names;
  std::vector<Row> rows;
  double time_unit = 1e-3;
};

// Python writes NaN and Infinity as bare words, which are no JSON.
std::string without_bare_words(std::string text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (text[i] == 'N' || text[i] == 'I')) {
      const std::string_view word = text[i] == 'N' ? "NaN" : "Infinity";
      if (text.compare(i, word.size(), word) != 0) continue;
      std::size_t from = i;
      if (from > 0 && text[from - 1] == '-') --from;
      text.replace(from, i + word.size() - from, "null");
      i = from + 3;
    }
  }
  return text;
}

// A cache of a run that was broken off lacks its last brackets, and has a comma behind its last entry.
std::optional<Json> parse_tolerantly(const std::string& bytes) {
  Json json = Json::parse(bytes, nullptr, false);
  if (!json.is_discarded()) return json;
  std::string text = without_bare_words(bytes);
  json = Json::parse(text, nullptr, false);
  if (!json.is_discarded()) return json;
  while (!text.empty() && (text.back() == ',' || std::isspace(static_cast<unsigned char>(text.back())) != 0)) text.pop_back();
  json = Json::parse(text + "}}", nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

std::optional<double> number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

void take_times(const Json& list, tune::RecordedEntry& entry) {
  for (const Json& time : list)
    if (time.is_number() && std::isfinite(time.get<double>()) && time.get<double>() > 0 && time.get<double>() < kFailureTime) entry.times.push_back(time.get<double>());
}

tune::RecordedEntry cache_entry(const Json& json) {
  tune::RecordedEntry entry;
  if (const auto load = number_of(json, "compile_time")) entry.load_seconds = *load * 1e-3;
  const auto time = json.find("time");
  if (time != json.end() && time->is_string()) {
    entry.failure = time->get<std::string>();
    return entry;
  }
  const auto times = json.find("times");
  if (times != json.end() && times->is_array()) take_times(*times, entry);
  if (entry.times.empty() && time != json.end()) take_times(Json::array({*time}), entry);
  if (entry.times.empty()) entry.failure = "no time recorded";
  return entry;
}

// The cache file of Kernel Tuner.
base::Result<Rows> read_cache(const Json& json) {
  Rows found;
  const Json& cache = json.at("cache");
  if (!cache.is_object()) return base::fail(ErrorKind::input, "\"cache\" is no object of configurations");
  if (const auto keys = json.find("tune_params_keys"); keys != json.end() && keys->is_array()) {
    for (const Json& name : *keys)
      if (name.is_string()) found.names.push_back(name.get<std::string>());
  } else if (const auto params = json.find("tune_params"); params != json.end() && params->is_object()) {
    for (const auto& item : params->items()) found.names.push_back(item.key());
  }
  if (found.names.empty()) return base::fail(ErrorKind::input, "the cache does not name its parameters (tune_params_keys)");
  for (const auto& item : cache.items()) {
    Row row;
    for (const std::string& name : found.names) {
      const auto value = item.value().is_object() ? item.value().find(name) : item.value().end();
      if (!item.value().is_object() || value == item.value().end()) return base::fail(ErrorKind::input, fmt::format("the entry \"{}\" of the cache has no {}", item.key(), name));
      row.values.push_back(*value);
    }
    row.entry = cache_entry(item.value());
    found.rows.push_back(std::move(row));
  }
  return found;
}

double seconds_of_unit(std::string_view unit) {
  const std::string_view word = unit.substr(0, 2);
  if (word == "mi" || word == "ms" || unit.empty()) return unit.substr(0, 4) == "micr" ? 1e-6 : 1e-3;
  if (word == "us") return 1e-6;
  if (word == "na" || word == "ns") return 1e-9;
  return 1;
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

tune::RecordedEntry t4_entry(const Json& json, double unit) {
  tune::RecordedEntry entry;
  const auto times = json.find("times");
  if (times != json.end() && times->is_object()) {
    for (const char* key : {"compilation_time", "compilation"})
      if (const auto load = number_of(*times, key)) entry.load_seconds = *load * unit;
  }
  if (const std::string state = text_of(json, "invalidity"); !state.empty() && state != "correct") {
    entry.failure = state;
    return entry;
  }
  if (times != json.end() && times->is_object())
    if (const auto runtimes = times->find("runtimes"); runtimes != times->end() && runtimes->is_array()) take_times(*runtimes, entry);
  const auto measurements = json.find("measurements");
  if (entry.times.empty() && measurements != json.end() && measurements->is_array()) {
    const auto objectives = json.find("objectives");
    const std::string wanted = objectives != json.end() && objectives->is_array() && !objectives->empty() && objectives->front().is_string() ? objectives->front().get<std::string>() : "";
    for (const Json& measurement : *measurements)
      if (const auto value = measurement.find("value"); value != measurement.end() && (wanted.empty() || text_of(measurement, "name") == wanted))
        take_times(value->is_array() ? *value : Json::array({*value}), entry);
  }
  if (entry.times.empty()) entry.failure = "no positive value recorded";
  return entry;
}

base::Result<Rows> read_t4(const Json& json) {
  Rows found;
  std::string unit;
  if (const auto metadata = json.find("metadata"); metadata != json.end() && metadata->is_object()) unit = text_of(*metadata, "timeunit");
  found.time_unit = seconds_of_unit(unit);
  for (const Json& result : json.at("results")) {
    const auto configuration = result.find("configuration");
    if (configuration == result.end() || !configuration->is_object()) return base::fail(ErrorKind::input, "a result has no \"configuration\"");
    if (found.names.empty())
      for (const auto& item : configuration->items()) found.names.push_back(item.key());
    Row row;
    for (const std::string& name : found.names) {
      const auto value = configuration->find(name);
      if (value == configuration->end()) return base::fail(ErrorKind::input, fmt::format("a result's configuration has no {}", name));
      row.values.push_back(*value);
    }
    row.entry = t4_entry(result, found.time_unit);
    found.rows.push_back(std::move(row));
  }
  return found;
}

// As a number, also where it was written as a string.
std::optional<double> numeric(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Level {
  std::string literal;
  std::string text;
  std::optional<double> number;
};

// The values that occur, in order of size where all are numbers, else as they first occur.
std::vector<Level> levels_of(const Rows& rows, std::size_t p) {
  std::vector<Level> levels;
  std::set<std::string> seen;
  for (const Row& row : rows.rows) {
    const Json& value = row.values[p];
    std::string literal = value.dump();
    if (seen.insert(literal).second) levels.push_back({literal, value.is_string() ? value.get<std::string>() : literal, numeric(value)});
  }
  if (std::all_of(levels.begin(), levels.end(), [](const Level& level) { return level.number.has_value(); }))
    std::stable_sort(levels.begin(), levels.end(), [](const Level& a, const Level& b) { return *a.number < *b.number; });
  return levels;
}

base::Result<TuningTable> to_table(Rows rows, const std::vector<std::string>& reload_parameters) {
  for (const std::string& name : reload_parameters)
    if (std::find(rows.names.begin(), rows.names.end(), name) == rows.names.end())
      return base::fail(ErrorKind::usage, fmt::format("--reload-params: the table has no parameter {}", name), fmt::format("it has {}", fmt::join(rows.names, ", ")));
  TuningTable result;
  std::vector<tune::Parameter> parameters;
  std::vector<std::map<std::string, std::uint16_t>> index(rows.names.size());
  for (std::size_t p = 0; p < rows.names.size(); ++p) {
    tune::Parameter parameter{.name = rows.names[p], .kind = tune::Parameter::Kind::ordinal, .levels = {}, .reload = false};
    parameter.reload = std::find(reload_parameters.begin(), reload_parameters.end(), rows.names[p]) != reload_parameters.end();
    result.literals.emplace_back();
    for (const Level& level : levels_of(rows, p)) {
      if (!level.number) parameter.kind = tune::Parameter::Kind::categorical;
      index[p].emplace(level.literal, static_cast<std::uint16_t>(parameter.levels.size()));
      parameter.levels.push_back(level.text);
      result.literals.back().push_back(level.literal);
    }
    parameters.push_back(std::move(parameter));
  }
  std::vector<tune::Levels> configurations;
  std::set<tune::Levels> seen;
  for (Row& row : rows.rows) {
    tune::Levels levels;
    for (std::size_t p = 0; p < row.values.size(); ++p) levels.push_back(index[p].at(row.values[p].dump()));
    if (!seen.insert(levels).second) continue;  // of a configuration recorded twice, the first stands
    configurations.push_back(std::move(levels));
    result.table.entries.push_back(std::move(row.entry));
  }
  TRY(result.table.space, tune::Space::create(std::move(parameters), configurations));
  result.table.time_unit = rows.time_unit;
  return result;
}

base::Result<Rows> read_rows(const Json& json) {
  if (json.is_object() && json.contains("cache")) return read_cache(json);
  if (json.is_object() && json.contains("results") && json.at("results").is_array()) return read_t4(json);
  if (json.is_object() && json.contains("ConfigurationSpace"))
    return base::fail(ErrorKind::input, "this describes a space (T1) and holds no measurements", "give the results of a run over it (T4, or Kernel Tuner's cache)");
  return base::fail(ErrorKind::input, "neither a cache of Kernel Tuner (\"cache\") nor T4 results (\"results\")");
}

}  // namespace

base::Result<TuningTable> read_tuning_table(const base::FileSystem& files, const std::string& path, const std::vector<std::string>& reload_parameters) {
  TRY(std::string bytes, files.read(path));
  if (sources::is_gzip(bytes)) bytes = sources::gunzip(bytes).bytes;
  const auto json = parse_tolerantly(bytes);
  if (!json) return base::fail(ErrorKind::input, fmt::format("{}: no valid JSON", path));
  auto rows = read_rows(*json);
  if (!rows) return base::fail(rows.error().kind, fmt::format("{}: {}", path, rows.error().message), rows.error().hint);
  return to_table(std::move(*rows), reload_parameters);
}

}  // namespace chimera::app
