#include "plaintext/wide_tables.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "base/one_of.h"
#include "plaintext/named_levels.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using core::Cell;
using core::CellKind;

constexpr std::size_t kMostRows = 256;  // of a table for people
constexpr std::size_t kMostLevels = 64;
constexpr std::size_t kFewestLevels = 2;
constexpr std::size_t kFewestNumbered = 3;  // 0, 1, 2 are positions
constexpr std::string_view kSpread = "/±";

template <std::size_t N>
bool has_word_of(std::string_view text, const std::array<std::string_view, N>& list) {
  const std::vector<std::string> words = text::split_identifier(text);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return std::find(list.begin(), list.end(), word) != list.end(); });
}

// "2*8", "2x8": so many of so many, as a product.
std::optional<double> product_of(std::string_view text) {
  const std::size_t mark = text.find_first_of("*x");
  if (mark == std::string_view::npos) return std::nullopt;
  const std::optional<text::Number> each[] = {text::parse_number(text.substr(0, mark)), text::parse_number(text.substr(mark + 1))};
  for (const auto& number : each)
    if (!number || !number->integer || number->value < 1) return std::nullopt;
  return each[0]->value * each[1]->value;
}

// "4", "8K", "2*8".
std::optional<double> level_of(const core::Document& document, const Cell& cell) {
  std::string_view text = text::trim(document.at(cell.span()));
  if (const std::optional<double> product = product_of(text)) return product;
  double scale = 1;
  if (text.size() > 1 && (text.back() == 'k' || text.back() == 'K')) scale = 1024, text.remove_suffix(1);
  const std::optional<text::Number> number = text::parse_number(text);
  if (!number || !number->integer || number->value < 0) return std::nullopt;
  return number->value * scale;
}

// The names of what rows and columns are of.
struct Names {
  std::string rows;
  std::string columns;
};

Names names_of(std::string_view corner) {
  for (const std::string_view mark : {"\\", " / ", "↓", "→"}) {
    const std::size_t at = corner.find(mark);
    if (at == std::string_view::npos) continue;
    const auto side = [](std::string_view text) { return std::string(text::trim(text.substr(0, text.find_first_of("\\/")))); };
    const Names two{side(corner.substr(0, at)), side(corner.substr(at + mark.size()))};
    if (!two.rows.empty() && !two.columns.empty()) return two;
  }
  if (names_varied(corner)) return {{}, std::string(corner)};
  return {std::string(corner), {}};
}

// "50 | 90 | 99": percentiles, which a header names by their numbers too.
bool are_percentiles(const std::vector<double>& levels) {
  constexpr std::array<double, 11> kUsual = {1, 5, 10, 25, 50, 75, 80, 90, 95, 99, 100};
  const bool usual = std::all_of(levels.begin(), levels.end(), [&](double level) { return base::is_one_of(level, kUsual); });
  return usual && levels.back() >= 90;
}

bool numbers_columns(const std::vector<double>& levels) {
  if (levels.size() < kFewestNumbered || levels.front() > 1) return false;
  return levels.back() - levels.front() + 1 == static_cast<double>(levels.size());
}

// As they were written: one column each, and none in front with numbers of several units.
bool stand_as_written(const core::Table& table, std::size_t written, std::size_t first) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const std::uint32_t position = table.columns[c].position;
    if (c < written ? position > 0 && position != c + 1 : position <= first) return false;
  }
  return true;
}

// Headers that are levels, of one setting.
struct Levels {
  std::size_t first = 0;           // of the columns
  Names names;
  std::vector<NamedLevel> levels;  // of the columns from `first` on
};

// The last headers where all are numbers that rise; nothing where they are none.
std::optional<Levels> numbers_in(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  std::vector<double> levels;
  std::size_t first = header.size();
  while (first > 0) {
    const std::optional<double> level = level_of(document, header[first - 1]);
    if (!level || (!levels.empty() && *level >= levels.back())) break;
    levels.push_back(*level);
    --first;
  }
  std::reverse(levels.begin(), levels.end());
  if (first == 0 || levels.size() < kFewestLevels || level_of(document, header[first - 1])) return std::nullopt;
  Levels found{first, names_of(table.columns[first - 1].key), {}};
  if (found.names.columns.empty() && (are_percentiles(levels) || numbers_columns(levels))) return std::nullopt;
  for (std::size_t c = first; c < header.size(); ++c) found.levels.push_back({header[c], {}});
  return found;
}

