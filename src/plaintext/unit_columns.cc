#include "plaintext/unit_columns.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/one_of.h"
#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostUnits = 8;  // of one column

// The unit that the header names: by itself, "Elem/s", or behind other words, "throughput_tok_s".
core::UnitPtr unit_in_name(std::string_view key) {
  for (std::string_view rest = key; !rest.empty();) {
    if (const core::UnitPtr unit = core::find_unit(rest)) return unit;
    const std::size_t cut = rest.find_first_of(" _/");
    rest = cut == std::string_view::npos ? std::string_view() : rest.substr(cut + 1);
  }
  return nullptr;
}

// "4k" without a unit names a size more often than it counts ("4k context", which may be 4096), as 1k and 128k do; 505k counts.
bool is_name_of_size(const core::Cell& cell, std::string_view unit) {
  constexpr std::array<double, 13> kSizes = {1, 2, 4, 8, 10, 16, 32, 64, 100, 128, 256, 512, 1000};
  return unit == "thousand" && cell.decimals == 0 && base::is_one_of(cell.number, kSizes);
}

// "512M" of it are bytes, which such a number does not say.
bool names_memory(std::string_view key) {
  constexpr std::array<std::string_view, 10> kMemory = {"mem", "memory", "heap", "ram", "vram", "rss", "disk", "size", "cache", "buffer"};
  const std::vector<std::string> words = text::split_identifier(key);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kMemory); });
}

// "135.87 M" of it are millions, where a blank leaves open what the letter stands for.
bool counts_of_a_network(std::string_view key) {
  constexpr std::array<std::string_view, 7> kCounts = {"params", "parameters", "macs", "flops", "weights", "operations", "ops"};
  const std::vector<std::string> words = text::split_identifier(key);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kCounts); });
}

core::Cell as_text(const WrittenCell& written) {
  core::Cell words = written.words.size > 0 ? written.words : written.cell;
  words.kind = core::CellKind::text;
  return words;
}

// Whether the statistic is in the unit of what it is of.
bool is_in_its_unit(const core::Statistic& statistic) {
  using Kind = core::Statistic::Kind;
  constexpr std::array<Kind, 6> kSame = {Kind::mean, Kind::median, Kind::minimum, Kind::maximum, Kind::stddev, Kind::percentile};
  return base::is_one_of(statistic.kind, kSame);
}

}  // namespace

// "B" behind a count of parameters is no byte. "1.1k" below "Prefill (tok/s)", "256.7G" below "Elem/s" are thousands and
// billions of that; below a time or a size they are nothing that is known.
std::optional<std::string_view> UnitColumns::unit_beside(std::size_t column, const WrittenCell& written) const {
  const Variant& first = variants_[column].front();
  const std::string& key = table_.columns[first.column].key;
  const bool parameters = (written.unit == "B" || written.unit == "b") && text::lower(key).find("param") != std::string::npos;
  if (parameters) return "billion";
  const char scale = scale_named(written.unit);
  if (scale == '\0') return written.unit;
  const bool is_size = text::parse_number_with_unit(key).has_value();  // "16 bytes" says what was worked on
  const core::UnitPtr named = first.named ? core::find_unit(first.unit) : is_size ? nullptr : unit_in_name(key);
  if (named == nullptr && is_name_of_size(written.cell, written.unit)) return std::nullopt;
  if (named == nullptr && written.unit.size() == 1 && counts_of_a_network(key)) return scale == 'k' ? "thousand" : scale == 'M' ? "million" : scale == 'G' ? "billion" : "trillion";
  if (named == nullptr) return written.unit == "million" && names_memory(key) ? "M" : written.unit;
  const core::UnitPtr scaled = core::scaled_unit(named, scale);
  return scaled == nullptr ? std::nullopt : std::optional(scaled->symbol);
}

UnitColumns::UnitColumns(core::TableKind kind, std::string name) {
  table_.kind = kind;
  table_.name = std::move(name);
}

std::size_t UnitColumns::append(std::string key, std::string_view unit, std::uint32_t position) {
  core::Column column;
  column.key = std::move(key);
  column.unit = std::string(unit);
  column.position = position;
  table_.columns.push_back(std::move(column));
  return table_.columns.size() - 1;
}

std::size_t UnitColumns::add_column(std::string key, std::string_view unit, std::uint32_t position) {
  const std::size_t column = append(std::move(key), unit, position);
  variants_.push_back({{std::string(unit), column, 0, unit.empty(), !unit.empty()}});
  return variants_.size() - 1;
}

