#include "sources/csv_texts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/one_of.h"
#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/leading_cells.h"
#include "plaintext/number_forms.h"
#include "plaintext/parted_cells.h"
#include "sources/csv_lists.h"
#include "sources/unit_cells.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

using core::Cell;
using core::CellKind;

constexpr std::size_t kMostRows = 4096;  // of a table for people
constexpr std::size_t kMostDevices = 64;
constexpr std::size_t kLongestList = 64;

// "12.4K" of a memory are bytes that it does not say, and of a size perhaps parameters.
bool may_be_scaled(std::string_view key) {
  constexpr std::array<std::string_view, 15> kOthers = {"mem", "memory", "ram", "vram", "rss", "vms", "heap", "swap", "disk", "size", "bytes", "cache", "params", "parameters", "model"};
  const std::vector<std::string> words = text::split_identifier(key);
  return std::none_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kOthers); });
}

// What a text says as a number, and where that is written.
struct TextNumber {
  text::Number number;
  std::size_t size = 0;   // of the digits, from its first byte on
  std::string_view unit;
};

// "2.34K"
std::optional<TextNumber> scaled(std::string_view written, core::UnitPtr base) {
  if (written.size() < 2 || std::string_view("kKM").find(written.back()) == std::string_view::npos) return std::nullopt;
  const std::optional<text::Number> number = text::parse_number(written.substr(0, written.size() - 1));
  if (!number || !number->finite) return std::nullopt;
  const char letter = written.back() == 'M' ? 'M' : 'k';
  const core::UnitPtr unit = core::scaled_unit(base, letter);
  if (unit == nullptr) return std::nullopt;
  return TextNumber{*number, written.size() - 1, unit->symbol};
}

bool read_all(const core::Document& document, core::Table& table, std::size_t column, core::UnitPtr base) {
  std::vector<std::pair<std::uint32_t, TextNumber>> found;
  bool fraction = false;
  bool bare = !table.columns[column].unit.empty();
  const std::vector<Cell>& cells = table.columns[column].cells;
  for (std::uint32_t row = 0; row < cells.size(); ++row) {
    bare = bare || (cells[row].kind == CellKind::number && cells[row].number != 0);
    if (cells[row].kind == CellKind::boolean) return false;
    if (cells[row].kind != CellKind::text) continue;
    const std::optional<TextNumber> number = scaled(document.at(cells[row].span()), base);
    if (!number) return false;
    fraction = fraction || number->number.decimals > 0;
    found.emplace_back(row, *number);
  }
  if (found.empty() || !fraction) return false;
  std::vector<UnitCell> units;
  for (const auto& [row, number] : found) {
    Cell& cell = table.columns[column].cells[row];
    cell.kind = CellKind::number;
    cell.number = number.number.value;
    cell.decimals = static_cast<std::int8_t>(std::clamp(number.number.decimals, -127, 127));
    cell.size = static_cast<std::uint32_t>(number.size);
    units.push_back({row, number.unit});
  }
  split_by_unit(table, column, units, bare);
  return true;
}

struct DeviceValue {
  std::string_view name;
  Cell cell;
};

// "GPU-a1:0.5;GPU-b2:0.25;" at `offset`; nothing where a piece is no name and a number, or a name comes again.
std::vector<DeviceValue> values_of_devices(std::string_view written, std::uint64_t offset) {
  std::vector<DeviceValue> values;
  for (std::size_t begin = 0; begin < written.size();) {
    const std::size_t end = written.find(';', begin);
    const std::size_t colon = written.find(':', begin);
    if (end == std::string_view::npos || colon == std::string_view::npos || colon == begin || colon > end || values.size() == kMostDevices) return {};
    const std::optional<text::Number> number = text::parse_number(written.substr(colon + 1, end - colon - 1));
    const std::string_view name = written.substr(begin, colon - begin);
    const bool again = std::any_of(values.begin(), values.end(), [&](const DeviceValue& value) { return value.name == name; });
    if (!number || !number->finite || again) return {};
    values.push_back({name, number_at(offset + colon + 1, end - colon - 1, *number)});
    begin = end + 1;
  }
  return values;
}

