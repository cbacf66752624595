#include "plaintext/monitor_lines.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 2048;  // bytes
constexpr std::size_t kMostLines = 100'000;
constexpr std::string_view kCounted = "counted";  // what a row of a network counts, until the header has said it

// One thing that a line says: a number in a unit, or words.
struct Said {
  std::string key;
  Span value;
  std::string unit;  // empty: none
  bool words = false;
};
using Row = std::vector<Said>;

bool is_number(std::string_view text, Span span) { return text::parse_number(at(text, span)).has_value(); }

// The number that begins here; empty where there is none.
Span number_at(std::string_view text, std::uint64_t begin, std::uint64_t end) {
  text::NumberToken token;
  if (begin >= end || !is_digit(text[begin]) || !text::NumberScanner(text.substr(begin, end - begin)).next(token) || token.begin != 0) return {};
  return {begin, begin + token.end};
}

// "[  5]" in front of a line, without its brackets.
Span bracketed_id(std::string_view text, Span line) {
  if (line.size() < 3 || text[line.begin] != '[') return {};
  const std::size_t close = at(text, line).find(']');
  return close == std::string_view::npos ? Span{} : trimmed(text, {line.begin + 1, line.begin + close});
}

// Bytes of iperf3 are counted by 1024, its bits by 1000.
std::string binary(std::string_view symbol) {
  const char prefix = symbol.size() == 2 ? symbol[0] : '\0';
  return prefix == '\0' ? std::string(symbol) : std::string(1, prefix == 'k' ? 'K' : prefix) + "iB";
}

bool is_interval(std::string_view word) {
  const std::size_t dash = word.find('-');
  return dash != std::string_view::npos && text::parse_number(word.substr(0, dash)) && text::parse_number(word.substr(dash + 1));
}

// "0/382 (4.5%)": datagrams that were lost, of how many, and the share, which may be a word of its own. Gives how many words it took.
std::size_t take_lost(std::string_view text, const std::vector<Span>& parts, std::size_t i, Row& row) {
  const Span lost = number_at(text, parts[i].begin, parts[i].end);
  if (lost.size() == 0 || lost.end >= parts[i].end || text[lost.end] != '/') return 0;
  row.push_back({"lost_packets", lost, {}});
  const Span all = number_at(text, lost.end + 1, parts[i].end);
  if (all.size() > 0) row.push_back({"packets", all, {}});
  if (i + 1 == parts.size() || text[parts[i + 1].begin] != '(') return 1;
  const Span share = number_at(text, parts[i + 1].begin + 1, parts[i + 1].end);
  if (share.size() > 0) row.push_back({"lost_percent", share, "%"});
  return 2;
}

