#include "facts/shape.h"

#include <array>
#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include "base/one_of.h"
#include "facts/column_paths.h"
#include "text/model_names.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

constexpr std::size_t kWidest = 4096;               // columns of a document whose shape is remembered
constexpr std::size_t kMostColumns = std::size_t{1} << 16U;  // of all shapes together: some tens of megabytes

std::size_t columns_of(const core::Document& document) {
  std::size_t columns = 0;
  for (const core::Table& table : document.tables) columns += table.columns.size();
  return columns;
}

void add(std::size_t number, std::string& key) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  key.append(bytes, sizeof number);
}

void add(std::string_view text, std::string& key) {
  add(text.size(), key);
  key += text;
}

// A sentence or a short line right above a table of Markdown; empty where none stands there.
std::string_view caption_of(const core::Table& table) {
  const auto lead_in = std::find_if(table.titles.begin(), table.titles.end(), [](const core::Title& title) { return title.level == core::Title::kLeadIn; });
  return lead_in == table.titles.end() ? std::string_view() : std::string_view(lead_in->text);
}

// All that a shape is made of, as one text.
std::string key_of(const core::Document& document) {
  std::string key(1, static_cast<char>(document.artifact.format));
  for (const core::Table& table : document.tables) {
    key += static_cast<char>(table.kind);
    key += static_cast<char>(table.format);
    key += table.rows.empty() ? '-' : '+';
    add(table.name, key);
    add(caption_of(table), key);
    add(table.columns.size(), key);
    for (const core::Column& column : table.columns) {
      add(column.key, key);
      add(column.unit, key);
    }
  }
  return key;
}

// "tps" of a list "all_tps": all of them, and no total.
std::string without_all(const std::string& name) {
  constexpr std::string_view kAll = "all_";
  return name.size() > kAll.size() && text::lower(name.substr(0, kAll.size())) == kAll ? name.substr(kAll.size()) : name;
}

// What names a column: not "all" or "runs" of a list, but what the list is of.
std::vector<std::string> naming_path(const core::Table& table, const std::vector<std::string>& path) {
  constexpr std::array<std::string_view, 8> kLists = {"all", "raw", "runs", "samples", "values", "data", "measurements", "list"};
  std::vector<std::string> naming = path;
  if (table.kind != core::TableKind::series) return naming;
  // {"tps": {"llama3.1:8b": [52.1, 52.3]}} are of the model, and in tokens a second.
  if (text::is_model(path.back())) return path.size() < 2 ? std::vector<std::string>{"value"} : std::vector<std::string>(path.begin(), path.end() - 1);
  if (path.size() < 2) return {without_all(path.front())};
  if (base::is_one_of(text::lower(path.back()), kLists)) naming.pop_back();
  else naming.back() = without_all(path.back());
  return naming;
}

// The metric of a title that says its unit too. "prompt eval time (tokens/s)" is no time.
std::optional<NameReading> quantity_in(NameParts& names, std::string title) {
  constexpr std::string_view kTime = " time (";
  for (int attempt = 0; attempt < 2; ++attempt) {
    NameReading reading = read_name(names, {title}, nullptr);
    if (reading.metric != nullptr && reading.unit != nullptr && reading.metric->dimension == reading.unit->dimension) return reading;
    const std::size_t time = title.find(kTime);
    if (time == std::string::npos) break;
    title.replace(time, kTime.size(), " (");
  }
  return std::nullopt;
}

// "### TTFT (ms)" above a table: the metric of columns that do not say their own. None where the title names no metric in a unit.
std::optional<NameReading> metric_above(NameParts& names, const core::Document& document, const core::Table& table) {
  const bool report = document.artifact.format == core::Format::markdown && (table.kind == core::TableKind::markdown || (table.kind == core::TableKind::keyed && table.find("value") != nullptr));
  if (!report || table.columns.size() < 2) return std::nullopt;
  if (!table.name.empty())
    if (auto heading = quantity_in(names, table.name)) return heading;
  const std::string_view caption = caption_of(table);
  const std::size_t close = caption.find(')');
  return close == std::string_view::npos ? std::nullopt : quantity_in(names, std::string(caption.substr(0, close + 1)));
}

// "min", "p50", "Llama": neither a metric nor a unit nor a setting that is known.
bool names_no_quantity(const NameReading& reading) {
  return reading.metric == nullptr && reading.unit == nullptr && reading.setting == nullptr && reading.unknown_unit.empty();
}

