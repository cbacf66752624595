#include "facts/second_looks.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "facts/profile.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::ColumnMeaning;
using core::Role;

constexpr std::size_t kFewestSplits = 2;            // "tp" and "pp": one of them alone may be anything
constexpr double kMostDevices = 65536;
constexpr double kHottestSampling = 5;              // nobody samples at a higher temperature
constexpr std::size_t kSearched = std::size_t{1} << 16U;  // bytes of a text that are asked what it speaks of

// What a column of such a name says of how a model was split over devices; nothing of others.
std::string_view split_named(std::string_view leaf) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kSplits = {{{"tp", "tensor_parallel"},
                                                                                      {"tensor parallel", "tensor_parallel"},
                                                                                      {"tp size", "tensor_parallel"},
                                                                                      {"pp", "pipeline_parallel"},
                                                                                      {"pp size", "pipeline_parallel"},
                                                                                      {"dp", "data_parallel"},
                                                                                      {"dp size", "data_parallel"},
                                                                                      {"ep", "expert_parallel"},
                                                                                      {"ep size", "expert_parallel"},
                                                                                      {"cp", "context_parallel"},
                                                                                      {"sp", "sequence_parallel"},
                                                                                      {"etp", "expert_tensor_parallel"},
                                                                                      {"dcp", "decode_context_parallel"}}};
  const auto found = std::find_if(kSplits.begin(), kSplits.end(), [&](const auto& split) { return split.first == leaf; });
  return found == kSplits.end() ? std::string_view() : found->second;
}

bool counts_devices(const core::Document& document, const core::Column& column) {
  const Profile profile = profile_of(document, column);
  return profile.numbers > 0 && profile.integers && profile.minimum >= 0 && profile.maximum <= kMostDevices;
}

void make_setting(std::string_view name, std::string_view rule, ColumnMeaning& column) {
  column = {};
  column.role = Role::factor;
  column.metric = column.definition = std::string(name);
  column.rule = std::string(rule);
}

void make_metric(const Catalog& catalog, std::string_view name, std::string_view rule, ColumnMeaning& column) {
  const MetricEntry* metric = catalog.metric(name);
  if (metric == nullptr) return;
  column.role = metric->role;
  column.metric = column.definition = metric->name;
  column.direction = metric->direction;
  column.rule = metric->rule + "; " + std::string(rule);
}

bool says(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

template <std::size_t N>
bool says_any(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says(text, word); });
}

}  // namespace

void read_parallelism(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  const auto splits = [&](std::size_t c) {
    const NameReading& reading = shape.columns[c].reading;
    return !by_recipe(meaning.columns[c]) && reading.unit == nullptr && !reading.statistic && !split_named(reading.leaf).empty();
  };
  std::size_t found = 0;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) found += splits(c) ? 1U : 0U;
  if (found < kFewestSplits) return;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c)
    if (splits(c) && measures(meaning.columns[c]) && counts_devices(document, table.columns[c]))
      make_setting(split_named(shape.columns[c].reading.leaf), "over how many devices a model was split", meaning.columns[c]);
}

void read_transactions(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 8> kDatabases = {"transaction", "pgbench", "sysbench", "database", "mysql", "postgres", "tpc-c", "connections"};
  constexpr std::array<std::string_view, 9> kModels = {"tok", "llm", "llama", "gguf", "prompt", "ttft", "prefill", "decode", "inference"};
  const auto counts = [&](std::size_t c) {
    const bool tps = says(table.columns[c].key, "tps") || says(table.columns[c].unit, "tps");
    return tps && measures(meaning.columns[c]) && !by_recipe(meaning.columns[c]) && meaning.columns[c].unit->symbol == "tok/s";
  };
  std::size_t c = 0;
  while (c < meaning.columns.size() && !counts(c)) ++c;
  if (c == meaning.columns.size()) return;
  const std::string_view text = std::string_view(document.text).substr(0, kSearched);
  if (says_any(text, kModels) || !says_any(text, kDatabases)) return;
  for (; c < meaning.columns.size(); ++c) {
    if (!counts(c)) continue;
    ColumnMeaning& column = meaning.columns[c];
    column.metric = "operation_rate";
    column.definition = "operation_rate:transactions";
    column.unit = core::unit_of("tx/s");
    column.rule += "; of a database";
  }
}

