#include "facts/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "base/one_of.h"
#include "facts/columns.h"
#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "facts/percentile_names.h"
#include "facts/repetitions.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Role;
using Kind = core::Statistic::Kind;

constexpr std::size_t kFewestStatistics = 4;  // rows

// The columns by which the rows of a table name what they hold.
struct NamingColumns {
  std::optional<std::uint32_t> metric;
  std::optional<std::uint32_t> unit;
  std::optional<std::uint32_t> statistic;
};

constexpr std::size_t kMostQuantities = 256;  // that keys name

class RowReader {
 public:
  RowReader(NameParts& names, const core::Document& document, std::uint32_t table, const TableShape& shape, core::TableMeaning& meaning)
      : names_(names), catalog_(names.catalog()), document_(document), table_(document.tables[table]), shape_(shape), meaning_(meaning) {}

  void read() {
    const NamingColumns naming = find_columns();
    sure_ = naming.metric && is_record() && holds_quantities(*naming.metric);
    systems_ = naming.metric && (sure_ || names_metrics(*naming.metric) || keyed_by_quantities(*naming.metric)) && are_systems();
    if (!table_.columns.empty() && describes(0)) return read_statistics(0);
    if (const auto column = naming.metric ? std::nullopt : column_of_statistics()) return read_statistics(*column);
    if (!naming.metric || !rows_name_metrics(*naming.metric)) return take_units_of_rows();
    meaning_.columns[*naming.metric].role = Role::identity;
    has_repetitions_ = std::any_of(meaning_.columns.begin(), meaning_.columns.end(), is_repetition);
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) read_row(naming, r);
  }

 private:
  // "count, mean, std, min, 25%, ...": each row is a statistic of all that the columns are, as pandas describes tables.
  bool describes(std::uint32_t column) const {
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
    if (!flat || table_.rows.size() < kFewestStatistics) return false;
    std::size_t words = 0;  // "25%" alone is a number
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      if (!statistic_at(column, r)) return false;
      words += table_.columns[column].cells[r].kind == CellKind::text ? 1U : 0U;
    }
    return words * 2 >= table_.rows.size();
  }

  // "Percentiles": "99%" in every record, "statistic" above "mean" and "std": a column that says of its rows which statistic they are.
  std::optional<std::uint32_t> column_of_statistics() const {
    constexpr std::array<std::string_view, 7> kNames = {"percentile", "percentiles", "quantile", "quantiles", "statistic", "statistics", "stat"};
    for (std::uint32_t c = 0; c < table_.columns.size() && table_.rows.size() > 1; ++c) {
      if (by_recipe(meaning_.columns[c])) continue;
      if (lists_percentiles(c)) return c;
      if (!base::is_one_of(shape_.columns[c].reading.leaf, kNames)) continue;
      bool all = true;
      for (std::uint32_t r = 0; all && r < table_.rows.size(); ++r) all = statistic_at(c, r).has_value();
      if (all) return c;
    }
    return std::nullopt;
  }

  // {"Percentile": 99, "Value": 0.0025} in lists that go up: a rank that somebody reached goes up and down.
  bool lists_percentiles(std::uint32_t column) const {
    const std::vector<Cell>& cells = table_.columns[column].cells;
    constexpr std::array<std::string_view, 3> kNames = {"percentile", "quantile", "percentage served"};
    if (shape_.columns[column].path.empty() || !base::is_one_of(text::lower(shape_.columns[column].path.back()), kNames)) return false;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      if (cells[r].kind != CellKind::number || !percentile_in(column, r)) return false;
      const bool begins = r == 0 || cells[r].number == cells[0].number;
      if (!begins && !(cells[r].number > cells[r - 1].number)) return false;
    }
    return table_.rows.size() > 1 && cells[1].number != cells[0].number;
  }

  // Of a number alone, below a name that says what it is; quantiles are parts of one.
  std::optional<core::Statistic> percentile_in(std::uint32_t column, std::uint32_t row) const {
    const Cell& cell = table_.columns[column].cells[row];
    const bool part = !shape_.columns[column].path.empty() && text::lower(shape_.columns[column].path.back()) == "quantile";
    return cell.kind != CellKind::number ? std::nullopt : core::percentile(part ? cell.number * 100 : cell.number);
  }

  std::optional<core::Statistic> statistic_at(std::uint32_t column, std::uint32_t row) const {
    std::string name = text::lower(text_at(column, row));
    const core::Span span = table_.columns[column].cells[row].span();
    if (table_.columns[column].cells[row].kind == CellKind::number && document_.text.substr(span.end, 1) == "%") name += '%';  // a unit, it was thought
    if (const auto statistic = catalog_.statistic(name)) return statistic;
    const auto percentile = take_percentile(name);
    return name.empty() ? percentile : std::nullopt;
  }

  void read_statistics(std::uint32_t column) {
    meaning_.columns[column].role = Role::identity;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const auto said = statistic_at(column, r);
      const core::Statistic statistic = said ? *said : percentile_in(column, r).value_or(core::Statistic{});
      for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
        if (table_.columns[c].cells[r].kind != CellKind::number || !measures(meaning_.columns[c])) continue;
        ColumnMeaning variant = meaning_.columns[c];
        variant.statistic = statistic;
        if (statistic.kind == Kind::count) variant.unit = core::count_unit(), variant.role = Role::count;
        if (statistic.kind == Kind::count || statistic.kind == Kind::stddev || statistic.kind == Kind::variance) variant.direction = 0;
        variant.rule += "; statistic of its row";
        add_exception(meaning_, r, c, variant);
      }
    }
  }

  // "Freq (MHz)" in front of the numbers of several machines: numbers that say no unit themselves, under names that say nothing, are in that.
  void take_units_of_rows() {
    if (table_.columns.empty() || meaning_.columns[0].role != Role::factor) return;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const std::string name = text_at(0, r);
      const bool bracketed = !name.empty() && (name.back() == ')' || name.back() == ']');
      const core::UnitPtr unit = bracketed ? names_.of(name).unit : nullptr;
      if (unit == nullptr) continue;
      for (std::uint32_t c = 1; c < table_.columns.size(); ++c) {
        const ColumnMeaning& column = meaning_.columns[c];
        const bool unknown = column.role == Role::response && catalog_.metric(column.metric) == nullptr;
        const bool bare = column.unit == core::no_unit() && table_.columns[c].unit.empty();
        if (!unknown || !bare || table_.columns[c].cells[r].kind != CellKind::number) continue;
        ColumnMeaning variant = column;
        variant.unit = unit;
        variant.rule += "; unit of its row";
        add_exception(meaning_, r, c, variant);
      }
    }
  }

  NamingColumns find_columns() const {
    NamingColumns naming;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const ColumnShape& shape = shape_.columns[c];
      // A column without a name in front of a table that was written with its metrics as rows.
      const bool written = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
      const bool front = written && c == 0 && meaning_.columns[c].role != Role::index;
      const bool key = (table_.kind == core::TableKind::keyed || front) && table_.columns[c].key.empty();
      if (!naming.metric && (key || names_metrics(c))) naming.metric = c;
      if (!naming.unit && shape.units) naming.unit = c;
      if (!naming.statistic && shape.statistics) naming.statistic = c;
    }
    if (!naming.metric && labels_name_metrics()) naming.metric = 0;
    for (std::uint32_t c = 0; c < table_.columns.size() && !naming.metric && is_record(); ++c)
      if (shape_.columns[c].reading.leaf == "name" && holds_quantities(c)) naming.metric = c;
    return naming;
  }

  // "Metric", and "Metric (tok/s)" above names.
  bool names_metrics(std::uint32_t column) const {
    if (shape_.columns[column].metrics) return true;
    const std::vector<Cell>& cells = table_.columns[column].cells;
    if (cells.empty() || cells.front().kind != CellKind::text || table_.columns[column].key.find_first_of("([") == std::string::npos) return false;
    const NamePart& part = names_.of(table_.columns[column].key);
    return part.unit != nullptr && catalog_.is(Word::metric_column, join(part.bare, " "));
  }

  bool is_record() const {
    return core::is_json(document_.format_of(table_)) && (table_.kind == core::TableKind::records || table_.kind == core::TableKind::object);
  }

  // {"metric": "Completion tok/s"}, {"name": "TTFT (ms)"}: each is a quantity in its unit, and no record is of anything else.
  bool holds_quantities(std::uint32_t column) const {
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      if (table_.columns[column].cells[r].kind != CellKind::text) return false;
      const NameReading reading = read_name(names_, {name_at(column, r)}, nullptr);
      if (reading.metric == nullptr || reading.unit == nullptr || reading.metric->role != Role::response) return false;
    }
    return !table_.rows.empty();
  }

  // "Performance Parameters" above TTFT and TPOT, beside columns of statistics: whatever the first column is called, it names them.
  bool labels_name_metrics() const {
    const bool written = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
    if (!written || table_.columns.size() < 2 || table_.rows.size() < 2) return false;
    if (meaning_.columns[0].role != Role::factor && meaning_.columns[0].role != Role::identity) return false;
    if (catalog_.setting(join(names_.of(table_.columns[0].key).words, " ")) != nullptr) return false;
    std::size_t bare = 0;
    for (std::uint32_t c = 1; c < table_.columns.size(); ++c) {
      if (!measures(meaning_.columns[c])) continue;
      if (!speaks_of_no_metric(c)) return false;
      ++bare;
    }
    std::size_t names = 0;
    for (std::uint32_t r = 0; bare > 0 && r < table_.rows.size(); ++r)
      if (read_name(names_, {text_at(0, r)}, nullptr).metric != nullptr) ++names;
    return names * 3 >= table_.rows.size() * 2;
  }

  // At least half of the names must be metrics; three words that happen to be one prove nothing.
  bool rows_name_metrics(std::uint32_t column) const {
    std::size_t names = 0;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r)
      if (read_name(names_, {name_at(column, r)}, nullptr).metric != nullptr) ++names;
    // "Counter Name" beside "Counter Value" need not be in the vocabulary.
    const bool said = shape_.columns[column].metrics && one_value();
    return (said || (names > 0 && names * 2 >= table_.rows.size())) && !columns_name_metrics();
  }

  // Whether there is one number a row that nothing but its row names.
  bool one_value() const {
    std::size_t values = 0;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      if (catalog_.is(Word::value_column, join(names_.of(table_.columns[c].key).words, " "))) ++values;
    return values == 1;
  }

  // Where the columns are metrics already, the rows are cases: {"eager": {"mean_time_ms": 1}}.
  // Below "Metric" the columns beside it may be the systems that were measured.
  bool columns_name_metrics() const {
    std::size_t named = 0;
    std::size_t bare = 0;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (!measures(meaning_.columns[c])) continue;
      const bool statistic_or_value = speaks_of_no_metric(c) || systems_;
      ++(statistic_or_value ? bare : named);
    }
    return named > bare;
  }

  // {"ttft_ms": {"llama": 12.5, "qwen": 14.5}, "tok/s": {"llama": 88.5, "qwen": 91.5}}: every key is one, and some are nothing else.
  bool keyed_by_quantities(std::uint32_t column) const {
    if (!is_json_keyed() || table_.rows.size() > kMostQuantities) return false;
    bool sure = false;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const NameReading reading = read_name(names_, {name_at(column, r)}, nullptr);
      if (reading.metric == nullptr || reading.metric->role != Role::response) return false;
      sure = sure || reading.unit != nullptr || reading.definition == reading.metric->name;
    }
    return sure;
  }

  bool is_json_keyed() const { return core::is_json(document_.format_of(table_)) && table_.kind == core::TableKind::keyed && !table_.by_columns; }

  // All that stands beside the metrics, and not one score and how many it is of.
  bool are_systems() const {
    std::size_t systems = 0;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (!measures(meaning_.columns[c]) || is_relative(c)) continue;
      if (!names_a_system(c)) return false;
      ++systems;
    }
    return systems > (sure_ ? 0 : 1);
  }

  // "Change", "1-Diff", "%": of two others, and in no unit of theirs.
  bool is_relative(std::uint32_t column) const {
    constexpr std::array<std::string_view, 14> kRelative = {"change", "diff",  "difference", "delta", "improvement", "relative", "ratio",
                                                            "speedup", "gain", "reduction",  "vs",    "winner",      "overhead", "%"};
    const std::vector<std::string>& words = names_.of(table_.columns[column].key).words;
    const std::string& key = table_.columns[column].key;
    const std::size_t percent = key.find('%');
    const bool share = percent != std::string::npos && percent > 0 && key[percent - 1] >= '0' && key[percent - 1] <= '9';  // "Steady (drop 20%)"
    return (percent != std::string::npos && !share) || std::any_of(words.begin(), words.end(), [&](const std::string& word) {
             return !(share && word == "%") && base::is_one_of(word, kRelative);
           });
  }

  // "Model-A", "vLLM": a name that says neither a metric nor a statistic, nor a unit.
  bool names_a_system(std::uint32_t column) const {
    const NameReading& reading = shape_.columns[column].reading;
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown || is_json_keyed() || sure_;
    const bool whole = reading.leaf == "overall";  // beside "last 30 s"
    return flat && reading.metric == nullptr && reading.setting == nullptr && !reading.own_name.empty() && (whole || (!reading.statistic && !speaks_of_no_metric(column))) && names_.of(table_.columns[column].key).unit == nullptr;
  }

  bool speaks_of_no_metric(std::uint32_t column) const {
    if (is_unnamed_repetition(column)) return true;
    for (const std::string& piece : split_path(table_.columns[column].key)) {
      const NamePart& part = names_.of(piece);
      if (catalog_.is(Word::value_column, join(part.bare, " "))) continue;
      for (const std::string& word : part.bare)
        if (!catalog_.is(Word::value_column, word) && !catalog_.is(Word::filler, word) && !catalog_.is(Word::container, word) &&
            !catalog_.statistic(word))
          return false;
    }
    return true;
  }

  // "Run 1" of rows that say what was run.
  bool is_unnamed_repetition(std::uint32_t column) const { return is_repetition(meaning_.columns[column]) && catalog_.metric(meaning_.columns[column].metric) == nullptr; }

  void read_row(const NamingColumns& naming, std::uint32_t row) {
    const core::UnitPtr unit = naming.unit ? core::find_unit(text_at(*naming.unit, row)) : nullptr;
    const auto stated = naming.statistic ? catalog_.statistic(text::lower(text_at(*naming.statistic, row))) : std::nullopt;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const Cell& cell = table_.columns[c].cells[row];
      const bool level = table_.columns[c].key.empty() && meaning_.columns[c].role == Role::factor;
      if (cell.kind != CellKind::number || c == *naming.metric || level) continue;
      const bool of_system = systems_ && measures(meaning_.columns[c]) && !is_relative(c);
      if (!of_system && !speaks_of_no_metric(c)) continue;
      std::vector<std::string> path = {name_at(*naming.metric, row)};
      for (std::string& piece : split_path(of_system || is_unnamed_repetition(c) ? std::string() : table_.columns[c].key))
        if (!catalog_.is(Word::value_column, join(names_.of(piece).words, " "))) path.push_back(std::move(piece));
      // "12.5 ms" in a column of its own unit.
      NameReading reading = read_name(names_, path, unit != nullptr ? unit : unit_in_row(path.front(), core::find_unit(table_.columns[c].unit)));
      if (stated) reading.statistic = stated;
      // "Avg" of what the row calls "A tok/s" is that of A, as the runs beside it are.
      if (path.size() > 1 && has_repetitions_ && reading.statistic) reading.definition = read_name(names_, {path.front()}, unit).definition;
      ColumnMeaning variant = meaning_.columns[c];
      if (reading.metric != nullptr) variant = meaning_of(reading);
      else if (variant.role == Role::response || variant.role == Role::unread) variant = named_by_row(path.front(), reading, variant);
      if (naming.unit && reading.unit == nullptr && reading.metric == nullptr) variant.unit = core::no_unit();  // theirs is none
      if (of_system) variant.definition += (variant.definition.find(':') == std::string::npos ? ':' : '+') + shape_.columns[c].reading.own_name;
      variant.provenance = meaning_.columns[c].provenance;
      variant.rule += kNamedByRow;
      add_exception(meaning_, row, c, variant);
    }
  }

  // "6.98 MB" in a row called "Bytes/Sec" is a rate.
  core::UnitPtr unit_in_row(const std::string& name, core::UnitPtr written) const {
    const core::UnitPtr named = core::find_unit(name);
    const bool rate = named != nullptr && written != nullptr && named->dimension == core::Dimension::bandwidth && written->dimension == core::Dimension::information;
    return rate ? core::find_unit(std::string(written->symbol) + "/s") : written;
  }

  static ColumnMeaning named_by_row(const std::string& name, const NameReading& reading, const ColumnMeaning& column) {
    ColumnMeaning variant = column;
    variant.role = Role::response;
    variant.metric = variant.definition = reading.own_name.empty() ? join(text::split_identifier(name), "_") : reading.own_name;
    if (reading.statistic) variant.statistic = *reading.statistic;
    if (reading.unit != nullptr) variant.unit = reading.unit;
    variant.direction = 0;
    return variant;
  }

  // Without the arrow that says which way is better.
  std::string name_at(std::uint32_t column, std::uint32_t row) const {
    std::string name = text_at(column, row);
    for (const std::string_view arrow : {"↑", "↓"})
      if (name.size() > arrow.size() && name.compare(name.size() - arrow.size(), arrow.size(), arrow) == 0) name.resize(name.size() - arrow.size());
    return std::string(text::trim(name));
  }

  std::string text_at(std::uint32_t column, std::uint32_t row) const {
    return std::string(text::trim(document_.at(table_.columns[column].cells[row].span())));
  }

  NameParts& names_;
  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
  bool has_repetitions_ = false;  // columns are runs
  bool sure_ = false;     // of records whose names are quantities in their units
  bool systems_ = false;  // the columns beside the metrics are what was measured by them
};