// "bs=1 | bs=8": the headers name what they are levels of, and the corner what the rows are of.
std::optional<Levels> names_in(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  std::optional<NamedLevels> named = named_levels(document, header);
  if (!named) return std::nullopt;
  const std::string& corner = table.columns[named->first - 1].key;
  const Names names = names_of(corner);
  return Levels{named->first, {names.rows.empty() ? corner : names.rows, std::move(named->name)}, std::move(named->levels)};
}

std::optional<Levels> levels_of(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  if (header.size() < kFewestLevels + 1 || header.size() > table.columns.size()) return std::nullopt;
  if (table.rows.empty() || table.rows.size() > kMostRows || header.size() > kMostLevels) return std::nullopt;
  std::optional<Levels> found = numbers_in(document, table, header);
  if (!found) found = names_in(document, table, header);
  return found && stand_as_written(table, header.size(), found->first) ? std::move(found) : std::nullopt;
}

// At least half of the cells hold a number.
bool hold_numbers(const core::Table& table, std::size_t first, std::size_t levels) {
  std::size_t numbers = 0;
  for (std::size_t c = first; c < table.columns.size(); ++c)
    numbers += static_cast<std::size_t>(std::count_if(table.columns[c].cells.begin(), table.columns[c].cells.end(), [](const Cell& cell) { return cell.kind == CellKind::number; }));
  return numbers * 2 >= table.rows.size() * (levels - first);
}

// Which of the columns as they were written one is part of.
std::size_t written_as(const core::Table& table, std::size_t column, std::size_t written) {
  if (column < written) return column;
  const std::uint32_t position = table.columns[column].position;
  return position > 0 && position <= written ? position - 1 : written;
}

class Spreading {
 public:
  Spreading(const core::Document& document, const core::Table& table, Levels levels) : document_(document), table_(table), levels_(std::move(levels)), written_(levels_.first + levels_.levels.size()) {}

  core::Table spread() {
    out_.kind = core::TableKind::keyed;
    out_.name = table_.name;
    out_.titles = table_.titles;
    out_.header_line = table_.header_line;
    for (std::size_t c = 0; c < levels_.first; ++c) add_column(c + 1 < levels_.first ? table_.columns[c].key : levels_.names.rows, {});
    add_column(levels_.names.columns, {});
    for (std::size_t c = levels_.first; c < table_.columns.size(); ++c) targets_.push_back(target(c));
    for (std::size_t k = 0; k < levels_.levels.size(); ++k)
      if (first_of(k) == k) distinct_.push_back(k);
    for (std::size_t r = 0; r < table_.rows.size(); ++r)
      for (const std::size_t k : distinct_) add_row(r, k);
    return std::move(out_);
  }

 private:
  std::size_t add_column(std::string key, std::string unit) {
    core::Column& column = out_.columns.emplace_back();
    column.key = std::move(key);
    column.unit = std::move(unit);
    return out_.columns.size() - 1;
  }

  // Which level a column is headed by; one behind the last where it is part of none.
  std::size_t level_above(std::size_t column) const {
    const std::size_t header = written_as(table_, column, written_);
    return header < written_ && header >= levels_.first ? header - levels_.first : levels_.levels.size();
  }

  // The first of the headers that say that level.
  std::size_t first_of(std::size_t level) const {
    const auto value = [&](std::size_t k) { return document_.at(levels_.levels[k].value.span()); };
    std::size_t k = 0;
    while (k < level && value(k) != value(level)) ++k;
    return k;
  }

  // The column for numbers of that unit.
  std::size_t target(std::size_t column) {
    const core::Column& written = table_.columns[column];
    const std::size_t level = level_above(column);
    const bool spread = written.key.size() > kSpread.size() && written.key.compare(written.key.size() - kSpread.size(), kSpread.size(), kSpread) == 0;
    const bool named = level < levels_.levels.size() && !levels_.levels[level].rest.empty();
    const std::string key = (named ? levels_.levels[level].rest : "value") + (spread ? std::string(kSpread) : std::string());
    for (std::size_t c = levels_.first + 1; c < out_.columns.size(); ++c)
      if (out_.columns[c].key == key && out_.columns[c].unit == written.unit) return c;
    return add_column(key, written.unit);
  }

