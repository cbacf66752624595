#include "plaintext/benchstat.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 1024;  // bytes
constexpr std::size_t kMostFiles = 16;
constexpr std::size_t kMostRows = 4096;
constexpr std::string_view kBar = "\xE2\x94\x82";      // U+2502
constexpr std::string_view kPlusMinus = "\xC2\xB1";

struct Value {
  Span number;
  std::string_view letters;  // "n", "µs", "Ki" behind it
  Span spread;               // without "%"; empty where there is none
};

struct Row {
  Span name;
  std::vector<Value> values;
  std::vector<std::size_t> places;  // where each value begins, in characters from the beginning of its line
};

struct Header {
  std::string_view metric;         // "sec/op", "alloc/op"
  std::string_view statistic;      // what its values are
  std::vector<Span> files;         // one for each value of a row; empty where only one is
  std::size_t values = 0;
  std::vector<Span> keys;
  std::vector<std::size_t> bars;   // where the column of each file begins and the last ends, in characters; empty where no bars stand
};

std::optional<Value> value_at(std::string_view text, Span word) {
  text::NumberToken token;
  if (!text::NumberScanner(at(text, word)).next(token) || token.begin != 0 || !is_digit(text[word.begin])) return std::nullopt;
  const std::string_view letters = at(text, {word.begin + token.end, word.end});
  if (letters.find_first_of("0123456789%(") != std::string_view::npos) return std::nullopt;
  return Value{{word.begin, word.begin + token.end}, letters, {}};
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<Row> row_of(std::string_view text, Span line) {
  const std::vector<Span> parts = words(text, line);
  if (parts.size() < 2) return std::nullopt;
  Row row{parts.front(), {}, {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string_view word = at(text, parts[i]);
    if (word.front() == '(') {  // "(p=0.002 n=10)"
      while (i < parts.size() && at(text, parts[i]).back() != ')') ++i;
    } else if (word == kPlusMinus) {
      if (row.values.empty() || ++i >= parts.size()) return std::nullopt;
      const std::string_view spread = at(text, parts[i]);
      if (spread.size() > 1 && spread.back() == '%') row.values.back().spread = {parts[i].begin, parts[i].end - 1};
    } else if (word != "~" && word != "?" && !((word.front() == '+' || word.front() == '-') && word.back() == '%') && static_cast<unsigned char>(word.front()) < 0x80) {
      const auto value = value_at(text, parts[i]);
      if (!value || row.values.size() == kMostFiles) return std::nullopt;
      row.values.push_back(*value);
      row.places.push_back(characters(at(text, {line.begin, parts[i].begin})));
    }
  }
  return row;
}

// The column of each value of a row, where it has one for each or bars tell it; nothing where neither does.
std::vector<std::size_t> columns_of(const Row& row, const Header& header) {
  std::vector<std::size_t> columns;
  for (std::size_t k = 0; k < row.values.size(); ++k) {
    if (header.bars.empty()) {
      columns.push_back(k);
      continue;
    }
    const auto bar = std::upper_bound(header.bars.begin(), header.bars.end(), row.places[k]);
    if (bar == header.bars.begin() || bar == header.bars.end()) return {};
    columns.push_back(static_cast<std::size_t>(bar - header.bars.begin()) - 1);
    if (columns.size() > 1 && columns[k] <= columns[k - 1]) return {};
  }
  return header.bars.empty() && columns.size() != header.values ? std::vector<std::size_t>() : columns;
}

// "name   old time/op   new time/op   delta"
std::optional<Header> named_header(std::string_view text, Span line) {
  const std::vector<Span> fields = wide_fields(text, line);
  if (fields.size() < 2 || at(text, fields[0]) != "name") return std::nullopt;
  Header header;
  header.statistic = "mean";
  for (std::size_t k = 1; k < fields.size(); ++k) {
    if (at(text, fields[k]) == "delta") continue;
    const std::vector<Span> parts = words(text, fields[k]);
    const std::string_view metric = at(text, parts.back());
    if (!is_measured_per_operation(metric) || parts.size() > 2 || (header.values > 0 && metric != header.metric)) return std::nullopt;
    header.metric = metric;
    ++header.values;
    if (parts.size() == 2) header.files.push_back(parts.front());
  }
  if (header.values == 0 || (!header.files.empty() && header.files.size() != header.values)) return std::nullopt;
  header.keys = {{fields.front().begin, fields.back().end}};
  return header;
}

std::vector<Span> between_bars(std::string_view text, Span line) {
  std::vector<Span> cells;
  std::size_t bar = at(text, line).find(kBar);
  while (bar != std::string_view::npos && cells.size() <= kMostFiles) {
    const std::size_t next = at(text, line).find(kBar, bar + kBar.size());
    const Span cell = trimmed(text, {line.begin + bar + kBar.size(), next == std::string_view::npos ? line.end : line.begin + next});
    if (next != std::string_view::npos || cell.size() > 0) cells.push_back(cell);
    bar = next;
  }
  return cells;
}

std::vector<std::size_t> places_of_bars(std::string_view line) {
  std::vector<std::size_t> places;
  for (std::size_t bar = line.find(kBar); bar != std::string_view::npos; bar = line.find(kBar, bar + kBar.size())) places.push_back(characters(line.substr(0, bar)));
  return places;
}

// "│ old.txt │ new.txt │" above "│ sec/op │ sec/op  vs base │"
std::optional<Header> barred_header(std::string_view text, Span files, Span units) {
  if (at(text, trimmed(text, files)).substr(0, kBar.size()) != kBar) return std::nullopt;
  Header header;
  header.statistic = "median";
  header.files = between_bars(text, files);
  const std::vector<Span> names = between_bars(text, units);
  if (header.files.empty() || header.files.size() != names.size()) return std::nullopt;
  for (const Span& name : names) {
    const std::vector<Span> parts = words(text, name);
    if (parts.empty() || !is_measured_per_operation(at(text, parts.front())) || (!header.metric.empty() && at(text, parts.front()) != header.metric)) return std::nullopt;
    header.metric = at(text, parts.front());
  }
  header.values = names.size();
  header.keys = {trimmed(text, files), trimmed(text, units)};
  // The bars of the line of units may stand elsewhere below wide names: the last column ends with its line.
  header.bars = places_of_bars(at(text, units));
  header.bars.resize(names.size());
  header.bars.push_back(kLongestLine);
  return header;
}

// Of "43.0n" in "sec/op" and of "43.0ns" in "time/op"; null where the letters are no unit. Of counts `known` is enough.
core::UnitPtr unit_of(const Header& header, std::string_view letters, bool& known) {
  const std::string_view base = unit_per_operation(header.metric);
  known = letters.empty();
  if (base.empty()) {
    const core::UnitPtr scaled = letters.size() == 1 ? core::scaled_unit(core::count_unit(), letters.front()) : nullptr;
    known = known || scaled != nullptr;
    return scaled;
  }
  const core::UnitPtr whole = core::find_unit(letters);
  const core::UnitPtr wanted = core::find_unit(base);
  const core::UnitPtr unit = whole != nullptr && whole->dimension == wanted->dimension && header.statistic == "mean" ? whole : core::find_unit(std::string(letters) + std::string(base));
  known = unit != nullptr && unit->dimension == wanted->dimension;
  return known ? unit : nullptr;
}

// "pkg: a/b" in the lines right above the header: what the table is of.
std::vector<std::pair<Span, Span>> said_above(const core::Document& document, std::size_t i) {
  constexpr std::size_t kMostAbove = 8;
  std::vector<std::pair<Span, Span>> said;
  for (std::size_t k = i; k-- > 0 && said.size() < kMostAbove;) {
    const Span here = trimmed(document.text, line_at(document, k, document.text.size(), kLongestLine));
    const std::size_t colon = at(document.text, here).find(": ");
    if (colon == std::string_view::npos || at(document.text, here).substr(0, colon).find(' ') != std::string_view::npos) break;
    said.insert(said.begin(), {{here.begin, here.begin + colon}, {here.begin + colon + 2, here.end}});
  }
  return said;
}

}  // namespace

bool is_measured_per_operation(std::string_view name) { return name == "speed" || name == "B/s" || (name.size() > 3 && name.substr(name.size() - 3) == "/op"); }

// Without the prefix in front of it: "s" of "sec/op"; of "allocs/op" nothing.
std::string_view unit_per_operation(std::string_view name) {
  if (name == "sec/op" || name == "time/op") return "s";
  if (name == "B/op" || name == "alloc/op") return "B";
  return name == "B/s" || name == "speed" ? "B/s" : std::string_view();
}

std::string key_per_operation(std::string_view name) {
  const std::string_view base = unit_per_operation(name);
  return base == "s" ? "time/op" : base == "B" ? "alloc/op" : base == "B/s" ? "speed" : std::string(name);
}

std::optional<BenchstatTable> benchstat_table(const core::Document& document, std::size_t i, std::uint64_t end, const std::string& section) {
  const std::string_view text = document.text;
  const auto whole = [&](std::size_t k) { return line_at(document, k, end, kLongestLine); };
  const auto line = [&](std::size_t k) { return trimmed(text, whole(k)); };
  std::optional<Header> header = named_header(text, line(i));
  std::size_t next = i + 1;
  if (!header) {
    header = barred_header(text, line(i), whole(i + 1));
    ++next;
  }
  if (!header) return std::nullopt;
  UnitColumns columns(core::TableKind::records, section);
  columns.add_column("Benchmark", {});
  if (!header->files.empty()) columns.add_column("variant", {});
  const std::string key = key_per_operation(header->metric);
  const std::size_t value_column = columns.add_column(key + '/' + std::string(header->statistic), {});
  const std::size_t spread_column = columns.add_column(key + "/\xC2\xB1", {});
  const std::vector<std::pair<Span, Span>> above = said_above(document, i);
  for (const auto& [name, value] : above) columns.add_column(std::string(at(text, name)), {});
  for (; columns.row_count() < kMostRows; ++next) {
    const auto row = line(next).size() > 0 ? row_of(text, whole(next)) : std::nullopt;
    if (!row) break;
    if (at(text, row->name) == "geomean") continue;
    const std::vector<std::size_t> places = columns_of(*row, *header);
    for (std::size_t k = 0; k < places.size(); ++k) {
      const Value& value = row->values[k];
      bool known = false;
      const core::UnitPtr unit = unit_of(*header, value.letters, known);
      columns.add_row(row_at(document, line(next)));
      columns.put(0, {text_cell(row->name), {}, {}});
      if (!header->files.empty()) columns.put(1, {text_cell(header->files[places[k]]), {}, {}});
      for (std::size_t c = 0; c < above.size(); ++c) columns.put(spread_column + 1 + c, {text_cell(above[c].second), {}, {}});
      WrittenCell written = read_written_cell(text, value.number);
      written.unit = unit == nullptr ? std::string_view() : unit->symbol;
      if (known) columns.put(value_column, written);
      if (value.spread.size() == 0) continue;
      WrittenCell spread = read_written_cell(text, value.spread);
      spread.unit = "%";
      columns.put(spread_column, spread);
    }
  }
  if (columns.row_count() == 0) return std::nullopt;
  return BenchstatTable{{line(i).begin, columns.finish()}, std::move(header->keys), next};
}

}  // namespace chimera::plaintext