// "a/b" of "a/b/c", nothing of "c".
std::string_view object_of(std::string_view key) {
  const auto slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
}

// The one thing that an object measured beside its list of an interval, {"value": 0.867, "n": 500, "ci95": [0.838, 0.896]}; null where several are.
const ColumnMeaning* only_value(const core::Table& table, const core::TableMeaning& around, std::uint32_t row, std::string_view object) {
  constexpr std::array<std::string_view, 7> kCounts = {"n", "count", "num", "total", "correct", "samples", "n_samples"};
  if (object.substr(0, table.name.size()) == table.name) object.remove_prefix(table.name.size());
  if (object.substr(0, 2) == "/*") object.remove_prefix(2);
  if (!object.empty() && object.front() == '/') object.remove_prefix(1);
  const ColumnMeaning* only = nullptr;
  for (std::uint32_t c = 0; c < around.columns.size(); ++c) {
    const ColumnMeaning& column = around.at(row, c);
    if (base::is_one_of(std::string_view(table.columns[c].key).substr(table.columns[c].key.rfind('/') + 1), kCounts)) continue;
    const bool single = column.role == Role::response && column.statistic == core::Statistic{} && table.columns[c].cells[row].kind == CellKind::number;
    if (!single || object_of(table.columns[c].key) != object) continue;
    if (only != nullptr) return nullptr;
    only = &column;
  }
  return only;
}

