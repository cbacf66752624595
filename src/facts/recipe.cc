#include "facts/recipe.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <set>

#include "base/ascii.h"
#include "facts/column_paths.h"
#include "facts/columns.h"
#include "facts/exceptions.h"
#include "facts/naming.h"
#include "facts/shape.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::CellKind;
using core::ColumnMeaning;
using Kind = core::Statistic::Kind;

bool is_spread(Kind kind) { return kind == Kind::stddev || kind == Kind::variance || kind == Kind::count || kind == Kind::cv || kind == Kind::range; }

std::string_view ending_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "3.66k" of what the rule knows to be req/s is in kreq/s, "1.5 Mb" of what it knows to be counted in KiB in MiB; any other unit
// that is written is itself.
core::UnitPtr scaled_by(core::UnitPtr written, core::UnitPtr unit) {
  // "919 kB" of what it knows to be bytes a second
  if (unit->symbol == "B/s" && written->dimension == core::Dimension::information)
    if (const core::UnitPtr rate = core::find_unit(std::string(written->symbol) + "/s"); rate != nullptr) return rate;
  if (unit->symbol == "KiB" && written->dimension == core::Dimension::information && written->symbol.size() == 2) {
    const char prefix = written->symbol[0] == 'k' ? 'K' : written->symbol[0];
    return core::unit_of(std::string(1, prefix) + "iB");
  }
  constexpr std::string_view kPrefixes = "kMGT";
  const auto* const prefix = std::find_if(kPrefixes.begin(), kPrefixes.end(), [&](char c) { return core::scaled_unit(core::count_unit(), c) == written; });
  const core::UnitPtr scaled = prefix == kPrefixes.end() ? nullptr : core::scaled_unit(unit, *prefix);
  return scaled == nullptr ? written : scaled;
}

constexpr std::uint32_t kRowsForKeys = 256;  // of a keyed table, in which a recipe looks for its keys

std::vector<std::string> path_pieces(std::string_view path) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    pieces.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return pieces;
}

bool stands_at_one_of(const std::vector<std::string>& patterns, std::string_view path) {
  const std::vector<std::string> pieces = path_pieces(path);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return match_path(pattern, pieces).has_value(); });
}

// "99", "99.9", "50.00"; and "p99", "min", "max", as a path has 99, 0 and 100.
std::optional<core::Statistic> percentile(std::string_view text) {
  if (text == "min" || text == "max") return core::percentile(text == "min" ? 0 : 100);
  if (text.size() > 1 && text.front() == 'p') text.remove_prefix(1);
  const std::string digits(text);
  if (digits.empty() || digits.size() > 10 || digits.find_first_not_of("0123456789.") != std::string::npos || digits.front() == '.') return std::nullopt;
  char* end = nullptr;
  const double percent = std::strtod(digits.c_str(), &end);
  return *end == '\0' ? core::percentile(percent) : std::nullopt;
}

// A rule and what its placeholders held in the key of one column.
struct Candidate {
  const ColumnRule* rule;
  Captures captures;
};

class Application {
 public:
  Application(const Catalog& catalog, const Recipe& recipe, const core::Document& document, std::uint32_t table, const TableShape& shape, core::TableMeaning& meaning)
      : catalog_(catalog), recipe_(recipe), document_(document), table_(document.tables[table]), shape_(shape), meaning_(meaning) {}