// "2.34 k" below "ips": a thousand of what the metric counts; null where nothing is scaled so.
core::UnitPtr scaled_of_metric(std::string_view written, const NameReading& reading) {
  const char prefix = written == "k" || written == "K" || written == "thousand" ? 'k' : written == "M" || written == "million" ? 'M' : written == "G" || written == "billion" ? 'G' : ' ';
  if (reading.metric == nullptr || prefix == ' ') return nullptr;
  if (reading.unit != nullptr) return core::scaled_unit(reading.unit, prefix);
  switch (reading.metric->dimension) {
    case core::Dimension::operation_rate: return core::scaled_unit(core::unit_of("op/s"), prefix);
    case core::Dimension::request_rate: return core::scaled_unit(core::unit_of("req/s"), prefix);
    case core::Dimension::token_rate: return core::scaled_unit(core::unit_of("tok/s"), prefix);
    case core::Dimension::tokens: return core::scaled_unit(core::unit_of("tok"), prefix);
    case core::Dimension::count: return core::scaled_unit(core::count_unit(), prefix);
    default: return nullptr;
  }
}

bool counts_events(core::Dimension dimension) {
  return dimension == core::Dimension::operation_rate || dimension == core::Dimension::request_rate || dimension == core::Dimension::token_rate || dimension == core::Dimension::count;
}

// "event": "warmup" of a record among others.
bool names_kind(const std::string& leaf) {
  constexpr std::array<std::string_view, 4> kKinds = {"type", "event", "kind", "record type"};
  return base::is_one_of(leaf, kKinds);
}

ColumnShape shape_of(NameParts& names, const core::Document& document, const core::Table& table, const core::Column& column) {
  const Catalog& catalog = names.catalog();
  ColumnShape shape;
  shape.path = path_of(document, table, column);
  shape.written = core::find_unit(column.unit);
  const bool none = shape.written == core::count_unit() || (!column.unit.empty() && has_brackets_of_no_unit(catalog, column.key));
  if (none) shape.written = nullptr;
  const std::vector<std::string> path = naming_path(table, shape.path);
  // "2.03 B" below "op/s": billions, and no bytes.
  const core::UnitPtr named = column.unit == "B" ? names.of(column.key).unit : nullptr;
  if (const core::UnitPtr billions = named != nullptr && counts_events(named->dimension) ? core::scaled_unit(named, 'G') : nullptr) shape.written = billions;
  const bool many = shape.written != nullptr && shape.written->dimension == core::Dimension::count;  // "thousand", of what the name says
  shape.reading = read_name(names, path, many ? nullptr : shape.written);
  // A throughput that does not say of what may be one of other things than tokens.
  const bool open = many && shape.reading.unit == nullptr && shape.reading.metric != nullptr && shape.reading.metric->dimension == core::Dimension::token_rate;
  if (const core::UnitPtr scaled = open ? nullptr : scaled_of_metric(column.unit, shape.reading)) shape.written = shape.reading.unit = scaled;
  else if (many) shape.reading = read_name(names, path, shape.written);
  const std::string words = join(text::split_identifier(column.key), " ");
  const std::string leaf = join(text::split_identifier(std::string_view(column.key).substr(column.key.rfind('/') + 1)), " ");
  const auto ends_in = [&](std::string_view word) { return words.size() >= word.size() && words.compare(words.size() - word.size(), word.size(), word) == 0; };
  shape.warmup = leaf == "is warmup" || leaf == "is warm up" || words == "warmup" || words == "warm up";
  shape.statistics = catalog.is(Word::statistic_column, words);
  shape.phase = ends_in("phase") || ends_in("stage") || words == "run type" || names_kind(leaf) || shape.statistics;
  shape.options = catalog.is(Word::options, words);
  shape.metrics = catalog.is(Word::metric_column, words);
  shape.units = catalog.is(Word::unit_column, words);
  shape.leaf_units = catalog.is(Word::unit_column, leaf);
  shape.leaf_metrics = catalog.is(Word::metric_column, leaf);
  return shape;
}

// The first column names the rows.
void read_under_title(NameParts& names, const core::Document& document, const core::Table& table, TableShape& shape) {
  const std::optional<NameReading> above = metric_above(names, document, table);
  if (!above) return;
  for (std::size_t c = 1; c < table.columns.size(); ++c) {
    ColumnShape& column = shape.columns[c];
    if (table.kind != core::TableKind::markdown && !holds_values_of_levels(table.columns[c])) continue;  // of a table that was wide
    if (column.written == nullptr && names_no_quantity(column.reading)) column.reading = read_below(names, table.name, *above, table.columns[c].key);
  }
}

// Whether a name may be of one of several things that were measured in the same way.
bool names_a_thing(const Catalog& catalog, const NameReading& reading) {
  if (!names_no_quantity(reading) || reading.statistic || reading.chosen || reading.surroundings || reading.own_name.empty()) return false;
  constexpr std::array<Word, 8> kOthers = {Word::identity, Word::index, Word::time, Word::text, Word::bounds, Word::statistic_column, Word::unit_column, Word::metric_column};
  const std::vector<std::string> words = text::split_identifier(reading.leaf);
  return std::none_of(kOthers.begin(), kOthers.end(), [&](Word kind) {
    return catalog.is(kind, reading.leaf) || std::any_of(words.begin(), words.end(), [&](const std::string& word) { return catalog.is(kind, word); });
  });
}