// The mean that an interval in a list of its own is about: the only one of its object, or the only value there, else the mean of the row around.
const ColumnMeaning* mean_around(const core::Table& table, const core::TableMeaning& around, std::uint32_t row, std::string_view list) {
  const std::string_view object = object_of(list);
  const ColumnMeaning* mean = nullptr;
  bool beside = false;
  bool several = false;
  for (std::uint32_t c = 0; c < around.columns.size(); ++c) {
    const ColumnMeaning& column = around.at(row, c);
    if (column.role != Role::response || column.statistic.kind != Kind::mean) continue;
    const std::string_view other = object_of(table.columns[c].key);
    const bool here = !other.empty() && object.size() >= other.size() && object.substr(object.size() - other.size()) == other;
    if (beside && !here) continue;
    several = here == beside && mean != nullptr && (several || mean->definition != column.definition);
    mean = &column;
    beside = here;
  }
  if (!beside)
    if (const ColumnMeaning* only = only_value(table, around, row, object)) return only;
  return several ? nullptr : mean;
}

bool is_use_of_device(std::string_view metric) {
  constexpr std::array<std::string_view, 6> kUses = {"mfu", "gpu_utilization", "cpu_utilization", "gpu_memory_utilization", "disk_utilization", "memory_utilization"};
  return base::is_one_of(metric, kUses);
}

