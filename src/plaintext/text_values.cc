#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/settings_lines.h"
#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/console_values.h"
#include "plaintext/settings_lines.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/text_reader.h"
#include "plaintext/text_sentences.h"
#include "plaintext/text_statements.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestValue = 120;  // of a pair; longer ones are sentences
constexpr std::size_t kMostHeadWords = 4;
constexpr std::size_t kMostNameWords = 5;   // of a pair whose value is words
constexpr std::size_t kMostValueWords = 8;  // likewise

bool may_set(std::string_view text, const Statement& found) {
  std::vector<Entry> values;
  for (const Clause& clause : found.clauses) values.push_back({clause.name, clause.value});
  return only_chosen(text, values);
}

// "change:" above "time: -3 %": what stands below is no time.
bool compares(std::string_view label) {
  const std::string word = text::lower(label);
  return word == "change" || word == "changes" || word == "difference" || word == "delta" || word == "ratio" || word == "speedup";
}

// "10.50 min" behind "630.0 s": the same quantity, to the digits that are written.
bool says_again(const WrittenCell& first, const WrittenCell& second) {
  const core::UnitPtr a = core::find_unit(first.unit);
  const core::UnitPtr b = core::find_unit(second.unit);
  if (a == nullptr || b == nullptr || a->dimension != b->dimension || a->dimension == core::Dimension::none) return false;
  const double converted = first.cell.number * a->factor / b->factor;
  return std::abs(converted - second.cell.number) <= std::pow(10.0, -second.cell.decimals);
}

// "min, max" of "(min, max)".
std::vector<std::string_view> parts_of_tuple(std::string_view inside) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = inside.find(',');
    parts.push_back(text::trim(inside.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    inside.remove_prefix(comma + 1);
  }
}

// "(min, max) time across ranks (ms)": of which values the lines below are.
bool heads_tuples(std::string_view label) {
  const std::size_t close = label.empty() || label[0] != '(' ? std::string_view::npos : label.find(')');
  if (close == std::string_view::npos || unit_of_header(label).empty()) return false;
  const std::vector<std::string_view> parts = parts_of_tuple(label.substr(1, close - 1));
  return parts.size() > 1 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) { return core::find_statistic(text::lower(part)).has_value(); });
}

// "avg min p50 max"
bool names_statistics(std::string_view text, core::Span line) {
  const std::vector<core::Span> names = line.size() > kLongestTitle ? std::vector<core::Span>() : words(text, line);
  return names.size() > 1 && std::all_of(names.begin(), names.end(), [&](core::Span each) { return core::find_statistic(text::lower(text.substr(each.begin, each.size()))).has_value(); });
}

// "median latency" as "latency/median".
std::string statistic_last(const std::string& name) {
  const std::size_t blank = name.find(' ');
  if (blank == std::string::npos || !core::find_statistic(text::lower(name.substr(0, blank)))) return name;
  return name.substr(blank + 1) + '/' + name.substr(0, blank);
}

}  // namespace

std::size_t TextReader::read_settings(std::size_t i) {
  const auto found = settings_lines(lines_.document(), i, lines_.end());
  if (!found) return i;
  put_settings(found->kind, found->values, found->name);
  return found->next;
}

// "[threads=2]" in front of a line is of this line: the next without such brackets ends it.
void TextReader::put_in_front(core::Span prefix) {
  const std::string kind = "in front";
  const std::vector<Entry> values = bracketed_settings(lines_.text(), prefix);
  if (!values.empty()) return put_settings(kind, values);
  GrowingTable& before = out_.settings(kind);
  if (!before.row_is_empty()) before.begin_row(prefix.begin - 1);  // before what this line says
}

// A row of the table of that kind; what is listed behind it is no part of what was listed before it.
void TextReader::put_settings(const std::string& kind, const std::vector<Entry>& values, const std::string& called) {
  if (values.empty()) return;
  GrowingTable& settings = out_.settings(kind);
  settings.begin_row(values.front().key.begin);
  for (const Entry& entry : values) {
    const std::string key = called.empty() ? std::string(lines_.at(entry.key)) : called;
    if (settings.in_row(key)) continue;
    WrittenCell written = read_written_cell(lines_.text(), entry.value);
    // "--enforce-eager" alone
    if (entry.value.size() == 0) written.cell = {entry.key.begin, static_cast<std::uint32_t>(entry.key.size()), core::CellKind::boolean, 0, false, 1};
    settings.put(key, written, std::max(entry.key.end, entry.value.end));
    out_.add_key(entry.key);
  }
  context_.begin_block();
}

