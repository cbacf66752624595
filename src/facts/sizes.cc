#include "facts/sizes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/one_of.h"
#include "facts/columns.h"
#include "facts/meanings.h"
#include "facts/profile.h"
#include "facts/repetitions.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Dimension;
using core::Role;

constexpr std::size_t kFewestTokenRows = 3;  // two counts are round by chance
constexpr std::size_t kFewestLevelRows = 4;
constexpr std::size_t kFewestSteps = 8;  // of a sweep whose numbers are not round
constexpr std::size_t kFewestFractions = 3;
constexpr std::size_t kMostNames = 256;  // columns
constexpr std::size_t kMostUnits = 8;  // of one column
constexpr std::string_view kLimit = "power_limit";

constexpr std::array<std::string_view, 7> kLengths = {"len", "length", "lens", "lengths", "isl", "osl", "seqlen"};
constexpr std::array<std::string_view, 14> kSizes = {"size", "sizes", "n", "m", "k", "batch", "elements", "bytes", "elems", "nelem", "tokens", "t", "dim", "rows"};

template <std::size_t N>
bool ends_in(const std::array<std::string_view, N>& list, const std::vector<std::string>& words) {
  return !words.empty() && std::find(list.begin(), list.end(), words.back()) != list.end();
}

bool is_flat(core::TableKind kind) { return kind == core::TableKind::csv || kind == core::TableKind::markdown; }

bool in_measured_unit(const ColumnMeaning& column) {
  switch (column.unit->dimension) {
    case Dimension::time:
    case Dimension::token_rate:
    case Dimension::token_time:
    case Dimension::bandwidth:
    case Dimension::request_rate:
    case Dimension::power:
    case Dimension::energy:
    case Dimension::token_energy:
    case Dimension::flop_rate:
    case Dimension::operation_rate: return true;
    default: return false;
  }
}

class Sizes {
 public:
  Sizes(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning)
      : catalog_(catalog), document_(document), table_(table), shape_(shape), meaning_(meaning) {}

