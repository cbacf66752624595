#include "facts/second_looks.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/one_of.h"
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
constexpr std::size_t kBeside = 8;                  // columns before one that may have its name
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

bool is_tps(const core::Column& column) { return says(column.key, "tps") || says(column.unit, "tps"); }

bool is_number(const core::Cell& cell) { return cell.kind == core::CellKind::number; }

void make_change(ColumnMeaning& column) {
  constexpr std::string_view kFraction = "_fraction";
  const bool share = column.metric.size() > kFraction.size() && column.metric.compare(column.metric.size() - kFraction.size(), kFraction.size(), kFraction) == 0;
  if (share) column.metric.resize(column.metric.size() - kFraction.size());
  column.role = Role::response;
  const std::size_t which = column.definition.find(':');
  column.metric += "_change";
  column.definition = column.metric + (which == std::string::npos ? "" : column.definition.substr(which));
  column.direction = 0;
  column.rule += "; a change";
}

// Whether all numbers of a column have a sign.
bool has_signs(const core::Document& document, const core::Column& column) {
  std::size_t numbers = 0;
  for (const core::Cell& cell : column.cells) {
    if (!is_number(cell)) continue;
    const std::string_view written = document.at(cell.span());
    if (written.empty() || (written.front() != '+' && written.front() != '-')) return false;
    ++numbers;
  }
  return numbers > 0;
}

// "770 s" and below it "+6 %" are two columns of one name, the second of changes of the first.
void read_signed_shares(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  const auto is_share = [&](std::size_t c) { return meaning.columns[c].unit->dimension == core::Dimension::fraction; };
  for (std::size_t c = 1; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    if (!measures(column) || by_recipe(column) || !is_share(c) || !has_signs(document, table.columns[c])) continue;
    const std::size_t from = c > kBeside ? c - kBeside : 0;
    for (std::size_t other = from; other < c; ++other) {
      if (table.columns[other].key != table.columns[c].key || !measures(meaning.columns[other]) || is_share(other)) continue;
      column.metric = meaning.columns[other].metric;
      column.definition = meaning.columns[other].definition;
      column.statistic = meaning.columns[other].statistic;
      make_change(column);
      break;
    }
  }
}

}  // namespace

void read_parallelism(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  const auto splits = [&](std::size_t c) {
    const NameReading& reading = shape.columns[c].reading;
    return !by_recipe(meaning.columns[c]) && reading.unit == nullptr && !reading.statistic && !split_named(reading.leaf).empty();
  };
  std::size_t found = 0;
  bool of_models = false;  // "SP" and "DP" alone are precisions
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    if (!splits(c)) continue;
    ++found;
    const std::string_view split = split_named(shape.columns[c].reading.leaf);
    of_models = of_models || split == "tensor_parallel" || split == "pipeline_parallel" || split == "expert_parallel";
  }
  if (found < kFewestSplits || !of_models) return;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c)
    if (splits(c) && measures(meaning.columns[c]) && counts_devices(document, table.columns[c]))
      make_setting(split_named(shape.columns[c].reading.leaf), "over how many devices a model was split", meaning.columns[c]);
}

bool counts_transactions(const core::Document& document) {
  constexpr std::array<std::string_view, 8> kDatabases = {"transaction", "pgbench", "sysbench", "database", "mysql", "postgres", "tpc-c", "connections"};
  constexpr std::array<std::string_view, 9> kModels = {"tok", "llm", "llama", "gguf", "prompt", "ttft", "prefill", "decode", "inference"};
  const auto names_tps = [](const core::Table& table) { return std::any_of(table.columns.begin(), table.columns.end(), is_tps); };
  if (std::none_of(document.tables.begin(), document.tables.end(), names_tps)) return false;
  const std::string_view text = std::string_view(document.text).substr(0, kSearched);
  return !says_any(text, kModels) && says_any(text, kDatabases);
}

void read_transactions(const core::Table& table, core::TableMeaning& meaning) {
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    if (!is_tps(table.columns[c]) || !measures(column) || by_recipe(column) || column.unit->symbol != "tok/s") continue;
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

namespace {

// Columns of a processor and of a GPU by their names: each row describes a machine before it says what that measured.
bool describes_machines(const TableShape& shape) {
  constexpr std::array<std::string_view, 4> kProcessors = {"cpu", "cpu model", "cpu name", "processor"};
  constexpr std::array<std::string_view, 4> kCards = {"gpu", "gpu model", "gpu name", "graphics card"};
  const auto has = [&](const auto& names) { return std::any_of(shape.columns.begin(), shape.columns.end(), [&](const ColumnShape& column) { return base::is_one_of(column.reading.leaf, names); }); };
  return has(kProcessors) && has(kCards);
}

}  // namespace

void read_capacities(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 10> kMachines = {"system", "hardware", "host", "machine", "environment", "env", "system info", "machine info", "specs", "gpu info"};
  constexpr std::array<std::string_view, 6> kOfCards = {"vram", "memory per chip", "memory per gpu", "memory per device", "gpu memory", "vram per gpu"};
  const bool machines = describes_machines(shape);
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    const ColumnShape& of_column = shape.columns[c];
    if (!measures(column) || by_recipe(column) || of_column.reading.statistic || column.metric.find("memory_") == std::string::npos) continue;
    const std::string& leaf = of_column.reading.leaf;
    const bool card = base::is_one_of(leaf, kOfCards);
    if (!card && leaf != "ram") continue;
    const bool described = std::any_of(of_column.path.begin(), of_column.path.end(), [&](const std::string& piece) {
      const std::string words = join(text::split_identifier(piece), " ");
      return base::is_one_of(words, kMachines);
    });
    if (described || (machines && (leaf == "ram" || leaf == "vram"))) make_metric(catalog, card ? "gpu_memory_total" : "memory_total", kOfAMachine, column);
  }
}

