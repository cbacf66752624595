#include "plaintext/confident_values.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::string_view kMark = "\xC2\xB1(";
constexpr std::string_view kHalf = " half interval";
constexpr std::size_t kLongestResult = 200;  // bytes of a line

// What was measured where only the unit says it: the time of an operation, or how many there are a second. Empty where it may be anything.
std::string quantity_of(std::string_view unit) {
  const core::UnitPtr known = core::find_unit(unit);
  const bool of_operations = unit.size() > 3 && unit.substr(unit.size() - 3) == "/op";
  if (known == nullptr) return {};
  if (known->dimension == core::Dimension::time) return of_operations ? "latency" : "";
  return known->dimension == core::Dimension::operation_rate ? "operation rate" : "";
}

void put(const ConfidentValue& found, const std::string& quantity, const std::string& statistic, core::Span name, const LineView& lines, TableBuilder& out) {
  WrittenCell value = read_written_cell(lines.text(), found.value);
  WrittenCell half = read_written_cell(lines.text(), found.half);
  value.unit = half.unit = found.unit;
  out.put(quantity + statistic, name, value, found.half.end);
  out.put(quantity + std::string(kHalf), name, half, found.half.end);
  out.add_key(name);
}

// "3.533 ops/us", "56.030 B/op", "1.000 counts": a number and a word at most.
std::optional<WrittenCell> lone_value(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  if (parts.empty() || parts.size() > 2 || !text::parse_number(at(text, parts[0]))) return std::nullopt;
  WrittenCell written = read_written_cell(text, parts[0]);
  if (parts.size() == 2) written.unit = at(text, parts[1]);
  return written.cell.kind == core::CellKind::number ? std::optional(written) : std::nullopt;
}

// The pieces between commas.
std::vector<core::Span> listed(std::string_view text, core::Span inside) {
  std::vector<core::Span> pieces;
  for (std::uint64_t begin = inside.begin; begin <= inside.end;) {
    const std::uint64_t end = begin + std::min<std::uint64_t>(at(text, {begin, inside.end}).find(','), inside.end - begin);
    pieces.push_back(trimmed(text, {begin, end}));
    begin = end + 1;
  }
  return pieces;
}

// "(min, avg, max) = (12.1, 13.0, 13.9), stdev = 0.7" and "CI (99.9%): [12.2, 13.8] (assumes normal distribution)" below a value: more
// statistics of it.
bool put_statistics(const LineView& lines, core::Span here, const ConfidentValue& of, const std::string& quantity, TableBuilder& out) {
  const std::string_view said = lines.at(here);
  std::vector<std::pair<std::string, core::Span>> values;
  const auto between = [&](char open, char close, std::size_t from) {
    const std::size_t begin = said.find(open, from);
    const std::size_t end = begin == std::string_view::npos ? begin : said.find(close, begin);
    return end == std::string_view::npos ? core::Span{} : core::Span{here.begin + begin + 1, here.begin + end};
  };
  const std::size_t equals = here.size() > kLongestResult ? std::string_view::npos : said.find(") = (");
  if (equals != std::string_view::npos && said[0] == '(') {
    const std::vector<core::Span> names = listed(lines.text(), between('(', ')', 0));
    const core::Span tuple = between('(', ')', equals + 1);
    const std::vector<core::Span> numbers = listed(lines.text(), tuple);
    if (names.size() != numbers.size()) return false;
    for (std::size_t k = 0; k < names.size(); ++k) values.emplace_back(text::lower(lines.at(names[k])), numbers[k]);
    if (const auto last = text::split_pair(lines.text(), {std::min(tuple.end + 2, here.end), here.end})) values.emplace_back(text::lower(text::trim(lines.at(to_core(last->name)))), to_core(last->value));
  } else if (here.size() <= kLongestResult && said.substr(0, 4) == "CI (") {
    const std::vector<core::Span> ends = listed(lines.text(), between('[', ']', 0));
    if (ends.size() == 2) values = {{"ci_low", ends[0]}, {"ci_high", ends[1]}};
  }
  const auto known = [&](const auto& each) { return core::find_statistic(each.first).has_value() && text::parse_number(lines.at(each.second)).has_value(); };
  if (values.empty() || !std::all_of(values.begin(), values.end(), known)) return false;
  for (const auto& [statistic, value] : values) {
    // "avg" says again what stands above.
    if (core::find_statistic(statistic)->kind == core::Statistic::Kind::mean) continue;
    WrittenCell written = read_written_cell(lines.text(), value);
    written.unit = of.unit;
    out.put(quantity + '/' + statistic, {value.begin, value.begin}, written, value.end);
  }
  return true;
}

}  // namespace