// "TTFT ms min", "TTFT ms p0.1", … of "TTFT ms [min, 0.1, 1, 99, max]"; nothing of a header that lists no statistics.
std::vector<std::string> keys_of_statistics(std::string_view header) {
  constexpr double kWhole = 100;
  const std::size_t open = header.rfind('[');
  if (open == std::string_view::npos || open == 0 || header.back() != ']') return {};
  std::vector<std::string> keys;
  bool words = false;
  for (std::size_t begin = open + 1; begin < header.size();) {
    const std::size_t end = std::min(header.find(',', begin), header.size() - 1);
    const std::string_view name = text::trim(header.substr(begin, end - begin));
    const std::optional<text::Number> percent = text::parse_number(name);
    if (percent ? percent->value < 0 || percent->value > kWhole : !core::find_statistic(text::lower(name))) return {};
    words = words || !percent;
    keys.push_back(std::string(text::trim(header.substr(0, open))) + (percent ? " p" : " ") + std::string(name));
    begin = end + 1;
  }
  return words && keys.size() > 2 ? keys : std::vector<std::string>();
}

}  // namespace

bool read_texts_as_numbers(const core::Document& document, core::Table& table, std::size_t column) {
  const std::string key = table.columns[column].key;
  const std::string unit = table.columns[column].unit;
  if (table.rows.size() > kMostRows || !may_be_scaled(key)) return false;
  // "requests_ms" has a unit that no letter stands for.
  const std::vector<std::string> words = text::split_identifier(key);
  const core::UnitPtr named = core::find_unit(unit.empty() ? key : unit);
  if (unit.empty() && named == nullptr && words.size() > 1 && core::find_unit(words.back()) != nullptr) return false;
  return read_all(document, table, column, named == nullptr ? core::count_unit() : named);
}

std::vector<core::Span> part_values_of_devices(const core::Document& document, core::Table& table, std::size_t column) {
  if (table.rows.size() > kMostRows) return {};
  std::vector<std::string_view> devices;
  std::vector<std::pair<std::uint32_t, DeviceValue>> found;
  for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
    const Cell& cell = table.columns[column].cells[row];
    if (cell.kind == CellKind::absent || cell.kind == CellKind::null) continue;
    const std::vector<DeviceValue> values = cell.kind == CellKind::text ? values_of_devices(document.at(cell.span()), cell.begin) : std::vector<DeviceValue>();
    if (values.empty()) return {};
    for (const DeviceValue& value : values) {
      if (std::find(devices.begin(), devices.end(), value.name) == devices.end()) devices.push_back(value.name);
      found.emplace_back(row, value);
    }
  }
  if (devices.empty() || devices.size() > kMostDevices) return {};
  std::vector<std::size_t> columns = {column};
  while (columns.size() < devices.size()) {
    core::Column added;
    added.key = table.columns[column].key + '#' + std::to_string(columns.size() + 1);
    added.unit = table.columns[column].unit;
    added.position = static_cast<std::uint32_t>(column + 1);
    added.cells.resize(table.rows.size());
    columns.push_back(table.columns.size());
    table.columns.push_back(std::move(added));
  }
  std::vector<core::Span> names;
  for (Cell& cell : table.columns[column].cells)
    if (cell.kind == CellKind::text) cell.kind = CellKind::absent, cell.size = 0;
  for (const auto& [row, value] : found) {
    const auto device = static_cast<std::size_t>(std::find(devices.begin(), devices.end(), value.name) - devices.begin());
    table.columns[columns[device]].cells[row] = value.cell;
    names.push_back({value.cell.begin - 1 - value.name.size(), value.cell.begin - 1});
  }
  return names;
}

bool part_lists_of_percentiles(const core::Document& document, core::Table& table, std::size_t column) {
  const std::string key = table.columns[column].key;
  const std::string last = text::lower(std::string_view(key).substr(key.find_last_of(" /_") + 1));
  const std::vector<std::string> named = keys_of_statistics(key);
  if (table.rows.size() > kMostRows || (last != "percentiles" && last != "quantiles" && named.empty())) return false;
  std::vector<std::vector<Cell>> lists(table.rows.size());
  std::size_t length = 0;
  for (std::size_t row = 0; row < lists.size(); ++row) {
    const Cell& cell = table.columns[column].cells[row];
    if (cell.kind == CellKind::absent || cell.kind == CellKind::null) continue;
    if (cell.kind == CellKind::text) lists[row] = numbers_of_list(document.at(cell.span()), cell.begin, kLongestList);
    if (lists[row].size() < 2 || (length > 0 && lists[row].size() != length)) return false;
    length = lists[row].size();
  }
  if (length == 0 || (!named.empty() && named.size() != length)) return false;
  const core::Column base = table.columns[column];
  for (std::size_t i = 0; i < length; ++i) {
    core::Column part;
    part.key = named.empty() ? key + '#' + std::to_string(i + 1) : named[i];
    part.unit = base.unit;
    part.position = static_cast<std::uint32_t>(column + 1);
    for (std::size_t row = 0; row < lists.size(); ++row) part.cells.push_back(lists[row].empty() ? Cell{base.cells[row].begin, 0, CellKind::absent, 0, false, 0} : lists[row][i]);
    if (i == 0) table.columns[column] = std::move(part);
    else table.columns.push_back(std::move(part));
  }
  return true;
}