// Lines that say the same things are rows of one table. "Latency: min = 1 ms, max = 2 ms" is about one run: pairs.
bool TextReader::read_statement(core::Span content) {
  const auto found = statement(lines_.text(), content);
  if (!found) return false;
  const std::string label(lines_.at(found->label));
  const bool may = may_set(lines_.text(), *found);
  if (may) context_.begin_block();
  // "Config 3: isl=128, osl=64" and "Running 2/5: a=1, b=2": the label counts, and its values were chosen.
  const bool heads = may && lines_.has_number(found->label);
  // "latency: target=0, window=0, depth=64" was asked for.
  const bool asked = found->equations && std::any_of(found->clauses.begin(), found->clauses.end(), [&](const Clause& clause) { return lines_.at(clause.name) == "target"; });
  if (asked) return true;
  if (found->equations && !label.empty() && !heads) {
    for (const Clause& clause : found->clauses) {
      out_.put(context_.prefix() + label + '/' + std::string(lines_.at(clause.name)), clause.name, read_written_cell(lines_.text(), clause.value), clause.value.end);
      out_.add_key(clause.name);
    }
    return true;
  }
  std::string signature;
  for (const Clause& clause : found->clauses) signature += std::string(lines_.at(clause.name)) + '\n';
  GrowingTable& records = out_.table(core::TableKind::records, signature);
  out_.begin_row(records, content.begin);
  const core::Span about = found->label.size() > 0 && !found->equations ? found->label : context_.subject();
  if (about.size() > 0) records.put("group", {text_cell(about), {}, {}}, found->clauses.front().name.begin);
  if (found->number.size() > 0) records.put("number", read_written_cell(lines_.text(), found->number), found->number.end);
  const std::string_view unit = unit_of_header(lines_.at(found->label));  // "time (ms) | forward: 112.3"
  for (const Clause& clause : found->clauses) {
    std::string key(lines_.at(clause.name));
    if (clause.position > 0) key += '/' + std::to_string(clause.position);
    WrittenCell written = read_written_cell(lines_.text(), clause.value);
    key += time_per(written.unit);
    if (found->of.size() > 0 && !written.unit.empty()) key = std::string(lines_.at(found->of)) + '/' + statistic_last(key);
    if (written.unit.empty() && written.cell.kind == core::CellKind::number && unit_of_header(key).empty()) written.unit = unit;
    records.put(key, written, clause.value.end);
    out_.add_key(clause.name);
  }
  return true;
}

// Inserts of the same columns are rows of one table.
bool TextReader::read_insert(core::Span content) {
  const auto found = sql_insert(lines_.text(), content);
  if (!found) return false;
  GrowingTable& records = out_.table(core::TableKind::records, std::string(lines_.at({found->front().name.begin, found->back().name.end})));
  out_.begin_row(records, content.begin);
  for (const Clause& clause : *found)
    if (clause.name.size() > 0) out_.fill(records, std::string(lines_.at(clause.name)), clause.name, clause.value);
  return true;
}

bool TextReader::read_benchmark(core::Span content) {
  const auto found = benchmark_line(lines_.text(), content);
  if (!found) return false;
  GrowingTable& records = out_.table(core::TableKind::records, "benchmark");
  out_.begin_row(records, found->name.begin);
  records.put("name", {text_cell(found->name), {}, {}}, found->name.end);
  if (found->count.size() > 0) records.put(std::string(found->counts), read_written_cell(lines_.text(), found->count), found->count.end);
  for (const core::Span value : found->values) {
    WrittenCell written = read_written_cell(lines_.text(), value);
    if (written.cell.kind != core::CellKind::number) written = read_written_cell(lines_.text(), words(lines_.text(), value).front());
    const bool only = found->values.size() == 1 && found->spread.size() > 0;
    // What has no unit of ours is named by the unit that it was given: "allocs/op".
    const std::string key(text::trim(lines_.text().substr(written.cell.span().end, value.end - written.cell.span().end)));
    if (only) {
      const WrittenCell spread = read_written_cell(lines_.text(), found->spread);
      const bool same = spread.unit.empty() || same_unit(spread.unit, written.unit);
      if (same) written.spread = spread.cell;
      else records.put(key + "/\xC2\xB1", spread, found->spread.end);
    }
    records.put(key, written, value.end);
  }
  out_.add_key({found->name.begin, found->name.begin});
  return true;
}

