#include "facts/design.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "facts/meanings.h"
#include "facts/naming.h"
#include "facts/repetitions.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Role;

constexpr std::size_t kFewestRows = 6;
constexpr std::size_t kMostRows = 20000;
constexpr std::size_t kMostLevels = 32;
constexpr std::size_t kFewRows = 64;    // that room is made for at once
constexpr std::size_t kFewLevels = 8;
constexpr std::size_t kRowsOfGoodness = 12;  // fewer may repeat a rate or a time in a pattern by chance

constexpr std::array<std::string_view, 14> kRepetitions = {"attempt", "block",  "cycle", "iter",  "iteration", "pass", "rep",
                                                           "repeat",  "repetition", "replicate", "replication", "round", "run", "trial"};
static_assert(std::is_sorted(kRepetitions.begin(), kRepetitions.end()));

std::string_view leaf_of(std::string_view key) { return key.substr(key.rfind('/') + 1); }

// The values of one column as levels; complete: every row holds one.
struct Levels {
  std::uint32_t column = 0;
  std::vector<std::uint32_t> of_row;
  std::vector<std::size_t> count;
  std::vector<double> value;  // per level; of texts empty
  [[nodiscard]] bool balanced(bool exactly) const {
    const auto [least, most] = std::minmax_element(count.begin(), count.end());
    return exactly ? *least == *most : 4 * *least >= 3 * *most;
  }
  // 0, 1, 2, … or 1, 2, 3, …
  [[nodiscard]] bool counts_up() const {
    if (value.empty()) return false;
    const auto [least, most] = std::minmax_element(value.begin(), value.end());
    const bool whole = std::all_of(value.begin(), value.end(), [](double v) { return v == std::floor(v); });
    return whole && (*least == 0 || *least == 1) && *most - *least + 1 == static_cast<double>(value.size());
  }
};

// Whether nearly every level of one occurs with every level of the other.
bool crossed(const Levels& a, const Levels& b) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (std::size_t i = 0; i < a.of_row.size(); ++i) seen.emplace(a.of_row[i], b.of_row[i]);
  return 10 * seen.size() >= 9 * a.count.size() * b.count.size();
}

// Whether rows that share a level of `a` share one of `b`.
bool decides(const Levels& a, const Levels& b) {
  std::vector<std::optional<std::uint32_t>> image(a.count.size());
  for (std::size_t i = 0; i < a.of_row.size(); ++i) {
    auto& known = image[a.of_row[i]];
    if (known && *known != b.of_row[i]) return false;
    known = b.of_row[i];
  }
  return true;
}

class DesignReader {
 public:
  DesignReader(const Catalog& catalog, const core::Document& document, const core::Table& table, core::TableMeaning& meaning)
      : catalog_(catalog), document_(document), table_(table), meaning_(meaning) {}

  void read() {
    if (table_.rows.size() < kFewestRows || table_.rows.size() > kMostRows) return;
    take_levels();
    std::vector<std::uint32_t> settings;
    for (const Levels& levels : candidates_)
      if (was_set(levels)) settings.push_back(levels.column);
    for (const std::uint32_t column : settings) make_setting(column);
    for (const Levels& levels : known_)
      if (may_count(levels.column) && levels.counts_up() && numbers_repetitions(levels)) make_index(levels.column);
  }

