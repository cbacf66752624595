#include "plaintext/unit_columns.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/unit.h"
#include "plaintext/number_forms.h"
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
  return unit == "thousand" && cell.decimals == 0 && std::find(kSizes.begin(), kSizes.end(), cell.number) != kSizes.end();
}

// "512M" of it are bytes, which such a number does not say.
bool names_memory(std::string_view key) {
  constexpr std::array<std::string_view, 10> kMemory = {"mem", "memory", "heap", "ram", "vram", "rss", "disk", "size", "cache", "buffer"};
  const std::vector<std::string> words = text::split_identifier(key);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return std::find(kMemory.begin(), kMemory.end(), word) != kMemory.end(); });
}

// "135.87 M" of it are millions, where a blank leaves open what the letter stands for.
bool counts_of_a_network(std::string_view key) {
  constexpr std::array<std::string_view, 7> kCounts = {"params", "parameters", "macs", "flops", "weights", "operations", "ops"};
  const std::vector<std::string> words = text::split_identifier(key);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return std::find(kCounts.begin(), kCounts.end(), word) != kCounts.end(); });
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
  const core::UnitPtr named = first.named ? core::find_unit(first.unit) : unit_in_name(key);
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
    if (same_unit(variant.unit, unit)) return &variant;
  if (variants.size() == kMostUnits) return nullptr;
  const core::Column& base = table_.columns[first.column];
  const std::uint32_t position = base.position > 0 ? base.position : static_cast<std::uint32_t>(first.column) + 1;
  const std::size_t added = append(base.key, unit, position);
  variants.push_back({std::string(unit), added, 0, false, false});
  return &variants.back();
}

void UnitColumns::put(std::size_t row, std::size_t column, const WrittenCell& written) {
  const std::size_t declared = variants_[column].front().column;
  if (written.cell.kind != core::CellKind::number) return put_cell(row, declared, written.cell);
  const std::optional<std::string_view> unit = unit_beside(column, written);
  Variant* const found = unit ? variant_for(column, *unit) : nullptr;
  if (found == nullptr) {
    core::Cell words = written.words.size > 0 ? written.words : written.cell;
    words.kind = core::CellKind::text;
    return put_cell(row, declared, words);
  }
  Variant& variant = *found;
  put_cell(row, variant.column, written.cell);
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

core::Table UnitColumns::finish() {
  for (core::Column& column : table_.columns) column.cells.resize(table_.rows.size());
  return std::move(table_);
}

}  // namespace chimera::plaintext