bool TextReader::read_equation(core::Span content) {
  const auto found = last_equation(lines_.text(), content);
  if (!found) return false;
  out_.put(context_.prefix() + std::string(lines_.at(found->name)), found->name, read_written_cell(lines_.text(), found->value), found->value.end);
  out_.add_key(found->name);
  return true;
}

// "allocated: 29226 MiB reserved: 44036 MiB": the second pair is about the same thing.
bool TextReader::put_chain(const std::string& key, core::Span name, core::Span value) {
  const std::size_t mark = lines_.at(value).find(": ");
  const std::size_t blank = mark == std::string_view::npos ? mark : lines_.at(value).rfind(' ', mark);
  if (blank == std::string_view::npos || blank == 0) return false;
  const core::Span first{value.begin, value.begin + blank};
  const core::Span other{value.begin + blank + 1, value.begin + mark};
  const core::Span second = to_core(text::trimmed(lines_.text(), {value.begin + mark + 1, value.end}));
  const WrittenCell one = read_written_cell(lines_.text(), first);
  const WrittenCell two = read_written_cell(lines_.text(), second);
  if (one.cell.kind != core::CellKind::number || two.cell.kind != core::CellKind::number || lines_.has_number(other)) return false;
  out_.put(key, name, one, first.end);
  out_.put(key + '/' + std::string(lines_.at(other)), name, two, second.end);
  out_.add_key(other);
  return true;
}

bool TextReader::put_several(const std::string& prefix, core::Span name, core::Span value) {
  std::vector<NamedValue> found = listed_values(lines_.text(), name, value);
  if (found.empty()) found = qualified_values(lines_.text(), name, value);
  for (NamedValue& each : found) each.key.insert(0, prefix);
  out_.put_all(found, name);
  return !found.empty();
}

// What load generators and benchmarks print in lines of their own.
bool TextReader::read_console(std::size_t i, core::Span content) {
  std::vector<NamedValue> found = counted_in_time(lines_.text(), content);
  if (found.empty()) found = labelled_counts(lines_.text(), content);
  if (!found.empty()) {
    out_.put_all(found, content);
    out_.add_key({content.begin, content.begin});
    return true;
  }
  const bool above_deeper = lines_.above_deeper(i);
  const core::Span about = above_deeper ? numbered_heading(lines_.text(), content) : core::Span{};
  const core::Span address = above_deeper ? tested_address(lines_.text(), content) : core::Span{};
  if (about.size() == 0 && address.size() == 0) return false;
  if (about.size() > 0) {
    context_.enter_subject(about, lines_.indent(i));
    out_.add_key({content.begin, about.begin});
  } else {
    context_.begin_block();
    out_.put("url", content, {text_cell(address), {}, {}}, address.end);
    out_.add_key({content.begin, content.begin});
  }
  return true;
}

// "time: [1.38 ms 1.41 ms 1.45 ms]".
bool TextReader::put_interval(const std::string& key, core::Span name, core::Span value) {
  const std::vector<core::Span> ends = interval(lines_.text(), value);
  if (ends.empty()) return false;
  out_.add_key(name);
  out_.put(key, name, read_written_cell(lines_.text(), ends[1]), ends[2].end);
  out_.put(key + "/ci_low", name, read_written_cell(lines_.text(), ends[0]), ends[2].end);
  out_.put(key + "/ci_high", name, read_written_cell(lines_.text(), ends[2]), ends[2].end);
  return true;
}

// A line of key=value or key:value entries is a record.
bool TextReader::read_entries(core::Span span) {
  const std::vector<Entry> found = entries(lines_.text(), span);
  if (found.empty()) return false;
  // What may set the lines below is no row of what they say; the first line of those keys decides.
  std::string keys;
  for (const Entry& entry : found) keys.append(lines_.at(entry.key)).append(1, '\n');
  const bool may_set = may_set_.try_emplace(keys, only_chosen(lines_.text(), found)).first->second;
  if (may_set) context_.begin_block();
  GrowingTable& records = out_.table(core::TableKind::records, may_set ? keys : std::string());
  out_.begin_row(records, found.front().key.begin);
  for (const Entry& entry : found) {
    const std::string key(lines_.at(entry.key));
    if (records.in_row(key)) out_.begin_row(records, entry.key.begin);
    records.put(key, read_written_cell(lines_.text(), entry.value), entry.value.end);
    out_.add_key(entry.key);
  }
  return true;
}