void read_generation_times(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 3> kOthers = {"load_time", "prompt_eval_time", "duration"};
  const auto named = [&](std::size_t c, std::string_view leaf) { return measures(meaning.columns[c]) && !by_recipe(meaning.columns[c]) && shape.columns[c].reading.leaf == leaf; };
  // Where the server says how long it decoded, the other is the client's.
  for (std::size_t c = 0; c < meaning.columns.size(); ++c)
    if (named(c, "eval duration")) return;
  bool generation = false;
  bool processing = false;
  bool other = false;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const ColumnMeaning& column = meaning.columns[c];
    generation = generation || named(c, "generation time");
    processing = processing || named(c, "processing time");
    other = other || (measures(column) && base::is_one_of(column.metric, kOthers));
    other = other || (column.metric == "e2e_latency" && shape.columns[c].reading.leaf != "generation time");
  }
  if (!generation || !(other || processing)) return;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    if (named(c, "generation time")) make_metric(catalog, "eval_time", "beside the other parts of a request", meaning.columns[c]);
    if (named(c, "processing time")) make_metric(catalog, "prompt_eval_time", "beside the time of the answer", meaning.columns[c]);
  }
}

void read_counts_of_statistics(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  if (!core::is_json(document.format_of(table))) return;
  constexpr std::string_view kCount = "/n";
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    const std::string& key = table.columns[c].key;
    if (by_recipe(meaning.columns[c]) || key.size() <= kCount.size() || key.compare(key.size() - kCount.size(), kCount.size(), kCount) != 0) continue;
    const std::string_view object = std::string_view(key).substr(0, key.size() - 1);
    const auto is_mean = [&](std::size_t other) {
      const ColumnMeaning& column = meaning.columns[other];
      const std::string_view of = table.columns[other].key;
      return column.role == Role::response && column.statistic.kind == core::Statistic::Kind::mean && of.size() > object.size() && of.substr(0, object.size()) == object && of.find('/', object.size()) == std::string_view::npos;
    };
    for (std::size_t other = 0; other < meaning.columns.size(); ++other) {
      if (!is_mean(other)) continue;
      ColumnMeaning count = meaning.columns[other];
      count.role = Role::count;
      count.statistic = {core::Statistic::Kind::count, 0};
      count.unit = core::no_unit();
      count.direction = 0;
      count.rule += "; how many values it is of";
      meaning.columns[c] = count;
      break;
    }
  }
}

void read_whole_runs(const Catalog& catalog, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 7> kWhole = {"wall time", "wall clock time", "wall clock", "wall", "elapsed time", "elapsed", "total elapsed"};
  const auto of_requests = [](const ColumnMeaning& column) {
    const bool time = column.metric == "latency" || column.metric == "e2e_latency" || column.metric == "ttft";
    return time && (column.statistic.kind == core::Statistic::Kind::mean || column.statistic.kind == core::Statistic::Kind::percentile);
  };
  if (std::none_of(meaning.columns.begin(), meaning.columns.end(), of_requests)) return;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    const bool whole = column.metric == "latency" && column.definition == "latency" && column.statistic == core::Statistic{} && !by_recipe(column) &&
                       base::is_one_of(shape.columns[c].reading.leaf, kWhole);
    if (whole) make_metric(catalog, "duration", "beside the times of requests", column);
  }
}

void read_changes(const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 8> kChanges = {"change", "delta", "\xCE\x94", "diff", "difference", "% change", "change %", "delta %"};
  if (table.kind != core::TableKind::transposed || table.columns.empty() || !table.columns.front().key.empty()) return read_signed_shares(document, table, meaning);
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const std::string key = text::lower(text::trim(document.at(table.columns.front().cells[r].span())));
    if (!base::is_one_of(key, kChanges)) continue;
    for (std::uint32_t c = 1; c < table.columns.size(); ++c) {
      ColumnMeaning change = meaning.at(r, c);
      if (!is_number(table.columns[c].cells[r]) || !measures(change) || by_recipe(change)) continue;
      make_change(change);
      add_exception(meaning, r, c, change);
    }
  }
}

}  // namespace chimera::facts