  void read() {
    if (table_.rows.empty()) return;
    const auto sure = std::find_if(meaning_.columns.begin(), meaning_.columns.end(), [&](const ColumnMeaning& column) { return surely_measured(column); });
    measured_ = static_cast<std::uint32_t>(sure - meaning_.columns.begin());
    if (sure == meaning_.columns.end()) measured_ = first_fraction();
    if (measured_ == meaning_.columns.size()) measured_ = first_counted();
    timed_ = std::any_of(meaning_.columns.begin(), meaning_.columns.end(), [](const ColumnMeaning& column) { return column.role == Role::time; });
    take_limits();
    take_quantities_in_front();
    take_sizes_behind();
    take_rates_asked_for();
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const Role role = meaning_.columns[c].role;
      if (role != Role::response && role != Role::count) continue;
      // What stands behind the first measurement was measured too; the members of an object stand in any order.
      if (is_swept_in_records(c)) make_setting(c, join(text::split_identifier(shape_.columns[c].path.back()), "_"));
      else if (is_size(c) || (c < measured_ && measured_ < table_.columns.size() && was_varied(c))) make_setting(c);
      else if (!core::is_json(document_.format_of(table_)) && !(c < measured_ && is_constant(c))) break;
    }
  }

 private:
  bool surely_measured(const ColumnMeaning& column) const {
    if (column.role != Role::response) return false;
    const MetricEntry* metric = catalog_.metric(column.metric);
    return in_measured_unit(column) || is_repetition(column) || column.statistic != core::Statistic{} || (metric != nullptr && metric->direction != 0);
  }

  // Where nothing is certain, numbers that are not whole were measured.
  std::uint32_t first_fraction() const {
    std::uint32_t c = 0;
    for (; c < table_.columns.size(); ++c)
      if (meaning_.columns[c].role == Role::response && !profile_of(document_, table_.columns[c]).integers && !all_round(c)) break;
    return c;
  }

  // In a table of nothing but whole numbers, those that nobody chooses were counted behind shares and sizes in steps: "keep_ratio,slots".
  std::uint32_t first_counted() const {
    const auto none = static_cast<std::uint32_t>(table_.columns.size());
    if (!is_flat(table_.kind) || table_.rows.size() < kFewestFractions) return none;
    for (std::uint32_t c = 0; c < none; ++c) {
      if (!measures(meaning_.columns[c])) continue;
      const Profile profile = profile_of(document_, table_.columns[c]);
      if (profile.numbers == table_.rows.size() && !all_round(c)) return c;
      if (profile.numbers != table_.rows.size() || (profile.maximum > 1 && !is_ladder(c))) return none;
    }
    return none;
  }

  // "latency_us,seq_len": in which order columns stand is a matter of who wrote them, where the name says that it is a size and all values are.
  void take_sizes_behind() {
    constexpr std::array<std::string_view, 5> kSwept = {"size", "dim", "elements", "elems", "nelem"};
    if (!is_flat(table_.kind) || timed_ || table_.rows.size() < 2) return;
    for (std::uint32_t c = measured_; c < table_.columns.size(); ++c) {
      const NameReading& reading = shape_.columns[c].reading;
      if (meaning_.columns[c].role != Role::response || reading.metric != nullptr || !may_be_set(c) || !all_round(c)) continue;
      const std::vector<std::string> words = text::split_identifier(reading.leaf);
      if (!(ends_in(kLengths, words) || (ends_in(kSwept, words) && words.size() > 1)) || came_out(words) || names_a_measurement(catalog_, reading.leaf)) continue;
      const Profile profile = profile_of(document_, table_.columns[c]);
      if (profile.integers && profile.distinct > 1 && profile.numbers == table_.rows.size() && is_ladder(c)) make_setting(c);
    }
  }

  // "output length", "file size".
  static bool came_out(const std::vector<std::string>& words) {
    constexpr std::array<std::string_view, 16> kFound = {"output", "out", "generated", "response", "answer", "file", "binary", "code", "compressed", "model", "download", "final", "result", "heap", "index", "mean"};
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kFound); });
  }

  // Whether each value is one of those that people step through: powers of two, tens and hundreds, multiples of 16 or 128.
  bool is_ladder(std::uint32_t c) const {
    return std::all_of(table_.columns[c].cells.begin(), table_.columns[c].cells.end(), [](const Cell& cell) {
      if (cell.kind != CellKind::number || !looks_chosen(cell.number)) return false;
      const double exponent = std::log2(cell.number);
      const double step = cell.number < 100 ? 5 : cell.number < 1000 ? 25 : 100;
      return exponent == std::floor(exponent) || std::fmod(cell.number, step) == 0 || std::fmod(cell.number, cell.number < 1000 ? 16 : 128) == 0;
    });
  }

  // "model,qps,mean_latency": a rate in steps beside the times of requests was asked for; what came out of it has other digits.
  void take_rates_asked_for() {
    constexpr std::array<std::string_view, 2> kRates = {"qps", "rps"};
    const bool rows = is_flat(table_.kind) || table_.kind == core::TableKind::records;
    if (!rows || timed_ || table_.rows.size() < kFewestTokenRows) return;
    const bool times = std::any_of(meaning_.columns.begin(), meaning_.columns.end(), [](const ColumnMeaning& column) { return column.role == Role::response && column.unit->dimension == Dimension::time; });
    for (std::uint32_t c = 0; times && c < table_.columns.size(); ++c) {
      const NameReading& reading = shape_.columns[c].reading;
      const bool rate = base::is_one_of(reading.leaf, kRates);
      if (!rate || meaning_.columns[c].role != Role::response || by_recipe(meaning_.columns[c]) || reading.statistic || is_repetition(meaning_.columns[c])) continue;
      if (profile_of(document_, table_.columns[c]).distinct >= kFewestTokenRows && is_ladder(c)) make_setting(c);
    }
  }

  // [{"size_mb": 1, "time_ms": 5}, {"size_mb": 8, "time_ms": 9}]: of messages or of a problem, where no row names a model.
  bool is_swept_in_records(std::uint32_t c) const {
    const NameReading& reading = shape_.columns[c].reading;
    if (table_.kind != core::TableKind::records || reading.leaf != "size" || table_.rows.size() < kFewestTokenRows || !leads(c)) return false;
    constexpr std::array<std::string_view, 6> kNames = {"model", "name", "file", "filename", "variant", "quantization"};
    const bool names = std::any_of(shape_.columns.begin(), shape_.columns.end(), [&](const ColumnShape& column) {
      const NameReading& other = column.reading;
      const auto is = [&](std::string_view name) { return other.leaf == name || (other.setting != nullptr && other.setting->name == name); };
      return std::any_of(kNames.begin(), kNames.end(), is) || (other.metric != nullptr && other.metric->name == "params");
    });
    const Profile profile = profile_of(document_, table_.columns[c]);
    return !names && profile.distinct > 1 && profile.numbers == table_.rows.size() && (profile.ascending || profile.descending || 2 * profile.distinct <= table_.rows.size()) && is_ladder(c);
  }

  // "power limit" in front of what was measured below it. Where a device was watched it stands among its readings.
  void take_limits() {
    if (!is_flat(table_.kind) || timed_) return;
    std::uint32_t last = static_cast<std::uint32_t>(meaning_.columns.size());
    while (last > 0 && !(surely_measured(meaning_.columns[last - 1]) && meaning_.columns[last - 1].metric != kLimit)) --last;
    for (std::uint32_t c = 0; c < last; ++c)
      if (meaning_.columns[c].metric == kLimit && meaning_.columns[c].role == Role::response && !by_recipe(meaning_.columns[c])) make_setting(c);
  }

  // "512 kB", "768 kB", "1 MB" in front of each row, though they are written in several units.
  void take_quantities_in_front() {
    if (!is_flat(table_.kind) || timed_ || table_.rows.size() < kFewestTokenRows || table_.columns.size() < 2) return;
    std::vector<std::uint32_t> columns;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      if (table_.columns[c].key == table_.columns[0].key) columns.push_back(c);
    if (columns.size() == table_.columns.size() || columns.size() > kMostUnits) return;
    for (const std::uint32_t c : columns)
      if (!may_be_quantity(c)) return;
    const bool ladder = is_long_ladder(columns);
    double before = 0;
    bool rises = true;
    bool falls = true;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const std::optional<double> value = value_in(columns, r, ladder);
      if (!value) return;
      rises = rises && (r == 0 || *value > before);
      falls = falls && (r == 0 || *value < before);
      before = *value;
    }
    if (rises || falls)
      for (const std::uint32_t c : columns) make_setting(c);
  }

  bool may_be_quantity(std::uint32_t c) const {
    const Dimension dimension = meaning_.columns[c].unit->dimension;
    const NameReading& reading = shape_.columns[c].reading;
    const bool free = meaning_.columns[c].role == Role::response && !by_recipe(meaning_.columns[c]) && !reading.statistic;
    const bool known = reading.metric != nullptr && reading.leaf != "size";
    return free && !known && (dimension == Dimension::information || dimension == Dimension::power || dimension == Dimension::frequency);
  }

  // "36456 kB", "42656 kB": steps of a long sweep need not be round, where what is in front are bytes and behind them rates of bytes.
  bool is_long_ladder(const std::vector<std::uint32_t>& columns) const {
    const bool bytes = columns.size() == 1 && meaning_.columns[0].unit->dimension == Dimension::information && profile_of(document_, table_.columns[0]).integers;
    const auto rate = [](const ColumnMeaning& column) { return column.role == Role::response && column.unit->dimension == Dimension::bandwidth; };
    return bytes && table_.rows.size() >= kFewestSteps && std::any_of(meaning_.columns.begin(), meaning_.columns.end(), rate);
  }

  // The one number of a row in those columns, in their base unit; nothing where it is none that people choose and no step
  // of a ladder.
  std::optional<double> value_in(const std::vector<std::uint32_t>& columns, std::uint32_t row, bool ladder) const {
    std::optional<double> value;
    for (const std::uint32_t c : columns) {
      const Cell& cell = table_.columns[c].cells[row];
      if (!holds_value(cell)) continue;
      if (value || cell.kind != CellKind::number || !(looks_chosen(cell.number) || ladder)) return std::nullopt;
      value = cell.number * meaning_.columns[c].unit->factor;
    }
    return value;
  }

  // Of a number that is neither a quantity with a unit nor a statistic, nor what a recipe says.
  bool may_be_set(std::uint32_t c) const {
    const Dimension dimension = meaning_.columns[c].unit->dimension;
    if (shape_.columns[c].reading.statistic || by_recipe(meaning_.columns[c]) || is_repetition(meaning_.columns[c])) return false;
    return dimension == Dimension::unknown || dimension == Dimension::count || dimension == Dimension::tokens || dimension == Dimension::information;
  }

  // "N/A", "none" and nothing stand for what was not set.
  bool is_blank(const Cell& cell) const {
    if (!holds_value(cell)) return true;
    const std::string word = cell.kind == CellKind::text ? text::lower(text::trim(document_.at(cell.span()))) : "?";
    return word.empty() || word == "none" || word == "n/a" || word == "default" || word == "auto";
  }

  // None where other cells of the same name are in another unit; a third of the rows at most, else all of them.
  std::size_t blanks(std::uint32_t c) const {
    const std::vector<Cell>& cells = table_.columns[c].cells;
    const auto called_so = [&](const core::Column& other) { return other.key == table_.columns[c].key; };
    if (!is_flat(table_.kind) || table_.columns.size() > kMostNames || std::count_if(table_.columns.begin(), table_.columns.end(), called_so) > 1) return 0;
    const auto found = static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), [&](const Cell& cell) { return is_blank(cell); }));
    return 3 * found <= cells.size() ? found : 0;
  }

  bool all_round(std::uint32_t c) const {
    const std::vector<Cell>& cells = table_.columns[c].cells;
    const bool some_blank = blanks(c) > 0;
    return std::all_of(cells.begin(), cells.end(), [&](const Cell& cell) { return (cell.kind == CellKind::number && looks_chosen(cell.number)) || (some_blank && is_blank(cell)); });
  }

  // "TP (1)" above nothing but 1: says nothing of what stands behind it.
  bool is_constant(std::uint32_t c) const {
    const Profile profile = profile_of(document_, table_.columns[c]);
    return table_.rows.size() > 1 && profile.integers && profile.distinct == 1 && profile.numbers == table_.rows.size() && may_be_set(c);
  }

  // Whether nothing stands before the column but names, in a table that is of no models.
  bool leads(std::uint32_t c) const {
    for (std::uint32_t other = 0; other < table_.columns.size(); ++other) {
      const core::ColumnMeaning& column = meaning_.columns[other];
      const bool measured = other < c && (column.role == Role::response || column.role == Role::count);
      const NameReading& reading = shape_.columns[other].reading;
      const bool of_model = c > 0 && ((reading.setting != nullptr && (reading.setting->name == "model" || reading.setting->name == "quantization")) || (reading.metric != nullptr && reading.metric->name == "params"));
      if (measured || of_model) return false;
    }
    return true;
  }

  bool is_size(std::uint32_t c) const {
    const NameReading& reading = shape_.columns[c].reading;
    if (!may_be_set(c)) return false;
    // The size of a model or of memory was found out, unless the table begins with it: "Size" of messages, of a problem.
    const bool of_problem = reading.unit == nullptr && reading.leaf == "size" && leads(c);
    if (reading.metric != nullptr && meaning_.columns[c].role == Role::response && !of_problem) return false;
    const std::vector<std::string> words = text::split_identifier(reading.leaf);
    const bool length = ends_in(kLengths, words);
    const bool tokens = is_flat(table_.kind) && meaning_.columns[c].unit->dimension == Dimension::tokens;
    const bool size = is_flat(table_.kind) && (ends_in(kSizes, words) || tokens);
    if ((!length && !size) || !all_round(c)) return false;
    return length || !tokens || (table_.rows.size() >= kFewestTokenRows && profile_of(document_, table_.columns[c]).distinct > 1);
  }

  // "input_bytes,output_bytes": an amount of data that did not change is one side of what was measured of the other.
  bool is_of_a_pair(std::uint32_t c) const {
    constexpr std::array<std::string_view, 6> kSides = {"input", "in", "original", "uncompressed", "before", "raw"};
    if (meaning_.columns[c].unit->dimension != Dimension::information || !base::is_one_of(shape_.columns[c].reading.leaf, kSides)) return false;
    return c + 1 < meaning_.columns.size() && std::any_of(meaning_.columns.begin() + c + 1, meaning_.columns.end(), [&](const ColumnMeaning& other) { return measures(other) && other.unit == meaning_.columns[c].unit; });
  }

  // Whatever its name: "workers" 1, 2, 4, 8, "sparsity" 0, 0.5, 0, 0.5. Not what time brings.
  bool was_varied(std::uint32_t c) const {
    const bool rows = is_flat(table_.kind) || table_.kind == core::TableKind::records || table_.kind == core::TableKind::transposed;
    if (!rows || !may_be_set(c) || shape_.columns[c].reading.metric != nullptr || shape_.columns[c].reading.leaf.rfind("actual ", 0) == 0) return false;
    if (counts_outcomes(catalog_, shape_.columns[c].reading.leaf)) return false;
    const Profile profile = profile_of(document_, table_.columns[c]);
    if (profile.numbers + blanks(c) != table_.rows.size()) return false;
    if (profile.distinct < 2) return table_.rows.size() >= kFewestLevelRows && !names_a_measurement(catalog_, shape_.columns[c].reading.leaf) && !is_of_a_pair(c);
    const bool rises = !timed_ && (profile.integers || table_.rows.size() >= kFewestFractions) && (profile.ascending || profile.descending) && all_round(c);
    const bool levels = table_.rows.size() >= kFewestLevelRows && profile.distinct < kManyLevels && 2 * profile.distinct <= table_.rows.size();
    return rises || levels;
  }

  // Called as its name is read, without its unit, where nothing else is said.
  void make_setting(std::uint32_t c, const std::string& called = {}) {
    ColumnMeaning& column = meaning_.columns[c];
    column.metric = column.definition = !called.empty() ? called : catalog_.metric(column.metric) != nullptr && column.role == Role::count ? column.metric : shape_.columns[c].reading.full_name;
    column.role = Role::factor;
    column.unit = core::no_unit();
    column.statistic = {};
    column.direction = 0;
    column.rule = "varied before what was measured";
  }

  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
  std::uint32_t measured_ = 0;  // the first column that is no setting for certain; as many as there are where there is none
  bool timed_ = false;
};

}  // namespace

void read_sizes(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  Sizes(catalog, document, table, shape, meaning).read();
}

}  // namespace chimera::facts