// "[BENCHMARK] num_samples 500": names and numbers by turns behind a tag; a lone one is a pair.
bool TextReader::read_turns(core::Span span) {
  const std::vector<Entry> found = context_.tag().size() > 0 ? by_turns(lines_.text(), span) : std::vector<Entry>();
  if (found.empty()) return false;
  GrowingTable* const records = found.size() > 1 ? &out_.table(core::TableKind::records) : nullptr;
  if (records != nullptr) out_.begin_row(*records, span.begin);
  for (const Entry& entry : found) {
    const std::string key(lines_.at(entry.key));
    if (records == nullptr) out_.put(key, entry.key, read_written_cell(lines_.text(), entry.value), entry.value.end);
    else records->put(key, read_written_cell(lines_.text(), entry.value), entry.value.end);
    out_.add_key(entry.key);
  }
  return true;
}

// Statistics of one thing; under several configurations, in brackets before them, they are rows of a table.
bool TextReader::read_statistics(core::Span span) {
  const auto found = statistics_line(lines_.text(), span);
  if (!found) return false;
  const core::Span config = found->config.size() > 0 ? found->config : context_.tag();
  const core::Span name = found->of.size() > 0 ? found->of : context_.list_of();
  if (config.size() == 0 && name.size() == 0) return false;
  const std::string of = name.size() > 0 ? std::string(lines_.at(name)) + '/' : std::string();
  GrowingTable* const records = config.size() > 0 ? &out_.table(core::TableKind::records, "statistics of " + of) : nullptr;
  if (records != nullptr) {
    out_.begin_row(*records, span.begin);
    records->put("case", {text_cell(config), {}, {}}, span.begin);
  }
  for (const Entry& entry : found->values) {
    const std::string key = of + std::string(lines_.at(entry.key));
    WrittenCell written = read_written_cell(lines_.text(), entry.value);
    if (written.unit.empty() && core::find_statistic(text::lower(lines_.at(entry.key)))->kind != core::Statistic::Kind::count) written.unit = found->unit;
    if (records == nullptr) out_.put(context_.prefix() + key, entry.key, written, entry.value.end);
    else records->put(key, written, entry.value.end);
    out_.add_key(entry.key);
  }
  if (name.size() > 0) out_.add_key(name);
  return true;
}

// "avg min p50" above "0.3 0.1 0.2", below "latency summary (msec):".
std::size_t TextReader::read_statistics_row(std::size_t i) {
  if (context_.list_of().size() == 0 || i + 1 >= lines_.count() || lines_.line(i).size() > kLongestTitle || lines_.line(i + 1).size() > kLongestTitle) return i;
  if (!names_statistics(lines_.text(), lines_.line(i))) return i;
  const std::vector<core::Span> header = words(lines_.text(), lines_.line(i));
  const std::vector<core::Span> values = words(lines_.text(), lines_.line(i + 1));
  const bool numbers = std::all_of(values.begin(), values.end(), [&](core::Span each) { return read_written_cell(lines_.text(), each).cell.kind == core::CellKind::number; });
  if (header.size() != values.size() || !numbers) return i;
  for (std::size_t k = 0; k < values.size(); ++k) {
    WrittenCell written = read_written_cell(lines_.text(), values[k]);
    if (written.unit.empty()) written.unit = unit_of_header(lines_.at(context_.list_of()));
    out_.put(context_.prefix() + std::string(lines_.at(context_.list_of())) + '/' + std::string(lines_.at(header[k])), header[k], written, values[k].end);
    out_.add_key(header[k]);
  }
  return i + 2;
}