  void apply(std::uint32_t column) {
    if (table_.rows.empty()) return;
    const core::Column& cells = table_.columns[column];
    const bool keyed = table_.kind == core::TableKind::keyed && !cells.key.empty();
    const bool in_keyed = !keyed && has_parent_keys(document_, table_);
    const std::vector<Candidate> bare = candidates_for(shape_.columns[column].path, cells.key);
    const ColumnMeaning before = meaning_.columns[column];
    const auto depends = [](const Candidate& c) { return c.rule->looks_at_rows(); };
    if (!keyed && !in_keyed && !std::any_of(bare.begin(), bare.end(), depends)) {
      if (!bare.empty()) meaning_.columns[column] = meant(bare.front(), column, 0, before);
      return;
    }
    // The column says what holds for the first row that has a value; other rows are exceptions.
    bool first = true;
    std::vector<Candidate> candidates = bare;
    for (std::uint32_t row = 0; row < table_.rows.size(); ++row) {
      const CellKind kind = cells.cells[row].kind;
      if (kind == CellKind::absent || kind == CellKind::null) continue;
      const bool next_parent = first || table_.rows[row].parent_row != table_.rows[row - 1].parent_row;
      // A path with the row's key in it says more than one without.
      if (keyed || (in_keyed && next_parent)) candidates = candidates_for(path_of(document_, table_, cells, row), cells.key);
      if (candidates.empty()) candidates = bare;
      const std::optional<Candidate> chosen = choose(candidates, column, row);
      // The key was needed to know the metric: it sets nothing.
      if (keyed && chosen && (bare.empty() || names_key(chosen->rule->key, cells.key))) meaning_.columns.front().role = core::Role::identity;
      const ColumnMeaning here = chosen ? meant(*chosen, column, row, before) : before;
      if (first) meaning_.columns[column] = here;
      else add_exception(meaning_, row, column, here);
      first = false;
    }
  }

