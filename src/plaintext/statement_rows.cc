#include "plaintext/statement_rows.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/barred_line.h"
#include "plaintext/called_values.h"
#include "plaintext/clause_words.h"
#include "plaintext/generated_line.h"
#include "plaintext/compressed_line.h"
#include "plaintext/length_rates.h"
#include "plaintext/loop_times.h"
#include "plaintext/named_results.h"
#include "plaintext/settings_lines.h"
#include "plaintext/span_fields.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_sentences.h"
#include "plaintext/text_statements.h"
#include "plaintext/trial_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestLabel = 40;

bool may_set(std::string_view text, const Statement& found) {
  std::vector<Entry> values;
  for (const Clause& clause : found.clauses) values.push_back({clause.name, clause.value});
  return only_chosen(text, values);
}

// "median latency" as "latency/median".
std::string statistic_last(const std::string& name) {
  const std::size_t blank = name.find(' ');
  if (blank == std::string::npos || !core::find_statistic(text::lower(name.substr(0, blank)))) return name;
  return name.substr(blank + 1) + '/' + name.substr(0, blank);
}

// Values that the line does not name: what stands behind the first, its unit, is where they are told of.
bool put_unnamed(const LineView& lines, core::Span content, const std::vector<NamedValue>& found, TableBuilder& out) {
  const core::Span name{words(lines.text(), content).front().end, content.end};
  out.put_all(found, name);
  out.add_key({name.begin, words(lines.text(), name).front().end});
  return true;
}

}  // namespace

bool read_insert(const LineView& lines, core::Span content, TableBuilder& out) {
  const auto found = sql_insert(lines.text(), content);
  if (!found) return false;
  GrowingTable& records = out.table(core::TableKind::records, std::string(lines.at({found->front().name.begin, found->back().name.end})));
  out.begin_row(records, content.begin);
  for (const Clause& clause : *found)
    if (clause.name.size() > 0) out.fill(records, std::string(lines.at(clause.name)), clause.name, clause.value);
  return true;
}

bool read_grouped_value(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::vector<core::Span> found = grouped_value(lines.text(), content);
  if (found.empty()) return false;
  GrowingTable& records = out.table(core::TableKind::records, "grouped values");
  out.begin_row(records, content.begin);
  for (std::size_t k = 0; k < found.size(); ++k) {
    const bool value = k + 1 == found.size();
    records.put(std::to_string(k + 1), value ? read_written_cell(lines.text(), found[k]) : WrittenCell{text_cell(found[k]), {}, {}}, found[k].end);
  }
  return true;
}

bool read_loops(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::vector<NamedValue> found = loop_times(lines.text(), content);
  return !found.empty() && put_unnamed(lines, content, found, out);
}

bool read_length_rate(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::vector<NamedValue> found = length_rate(lines.text(), content);
  if (found.empty()) return false;
  GrowingTable& records = out.table(core::TableKind::records, found.back().key);
  out.begin_row(records, content.begin);
  for (const NamedValue& each : found) records.put(each.key, read_written_cell(lines.text(), each.value), each.value.end);
  out.add_key({content.begin, found.front().value.begin});
  return true;
}

bool read_compressed(const LineView& lines, std::size_t i, TableBuilder& out) {
  const std::vector<NamedValue> found = compressed_line(lines.text(), lines.line(i));
  if (found.empty()) return false;
  GrowingTable& records = out.table(core::TableKind::records, "compressed");
  out.begin_row(records, lines.line(i).begin);
  for (const NamedValue& each : found) {
    const bool words = each.key == "case";
    WrittenCell written = words ? WrittenCell{text_cell(each.value), {}, {}} : read_written_cell(lines.text(), each.value);
    if (!each.unit.empty()) written.unit = each.unit;
    records.put(each.key, written, lines.line(i).end);
  }
  out.add_key({lines.line(i).begin, lines.line(i).begin});
  return true;
}