// "[  5]   0.00-1.00   sec  11.2 MBytes  88.7 Mbits/sec    0   42.4 KBytes", "… 0.010 ms  0/90 (0%)  receiver"
Row network_row(std::string_view text, Span line) {
  const Span id = bracketed_id(text, line);
  const bool plain = id.size() > 0 && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(id.begin), text.begin() + static_cast<std::ptrdiff_t>(id.end), [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
  if (!plain) return {};
  std::vector<Span> parts = words(text, {id.end + 1 + static_cast<std::uint64_t>(at(text, {id.end, line.end}).find(']')), line.end});
  Row row{{"stream", id, {}, true}};
  // "[  5][TX-C]"
  if (!parts.empty() && text[parts.front().begin] == '[') {
    row.push_back({"role", bracketed_id(text, parts.front()), {}, true});
    parts.erase(parts.begin());
  }
  if (parts.size() < 6 || !is_interval(at(text, parts[0])) || at(text, parts[1]) != "sec") return {};
  row.push_back({"interval", parts[0], {}, true});
  bool counted = false;
  for (std::size_t i = 2; i < parts.size(); ++i) {
    const std::string_view word = at(text, parts[i]);
    const core::UnitPtr unit = i + 1 < parts.size() && is_number(text, parts[i]) ? core::find_unit(at(text, parts[i + 1])) : nullptr;
    if (unit != nullptr) {
      const bool window = std::any_of(row.begin(), row.end(), [](const Said& said) { return said.key == "transfer"; });
      const bool bytes = unit->dimension == core::Dimension::information;
      row.push_back({unit->dimension == core::Dimension::bandwidth ? "bitrate" : unit->dimension == core::Dimension::time ? "jitter" : bytes && window ? "cwnd" : "transfer", parts[i], bytes ? binary(unit->symbol) : std::string(unit->symbol)});
      ++i;
    } else if (const std::size_t taken = take_lost(text, parts, i, row); taken > 0) {
      i += taken - 1;
    } else if (word == "sender" || word == "receiver") {
      row.push_back({"side", parts[i], {}, true});
    } else if (word == "(omitted)") {
      row.push_back({"omitted", {parts[i].begin + 1, parts[i].end - 1}, {}, true});
    } else if (is_number(text, parts[i]) && !counted) {
      row.push_back({std::string(kCounted), parts[i], {}});
      counted = true;
    }
  }
  return row;
}

// What the header says of the one whole number of its rows: "Retr", or "Total Datagrams".
void name_counts(std::string_view header, Row& row) {
  const bool datagrams = header.find("Total Datagrams") != std::string_view::npos;
  for (Said& said : row)
    if (said.key == kCounted) said.key = datagrams ? "packets" : "retransmits";
}

// "[0] NVIDIA A100 | 55'C,  97 % | 40000 / 81920 MB | me(39388M)"
Row gpu_row(std::string_view text, Span line) {
  const Span id = bracketed_id(text, line);
  const std::size_t bar = at(text, line).find(" | ");
  const std::size_t degrees = bar == std::string_view::npos ? bar : at(text, line).find("'C", bar);
  const std::size_t last = degrees == std::string_view::npos ? degrees : at(text, line).find(" | ", degrees);
  if (id.size() == 0 || !is_number(text, id) || last == std::string_view::npos) return {};
  const std::uint64_t from = line.begin + bar + 3;
  const Span temperature = number_at(text, trimmed(text, {from, line.end}).begin, line.end);
  if (temperature.size() == 0 || temperature.end != line.begin + degrees) return {};
  Row row{{"gpu index", id, {}}, {"gpu", trimmed(text, {id.end + 1, line.begin + bar}), {}, true}, {"temperature.gpu", temperature, "\xC2\xB0""C"}};
  for (const Span word : words(text, {temperature.end + 2, line.begin + last}))
    if (is_number(text, word) && row.size() < 4) row.push_back({"utilization.gpu", word, "%"});
  const std::vector<Span> memory = words(text, {line.begin + last + 3, line.end});
  const bool of = memory.size() > 3 && is_number(text, memory[0]) && at(text, memory[1]) == "/" && is_number(text, memory[2]);
  // What gpustat calls MB are those of nvidia-smi.
  if (of && at(text, memory[3]) == "MB") row.push_back({"memory.used", memory[0], "MiB"}), row.push_back({"memory.total", memory[2], "MiB"});
  return row;
}

// "3012/7620MB" and "5012mW/4890mW" behind a name, "45%@624", "CPU@45.5C".
void take_board_word(std::string_view text, Span name, Span word, Row& row) {
  const std::string called(at(text, name));
  const Span first = number_at(text, word.begin, word.end);
  if (first.size() == 0) return;
  const std::string_view rest = at(text, {first.end, word.end});
  const std::size_t slash = rest.find('/');
  if (rest.substr(0, 2) == "%@") {
    row.push_back({called + " utilization", first, "%"});
    const Span clock = number_at(text, first.end + 2, word.end);
    if (clock.size() > 0) row.push_back({called + " clock", clock, "MHz"});
  } else if (slash == 0 && rest.size() > 3 && rest.substr(rest.size() - 2) == "MB") {
    row.push_back({called + " used", first, "MiB"});
  } else if (rest.substr(0, 2) == "mW") {
    row.push_back({called + " power", first, "mW"});
    const Span average = slash == 2 ? number_at(text, first.end + 3, word.end) : Span{};
    if (average.size() > 0) row.push_back({called + " power/average", average, "mW"});
  } else if (rest == "%") {
    row.push_back({called + " utilization", first, "%"});
  }
}

// tegrastats
Row board_row(std::string_view text, Span line) {
  const std::size_t ram = at(text, line).find("RAM ");
  if (ram > 40 || at(text, line).find("MB (lfb ") == std::string_view::npos) return {};  // or there is none
  Row row;
  Span name;
  for (const Span word : words(text, {line.begin + ram, line.end})) {
    const std::string_view written = at(text, word);
    const std::size_t sign = written.find('@');
    const Span degrees = sign != std::string_view::npos && sign > 0 && is_letter(written[0]) ? number_at(text, word.begin + sign + 1, word.end) : Span{};
    if (degrees.size() > 0 && at(text, {degrees.end, word.end}) == "C") row.push_back({std::string(written.substr(0, sign)) + " temperature", degrees, "\xC2\xB0""C"});
    else if (is_digit(written[0]) && name.size() > 0) take_board_word(text, name, word, row);
    name = is_letter(written[0]) ? word : Span{};
  }
  return row.size() < 3 ? Row{} : row;
}

// dcgmi's columns, "#Entity  GPUTL  POWER" above "ID  W", where units stand below the begin of a name or behind it.
struct Column {
  Span name;
  std::string unit;
};
std::vector<Column> entity_columns(const core::Document& document, std::size_t i, Span names, Span units) {
  constexpr std::string_view kEntity = "#Entity";
  const std::string_view text = document.text;
  std::vector<Column> columns;
  if (at(text, names).substr(0, kEntity.size()) != kEntity || units.size() == 0 || i + 1 >= document.lines.size()) return columns;
  for (const Span name : words(text, {names.begin + kEntity.size(), names.end})) columns.push_back({name, {}});
  for (const Span unit : words(text, units)) {
    if (core::find_unit(at(text, unit)) == nullptr) continue;
    const std::uint64_t place = unit.begin - document.lines[i + 1] + document.lines[i];
    auto behind = std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.name.begin > place; });
    if (behind != columns.begin()) std::prev(behind)->unit = at(text, unit) == "C" ? "\xC2\xB0""C" : std::string(at(text, unit));
  }
  return columns;
}