void read_temperatures(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    const NameReading& reading = shape.columns[c].reading;
    if (column.role != Role::factor || column.metric != "temperature" || by_recipe(column) || reading.chosen || reading.leaf == "sampling temperature") continue;
    const Profile profile = profile_of(document, table.columns[c]);
    if (profile.numbers == 0 || profile.texts > 0 || profile.minimum <= kHottestSampling) continue;
    make_metric(catalog, "gpu_temperature", "too hot for sampling", column);
    column.unit = core::unit_of("°C");
  }
}

void read_capacities(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 10> kMachines = {"system", "hardware", "host", "machine", "environment", "env", "system info", "machine info", "specs", "gpu info"};
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    const ColumnShape& of_column = shape.columns[c];
    if (!measures(column) || by_recipe(column) || column.metric != "gpu_memory_used" || of_column.reading.statistic || of_column.reading.leaf != "vram") continue;
    const bool described = std::any_of(of_column.path.begin(), of_column.path.end(), [&](const std::string& piece) {
      const std::string words = join(text::split_identifier(piece), " ");
      return std::find(kMachines.begin(), kMachines.end(), words) != kMachines.end();
    });
    if (described) make_metric(catalog, "gpu_memory_total", "of a machine", column);
  }
}

void read_generation_times(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 3> kOthers = {"load_time", "prompt_eval_time", "duration"};
  const auto named = [&](std::size_t c, std::string_view leaf) { return measures(meaning.columns[c]) && !by_recipe(meaning.columns[c]) && shape.columns[c].reading.leaf == leaf; };
  bool generation = false;
  bool processing = false;
  bool other = false;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    generation = generation || named(c, "generation time");
    processing = processing || named(c, "processing time");
    other = other || (measures(column) && std::find(kOthers.begin(), kOthers.end(), column.metric) != kOthers.end());
    other = other || (column.metric == "e2e_latency" && shape.columns[c].reading.leaf != "generation time");
  }
  if (!generation || !(other || processing)) return;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    if (named(c, "generation time")) make_metric(catalog, "eval_time", "beside the other parts of a request", meaning.columns[c]);
    if (named(c, "processing time")) make_metric(catalog, "prompt_eval_time", "beside the time of the answer", meaning.columns[c]);
  }
}

void read_changes(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 8> kChanges = {"change", "delta", "\xCE\x94", "diff", "difference", "% change", "change %", "delta %"};
  if (table.kind != core::TableKind::transposed || table.columns.empty() || !table.columns.front().key.empty()) return;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const std::string key = text::lower(text::trim(document.at(table.columns.front().cells[r].span())));
    if (std::find(kChanges.begin(), kChanges.end(), key) == kChanges.end()) continue;
    for (std::uint32_t c = 1; c < table.columns.size(); ++c) {
      ColumnMeaning change = meaning.at(r, c);
      if (table.columns[c].cells[r].kind != core::CellKind::number || !measures(change) || by_recipe(change)) continue;
      constexpr std::string_view kFraction = "_fraction";
      const bool share = change.metric.size() > kFraction.size() && change.metric.compare(change.metric.size() - kFraction.size(), kFraction.size(), kFraction) == 0;
      if (share) change.metric.resize(change.metric.size() - kFraction.size());
      change.role = Role::response;
      change.metric += "_change";
      change.definition = change.metric;
      change.direction = 0;
      change.rule += "; a change, by its column";
      add_exception(meaning, r, c, change);
    }
  }
}

}  // namespace chimera::facts