  void add_row(std::size_t row, std::size_t level) {
    bool any = false;
    for (std::size_t c = levels_.first; c < table_.columns.size(); ++c) {
      const Cell& cell = table_.columns[c].cells[row];
      const std::size_t above = level_above(c);
      if (cell.kind == CellKind::absent || above == levels_.levels.size() || first_of(above) != level) continue;
      std::vector<Cell>& cells = out_.columns[targets_[c - levels_.first]].cells;
      if (cells.size() == out_.rows.size()) cells.push_back(cell), any = true;
    }
    if (!any) return;
    for (std::size_t c = 0; c < levels_.first; ++c) out_.columns[c].cells.push_back(table_.columns[c].cells[row]);
    out_.columns[levels_.first].cells.push_back(levels_.levels[level].value);
    out_.rows.push_back(table_.rows[row]);
    for (core::Column& column : out_.columns)
      if (column.cells.size() < out_.rows.size()) column.cells.push_back({table_.rows[row].span.end, 0, CellKind::absent, 0, false, 0});
  }

  const core::Document& document_;
  const core::Table& table_;
  Levels levels_;
  std::size_t written_;  // headers
  core::Table out_;
  std::vector<std::size_t> targets_;   // columns of the new table by those of the old, from the first level on
  std::vector<std::size_t> distinct_;  // levels, each once
};

}  // namespace

// "concurrency | 1 | 4 | 8 | 1 to 8": how many of the last headers, one or two, are no levels behind three and more of a setting that the
// corner names; 0 where all are, or none.
std::size_t headers_behind_levels(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  constexpr std::size_t kMostBehind = 2;
  for (std::size_t behind = 1; behind <= kMostBehind && behind + kFewestLevels + 1 < header.size(); ++behind) {
    if (level_of(document, header[header.size() - behind])) return 0;
    const std::vector<Cell> front(header.begin(), header.end() - static_cast<std::ptrdiff_t>(behind));
    const std::optional<Levels> levels = numbers_in(document, table, front);
    if (levels && levels->levels.size() > kFewestLevels && !levels->names.columns.empty()) return behind;
  }
  return 0;
}

bool names_metrics(std::string_view header) {
  constexpr std::array<std::string_view, 7> kMetrics = {"metric", "metrics", "measure", "measurement", "kpi", "indicator", "quantity"};
  return has_word_of(header, kMetrics);
}

bool may_head_levels(std::string_view corner) {
  const Names names = names_of(corner);
  return !names.columns.empty() || names_metrics(corner);
}

std::optional<core::Table> table_of_levels(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  std::optional<Levels> levels = levels_of(document, table, header);
  if (!levels || !hold_numbers(table, levels->first, header.size())) return std::nullopt;
  core::Table spread = Spreading(document, table, std::move(*levels)).spread();
  return spread.rows.empty() ? std::nullopt : std::optional(std::move(spread));
}

std::vector<core::Table> tables_of_levels(const core::Document& document, const core::Table& table, const std::vector<Cell>& header) {
  std::vector<core::Table> found;
  if (std::optional<core::Table> levels = table_of_levels(document, table, header)) found.push_back(std::move(*levels));
  const std::size_t behind = found.empty() ? headers_behind_levels(document, table, header) : 0;
  if (behind == 0) return found;
  const std::size_t cut = header.size() - behind;
  core::Table front = table;
  core::Table rest = table;
  front.columns.clear();
  rest.columns.clear();
  const std::vector<Cell> levels(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(cut));
  const std::size_t first = numbers_in(document, table, levels)->first;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const std::size_t written = written_as(table, c, header.size());
    if (written < cut) front.columns.push_back(table.columns[c]);
    if (written < first || written >= cut) rest.columns.push_back(table.columns[c]);
  }
  std::optional<core::Table> spread = table_of_levels(document, front, levels);
  if (!spread) return found;
  // What the corner says is of the columns: the rows have no name.
  rest.columns[first - 1].key = spread->columns[first - 1].key;
  found.push_back(std::move(*spread));
  found.push_back(std::move(rest));
  return found;
}

}  // namespace chimera::plaintext