std::size_t UnitColumns::add_named(const std::string& name, std::string_view unit, std::uint32_t position) {
  const int times = name.empty() ? 1 : ++named_[name];
  return add_column(times == 1 ? name : name + '#' + std::to_string(times), unit, position);
}

void UnitColumns::add_row(core::Row row) { table_.rows.push_back(std::move(row)); }

UnitColumns::Variant* UnitColumns::variant_for(std::size_t column, std::string_view unit) {
  std::vector<Variant>& variants = variants_[column];
  Variant& first = variants.front();
  if (first.open) {
    first.open = false;
    first.unit = table_.columns[first.column].unit = std::string(unit);
    return &first;
  }
  if (unit.empty() && first.named) return &first;
  for (Variant& variant : variants)
    if (variant.suffix.empty() && same_unit(variant.unit, unit)) return &variant;
  if (variants.size() == kMostUnits) return nullptr;
  const core::Column& base = table_.columns[first.column];
  const std::uint32_t position = base.position > 0 ? base.position : static_cast<std::uint32_t>(first.column) + 1;
  const std::size_t added = append(base.key, unit, position);
  variants.push_back({std::string(unit), added, 0, false, false});
  return &variants.back();
}

// The column of what `suffix` tells apart.
UnitColumns::Variant* UnitColumns::variant_of(std::size_t column, std::string_view unit, std::string_view suffix) {
  std::vector<Variant>& variants = variants_[column];
  for (Variant& variant : variants)
    if (variant.suffix == suffix && same_unit(variant.unit, unit)) return &variant;
  if (variants.size() == kMostUnits) return nullptr;
  const core::Column& base = table_.columns[variants.front().column];
  const std::uint32_t position = base.position > 0 ? base.position : static_cast<std::uint32_t>(variants.front().column) + 1;
  // "Average latency: 12.5 ms (p99: 31.25 ms)": the percentile is none of averages. "P95 latency: 15-16 ms" is a range of such.
  const auto other = core::find_statistic(text::lower(suffix));
  const std::size_t blank = other && other->kind == core::Statistic::Kind::percentile ? base.key.find(' ') : std::string::npos;
  const bool behind = blank != std::string::npos && blank + 1 < base.key.size() && core::find_statistic(text::lower(base.key.substr(0, blank)));
  const std::size_t added = append(base.key.substr(behind ? blank + 1 : 0) + '/' + std::string(suffix), unit, position);
  variants.push_back({std::string(unit), added, 0, false, false, std::string(suffix)});
  return &variants.back();
}

void UnitColumns::put(std::size_t row, std::size_t column, const WrittenCell& written) {
  const Variant& first = variants_[column].front();
  const std::size_t declared = first.column;
  if (written.spaced && !has_rows_of_names() && table_.kind != core::TableKind::transposed) return put_cell(row, declared, as_text(written));
  if (written.relative) {
    const core::UnitPtr named = first.named ? core::find_unit(first.unit) : unit_in_name(table_.columns[declared].key);
    if (named != nullptr && named->dimension != core::Dimension::fraction) {
      WrittenCell value = written;
      value.relative = false;
      value.unit = {};
      value.spread = {};
      return put(row, column, value);
    }
  }
  // In the first column they name the rows, and outside of tables they are intervals as often.
  const bool measures = table_.kind == core::TableKind::transposed || (column > 0 && has_rows_of_names());
  if (measures && written.upper.kind == core::CellKind::number) ranges_.push_back({row, column, written.lower, written.upper, std::string(written.unit)});
  if (written.cell.kind != core::CellKind::number) return put_cell(row, declared, written.cell);
  const std::optional<std::string_view> unit = unit_beside(column, written);
  Variant* const found = !unit ? nullptr : written.qualifier.empty() ? variant_for(column, *unit) : variant_of(column, *unit, written.qualifier);
  if (found == nullptr) return put_cell(row, declared, as_text(written));
  Variant& variant = *found;
  put_cell(row, variant.column, written.cell);
  if (column == 0 && !written.unit.empty() && written.words.size > 0) doubtful_.push_back({row, variant.column, written.words});
  if (written.other.kind == core::CellKind::number) {
    const std::string unit_of_all = variant.unit;
    if (const Variant* const other = variant_of(column, unit_of_all, written.other_name)) put_cell(row, other->column, written.other);
    return;
  }
  if (written.spread.kind == core::CellKind::absent) return;
  if (variant.spread == 0) {
    const core::Column base = table_.columns[variant.column];
    const std::uint32_t position = base.position > 0 ? base.position : static_cast<std::uint32_t>(declared) + 1;
    variant.spread = append(base.key + "/\xC2\xB1", base.unit, position);
  }
  put_cell(row, variant.spread, written.spread);
}