bool read_object(const LineView& lines, std::size_t i, core::Span content, TableBuilder& out) {
  constexpr std::size_t kReach = 3;  // lines
  const auto found = object_line(lines.text(), content);
  if (!found) return false;
  const auto same = [&](std::size_t other) {
    if (other >= lines.count() || other == i || lines.line(other).size() > kLongestLine || lines.line(other).size() == 0) return false;
    const auto there = object_line(lines.text(), lines.content(other));
    return there && lines.at(there->name) == lines.at(found->name);
  };
  bool again = false;
  for (std::size_t other = i > kReach ? i - kReach : 0; other <= i + kReach && !again; ++other) again = same(other);
  if (!again) return false;
  GrowingTable& records = out.table(core::TableKind::records, "object " + std::string(lines.at(found->name)));
  out.begin_row(records, content.begin);
  for (const NamedValue& each : found->fields) {
    const char first = lines.text()[each.value.begin];
    const bool quoted = each.value.size() > 2 && (first == '\'' || first == '"') && lines.text()[each.value.end - 1] == first;
    if (lines.at(each.value) == "None") continue;
    if (quoted) records.put(each.key, {text_cell({each.value.begin + 1, each.value.end - 1}), {}, {}}, each.value.end);
    else records.put(each.key, read_written_cell(lines.text(), each.value), each.value.end);
  }
  out.add_key(found->name);
  return true;
}

bool read_named_result(const LineView& lines, std::size_t i, core::Span content, TableBuilder& out) {
  constexpr std::size_t kReach = 3;  // lines
  const auto found = named_result(lines.text(), content);
  if (!found) return false;
  const auto beside = [&](std::size_t other) {
    if (other >= lines.count() || other == i || lines.line(other).size() > kLongestLine || lines.line(other).size() == 0) return false;
    const auto there = named_result(lines.text(), lines.content(other));
    const bool same = there && there->values.size() == found->values.size() && lines.at(there->values.front().key) == lines.at(found->values.front().key);
    const bool alike = same && (lines.text()[there->result.begin] == '[') == (lines.text()[found->result.begin] == '[');
    return alike && lines.at(there->name) != lines.at(found->name);
  };
  bool cases = false;
  for (std::size_t other = i > kReach ? i - kReach : 0; other <= i + kReach && !cases; ++other) cases = beside(other);
  if (!cases) return false;
  GrowingTable& records = out.table(core::TableKind::records, "named results");
  out.begin_row(records, content.begin);
  records.put("case", {text_cell(found->name), {}, {}}, content.begin);
  for (const Entry& each : found->values) out.fill(records, std::string(lines.at(each.key)), each.key, each.value);
  out.add_key(found->result);
  return true;
}

bool read_tuple(const LineView& lines, core::Span content, TableBuilder& out) {
  core::Span name;
  const std::vector<NamedValue> found = tuple_in_brackets(lines.text(), content, name);
  if (found.empty()) return false;
  out.put_all(found, name);
  out.add_key(name);
  return true;
}

bool read_trial(const LineView& lines, core::Span content, TableBuilder& out) {
  const auto found = trial_line(lines.text(), content);
  if (!found) return false;
  GrowingTable& records = out.table(core::TableKind::records, "trials");
  out.begin_row(records, content.begin);
  for (const NamedValue& each : *found)
    records.put(each.key, each.key == "state" ? WrittenCell{text_cell(each.value), {}, {}} : read_written_cell(lines.text(), each.value), each.value.end);
  return true;
}

bool read_span_fields(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::vector<NamedValue> found = span_fields(lines.text(), content);
  if (found.empty()) return false;
  GrowingTable& records = out.table(core::TableKind::records, "span " + std::string(lines.at({content.begin, content.begin + lines.at(content).find('{')})));
  out.begin_row(records, content.begin);
  for (const NamedValue& each : found) {
    records.put(each.key, read_written_cell(lines.text(), each.value), each.value.end);
    out.add_key({each.value.begin, each.value.begin});
  }
  return true;
}

bool read_barred(const LineView& lines, core::Span content, TableBuilder& out) {
  const auto found = barred_line(lines.text(), content);
  if (!found) return false;
  std::string signature = "barred\n";
  for (const NamedValue& each : found->values) signature += each.key + '\n';
  GrowingTable& records = out.table(core::TableKind::records, signature);
  out.begin_row(records, content.begin);
  if (found->label.size() > 0) records.put("case", {text_cell(found->label), {}, {}}, found->label.end);
  for (const NamedValue& each : found->values) {
    WrittenCell written = read_written_cell(lines.text(), each.value);
    if (written.unit.empty()) written.unit = each.unit;
    records.put(each.key, written, each.value.end);
    out.add_key({each.value.begin, each.value.begin});
  }
  return true;
}

bool read_lone_rate(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::vector<NamedValue> found = lone_rate(lines.text(), content);
  return !found.empty() && put_unnamed(lines, content, found, out);
}