bool TextReader::read_grouped_value(core::Span span) {
  const std::vector<core::Span> found = grouped_value(lines_.text(), span);
  if (found.empty()) return false;
  GrowingTable& records = out_.table(core::TableKind::records, "grouped values");
  out_.begin_row(records, span.begin);
  for (std::size_t k = 0; k < found.size(); ++k) {
    const bool value = k + 1 == found.size();
    records.put(std::to_string(k + 1), value ? read_written_cell(lines_.text(), found[k]) : WrittenCell{text_cell(found[k]), {}, {}}, found[k].end);
  }
  return true;
}

bool TextReader::read_conditioned(core::Span span) {
  const auto found = conditioned_value(lines_.text(), span);
  if (!found) return false;
  GrowingTable& records = out_.table(core::TableKind::records, std::string(lines_.at(found->name)));
  out_.begin_row(records, span.begin);
  records.put("case", {text_cell(found->conditions), {}, {}}, found->conditions.end);
  out_.fill(records, std::string(lines_.at(found->name)), found->name, found->value);
  return true;
}

bool TextReader::read_taken(core::Span span) {
  const std::vector<Taken> found = what_it_took(lines_.text(), span);
  for (const Taken& each : found) {
    out_.put(context_.prefix() + each.key, each.name, read_written_cell(lines_.text(), each.value), each.value.end);
    out_.add_key(each.name);
  }
  return !found.empty();
}

bool TextReader::read_counts(core::Span span) {
  const std::vector<Entry> found = counted_things(lines_.text(), span);
  for (const Entry& entry : found) {
    out_.put(std::string(lines_.at(entry.key)), entry.key, read_written_cell(lines_.text(), entry.value), entry.value.end);
    out_.add_key(entry.key);
  }
  return !found.empty();
}

// "forward: (9412.1, 9412.6)" below "(min, max) time across ranks (ms):".
bool TextReader::put_tuple(core::Span name, core::Span value) {
  const std::string& prefix = context_.prefix();
  const std::size_t close = prefix.empty() || prefix[0] != '(' ? std::string::npos : prefix.find(')');
  if (close == std::string::npos || value.size() < 3 || lines_.text()[value.begin] != '(' || lines_.text()[value.end - 1] != ')') return false;
  const std::vector<std::string_view> statistics = parts_of_tuple(std::string_view(prefix).substr(1, close - 1));
  const std::vector<std::string_view> values = parts_of_tuple(lines_.at({value.begin + 1, value.end - 1}));
  if (values.size() != statistics.size()) return false;
  const auto numbers = std::all_of(values.begin(), values.end(), [](std::string_view each) { return text::parse_number(each).has_value(); });
  if (!numbers) return false;
  const std::string quantity(text::trim(std::string_view(prefix).substr(close + 1, prefix.size() - close - 2)));
  const std::string of = quantity.substr(0, quantity.find(' '));
  for (std::size_t k = 0; k < values.size(); ++k) {
    const auto begin = static_cast<std::uint64_t>(values[k].data() - lines_.text().data());
    WrittenCell written = read_written_cell(lines_.text(), {begin, begin + values[k].size()});
    written.unit = unit_of_header(quantity);
    out_.put(std::string(lines_.at(name)) + ' ' + of + '/' + std::string(statistics[k]), name, written, value.end);
  }
  out_.add_key(name);
  return true;
}

// "Summary:" above an empty or indented line.
void TextReader::read_label(std::size_t i, core::Span name) {
  const bool last = i + 1 >= lines_.count();
  const core::Span below = last ? core::Span{} : lines_.line(i + 1);
  const bool indented = !last && below.begin - lines_.begin_of(i + 1) > lines_.line(i).begin - lines_.begin_of(i);
  if ((below.size() > 0 && !indented) || name.size() == 0 || name.size() > kLongestTitle || reads_as_code(lines_.at(name))) return;
  if (below.size() > 0 && names_statistics(lines_.text(), below)) return;  // which are of the label
  // "Summary:" below "====== SET ======" is that of its chapter.
  if (!context_.chapter().empty() && text::lower(lines_.at(name)) == "summary") {
    return context_.enter_part(context_.chapter());
  }
  if (indented && (compares(lines_.at(name)) || heads_tuples(lines_.at(name)) || heads_statistics(lines_.text(), name, below))) {
    add_prefix(i, name);
  } else {
    context_.enter_part(std::string(lines_.at(name)));
  }
}