  // Texts that the recipe takes for names of metrics, units or statistics name no rows.
  void leave_names() {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      ColumnMeaning& column = meaning_.columns[c];
      if (column.role != core::Role::factor || column.rule != kNamesRows) continue;
      if (std::any_of(recipe_.columns.begin(), recipe_.columns.end(), [&](const ColumnRule& rule) { return asks_for(rule, table_.columns[c].key); }))
        column.role = core::Role::identity;
    }
  }

 private:
  static bool asks_for(const ColumnRule& rule, const std::string& key) {
    const bool when = std::any_of(rule.when.begin(), rule.when.end(), [&](const auto& condition) { return condition.first == key; });
    return when || rule.metric_from == key || rule.unit_from == key || rule.statistic_from == key;
  }

  std::optional<core::Statistic> rank(std::string_view text) const {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool known = error == std::errc() && end == text.data() + text.size() && number > 0 && number <= recipe_.ranks.size();
    return known ? std::optional(recipe_.ranks[number - 1]) : std::nullopt;
  }

  bool accepts(std::string_view name, std::string_view text) const {
    if (name == "stat") return catalog_.statistic_named(text).has_value();
    if (name == "number") return base::all_digits(text);
    if (name == "rank") return rank(text).has_value();
    if (name == "word") return text.find('.') == std::string_view::npos;
    return name != "percent" || percentile(text).has_value();
  }

  // Whether a piece of the pattern other than "*" stands where the row's key does, before the pieces of the column's key.
  static bool names_key(std::string_view pattern, const std::string& key) {
    const std::vector<std::string> pieces = path_pieces(pattern);
    const std::size_t below = split_path(key).size();
    if (pieces.size() <= below) return false;
    const std::string& piece = pieces[pieces.size() - 1 - below];
    return !piece.empty() && piece.find_first_not_of('*') != std::string::npos;
  }

  // `key` is that of the column. A number in it is the position in an array and no piece of the path, or a name after all:
  // "percentiles/99". It is looked at where the rule does not fit without.
  std::vector<Candidate> candidates_for(const std::vector<std::string>& path, const std::string& key) const {
    std::vector<std::string> numbered;
    if (!path.empty() && base::all_digits(ending_of(key)) && (path.size() > 1 || path.front() != key)) (numbered = path).emplace_back(ending_of(key));
    const std::vector<std::string> named = path_with_numbers(key);
    std::vector<Candidate> found;
    for (const ColumnRule& rule : recipe_.columns) {
      auto captures = match_path(rule.key, path, accepts_);
      if (!captures && !numbered.empty()) captures = match_path(rule.key, numbered, accepts_);
      if (!captures && !named.empty()) captures = match_path(rule.key, named, accepts_);
      if (captures && (rule.listed_in.empty() || lists(rule.listed_in, path.back()))) found.push_back({&rule, std::move(*captures)});
    }
    return found;
  }

  // Where keys of objects around the table are numbers, the path with them: "data/fib/data/20/time". Nothing elsewhere. Positions in arrays
  // are "*" in the table's name.
  std::vector<std::string> path_with_numbers(const std::string& key) const {
    std::vector<std::string> path = path_pieces(table_.name);
    if (table_.kind == core::TableKind::keyed || std::none_of(path.begin(), path.end(), base::all_digits)) return {};
    path.erase(std::remove_if(path.begin(), path.end(), [](const std::string& piece) { return piece.empty() || piece == "*"; }), path.end());
    if (table_.kind != core::TableKind::series)
      for (std::string& piece : split_path(key)) path.push_back(std::move(piece));
    return path;
  }

  // Whether some column of the document that `pattern` matches has `name` in one of its first cells.
  bool lists(const std::string& pattern, const std::string& name) const {
    const auto [listed, fresh] = listed_.try_emplace(pattern);
    if (fresh) collect_listed(pattern, listed->second);
    return listed->second.count(name) > 0;
  }

  void collect_listed(const std::string& pattern, std::set<std::string, std::less<>>& names) const {
    for (const core::Table& table : document_.tables) {
      for (const core::Column& column : table.columns) {
        if (!match_path(pattern, path_of(document_, table, column))) continue;
        const std::size_t end = std::min<std::size_t>(column.cells.size(), kRowsForKeys);
        for (std::size_t row = 0; row < end; ++row) names.emplace(document_.at(column.cells[row].span()));
      }
    }
  }

  // The first candidate whose conditions the row fulfils, with what their placeholders held there.
  std::optional<Candidate> choose(const std::vector<Candidate>& candidates, std::uint32_t column, std::uint32_t row) const {
    std::string asked;  // neighbouring rules ask for the same sibling
    std::string text;
    for (const Candidate& candidate : candidates) {
      Captures held;
      const auto fits = [&](const auto& condition) {
        const std::string name = fill_in(condition.first, candidate.captures);
        if (asked != name) asked = name, text = sibling(column, row, name);
        auto captures = match_text(condition.second, text, accepts_);
        if (captures) held.merge(*captures);
        return captures.has_value();
      };
      if (!std::all_of(candidate.rule->when.begin(), candidate.rule->when.end(), fits)) continue;
      Candidate here = candidate;
      here.captures.merge(held);
      return here;
    }
    return std::nullopt;
  }

  ColumnMeaning meant(const Candidate& candidate, std::uint32_t column, std::uint32_t row, const ColumnMeaning& before) const {
    const ColumnRule& rule = *candidate.rule;
    ColumnMeaning meaning = named(candidate, shape_.columns[column], before);
    meaning.provenance = before.provenance;
    meaning.rule = rule.rule;
    core::UnitPtr stated = nullptr;
    if (!rule.unit_from.empty()) stated = core::find_unit(sibling(column, row, fill_in(rule.unit_from, candidate.captures)));
    if (const auto unit = candidate.captures.find("unit"); unit != candidate.captures.end()) stated = core::find_unit(unit->second);
    const core::UnitPtr given = stated != nullptr ? stated : rule.unit;
    if (!rule.named.empty()) name_metric(fill_in(rule.named, candidate.captures), given, meaning);
    if (!rule.metric_from.empty()) name_metric(sibling(column, row, rule.metric_from), given, meaning);
    if ((!rule.named.empty() || !rule.metric_from.empty()) && !rule.definition.empty()) meaning.definition = definition_of(candidate, meaning);
    if (const auto statistic = statistic_of(candidate, column, row)) meaning.statistic = *statistic;
    if (rule.unit == nullptr && rule.unit_from.empty() && !rule.metric.empty()) take_unit_of_key(shape_.columns[column], meaning);
    if (stated != nullptr) meaning.unit = stated;
    // A unit that stands with the values is worth more than the tool's documentation, unless that says that it is none.
    const bool billions = table_.columns[column].unit == "B" && shape_.columns[column].written != nullptr;  // no bytes
    const core::UnitPtr written = billions ? shape_.columns[column].written : core::find_unit(table_.columns[column].unit);
    if (written != nullptr && rule.unit != core::no_unit()) meaning.unit = rule.unit == nullptr ? written : scaled_by(written, rule.unit);
    if (is_spread(meaning.statistic.kind)) meaning.direction = 0;
    if (meaning.statistic.kind == Kind::count) meaning.unit = core::no_unit(), meaning.role = core::Role::count;
    // A ratio of two times is no time, nor is a square of one.
    const bool share = meaning.unit->dimension == core::Dimension::fraction || meaning.unit->dimension == core::Dimension::none;
    if (meaning.statistic.kind == Kind::cv && !share) meaning.unit = core::no_unit();
    if (meaning.statistic.kind == Kind::variance) meaning.unit = core::no_unit();
    return meaning;
  }

  // "Mean [ms]": the rule gives the metric, the key the unit.
  void take_unit_of_key(const ColumnShape& shape, ColumnMeaning& meaning) const {
    const MetricEntry* metric = catalog_.metric(meaning.metric);
    if (metric == nullptr || meaning.unit->dimension != core::Dimension::unknown || shape.reading.unit == nullptr) return;
    if (shape.reading.unit->dimension == metric->dimension) meaning.unit = shape.reading.unit;
  }

  // What the rule says of every row. A rule that gives nothing but a role leaves a measurement what its name makes of it.
  ColumnMeaning named(const Candidate& candidate, const ColumnShape& shape, const ColumnMeaning& before) const {
    const ColumnRule& rule = *candidate.rule;
    ColumnMeaning meaning;
    const bool measures = *rule.role == core::Role::response || *rule.role == core::Role::count;
    if (rule.metric.empty() && measures) {
      meaning = before;
      if (before.role == core::Role::factor) meaning.statistic = {};
    }
    meaning.role = *rule.role;
    meaning.metric = rule.metric.empty() ? before.metric : rule.metric;
    // "ram_gb" that is set is not the metric that its name would be.
    if (meaning.role == core::Role::factor && rule.metric.empty() && catalog_.metric(before.metric) != nullptr) meaning.metric = setting_name(catalog_, shape.reading.full_name);
    if (meaning.role == core::Role::factor && meaning.metric.find('{') != std::string::npos) meaning.metric = own_setting(setting_name(catalog_, fill_in(meaning.metric, candidate.captures)));
    if (!rule.definition.empty()) meaning.definition = meaning.role == core::Role::factor ? meaning.metric : definition_of(candidate, meaning);
    else if (meaning.definition.empty() || !measures) meaning.definition = meaning.metric;
    if (!rule.metric.empty()) meaning.direction = rule.direction;
    if (rule.unit != nullptr) meaning.unit = rule.unit;
    else if (!rule.metric.empty() || !measures) meaning.unit = core::no_unit();
    return meaning;
  }

  // A parameter that its user called "mode", beside the column that the tool calls so: "param_mode".
  std::string own_setting(std::string name) const {
    const auto of_tool = [&](const ColumnRule& rule) {
      if (rule.role != core::Role::factor || rule.metric != name) return false;
      return std::any_of(shape_.columns.begin(), shape_.columns.end(), [&](const ColumnShape& column) { return match_path(rule.key, column.path, accepts_).has_value(); });
    };
    return std::any_of(recipe_.columns.begin(), recipe_.columns.end(), of_tool) ? "param_" + name : name;
  }

  // What was found so far can stand in it too.
  static std::string definition_of(const Candidate& candidate, const ColumnMeaning& meaning) {
    Captures captures = candidate.captures;
    captures.emplace("metric", meaning.metric);
    captures.emplace("definition", meaning.definition);
    return fill_in(candidate.rule->definition, captures);
  }

  // "p99", or "99.9" as the number of a percentile; a quantile is a part of one.
  [[nodiscard]] std::optional<core::Statistic> statistic_said(const std::string& said, std::string_view by) const {
    if (const auto statistic = catalog_.statistic_named(said)) return statistic;
    if (said.empty() || !base::is_digit(said.front())) return std::nullopt;
    return by == "quantile" ? core::percentile(std::strtod(said.c_str(), nullptr) * 100) : percentile(said);
  }

  std::optional<core::Statistic> statistic_of(const Candidate& candidate, std::uint32_t column, std::uint32_t row) const {
    const ColumnRule& rule = *candidate.rule;
    if (!rule.statistic_from.empty())
      if (const auto statistic = statistic_said(sibling(column, row, rule.statistic_from), ending_of(rule.statistic_from))) return statistic;
    if (rule.statistic) return rule.statistic;
    if (const auto stat = candidate.captures.find("stat"); stat != candidate.captures.end()) return catalog_.statistic_named(stat->second);
    if (const auto number = candidate.captures.find("rank"); number != candidate.captures.end()) return rank(number->second);
    if (const auto percent = candidate.captures.find("percent"); percent != candidate.captures.end()) return percentile(percent->second);
    return std::nullopt;
  }

  // Takes the metric from what stands beside the value: a definition of the vocabulary, or a name like that of a column. One that
  // nobody knows is a metric of its own.
  void name_metric(const std::string& name, core::UnitPtr unit, ColumnMeaning& meaning) const {
    if (name.empty()) return;
    const std::string metric = name.substr(0, name.find(':'));
    if (const MetricEntry* entry = catalog_.metric(metric); entry != nullptr) {
      meaning.metric = metric;
      meaning.definition = name;
      meaning.role = entry->role;
      meaning.unit = unit != nullptr ? unit : entry->unit;
      meaning.direction = entry->direction;
      return;
    }
    const NameReading reading = read_name(catalog_, {name}, unit);
    if (reading.metric != nullptr) {
      const ColumnMeaning read = meaning_of(reading);
      meaning.role = read.role, meaning.metric = read.metric, meaning.definition = read.definition, meaning.statistic = read.statistic;
      meaning.unit = read.unit, meaning.direction = read.direction;
      return;
    }
    meaning.metric = meaning.definition = reading.own_name.empty() ? name : reading.own_name;
    meaning.unit = reading.unit != nullptr ? reading.unit : core::no_unit();
    if (reading.statistic) meaning.statistic = *reading.statistic;
    meaning.direction = 0;
  }

  // The text of another column of the same object, of the objects around it, of a column with that very key, or of what is around the
  // row in the same way; or nothing.
  std::string sibling(std::uint32_t column, std::uint32_t row, const std::string& name) const {
    const core::Table* table = &table_;
    std::string inside = table_.columns[column].key;  // where the value stands in the row
    while (true) {
      const core::Column* found = nullptr;
      for (auto slash = inside.rfind('/'); found == nullptr && slash != std::string::npos && slash > 0; slash = inside.rfind('/', slash - 1))
        found = column_of(*table, row, inside.substr(0, slash + 1) + name);
      if (found == nullptr) found = column_of(*table, row, name);
      if (found != nullptr) return std::string(text::trim(document_.at(found->cells[row].span())));
      const core::Row& here = table->rows[row];
      if (here.parent_table >= document_.tables.size() || &document_.tables[here.parent_table] >= table) return {};
      const core::Table& around = document_.tables[here.parent_table];
      inside = place_in(around.rows[here.parent_row].pointer, here.pointer);
      table = &around;
      row = here.parent_row;
    }
  }

  // "bench/times" of "/3/bench/times/0" in "/3".
  static std::string place_in(std::string_view around, std::string_view pointer) {
    if (pointer.size() <= around.size() || pointer.substr(0, around.size()) != around) return {};
    return std::string(pointer.substr(around.size() + 1));
  }

  // Of several of that key, one for each unit, the one that has a value in that row.
  static const core::Column* column_of(const core::Table& table, std::uint32_t row, const std::string& name) {
    const core::Column* found = table.find(name);
    if (found == nullptr || found->cells[row].kind != CellKind::absent) return found;
    const auto there = std::find_if(table.columns.begin(), table.columns.end(), [&](const core::Column& column) { return column.key == name && column.cells[row].kind != CellKind::absent; });
    return there == table.columns.end() ? found : &*there;
  }

  const Catalog& catalog_;
  const Recipe& recipe_;
  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
  mutable std::map<std::string, std::set<std::string, std::less<>>, std::less<>> listed_;  // by the pattern of `listed_in`
  const Accepts accepts_ = [this](std::string_view name, std::string_view text) { return accepts(name, text); };
};

}  // namespace