std::optional<ConfidentValue> confident_value(std::string_view text, core::Span written) {
  written = trimmed(text, written);
  const std::size_t mark = written.size() > kLongestResult ? std::string_view::npos : at(text, written).find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::size_t close = at(text, written).find("%)", mark);
  if (close == std::string_view::npos || !text::parse_number(at(text, {written.begin + mark + kMark.size(), written.begin + close}))) return std::nullopt;
  const core::Span value = trimmed(text, {written.begin, written.begin + mark});
  const std::vector<core::Span> behind = words(text, {written.begin + close + 2, written.end});
  if (behind.size() < 2 || behind.size() > 3 || !text::parse_number(at(text, value)) || !text::parse_number(at(text, behind[0]))) return std::nullopt;
  const std::string_view remark = behind.size() == 3 ? at(text, behind[2]) : std::string_view();
  if (!remark.empty() && (remark.size() < 3 || remark.front() != '[' || remark.back() != ']')) return std::nullopt;
  return ConfidentValue{value, behind[0], at(text, behind[1]), remark.empty() ? remark : remark.substr(1, remark.size() - 2)};
}

bool read_confident(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out) {
  if (content.size() > kLongestResult || lines.at(content).find(kMark) == std::string_view::npos) return false;
  const auto pair = text::split_pair(lines.text(), {content.begin, content.end});
  const core::Span name = pair ? uncommented(lines.text(), to_core(pair->name)) : content;
  const auto found = confident_value(lines.text(), pair ? to_core(pair->value) : content);
  const std::string quantity = found ? quantity_of(found->unit) : std::string();
  if (quantity.empty()) return false;
  const std::string said = text::lower(lines.at(name));
  const auto statistic = pair ? core::find_statistic(said) : core::find_statistic(found->remark);
  if (statistic) return put(*found, quantity, '/' + core::to_string(*statistic), name, lines, out), true;
  GrowingTable& records = out.table(core::TableKind::records, "confident " + quantity);
  out.begin_row(records, content.begin);
  if (text::names_warm_up(said) && context.warmup().size() == 0) records.put("phase", {text_cell(name), {}, {}}, content.begin);
  WrittenCell value = read_written_cell(lines.text(), found->value);
  WrittenCell half = read_written_cell(lines.text(), found->half);
  value.unit = half.unit = found->unit;
  records.put(quantity, value, found->half.end);
  records.put(quantity + std::string(kHalf), half, found->half.end);
  out.add_key(name);
  return true;
}

std::size_t read_quoted_result(const LineView& lines, std::size_t i, ReadingContext& context, TableBuilder& out) {
  const core::Span here = lines.line(i);
  const std::string_view said = lines.at(here);
  if (here.size() < 5 || here.size() > kLongestResult || said.substr(said.size() - 2) != "\":" || !lines.above_deeper(i)) return i;
  const std::size_t open = said.find('"');
  const std::string_view name = said.substr(open + 1, said.size() - open - 3);
  if (open < 2 || open + 3 >= said.size() || name.find('"') != std::string_view::npos) return i;
  const std::size_t colon = name.rfind(':');
  const core::Span label{here.begin, here.end - 1};
  const core::Span below = lines.line(i + 1);
  auto found = confident_value(lines.text(), below);
  const auto alone = found ? std::nullopt : lone_value(lines.text(), below);
  if (!found && !alone) return i;
  const std::string quantity = colon == std::string_view::npos ? quantity_of(found ? found->unit : alone->unit) : "mean " + std::string(name.substr(colon + 1));
  if (quantity.empty()) return i;
  context.begin_block();
  const std::string statistic = colon == std::string_view::npos ? "/mean" : "";
  if (found) put(*found, quantity, statistic, label, lines, out);
  else out.put(quantity + statistic, label, *alone, below.end), out.add_key(label);
  std::size_t next = i + 2;
  while (found && next < lines.count() && lines.indent(next) == lines.indent(i + 1) && put_statistics(lines, lines.line(next), *found, quantity, out)) ++next;
  return next;
}

}  // namespace chimera::plaintext