// "Request concurrency: 4" above deeper lines may set them: a row of its own.
bool TextReader::put_head(std::size_t i, core::Span name, core::Span value) {
  if (!context_.prefix().empty() || lines_.any_source() || !lines_.above_deeper(i)) return false;
  const WrittenCell written = read_written_cell(lines_.text(), value);
  const bool whole = written.cell.kind == core::CellKind::number && written.cell.decimals == 0 && written.unit.empty() && written.cell.size == value.size();
  if (!whole || name.size() == 0 || reads_as_code(lines_.at(name)) || words(lines_.text(), name).size() > kMostHeadWords) return false;
  const std::string key(lines_.at(name));
  GrowingTable& records = out_.table(core::TableKind::records, "head\n" + key);
  out_.begin_row(records, name.begin);
  records.put(key, written, value.end);
  out_.add_key(name);
  context_.begin_block();
  return true;
}

// "name: value"; where the value is a pair again ("timings: load time = 5 ms"), its name is a path.
void TextReader::read_pairs(std::size_t i, core::Span span) {
  std::vector<text::PairSplit> pairs = text::split_pairs(lines_.text(), {span.begin, span.end});
  if (const auto entry = lone_entry(lines_.text(), span); entry && pairs.empty() && !lines_.any_source()) return put_pair(context_.prefix(), entry->key, entry->value);
  if (pairs.size() == 1 && text::empty(pairs.front().value))
    return read_label(i, bare_name(lines_.text(), to_core(pairs.front().name)));
  if (pairs.size() == 1 && put_head(i, bare_name(lines_.text(), to_core(pairs.front().name)), to_core(pairs.front().value))) return;
  if (pairs.size() == 1)
    if (const core::Span result = behind_formula(lines_.text(), to_core(pairs.front().value)); result.size() > 0) pairs.front().value = {result.begin, result.end};
  std::string prefix = context_.prefix();
  for (int depth = 0; depth < 2 && pairs.size() == 1; ++depth) {
    std::vector<text::PairSplit> inner = text::split_pairs(lines_.text(), pairs.front().value);
    if (inner.empty() || text::empty(inner.front().value) || lines_.has_number(to_core(inner.front().name))) break;
    const core::Span outer = bare_name(lines_.text(), to_core(pairs.front().name));
    if (outer.size() == 0 || reads_as_code(lines_.at(outer))) return;
    prefix += std::string(lines_.at(outer)) + '/';
    out_.add_key(outer);
    pairs = std::move(inner);
  }
  for (const text::PairSplit& pair : pairs) {
    const core::Span name = bare_name(lines_.text(), to_core(pair.name));
    const std::string percentile = name.size() > 0 && lines_.at(name).front() <= '9' ? percentile_name(lines_.at(name), names_beside(i)) : std::string();
    const WrittenCell written = percentile.empty() ? WrittenCell{} : read_written_cell(lines_.text(), to_core(pair.value));
    if (written.cell.kind != core::CellKind::number) {
      put_pair(prefix, name, to_core(pair.value));
      continue;
    }
    out_.put(prefix + percentile, name, written, pair.value.end);
    out_.add_key(name);
  }
}

// The names of the values in the lines above and below.
std::vector<std::string_view> TextReader::names_beside(std::size_t i) const {
  std::vector<std::string_view> names;
  for (const std::size_t at_line : {i - 1, i + 1}) {
    if (at_line >= lines_.count() || lines_.line(at_line).size() > kLongestLine) continue;
    const core::Span here = without_log_prefix(lines_.text(), lines_.line(at_line));
    if (const auto pair = text::split_pair(lines_.text(), {here.begin, here.end})) names.push_back(lines_.at(to_core(pair->name)));
  }
  return names;
}

// "{ expected_response:true }" below "http_req_duration" as "http_req_duration{expected_response:true}": a part of what is above.
std::string TextReader::name_of_part(core::Span name) const {
  if (name.size() < 3 || lines_.text()[name.begin] != '{' || lines_.text()[name.end - 1] != '}' || last_name_.empty()) return {};
  return last_name_ + '{' + std::string(text::trim(lines_.text().substr(name.begin + 1, name.size() - 2))) + '}';
}

bool TextReader::put_heading(core::Span name, core::Span value) {
  if (!is_counted(lines_.text(), name) || read_written_cell(lines_.text(), value).cell.kind != core::CellKind::text) return false;
  context_.add_heading(name.begin, value);
  context_.begin_block();
  out_.add_key(name);
  return true;
}