void DocumentKeys::collect() {
  for (std::size_t t = first_; t < last_; ++t) {
    const core::Table& table = document_.tables[t];
    if (format_ != core::Format::unknown && document_.format_of(table) != format_) continue;
    for (const core::Column& column : table.columns) {
      Key key{path_of(document_, table, column), nullptr, 0};
      if (has_row_keys(document_, table, column) && !table.rows.empty()) {
        key.path = path_of(document_, table, column, 0);
        key.names = &table.columns.front();
        key.name_at = key.path.size() - 1 - split_path(column.key).size();
      }
      if (table.kind != core::TableKind::keyed || !table.rows.empty()) keys_.push_back(std::move(key));
    }
  }
  for (const Key& key : keys_) {
    if (key.path.empty()) continue;
    endings_.insert(ending_of(key.path.back()));
    any_ending_ = any_ending_ || (key.names != nullptr && key.name_at + 1 == key.path.size());
  }
  collected_ = true;
}

// Documents are asked for the keys of every recipe, and have few of them.
bool DocumentKeys::may_have(std::string_view pattern) {
  if (!collected_) collect();
  const std::string_view ending = ending_of(pattern);
  return any_ending_ || ending.empty() || ending.find_first_of("*{") != std::string_view::npos || endings_.count(ending) != 0;
}