bool part_comparisons(const core::Document& document, core::Table& table, std::size_t column) {
  const std::vector<Cell>& cells = table.columns[column].cells;
  const bool texts = std::any_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.kind == CellKind::text; });
  if (column == 0 || !texts || table.rows.size() > kMostRows) return false;
  const std::optional<plaintext::PartedHeader> compared = plaintext::compared_header(table.columns[column].key);
  if (!compared) return false;
  std::vector<std::vector<plaintext::WrittenCell>> values(table.rows.size());
  std::optional<std::string_view> unit;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const Cell& cell = cells[row];
    if (cell.kind == CellKind::absent || cell.kind == CellKind::null) continue;
    if (cell.kind == CellKind::text) values[row] = plaintext::parted_cell(document.text, cell.span(), *compared);
    if (values[row].empty() || values[row][0].unit != values[row][1].unit || unit.value_or(values[row][0].unit) != values[row][0].unit) return false;
    unit = values[row][0].unit;
  }
  if (!unit) return false;
  const core::Column base = table.columns[column];
  for (std::size_t i = 0; i < compared->keys.size(); ++i) {
    core::Column part;
    part.key = compared->keys[i];
    part.unit = unit->empty() ? base.unit : std::string(*unit);
    part.position = static_cast<std::uint32_t>(column + 1);
    for (std::size_t row = 0; row < values.size(); ++row) part.cells.push_back(values[row].empty() ? base.cells[row] : values[row][i].cell);
    if (i == 0) table.columns[column] = std::move(part);
    else table.columns.push_back(std::move(part));
  }
  return true;
}

bool repeat_names(const core::Document& document, core::Table& table, std::size_t column) {
  if (table.rows.size() > kMostRows) return false;
  bool any = false;
  std::vector<Cell>& cells = table.columns[column].cells;
  for (std::size_t row = 1; row < cells.size(); ++row) {
    const bool names = cells[row].kind == CellKind::text && cells[row - 1].kind == CellKind::text;
    const std::string_view written = names ? document.at(cells[row].span()) : std::string_view();
    if (!names || !(plaintext::is_ditto(written) || (cells[row].quoted && written == "\"\""))) continue;
    cells[row] = cells[row - 1];
    any = true;
  }
  return any;
}

bool names_unit(std::string_view key) {
  const std::vector<std::string> words = text::split_identifier(key);
  return words.size() > 1 && core::find_unit(words.back()) != nullptr;
}

Oddity lists_in(const core::Document& document, const core::Column& column) {
  Oddity lists;
  for (const core::Cell& cell : column.cells) {
    if (cell.kind != core::CellKind::text || cell.size < 3) continue;
    const std::string_view text = document.at(cell.span());
    const bool list = text.front() == '[' && text.back() == ']';
    // "[READ]" is a name.
    if (list && std::string_view("0123456789-.[\"'").find(text[1]) != std::string_view::npos) lists.add(cell.begin);
  }
  return lists;
}

Oddity quantities_in(const core::Document& document, const core::Column& column) {
  Oddity quantities;
  std::size_t numbers = 0;
  const bool measures = !column.unit.empty() || names_unit(column.key);
  for (const core::Cell& cell : column.cells) {
    numbers += cell.kind == core::CellKind::number ? 1 : 0;
    if (cell.kind != core::CellKind::text) continue;
    const std::string_view written = document.at(cell.span());
    const bool several = measures && plaintext::holds_several_numbers(written);  // "12 / 34" below "ttft_ms"
    if (several || plaintext::looks_like_quantity(written) || (measures && plaintext::looks_like_number(written))) quantities.add(cell.begin);
  }
  return measures || numbers >= quantities.count ? quantities : Oddity{};
}

}  // namespace chimera::sources
