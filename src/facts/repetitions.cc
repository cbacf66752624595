#include "facts/repetitions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/one_of.h"
#include "facts/column_paths.h"
#include "facts/columns.h"
#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::CellKind;
using core::ColumnMeaning;
using core::Role;

constexpr std::string_view kRule = "; one of several repetitions";
constexpr std::size_t kMostDigits = 3;
constexpr std::size_t kLongestName = 24;

using base::is_letter;
using base::is_digit;

std::string_view without_separators(std::string_view name) {
  constexpr std::string_view kSeparators = " _-/.:#";
  const std::size_t begin = name.find_first_not_of(kSeparators);
  return begin == std::string_view::npos ? std::string_view() : name.substr(begin, name.find_last_not_of(kSeparators) + 1 - begin);
}

std::string leaf_of(const core::Column& column) {
  // "Run 1 (tokens/s)" has its slash in brackets.
  const std::size_t open = std::min(column.key.find('('), column.key.size());
  const std::size_t slash = column.key.rfind('/', open);
  return slash == std::string::npos ? column.key : column.key.substr(slash + 1);
}

// Columns whose names are the same but for the number of the run.
struct Group {
  std::vector<std::uint32_t> columns;
  std::vector<unsigned> numbers;
  [[nodiscard]] bool counts_up() const {
    std::vector<unsigned> sorted = numbers;
    std::sort(sorted.begin(), sorted.end());
    bool rises = sorted.size() > 1 && sorted.front() <= 1;
    for (std::size_t i = 1; i < sorted.size() && rises; ++i) rises = sorted[i] == sorted[i - 1] + 1;
    return rises;
  }
};

class Reader {
 public:
  Reader(NameParts& names, const core::Document& document, const core::Table& table, core::TableMeaning& meaning)
      : names_(names), catalog_(names.catalog()), document_(document), table_(table), meaning_(meaning) {}

  void read() {
    std::map<std::string, Group> groups;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const auto repetition = may_repeat(c) ? repetition_in(leaf_of(table_.columns[c])) : std::nullopt;
      if (!repetition) continue;
      Group& group = groups[table_.columns[c].key.substr(0, table_.columns[c].key.size() - leaf_of(table_.columns[c]).size()) + '\n' + repetition->rest];
      group.columns.push_back(c);
      group.numbers.push_back(repetition->number);
    }
    if (groups.empty() || compares_runs()) return;
    const bool alone = groups.size() == 1;
    for (const auto& [name, group] : groups)
      if (group.counts_up()) read(group, alone);
  }

 private:
  // "Run 1 | Run 2 | Change": what changed from one to the other was more than the run.
  bool compares_runs() const {
    constexpr std::array<std::string_view, 12> kComparing = {"change", "diff", "difference", "delta", "\xCE\x94", "speedup", "improvement", "ratio", "gain", "vs", "winner", "relative"};
    return std::any_of(table_.columns.begin(), table_.columns.end(), [&](const core::Column& column) {
      const std::vector<std::string> words = text::split_identifier(leaf_of(column));
      return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kComparing); });
    });
  }

  bool may_repeat(std::uint32_t c) const {
    const ColumnMeaning& column = meaning_.columns[c];
    if ((!measures(column) && column.role != Role::factor) || by_recipe(column)) return false;
    bool numbers = false;
    for (const core::Cell& cell : table_.columns[c].cells) {
      if (holds_value(cell) && cell.kind != CellKind::number) return false;
      numbers = numbers || cell.kind == CellKind::number;
    }
    return numbers;
  }

  void read(const Group& group, bool alone) {
    ColumnMeaning sample = sample_of(group);
    const auto mean = alone ? mean_of(group) : std::nullopt;
    if (mean && catalog_.metric(sample.metric) == nullptr && catalog_.metric(meaning_.columns[*mean].metric) != nullptr) {
      sample = meaning_.columns[*mean];
      sample.statistic = {};
    }
    for (const std::uint32_t c : group.columns) {
      const core::Provenance provenance = meaning_.columns[c].provenance;
      meaning_.columns[c] = sample;
      meaning_.columns[c].provenance = provenance;
      meaning_.columns[c].rule += kRule;
    }
    for (std::uint32_t c = 0; c < table_.columns.size() && alone; ++c) lend(sample, c);
  }

  // What the name says without the repetition.
  ColumnMeaning sample_of(const Group& group) const {
    const core::Column& column = table_.columns[group.columns.front()];
    std::vector<std::string> path = path_of(document_, table_, column);
    std::string rest = repetition_in(leaf_of(column))->rest;
    if (!rest.empty()) path.back() = rest;
    else path.pop_back();
    core::UnitPtr unit = core::find_unit(column.unit);
    if (path.empty() && unit != nullptr) path = {std::string(unit->symbol)};
    NameReading reading = path.empty() ? NameReading() : read_name(names_, path, unit);
    if (reading.metric != nullptr && reading.metric->role == Role::response) return meaning_of(reading);
    ColumnMeaning sample;
    sample.role = Role::response;
    sample.metric = sample.definition = reading.own_name.empty() || rest.empty() ? "run" : reading.own_name;
    if (reading.unit != nullptr) sample.unit = reading.unit;
    sample.rule = "named by its key";
    return sample;
  }

  // The column that is their mean in every row, to the digits written.
  std::optional<std::uint32_t> mean_of(const Group& group) const {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const ColumnMeaning& column = meaning_.columns[c];
      if (column.role == Role::response && column.statistic.kind == core::Statistic::Kind::mean && !by_recipe(column) && is_mean(group, c)) return c;
    }
    return std::nullopt;
  }

  bool is_mean(const Group& group, std::uint32_t c) const {
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      double sum = 0;
      double count = 0;
      for (const std::uint32_t run : group.columns)
        if (const core::Cell& cell = table_.columns[run].cells[r]; cell.kind == CellKind::number) sum += cell.number, ++count;
      const core::Cell& mean = table_.columns[c].cells[r];
      if (mean.kind != CellKind::number || count == 0) continue;
      if (std::fabs(sum / count - mean.number) > 0.5001 * std::pow(10.0, -mean.decimals) + 1e-9 * std::fabs(mean.number)) return false;
    }
    return true;
  }

  // "Mean", "σ" beside them.
  void lend(const ColumnMeaning& sample, std::uint32_t c) {
    ColumnMeaning& column = meaning_.columns[c];
    const bool bare = column.role == Role::response && column.statistic != core::Statistic{} && !by_recipe(column) && catalog_.metric(column.metric) == nullptr;
    if (!bare || !names_.of(leaf_of(table_.columns[c])).bare.empty()) return;
    const bool relative = column.statistic.kind == core::Statistic::Kind::cv || column.statistic.kind == core::Statistic::Kind::variance;
    if (!relative && column.unit == core::no_unit()) column.unit = sample.unit;
    column.metric = sample.metric;
    column.definition = sample.definition;
    const bool spread = relative || column.statistic.kind == core::Statistic::Kind::stddev || column.statistic.kind == core::Statistic::Kind::range;
    column.direction = spread ? 0 : sample.direction;
    column.rule += "; of the repetitions beside it";
  }

  NameParts& names_;
  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  core::TableMeaning& meaning_;
};

}  // namespace