// "GPU 0   97   N/A   359.2"
Row entity_row(std::string_view text, Span line, const std::vector<Column>& columns) {
  const std::vector<Span> parts = words(text, line);
  if (columns.empty() || parts.size() != columns.size() + 2 || !is_letter(text[parts[0].begin]) || !is_number(text, parts[1])) return {};
  Row row{{"entity", {parts[0].begin, parts[1].end}, {}, true}};
  for (std::size_t k = 0; k < columns.size(); ++k)
    if (is_number(text, parts[k + 2])) row.push_back({std::string(at(text, columns[k].name)), parts[k + 2], columns[k].unit});
  return row;
}

std::size_t column_of(core::Table& table, const Said& said, std::map<std::string, std::size_t>& known) {
  const auto [entry, fresh] = known.try_emplace(said.key + '\n' + said.unit, table.columns.size());
  if (fresh) {
    core::Column& column = table.columns.emplace_back();
    column.key = said.key;
    column.unit = said.unit;
    column.cells.resize(table.rows.size());
  }
  return entry->second;
}

void add_row(const core::Document& document, Span line, const Row& row, core::Table& table, std::map<std::string, std::size_t>& known) {
  table.rows.push_back(row_at(document, line));
  for (core::Column& column : table.columns) column.cells.emplace_back();
  for (const Said& said : row) {
    const std::size_t column = column_of(table, said, known);
    table.columns[column].cells.back() = said.words ? text_cell(said.value) : read_written_cell(document.text, said.value).cell;
  }
}

}  // namespace

std::optional<MonitorLines> monitor_lines(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const auto line = [&](std::size_t k) { return trimmed(text, line_at(document, k, end, kLongestLine)); };
  const Span first = line(i);
  if (first.size() < 8) return std::nullopt;
  const bool network = at(text, first).substr(0, 5) == "[ ID]";
  const std::vector<Column> columns = entity_columns(document, i, first, line(i + 1));
  const bool entities = !columns.empty();
  if (!network && !entities && text[first.begin] != '[' && at(text, first).find(" (lfb ") == std::string_view::npos) return std::nullopt;
  Row (*const read)(std::string_view, Span) = network ? network_row : text[first.begin] == '[' ? gpu_row : board_row;
  MonitorLines out;
  out.next = entities ? i + 2 : network ? i + 1 : i;
  if (network || entities) out.keys.push_back(first);
  std::map<std::string, std::size_t> known;
  for (; out.found.table.rows.size() < kMostLines; ++out.next) {
    Row row = entities ? entity_row(text, line(out.next), columns) : read(text, line(out.next));
    // Rules part the intervals of several streams.
    if (row.empty() && network && is_ruler(at(text, line(out.next)))) row = read(text, line(++out.next));
    if (row.empty()) break;
    if (network) name_counts(at(text, first), row);
    add_row(document, line(out.next), row, out.found.table, known);
  }
  if (out.found.table.rows.empty()) return std::nullopt;
  out.found.table.kind = core::TableKind::records;
  out.found.begin = out.found.table.rows.front().span.begin;
  return out;
}

}  // namespace chimera::plaintext