bool read_warm_up(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out) {
  core::Span name = context.tag();
  core::Span value = content;
  if (const auto pair = text::split_pair(lines.text(), {content.begin, content.end})) {
    name = uncommented(lines.text(), to_core(pair->name));
    value = to_core(pair->value);
  }
  if (!text::names_warm_up(lines.at(name))) return false;
  const WrittenCell written = read_written_cell(lines.text(), value);
  const core::UnitPtr unit = written.cell.kind == core::CellKind::number ? core::find_unit(written.unit) : nullptr;
  const bool of_operation = written.unit.size() > 3 && written.unit.substr(written.unit.size() - 3) == "/op";  // "Warmup Iteration 1: 5.1 us/op"
  if (unit == nullptr || (!is_rate(unit) && !of_operation)) return false;                                     // "Warmup: 3.2 s" is how long it took
  GrowingTable& records = out.table(core::TableKind::records, "warm-up");
  out.begin_row(records, content.begin);
  if (context.warmup().size() == 0) records.put("phase", {text_cell(name), {}, {}}, content.begin);
  records.put(of_operation ? "latency" : std::string(written.unit), written, value.end);
  out.add_key(name);
  return true;
}

bool read_benchmark(const LineView& lines, core::Span content, TableBuilder& out) {
  const auto found = benchmark_line(lines.text(), content);
  if (!found) return false;
  GrowingTable& records = out.table(core::TableKind::records, "benchmark");
  out.begin_row(records, found->name.begin);
  records.put("name", {text_cell(found->name), {}, {}}, found->name.end);
  if (found->count.size() > 0) records.put(std::string(found->counts), read_written_cell(lines.text(), found->count), found->count.end);
  for (const core::Span value : found->values) {
    WrittenCell written = read_written_cell(lines.text(), value);
    if (written.cell.kind != core::CellKind::number) written = read_written_cell(lines.text(), words(lines.text(), value).front());
    const bool only = found->values.size() == 1 && found->spread.size() > 0;
    // What has no unit of ours is named by the unit that it was given: "allocs/op".
    const std::string key(text::trim(lines.text().substr(written.cell.span().end, value.end - written.cell.span().end)));
    if (only) {
      const WrittenCell spread = read_written_cell(lines.text(), found->spread);
      const bool same = spread.unit.empty() || same_unit(spread.unit, written.unit);
      if (same) written.spread = spread.cell;
      else records.put(key + "/\xC2\xB1", spread, found->spread.end);
    }
    records.put(key, written, value.end);
  }
  out.add_key({found->name.begin, found->name.begin});
  return true;
}

bool read_statement(const LineView& lines, core::Span content, ReadingContext& context, TableBuilder& out) {
  const auto found = statement(lines.text(), content);
  if (!found) return false;
  const std::string label(lines.at(found->label));
  const bool may = may_set(lines.text(), *found);
  if (may) context.begin_block();
  // "Config 3: isl=128, osl=64" and "Running 2/5: a=1, b=2": the label counts, and its values were chosen.
  const bool heads = may && lines.has_number(found->label);
  // "latency: target=0, window=0, depth=64" was asked for.
  const bool asked = found->equations && std::any_of(found->clauses.begin(), found->clauses.end(), [&](const Clause& clause) { return lines.at(clause.name) == "target"; });
  if (asked) return true;
  if (found->equations && !label.empty() && !heads) {
    for (const Clause& clause : found->clauses) {
      out.put(context.prefix() + label + '/' + std::string(lines.at(clause.name)), clause.name, read_written_cell(lines.text(), clause.value), clause.value.end);
      out.add_key(clause.name);
    }
    return true;
  }
  std::string signature;
  for (const Clause& clause : found->clauses) signature += std::string(lines.at(clause.name)) + '\n';
  GrowingTable& records = out.table(core::TableKind::records, signature);
  out.begin_row(records, content.begin);
  const core::Span about = found->label.size() > 0 && !found->equations ? found->label : context.subject();
  if (about.size() > 0) records.put("group", {text_cell(about), {}, {}}, found->clauses.front().name.begin);
  if (found->number.size() > 0) records.put("number", read_written_cell(lines.text(), found->number), found->number.end);
  StatisticsInLine statistics;
  const std::string_view unit = unit_of_header(lines.at(found->label));  // "time (ms) | forward: 112.3"
  for (const Clause& clause : found->clauses) {
    std::string key(lines.at(clause.name));
    if (clause.position > 0) key += '/' + std::to_string(clause.position);
    WrittenCell written = read_written_cell(lines.text(), clause.value);
    if (written.unit.empty()) written.unit = clause.unit;
    const std::string_view of = statistics.of(lines.at(clause.name), written.unit);
    if (!of.empty()) key.insert(0, std::string(of) + '/');
    statistics.note(lines.at(clause.name), written.unit);
    key += time_per(written.unit);
    if (found->of.size() > 0 && !written.unit.empty()) key = std::string(lines.at(found->of)) + '/' + statistic_last(key);
    if (written.unit.empty() && written.cell.kind == core::CellKind::number && unit_of_header(key).empty()) written.unit = unit;
    records.put(key, written, clause.value.end);
    out.add_key(clause.name);
  }
  return true;
}