bool DocumentKeys::has(const std::string& pattern) {
  if (!may_have(pattern)) return false;
  for (Key& key : keys_) {
    if (key.names == nullptr) {
      if (match_path(pattern, key.path)) return true;
      continue;
    }
    const std::size_t rows = std::min<std::size_t>(kRowsForKeys, key.names->cells.size());
    for (std::size_t row = 0; row < rows; ++row) {
      key.path[key.name_at] = document_.at(key.names->cells[row].span());
      if (match_path(pattern, key.path)) return true;
    }
  }
  return false;
}

bool DocumentKeys::depend_on_rows() {
  if (!collected_) collect();
  return std::any_of(keys_.begin(), keys_.end(), [](const Key& key) { return key.names != nullptr; });
}

bool has_keys(const Detection& detection, DocumentKeys& keys) {
  const core::Format format = keys.format();
  if (!detection.formats.empty() && std::find(detection.formats.begin(), detection.formats.end(), format) == detection.formats.end()) return false;
  // Most documents have one of its keys, and some other not at all.
  const auto all = [&](auto has) { return std::all_of(detection.keys.begin(), detection.keys.end(), has); };
  return all([&](const std::string& key) { return keys.may_have(key); }) && all([&](const std::string& key) { return keys.has(key); });
}

bool has_text_and_place(const Detection& detection, const core::Document& document) {
  const std::string_view head = std::string_view(document.text).substr(0, kMarkerReach);
  const auto stands = [&](const std::string& marker) { return head.find(marker) != std::string_view::npos; };
  if (!detection.paths.empty() && !stands_at_one_of(detection.paths, document.artifact.path)) return false;
  return std::all_of(detection.markers.begin(), detection.markers.end(), stands);
}