std::optional<Repetition> repetition_in(std::string_view name) {
  constexpr std::array<std::string_view, 9> kWords = {"repetition", "iteration", "attempt", "repeat", "trial", "round", "iter", "run", "rep"};  // "pass_1" is a score
  const std::string lower = text::lower(name);
  for (const std::string_view word : kWords) {
    const std::size_t begin = lower.find(word);
    if (begin == std::string::npos || (begin > 0 && (is_letter(lower[begin - 1]) || is_digit(lower[begin - 1])))) continue;
    std::size_t digits = begin + word.size();
    while (digits < lower.size() && std::string_view(" _-#").find(lower[digits]) != std::string_view::npos) ++digits;
    std::size_t end = digits;
    while (end < lower.size() && is_digit(lower[end])) ++end;
    if (end == digits || end - digits > kMostDigits || (end < lower.size() && is_letter(lower[end]))) return std::nullopt;
    std::string_view before = without_separators(name.substr(0, begin));
    std::string_view after = without_separators(name.substr(end));
    if (after.size() > 2 && after.front() == '(' && after.back() == ')' && before.empty()) after = after.substr(1, after.size() - 2);
    Repetition found{std::string(before), static_cast<unsigned>(std::stoul(lower.substr(digits, end - digits)))};
    if (!before.empty() && !after.empty()) found.rest += after.front() == '(' ? " " : "_";
    found.rest += after;
    return found;
  }
  return std::nullopt;
}

void read_repetitions(NameParts& names, const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  Reader(names, document, table, meaning).read();
}

namespace {

// The names in the first column that are those of repetitions, "run1"; others may be statistics. Empty where one is neither.
Group repetitions_among(const Catalog* statistics, const core::Document& document, const core::Table& table) {
  Group group;
  if (table.columns.empty() || table.rows.size() < 2) return group;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const core::Cell& cell = table.columns.front().cells[r];
    const std::string_view name = cell.size <= kLongestName ? text::trim(document.at(cell.span())) : std::string_view();
    const auto repetition = cell.kind == CellKind::text ? repetition_in(name) : std::nullopt;
    if (repetition && repetition->rest.empty()) group.columns.push_back(r), group.numbers.push_back(repetition->number);
    else if (statistics == nullptr && text::names_warm_up(name)) continue;
    else if (statistics == nullptr || !statistics->statistic_named(name)) return {};
  }
  return group;
}

}  // namespace

bool numbers_repetitions(const core::Document& document, const core::Table& table) { return repetitions_among(nullptr, document, table).counts_up(); }

void read_statistics_of_repetitions(const Catalog& catalog, const core::Document& document, const core::Table& table, core::TableMeaning& meaning) {
  const bool turned = table.kind == core::TableKind::transposed && !table.columns.empty() && table.columns.front().key.empty();
  if (!turned || meaning.columns.front().role != Role::factor || by_recipe(meaning.columns.front())) return;
  const Group runs = repetitions_among(&catalog, document, table);
  if (!runs.counts_up() || runs.columns.size() == table.rows.size()) return;
  meaning.columns.front().role = Role::index;
  meaning.columns.front().rule = "numbers the repetitions";
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    if (std::find(runs.columns.begin(), runs.columns.end(), r) != runs.columns.end()) continue;
    const core::Statistic statistic = *catalog.statistic_named(text::trim(document.at(table.columns.front().cells[r].span())));
    for (std::uint32_t c = 1; c < table.columns.size(); ++c) {
      ColumnMeaning variant = meaning.columns[c];
      if (table.columns[c].cells[r].kind != CellKind::number || variant.role != Role::response || by_recipe(variant)) continue;
      variant.statistic = statistic;
      if (statistic.kind == core::Statistic::Kind::stddev || statistic.kind == core::Statistic::Kind::variance || statistic.kind == core::Statistic::Kind::cv) variant.direction = 0;
      variant.rule += "; statistic of its row";
      add_exception(meaning, r, c, variant);
    }
  }
}

bool is_repetition(const ColumnMeaning& column) { return column.rule.find(kRule) != std::string::npos; }

}  // namespace chimera::facts