 private:
  void take_levels() {
    std::set<std::uint32_t> varied;
    for (const core::CellException& exception : meaning_.exceptions) varied.insert(exception.column);
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const ColumnMeaning& column = meaning_.columns[c];
      const bool measures = column.role == Role::response || column.role == Role::count;
      if (column.role == Role::time || column.role == Role::failure || varied.count(c) > 0) continue;
      auto levels = levels_of(c, measures);
      if (!levels && measures) measured_ = true;
      if (!levels) continue;
      if (!measures) known_.push_back(std::move(*levels));
      else if (may_be_set(column) && !shows_use(c)) candidates_.push_back(std::move(*levels));
    }
  }

  // Nothing where a row holds no value, all hold the same, or there are too many to be levels.
  std::optional<Levels> levels_of(std::uint32_t c, bool numbers_only) const {
    Levels out;
    out.column = c;
    std::vector<std::pair<double, std::uint32_t>> numbers;
    std::vector<std::pair<std::string_view, std::uint32_t>> texts;
    const std::size_t most = std::min(kMostLevels, table_.rows.size() / 2);
    out.of_row.reserve(std::min(kFewRows, table_.rows.size()));
    for (const Cell& cell : table_.columns[c].cells) {
      const bool number = cell.kind == CellKind::number && std::isfinite(cell.number);
      if (cell.kind == CellKind::absent || cell.kind == CellKind::null || (numbers_only && !number)) return std::nullopt;
      const auto next = static_cast<std::uint32_t>(out.count.size());
      const auto [level, fresh] = number ? add(numbers, cell.number, next) : add(texts, std::string_view(document_.at(cell.span())), next);
      if (fresh) out.count.push_back(0);
      if (out.count.size() > most) return std::nullopt;
      if (fresh && number) out.value.push_back(cell.number);
      ++out.count[level];
      out.of_row.push_back(level);
    }
    if (!texts.empty()) out.value.clear();
    if (out.count.size() < 2) return std::nullopt;
    return out;
  }

  // The level of a value among the few that are known; `next` where it is new.
  template <typename Value>
  static std::pair<std::uint32_t, bool> add(std::vector<std::pair<Value, std::uint32_t>>& known, const Value& value, std::uint32_t next) {
    for (const auto& [other, level] : known)
      if (other == value) return {level, false};
    if (known.empty()) known.reserve(kFewLevels);
    known.emplace_back(value, next);
    return {next, true};
  }

  // What a recipe says, a statistic, and the tokens that a model chose to write are no settings.
  bool may_be_set(const ColumnMeaning& column) const {
    // "cold_ttft_ms" stands once for each group of runs; of "ms" alone a time is no more than a guess.
    const auto usual = catalog_.defaults.find(column.unit->dimension);
    const bool guessed = usual == catalog_.defaults.end() || catalog_.metrics[usual->second].name == column.metric;
    const MetricEntry* metric = guessed || column.unit->dimension != core::Dimension::time ? nullptr : catalog_.metric(column.metric);
    return !by_recipe(column) && !is_repetition(column) && (metric == nullptr || metric->direction == 0) && column.statistic == core::Statistic{} && column.metric != "output_tokens";
  }

  // "mem=3.42GB" behind each run of a model: what was in use, whatever it repeats. "memory: 8 GB" may have been given.
  bool shows_use(std::uint32_t c) const {
    constexpr std::string_view kUsed = "memory_used";
    const std::vector<Cell>& cells = table_.columns[c].cells;
    return meaning_.columns[c].metric == kUsed && std::any_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.kind == CellKind::number && cell.decimals > 0; });
  }

  // Levels of equal weight that meet every level of some other column and follow from none.
  bool was_set(const Levels& levels) const {
    const bool good_or_bad = meaning_.columns[levels.column].direction != 0;
    if (!measured_ || !levels.balanced(good_or_bad) || (good_or_bad && table_.rows.size() < kRowsOfGoodness)) return false;
    bool meets = false;
    for (const auto* list : {&known_, &candidates_}) {
      for (const Levels& other : *list) {
        if (&other == &levels) continue;
        if (list == &known_ && decides(other, levels)) return false;
        meets = meets || (other.balanced(false) && crossed(levels, other));
      }
    }
    return meets;
  }

  void make_setting(std::uint32_t c) {
    ColumnMeaning& column = meaning_.columns[c];
    const std::vector<std::string> words = text::split_identifier(leaf_of(table_.columns[c].key));
    const SettingEntry* setting = catalog_.setting(join(words, " "));
    if (setting != nullptr) column.metric = setting->name;
    else if (column.role != Role::count) column.metric = join(words, "_");
    column.definition = column.metric;
    column.role = Role::factor;
    column.direction = 0;
    column.rule = "levels of a design: each in as many rows, and with all levels of the other settings";
    for (Levels& levels : candidates_)
      if (levels.column == c) known_.push_back(levels);
  }

  bool may_count(std::uint32_t c) const { return meaning_.columns[c].role == Role::factor && table_.columns[c].unit.empty(); }

  bool names_repetitions(std::uint32_t c) const {
    std::vector<std::string> words = text::split_identifier(leaf_of(table_.columns[c].key));
    const auto position = [](const std::string& w) { return w == "index" || w == "id" || w == "idx" || w == "number" || w == "no" || w == "num"; };
    if (words.size() == 2 && position(words.back())) words.pop_back();
    return words.size() == 1 && std::binary_search(kRepetitions.begin(), kRepetitions.end(), std::string_view(words.front()));
  }

  // Every value occurs once with each combination of the other settings.
  bool numbers_repetitions(const Levels& levels) const {
    std::vector<const Levels*> others;
    for (const Levels& other : known_)
      if (other.column != levels.column && meaning_.columns[other.column].role == Role::factor) others.push_back(&other);
    std::map<std::vector<std::uint32_t>, std::uint32_t> combinations;
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    std::vector<std::vector<std::uint32_t>> order(levels.count.size());
    for (std::size_t i = 0; i < levels.of_row.size(); ++i) {
      std::vector<std::uint32_t> combination;
      for (const Levels* other : others) combination.push_back(other->of_row[i]);
      const auto id = combinations.emplace(std::move(combination), static_cast<std::uint32_t>(combinations.size())).first->second;
      if (!seen.emplace(levels.of_row[i], id).second) return false;
      order[levels.of_row[i]].push_back(id);
    }
    if (4 * seen.size() < 3 * combinations.size() * levels.count.size()) return false;
    if (names_repetitions(levels.column)) return true;
    // Nested loops visit the combinations in the same order for every value of a setting; randomised blocks do not.
    const bool in_order = std::is_sorted(levels.of_row.begin(), levels.of_row.end());
    const bool reordered = std::all_of(order.begin() + 1, order.end(), [&](const auto& o) { return o != order.front(); });
    return in_order && reordered && combinations.size() >= 4;
  }

  void make_index(std::uint32_t c) {
    ColumnMeaning& column = meaning_.columns[c];
    column.role = Role::index;
    column.rule = "numbers the repetitions: each value once with every combination of the settings";
  }

  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  core::TableMeaning& meaning_;
  std::vector<Levels> known_;       // of settings, names and positions; of settings found here too
  std::vector<Levels> candidates_;  // of numbers taken for measurements
  bool measured_ = false;           // some column holds what can only be measured
};

}  // namespace

void read_design(const Catalog& catalog, const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  DesignReader(catalog, document, table, meaning).read();
}

}  // namespace chimera::facts