void apply_recipe(const Catalog& catalog, const Recipe& recipe, const core::Document& document, std::uint32_t table, const TableShape& shape, core::TableMeaning& meaning) {
  Application application(catalog, recipe, document, table, shape, meaning);
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) application.apply(c);
  application.leave_names();
}

bool has_settings_of_other_rows(const Recipe& recipe, const core::Document& document, const Shape& shape) {
  for (const ColumnRule& rule : recipe.columns) {
    for (std::size_t t = 0; rule.of != ColumnRule::Of::row && t < document.tables.size(); ++t) {
      const std::vector<ColumnShape>& columns = shape.tables[t].columns;
      if (std::any_of(columns.begin(), columns.end(), [&](const ColumnShape& column) { return match_path(rule.key, column.path).has_value(); })) return true;
    }
  }
  return false;
}

namespace {

// What the first of the patterns that fits the last of these pieces captures.
std::vector<core::Setting> first_that_fits(const std::vector<std::string>& patterns, const std::vector<std::string>& pieces) {
  std::vector<core::Setting> settings;
  for (const std::string& pattern : patterns) {
    const auto captures = match_path(pattern, pieces);
    if (!captures) continue;
    for (const auto& [key, value] : *captures) settings.push_back({key, value});
    break;
  }
  return settings;
}

}  // namespace