bool TextReader::put_device(core::Span name, core::Span value) {
  const auto device = of_a_device(lines_.text(), name, value);
  if (!device) return false;
  const WrittenCell written = read_written_cell(lines_.text(), value);
  GrowingTable& records = out_.table(core::TableKind::records, "devices");
  out_.begin_row(records, name.begin);
  records.put(std::string(lines_.at(device->key)), read_written_cell(lines_.text(), device->value), name.end);
  records.put(std::string(written.unit), written, value.end);
  out_.add_key(device->key);
  return true;
}

void TextReader::put_pair(const std::string& prefix, core::Span name, core::Span value) {
  const std::string inner = name_of_part(name);
  value = without_remark(lines_.text(), value);
  // Command being timed: "sort --reverse=no x"
  const bool command = value.size() > 2 && lines_.at(value).front() == '"' && lines_.at(value).find('"', 1) == value.size() - 1 && lines_.at(name).find(' ') != std::string_view::npos;
  if (command) ++value.begin, --value.end;
  const std::size_t longest = value.size() > 0 && lines_.text()[value.end - 1] == ')' ? 2 * kLongestValue : kLongestValue;  // with parts in brackets
  if (name.size() == 0 || value.size() == 0 || value.size() > longest) return;
  if (inner.empty() && reads_as_code(without_brackets(lines_.at(name), Bracketed::words))) return;
  if (put_heading(name, value) || put_device(name, value) || put_tuple(name, value)) return;
  // "fib 20                  time:   [26.0 us 26.2 us 26.5 us]" names the benchmark in the same line.
  const std::vector<core::Span> fields = wide_fields(lines_.text(), name);
  if (fields.size() == 2 && !interval(lines_.text(), value).empty()) {
    context_.enter_subject(fields[0], 0);
    name = fields[1];
  }
  // "[TPOT] P50: 7.6" below "-- Breakdown (ms)": the tag says what the statistic is of, the title its unit.
  const bool tagged = context_.tag().size() > 0 && prefix.empty() && core::find_statistic(text::lower(lines_.at(name))).has_value();
  const std::string own = (tagged ? std::string(lines_.at(context_.tag())) + '/' : prefix) + without_brackets(lines_.at(name), Bracketed::word);
  const std::string key = inner.empty() ? own : inner;
  if (inner.empty()) last_name_ = own;
  if (put_interval(key, name, value)) return;
  out_.add_key(name);
  if (const std::vector<NamedValue> found = console_values(lines_.text(), key, value); !found.empty()) return out_.put_all(found, name);
  if (put_several(prefix, name, value)) return;
  const std::vector<text::NameValue> parts = text::split_entries(lines_.text(), {value.begin, value.end});
  for (const text::NameValue& part : parts)
    out_.put(key + '/' + std::string(text::at(lines_.text(), part.name)), name, read_written_cell(lines_.text(), to_core(part.value)),
        part.value.end);
  if (!parts.empty()) return;
  const std::vector<core::Span> several = quantities(lines_.text(), value);
  for (const core::Span each : several) {
    const WrittenCell written = read_written_cell(lines_.text(), each);
    if (each != several.front() && says_again(read_written_cell(lines_.text(), several.front()), written)) continue;
    // What stands behind the first is told apart by its unit: "eval time/tokens per second".
    out_.put(each == several.front() ? key : key + '/' + std::string(written.unit), name, written, each.end);
  }
  if (!several.empty()) return;
  WrittenCell written = read_written_cell(lines_.text(), value);
  if (tagged && written.unit.empty()) written.unit = unit_of_header(context_.section());
  written.unit = rate_unit(lines_.at(name), written.unit);
  if (written.cell.kind == core::CellKind::text && (put_chain(key, name, value) || read_equation(value))) return;
  // "name: words" says something where both are short; longer ones are messages.
  const bool message = words(lines_.text(), name).size() > kMostNameWords || words(lines_.text(), value).size() > kMostValueWords;
  if (written.cell.kind == core::CellKind::text && message) return;
  if (written.cell.kind != core::CellKind::text || command || (!reads_as_code(lines_.at(value)) && !calls_a_function(lines_.at(value))))
    out_.put(key + time_per(written.unit), name, written, value.end);
}

}  // namespace chimera::plaintext