bool never_negative(core::Dimension dimension) {
  using core::Dimension;
  switch (dimension) {
    case Dimension::unknown:
    case Dimension::none:
    case Dimension::fraction:
    case Dimension::temperature: return false;
    default: return true;
  }
}

}  // namespace

void read_rows(NameParts& names, const core::Document& document, std::uint32_t table, const TableShape& shape, std::vector<core::TableMeaning>& meanings) {
  RowReader(names, document, table, shape, meanings[table]).read();
}

void read_interval(const Catalog& catalog, const core::Document& document, std::uint32_t index, const TableShape& shape, std::vector<core::TableMeaning>& meanings) {
  const core::Table& table = document.tables[index];
  if (table.kind != core::TableKind::series || table.columns.empty() || by_recipe(meanings[index].columns[0])) return;
  if (catalog.intervals.count(join(text::split_identifier(shape.columns[0].path.back()), " ")) == 0) return;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> by_parent;
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) by_parent[{table.rows[r].parent_table, table.rows[r].parent_row}].push_back(r);
  for (const auto& [parent, rows] : by_parent) {
    if (rows.size() != 2 || parent.first >= index) continue;
    const ColumnMeaning* mean = mean_around(document.tables[parent.first], meanings[parent.first], parent.second, table.name);
    const Cell& low = table.columns[0].cells[rows[0]];
    const Cell& high = table.columns[0].cells[rows[1]];
    if (mean == nullptr || low.kind != CellKind::number || high.kind != CellKind::number || low.number > high.number) continue;
    for (const bool upper : {false, true}) {
      ColumnMeaning bound = *mean;
      bound.statistic = {upper ? Kind::ci_high : Kind::ci_low, 0};
      bound.rule += "; interval of the mean beside it";
      add_exception(meanings[index], rows[upper ? 1 : 0], 0, bound);
    }
  }
}