std::vector<core::Setting> path_settings(const Recipe& recipe, std::string_view path) { return recipe.paths.empty() ? std::vector<core::Setting>() : first_that_fits(recipe.paths, path_pieces(path)); }

std::vector<core::Setting> heading_settings(const Recipe& recipe, const core::Table& table) {
  if (recipe.headings.empty()) return {};
  std::vector<std::string> headings;
  for (const core::Title& title : table.titles)
    if (title.level < core::Title::kSummary) headings.push_back(title.text);
  return first_that_fits(recipe.headings, headings);
}

std::string setting_name(const Catalog& catalog, std::string_view written) {
  const std::vector<std::string> words = text::split_identifier(std::string(written));
  const SettingEntry* known = catalog.setting(join(words, " "));
  return known != nullptr ? known->name : join(words, "_");
}

namespace {

constexpr std::string_view kRepeated = "...";

// "Device=0 Rows=2^20": settings of which the text gives the names too. Nothing where some piece is none.
std::vector<core::Setting> parse_repeated(const Catalog& catalog, std::string_view pattern, std::string_view text) {
  std::vector<core::Setting> settings;
  while (!(text = text::trim(text)).empty()) {
    const std::size_t end = std::min(text.find_first_of(" ,;&"), text.size());
    const auto captures = end == 0 ? std::nullopt : match_text(pattern, text.substr(0, end));
    if (!captures || captures->count("key") == 0 || captures->count("value") == 0) return {};
    settings.push_back({setting_name(catalog, captures->at("key")), captures->at("value")});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return settings;
}

}  // namespace

std::vector<core::Setting> written_settings(const Catalog& catalog, std::string_view text) { return parse_repeated(catalog, "{key}={value}", text); }

std::vector<core::Setting> parse_settings(const Catalog& catalog, const ColumnRule& rule, std::string_view text) {
  for (std::string_view pattern : rule.parse) {
    if (pattern.size() > kRepeated.size() && pattern.substr(pattern.size() - kRepeated.size()) == kRepeated) {
      pattern.remove_suffix(kRepeated.size());
      std::vector<core::Setting> settings = parse_repeated(catalog, pattern, text);
      if (!settings.empty()) return settings;
      continue;
    }
    const auto captures = match_text(pattern, text);
    if (!captures) continue;
    std::vector<core::Setting> settings;
    for (const auto& [key, value] : *captures) settings.push_back({key, value});
    return settings;
  }
  return {};
}

}  // namespace chimera::facts