// {"latency_ms": {"llama": 12.5, "qwen": 14.5}}: the object around names that say no quantity says it.
void read_under_objects(NameParts& names, const core::Document& document, const core::Table& table, TableShape& shape) {
  if (!core::is_json(document.format_of(table)) || table.columns.size() > kWidest) return;
  std::map<std::vector<std::string>, std::vector<std::size_t>> objects;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].key.empty() || shape.columns[c].path.size() < 2) continue;
    objects[{shape.columns[c].path.begin(), shape.columns[c].path.end() - 1}].push_back(c);
  }
  for (const auto& [path, members] : objects) {
    if (members.size() < 2 || !std::all_of(members.begin(), members.end(), [&](std::size_t c) { return shape.columns[c].written == nullptr && names_a_thing(names.catalog(), shape.columns[c].reading); })) continue;
    const NameReading above = read_name(names, {path.back()}, nullptr);
    const bool quantity = above.metric != nullptr && above.metric->role == core::Role::response && (above.unit == nullptr ? above.definition == above.metric->name : above.metric->dimension == above.unit->dimension);
    if (!quantity) continue;
    for (const std::size_t c : members) shape.columns[c].reading = read_below(names, path.back(), above, shape.columns[c].path.back());
  }
}

// "P1 code", "P2 prose", "P40" beside "RTX 3090": what is measured is called so, where no other column is a statistic of the same
// and none a percentile that people ask for.
void read_odd_percentiles(const Catalog& catalog, const core::Table& table, TableShape& shape) {
  using Kind = core::Statistic::Kind;
  const auto is_percentile = [](const NameReading& reading) {
    return reading.statistic && !reading.odd_percentile && (reading.statistic->kind == Kind::percentile || reading.statistic->kind == Kind::median);
  };
  if (std::any_of(shape.columns.begin(), shape.columns.end(), [&](const ColumnShape& column) { return is_percentile(column.reading); })) return;
  std::set<std::string> told;  // what is told by other statistics
  for (const ColumnShape& column : shape.columns)
    if (column.reading.statistic && !column.reading.odd_percentile) told.insert(column.reading.own_name);
  for (ColumnShape& column : shape.columns)
    if (column.reading.odd_percentile && told.count(column.reading.own_name) == 0) column.reading = read_labelled(catalog, naming_path(table, column.path), column.written);
}

Shape shape_of(NameParts& names, const core::Document& document, const RecipeBook& recipes) {
  Shape shape;
  for (const core::Table& table : document.tables) {
    TableShape& of_table = shape.tables.emplace_back();
    of_table.columns.reserve(table.columns.size());
    for (const core::Column& column : table.columns) of_table.columns.push_back(shape_of(names, document, table, column));
    read_odd_percentiles(names.catalog(), table, of_table);
    read_under_title(names, document, table, of_table);
    read_under_objects(names, document, table, of_table);
  }
  DocumentKeys keys(document);
  const bool mixed = std::any_of(document.tables.begin(), document.tables.end(), [](const core::Table& table) { return table.format != core::Format::unknown; });
  if (!mixed && !keys.depend_on_rows()) shape.candidates = recipes.candidates(keys);
  return shape;
}

}  // namespace

NameReading read_below(NameParts& names, const std::string& title, const NameReading& above, const std::string& key) {
  NameReading reading = read_name(names, {title, key}, nullptr);
  if (reading.metric != nullptr || reading.own_name.empty()) return reading;
  reading.metric = above.metric;
  reading.definition = above.definition + (above.definition.find(':') == std::string::npos ? ':' : '+') + reading.own_name;
  reading.unit = above.unit;
  if (!reading.statistic) reading.statistic = above.statistic;
  return reading;
}

std::shared_ptr<const Shape> ShapeMemory::of(const core::Document& document, NameParts& names, const RecipeBook& recipes) {
  const std::size_t columns = columns_of(document);
  if (columns > kWidest) return std::make_shared<const Shape>(shape_of(names, document, recipes));
  std::string key = key_of(document);
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = shapes_.find(key); found != shapes_.end()) return found->second;
  }
  auto shape = std::make_shared<const Shape>(shape_of(names, document, recipes));
  const std::unique_lock lock(mutex_);
  // Folders go from one kind of file to the next: what is new is worth more than what is old.
  if (columns_ + columns > kMostColumns) shapes_.clear(), columns_ = 0;
  if (shapes_.emplace(std::move(key), shape).second) columns_ += columns;
  return shape;
}

}  // namespace chimera::facts