std::optional<Sentinels> sentinels_of(const core::ColumnMeaning& column) {
  if (!measures(column)) return std::nullopt;
  Sentinels sentinels;
  // Most shares may be negative, being changes; what was used of a device cannot. Trainers print their -1 as "-100.00%".
  if (is_use_of_device(column.metric)) {
    if (column.unit->dimension == core::Dimension::fraction) sentinels.none /= column.unit->factor;
    return sentinels;
  }
  if (!never_negative(column.unit->dimension)) return std::nullopt;
  if (column.unit->dimension == core::Dimension::time) sentinels.longest = Sentinels::kLongest / column.unit->factor;
  return sentinels;
}

void mark_sentinels(const core::Document& document, std::uint32_t index, core::TableMeaning& meaning, core::Diagnostics& diagnostics) {
  const core::Table& table = document.tables[index];
  std::vector<std::pair<std::pair<std::uint32_t, std::uint32_t>, ColumnMeaning>> sentinels;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    std::size_t found = 0;
    std::uint32_t first = 0;
    for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
      const Cell& cell = table.columns[c].cells[r];
      if (cell.kind != CellKind::number) continue;
      const ColumnMeaning& meant = meaning.at(r, c);
      const auto sentinel = sentinels_of(meant);
      if (!sentinel || !(*sentinel)(cell.number)) continue;
      if (found++ == 0) first = r;
      sentinels.emplace_back(std::pair(r, c), meant);
    }
    if (found == 0) continue;
    const std::string message = fmt::format("'{}' is {} in {} of {} rows: no measurement", table.columns[c].key,
                                            text::trim(document.at(table.columns[c].cells[first].span())), found, table.rows.size());
    diagnostics.add({core::DiagnosticCode::sentinel_value, document.artifact.path, document.place(core::CellRef{{}, index, first, c}), message, {}});
  }
  for (auto& [place, meant] : sentinels) {
    meant.role = Role::no_value;
    meant.rule = kSentinelRule;
    add_exception(meaning, place.first, place.second, meant);
  }
  sort_exceptions(meaning);
}

}  // namespace chimera::facts