void UnitColumns::put_cell(std::size_t row, std::size_t column, const core::Cell& cell) {
  std::vector<core::Cell>& cells = table_.columns[column].cells;
  if (cells.size() <= row) cells.resize(row + 1);
  cells[row] = cell;
}

// What is in a unit of its own or of its column, or has a fraction and stands among numbers; "100-200" tokens are a setting.
bool UnitColumns::is_measured(std::size_t column, const core::Cell& lower, std::string_view unit) const {
  const Variant& first = variants_[column].front();
  const core::Column& declared = table_.columns[first.column];
  core::UnitPtr known = core::find_unit(unit.empty() ? declared.unit : unit);
  if (known == nullptr) known = unit_in_name(declared.key);
  using core::Dimension;
  if (known != nullptr && known->dimension != Dimension::tokens && known->dimension != Dimension::count && known->dimension != Dimension::none)
    return known->dimension != Dimension::information || lower.decimals > 0;
  return unit.empty() && lower.decimals > 0 &&
         std::any_of(declared.cells.begin(), declared.cells.end(), [](const core::Cell& cell) { return cell.kind == core::CellKind::number; });
}

// "0.0-1.0", "1.0-2.0": when, and no bounds of what was measured.
std::set<std::size_t> UnitColumns::columns_of_intervals() const {
  std::set<std::size_t> found;
  std::map<std::size_t, double> last;  // upper bound by column
  for (const Range& range : ranges_) {
    const auto above = last.find(range.column);
    const bool touches = above != last.end() && above->second == range.lower.number;
    if (touches || range.lower.number == 0) found.insert(range.column);
    last[range.column] = range.upper.number;
  }
  return found;
}

void UnitColumns::part_ranges() {
  const std::set<std::size_t> intervals = columns_of_intervals();
  for (const Range& range : ranges_) {
    const Variant& first = variants_[range.column].front();
    if (intervals.count(range.column) > 0 || !is_measured(range.column, range.lower, range.unit)) continue;
    const std::size_t declared = first.column;
    const std::string unit = range.unit.empty() ? table_.columns[declared].unit : range.unit;
    const Variant* const lower = variant_of(range.column, unit, "min");
    const std::size_t low = lower == nullptr ? 0 : lower->column;
    const Variant* const upper = lower == nullptr ? nullptr : variant_of(range.column, unit, "max");
    if (upper == nullptr) continue;
    put_cell(range.row, low, range.lower);
    put_cell(range.row, upper->column, range.upper);
    put_cell(range.row, declared, {});
  }
}

// "8gbit" and "3d" in a first column of names are names.
void UnitColumns::keep_names() {
  if (!has_rows_of_names() || doubtful_.empty() || variants_[0].front().named || unit_in_name(table_.columns[variants_[0].front().column].key) != nullptr) return;
  const std::size_t declared = variants_[0].front().column;
  const std::vector<core::Cell>& cells = table_.columns[declared].cells;
  const auto names = std::count_if(cells.begin(), cells.end(), [](const core::Cell& cell) { return cell.kind == core::CellKind::text; });
  if (static_cast<std::size_t>(names) < doubtful_.size()) return;
  for (Doubtful& doubtful : doubtful_) {
    put_cell(doubtful.row, doubtful.column, {});
    doubtful.words.kind = core::CellKind::text;
    put_cell(doubtful.row, declared, doubtful.words);
    table_.columns[doubtful.column].unit.clear();
  }
}

// "median | p90 | max" above "654 ms | 1632 | 3209": statistics of one thing.
void UnitColumns::share_unit() {
  std::string_view unit;
  std::vector<core::Column*> bare;
  for (const std::vector<Variant>& variants : variants_) {
    core::Column& column = table_.columns[variants.front().column];
    const auto statistic = core::find_statistic(text::lower(column.key));
    if (!statistic || !is_in_its_unit(*statistic)) continue;
    if (variants.size() > 1 || variants.front().named || (!unit.empty() && !column.unit.empty() && unit != column.unit)) return;
    if (column.unit.empty()) bare.push_back(&column);
    else unit = column.unit;
  }
  const core::UnitPtr known = core::find_unit(unit);
  if (known == nullptr || known->dimension != core::Dimension::time) return;
  const std::string shared(unit);
  for (core::Column* const column : bare) column->unit = shared;
}

core::Table UnitColumns::finish() {
  part_ranges();
  keep_names();
  share_unit();
  for (core::Column& column : table_.columns) column.cells.resize(table_.rows.size());
  return std::move(table_);
}

}  // namespace chimera::plaintext