bool read_called(const LineView& lines, core::Span content, TableBuilder& out) {
  constexpr std::string_view kPerRun = "/run";
  const auto found = called_values(lines.text(), content);
  if (!found) return false;
  // "us/run" is how long one run takes; what has no unit of ours is named by the unit that it was given: "MFLOP/run".
  const auto unit_of = [&](core::Span value) { return lines.at({words(lines.text(), value).back().begin, value.end}); };
  const auto time_of = [&](std::string_view unit) {
    const std::size_t per = unit.size() > kPerRun.size() && unit.substr(unit.size() - kPerRun.size()) == kPerRun ? unit.size() - kPerRun.size() : 0;
    const core::UnitPtr known = core::find_unit(unit.substr(0, per));
    return known != nullptr && known->dimension == core::Dimension::time ? unit.substr(0, per) : std::string_view();
  };
  std::string signature = "called\n";
  for (const Entry& argument : found->arguments) signature += std::string(lines.at(argument.key)) + '\n';
  for (const core::Span value : found->values) signature += std::string(unit_of(value)) + '\n';
  GrowingTable& records = out.table(core::TableKind::records, signature);
  out.begin_row(records, content.begin);
  records.put("case", {text_cell(found->name), {}, {}}, found->name.end);
  for (const Entry& argument : found->arguments) {
    // Nobody measured it: as an option of a command is written.
    records.put("--" + std::string(lines.at(argument.key)), {text_cell(argument.value), {}, {}}, argument.value.end);
    out.add_key(argument.key);
  }
  for (const core::Span value : found->values) {
    const std::string_view unit = unit_of(value);
    const std::string_view time = time_of(unit);
    WrittenCell written = read_written_cell(lines.text(), words(lines.text(), value).front());
    written.unit = time.empty() && core::find_unit(unit) != nullptr ? unit : time;
    records.put(time.empty() ? std::string(unit) : "time per run", written, value.end);
  }
  return true;
}

bool read_generated(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::vector<Said> found = generated_line(lines.text(), content);
  if (found.empty()) return false;
  GrowingTable& records = out.table(core::TableKind::records, "generated");
  out.begin_row(records, content.begin);
  for (const Said& each : found) out.fill(records, each.key, each.name, each.value);
  return true;
}

bool read_conditioned(const LineView& lines, core::Span content, TableBuilder& out) {
  const auto found = conditioned_value(lines.text(), content);
  if (!found) return false;
  GrowingTable& records = out.table(core::TableKind::records, std::string(lines.at(found->name)));
  out.begin_row(records, content.begin);
  records.put("case", {text_cell(found->conditions), {}, {}}, found->conditions.end);
  out.fill(records, std::string(lines.at(found->name)), found->name, found->value);
  return true;
}

bool read_labelled(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::size_t close = content.size() > 4 && lines.text()[content.begin] == '[' ? lines.at(content).find("] ") : std::string_view::npos;
  if (close > kLongestLabel) return false;  // or there is none
  const core::Span label = trimmed(lines.text(), {content.begin + 1, content.begin + close});
  const std::string_view words = lines.at(label);
  const bool plain = std::all_of(words.begin(), words.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? true : c == ' ' || c == '-' || c == '_' || is_digit(c); });
  if (!plain || words.find(' ') == std::string_view::npos || is_digit(words.front())) return false;
  const auto pair = text::split_pair(lines.text(), {content.begin + close + 2, content.end});
  if (!pair || text::empty(pair->name)) return false;
  const core::Span name{pair->name.begin, pair->name.end};
  const core::Span value{pair->value.begin, pair->value.end};
  const WrittenCell written = read_written_cell(lines.text(), value);
  const std::string key(lines.at(name));
  if (written.cell.kind != core::CellKind::number || core::find_unit(written.unit) == nullptr || reads_as_code(key)) return false;
  GrowingTable& records = out.table(core::TableKind::records, "labelled");
  out.begin_row(records, content.begin);
  records.put("case", {text_cell(label), {}, {}}, label.end);
  out.fill(records, key, name, value);
  return true;
}

}  // namespace chimera::plaintext
