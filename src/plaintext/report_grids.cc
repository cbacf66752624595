#include "plaintext/report_grids.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "core/unit.h"
#include "plaintext/header_columns.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

// From the first cell to the last that is not empty; empty where all are.
Span around(const std::vector<Span>& cells) {
  Span span;
  for (const Span& cell : cells) span = joined(span, cell);
  return span;
}

// "/sec", "K/sec", "M/sec": so many events a second, and powers of a thousand of them. Empty where it is none.
std::string_view unit_of_rate(std::string_view written) {
  constexpr std::string_view kRate = "/sec";
  if (written == kRate) return "op/s";
  if (written.size() != kRate.size() + 1 || written.substr(1) != kRate) return {};
  const core::UnitPtr scaled = core::scaled_unit(core::find_unit("op/s"), written.front());
  return scaled == nullptr ? std::string_view() : scaled->symbol;
}

// A value of a device, and the name that it stands under.
struct NamedField {
  std::string name;
  Span value;
};

class Things {
 public:
  explicit Things(const core::Document& document) : document_(document), text_(document.text) {}

  // The fields of one cell; several below one name are one.
  [[nodiscard]] std::vector<NamedField> fields_of(Span header, Span cell) const {
    const std::vector<Span> names = wide_fields(text_, header);
    std::vector<Span> values(names.size());
    for (const Span field : wide_fields(text_, cell)) {
      if (names.empty()) break;
      Span& value = values[nearest_name(document_, names, field)];
      value = value.size() == 0 ? field : Span{value.begin, field.end};
    }
    std::vector<NamedField> found;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (values[i].size() > 0) add_parts(std::string(at(text_, names[i])), values[i], found);
    return found;
  }

 private:
  // "69W / 700W" is two numbers.
  void add_parts(const std::string& name, Span value, std::vector<NamedField>& found) const {
    const std::size_t slash = at(text_, value).find('/');
    if (slash != std::string_view::npos && slash > 0) {
      const Span first = trimmed(text_, {value.begin, value.begin + slash});
      const Span second = trimmed(text_, {value.begin + slash + 1, value.end});
      const auto number = [&](Span span) { return span.size() > 0 && read_written_cell(text_, span).cell.kind == core::CellKind::number; };
      if (number(first) && number(second)) {
        const std::size_t colon = name.find(':');
        const std::size_t cut = colon == std::string::npos ? colon : name.find('/', colon);
        const bool named = cut != std::string::npos;
        found.push_back({named ? name.substr(0, colon) + '/' + name.substr(colon + 1, cut - colon - 1) : name, first});
        found.push_back({named ? name.substr(0, colon) + name.substr(cut) : name + "/total", second});
        return;
      }
    }
    found.push_back({name, value});
  }

  const core::Document& document_;
  std::string_view text_;
};

}  // namespace

LocatedTable table_of_ruled(const core::Document& document, const RuledTable& table, std::string section, std::vector<Span>& keys) {
  keys.insert(keys.end(), table.header.begin(), table.header.end());
  UnitColumns columns(core::TableKind::csv, std::move(section));
  columns.table().header_line = document.place(table.header.front().begin).line;
  const bool about = table.subject.size() > 0;
  if (about) columns.add_column("group", {});
  for (const Span& name : table.header) columns.add_column(std::string(document.at(name)), unit_of_header(document.at(name)));
  for (const std::vector<Span>& cells : table.rows) {
    columns.add_row(row_at(document, around(cells)));
    if (about) columns.put(0, {text_cell(table.subject), {}, {}});
    for (std::size_t k = 0; k < cells.size(); ++k)
      if (cells[k].size() > 0) columns.put(k + (about ? 1 : 0), read_written_cell(document.text, cells[k]));
  }
  return {table.header.front().begin, columns.finish()};
}

LocatedTable table_of_counters(const core::Document& document, const CounterReport& report) {
  UnitColumns columns(core::TableKind::records, {});
  const std::size_t value = columns.add_column("counter-value", {});
  const std::size_t unit = columns.add_column("unit", {});
  const std::size_t event = columns.add_column("event", {});
  const std::size_t derived = columns.add_column("metric-value", {});
  const std::size_t derived_unit = columns.add_column("metric-unit", {});
  const std::size_t variance = columns.add_column("variance", {});
  const std::size_t command = columns.add_column("command", {});
  for (const CounterLine& line : report.lines) {
    columns.add_row(row_at(document, around({line.count, line.event, line.derived_unit})));
    columns.put(value, read_written_cell(document.text, line.count));
    columns.put(unit, {text_cell(line.unit), {}, {}});
    columns.put(event, {text_cell(line.event), {}, {}});
    columns.put(derived_unit, {text_cell(line.derived_unit), {}, {}});
    columns.put(command, {text_cell(report.command), {}, {}});
    if (line.derived.size() > 0) {
      WrittenCell written = read_written_cell(document.text, line.derived);
      if (written.unit.empty()) written.unit = unit_of_rate(document.at(line.derived_unit));
      columns.put(derived, written);
    }
    if (line.variance.size() > 0) columns.put(variance, read_written_cell(document.text, line.variance));
  }
  return {report.lines.front().count.begin, columns.finish()};
}

LocatedTable table_of_things(const core::Document& document, const DrawnTable& table, std::string section, std::vector<Span>& keys) {
  std::vector<Span> names;
  for (const std::vector<Span>& line : table.names) names.insert(names.end(), line.begin(), line.end());
  keys.insert(keys.end(), names.begin(), names.end());
  const Span header = around(names);
  UnitColumns columns(core::TableKind::csv, std::move(section));
  columns.table().header_line = document.place(header.begin).line;
  const Things things(document);
  std::map<std::string, std::size_t> index;
  for (const std::vector<std::vector<Span>>& thing : table.things) {
    std::vector<Span> all;
    for (const std::vector<Span>& line : thing) all.insert(all.end(), line.begin(), line.end());
    if (around(all).size() == 0) continue;
    columns.add_row(row_at(document, around(all)));
    for (std::size_t l = 0; l < std::min(table.names.size(), thing.size()); ++l) {
      for (std::size_t k = 0; k < std::min(table.names[l].size(), thing[l].size()); ++k) {
        for (const NamedField& field : things.fields_of(table.names[l][k], thing[l][k])) {
          const auto [entry, fresh] = index.try_emplace(field.name, 0);
          if (fresh) entry->second = columns.add_column(field.name, {});
          columns.put(entry->second, read_written_cell(document.text, field.value));
        }
      }
    }
  }
  return {header.begin, columns.finish()};
}

}  // namespace chimera::plaintext
