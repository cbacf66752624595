#include "plaintext/pair_rows.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/clause_remarks.h"
#include "plaintext/console_values.h"
#include "plaintext/named_levels.h"
#include "plaintext/sentence_rows.h"
#include "plaintext/settings_rows.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/text_statements.h"
#include "plaintext/title_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestValue = 120;  // of a pair; longer ones are sentences
constexpr std::size_t kMostHeadWords = 4;
constexpr std::size_t kMostNameWords = 5;   // of a pair whose value is words
constexpr std::size_t kMostValueWords = 8;  // likewise

// "thread" of "( 1 thread)" and "threads" of "( 2 threads)" are one setting; else as it is written.
std::string in_plural(std::string_view written) {
  const std::string unit(written);
  const bool word = unit.size() > 2 && unit.back() != 's' && std::all_of(unit.begin(), unit.end(), is_letter);
  return word && names_varied(unit) && names_varied(unit + 's') ? unit + 's' : unit;
}

// "fib 20                  time" in two, and "sum_of_a_longer/16384 time", which fills its column: one word with a mark or digit in it.
std::vector<core::Span> name_and_quantity(std::string_view text, core::Span name) {
  std::vector<core::Span> fields = wide_fields(text, name);
  constexpr std::string_view kTime = " time";
  const std::string_view all = at(text, name);
  if (fields.size() != 1 || all.size() <= kTime.size() || all.substr(all.size() - kTime.size()) != kTime) return fields;
  const std::string_view word = all.substr(0, all.size() - kTime.size());
  if (word.find(' ') != std::string_view::npos || word.find_first_of("/_:0123456789") == std::string_view::npos) return fields;
  return {{name.begin, name.begin + word.size()}, {name.end - kTime.size() + 1, name.end}};
}

// "10.50 min" behind "630.0 s": the same quantity, to the digits that are written.
bool says_again(const WrittenCell& first, const WrittenCell& second) {
  const core::UnitPtr a = core::find_unit(first.unit);
  const core::UnitPtr b = core::find_unit(second.unit);
  if (a == nullptr || b == nullptr || a->dimension != b->dimension || a->dimension == core::Dimension::none) return false;
  const double converted = first.cell.number * a->factor / b->factor;
  return std::abs(converted - second.cell.number) <= std::pow(10.0, -second.cell.decimals);
}

// "progress: 70% done", "status codes: 240 2xx, 0 3xx": how far a run was and what came out of it, in words; neither was set.
bool says_how_far(std::string_view name, std::string_view value) {
  const std::string lower = text::lower(name);
  if (lower == "progress") return value.find('%') != std::string_view::npos;
  return lower == "status codes" && value.find(" 2xx") != std::string_view::npos;
}

// "x.py:20: ValueError", "ValueError: bad 42": where a program failed, and of what.
bool says_what_failed(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && colon > 0 && all_digits(name.substr(colon + 1)) && name.substr(0, colon).find('.') != std::string_view::npos && name.find(' ') == std::string_view::npos) return true;
  const std::string_view last = name.substr(name.rfind(' ') + 1);
  const auto ends_in = [&](std::string_view word) { return last.size() > word.size() && last.substr(last.size() - word.size()) == word; };
  return !last.empty() && last.front() >= 'A' && last.front() <= 'Z' && (ends_in("Error") || ends_in("Exception"));
}

// Command being timed: "sort --reverse=no x", transaction type: <builtin: select only>. Takes what stands inside, whatever it looks like.
bool take_frame(const LineView& lines, core::Span name, core::Span& value) {
  const std::string_view said = lines.at(value);
  const bool command = said.size() > 2 && said.front() == '"' && said.find('"', 1) == said.size() - 1 && lines.at(name).find(' ') != std::string_view::npos;
  const bool bracketed = said.size() > 4 && said.front() == '<' && said.back() == '>' && said.find(": ") != std::string_view::npos;
  if (command || bracketed) ++value.begin, --value.end;
  return command || bracketed;
}

// "ALGO": a word in capitals, as programs of kernels title what they run.
bool is_name_of_variants(std::string_view name) {
  return name.size() > 1 && std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

// "CuTe HGEMM, TN, STAGES=2, SWIZZLE=<3, 3, 3>": what was run, in words, and then how; no piece of a program.
bool names_variant(std::string_view value) {
  if (value.find_first_of("{}[];\"'") != std::string_view::npos || value.find('=') == std::string_view::npos || value.find('=') < value.find(' ')) return false;
  if (!is_letter(value.front()) || value.find('(') != std::string_view::npos || value.back() == ',') return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool glued = i > 0 && i + 1 < value.size() && (is_letter(value[i - 1]) || is_digit(value[i - 1]) || value[i - 1] == '_') &&
                       (is_letter(value[i + 1]) || is_digit(value[i + 1]) || value[i + 1] == '<');
    if (value[i] == '=' && !glued) return false;
    if (value[i] == '<' && (i == 0 || value[i - 1] != '=' || value.find('>', i) == std::string_view::npos)) return false;
  }
  return true;
}

// "10.0%  proc'd: 6699   errors: 0   temps: 52 C": pairs that stand wide apart, behind how far the program was. Empty where all is one.
std::vector<core::Span> pairs_apart(std::string_view text, core::Span content) {
  std::vector<core::Span> fields = wide_fields(text, content);
  const auto is_share = [&](core::Span field) {
    const std::string_view share = at(text, field);
    return share.size() > 1 && share.back() == '%' && text::parse_number(share.substr(0, share.size() - 1)).has_value();
  };
  const bool progress = fields.size() > 1 && is_share(fields.front());
  if (progress) fields.erase(fields.begin());
  if (fields.size() < (progress ? 1U : 2U)) return {};
  const auto is_pair = [&](core::Span field) {
    const std::size_t mark = at(text, field).find(": ");
    return mark != std::string_view::npos && mark > 0 && is_letter(text[field.begin]) && std::none_of(text.begin() + static_cast<std::ptrdiff_t>(field.begin), text.begin() + static_cast<std::ptrdiff_t>(field.begin + mark), is_digit);
  };
  return std::all_of(fields.begin(), fields.end(), is_pair) ? fields : std::vector<core::Span>();
}

}  // namespace

void PairRows::read(std::size_t i, core::Span content) {
  if (const std::vector<core::Span> fields = pairs_apart(lines_.text(), content); !fields.empty()) {
    for (const core::Span field : fields) read(i, field);
    return;
  }
  std::vector<text::PairSplit> pairs = text::split_pairs(lines_.text(), {content.begin, content.end});
  if (const auto entry = lone_entry(lines_.text(), content); entry && pairs.empty() && !lines_.any_source()) return put_pair(context_.prefix(), entry->key, entry->value);
  if (pairs.size() == 1 && text::empty(pairs.front().value))
    return read_label(lines_, i, bare_name(lines_.text(), to_core(pairs.front().name)), context_);
  if (pairs.size() == 1 && (put_head(i, bare_name(lines_.text(), to_core(pairs.front().name)), to_core(pairs.front().value)) || put_numbered(i, to_core(pairs.front().name), to_core(pairs.front().value)))) return;
  if (pairs.size() == 1)
    if (const core::Span result = behind_formula(lines_.text(), to_core(pairs.front().value)); result.size() > 0) pairs.front().value = {result.begin, result.end};
  std::string prefix = context_.prefix();
  for (int depth = 0; depth < 2 && pairs.size() == 1; ++depth) {
    if (!text::empty(pairs.front().value) && lines_.text()[pairs.front().value.begin] == '<' && lines_.text()[pairs.front().value.end - 1] == '>') break;  // "<builtin: select only>"
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
    const char first = name.size() > 0 ? lines_.at(name).front() : 'x';
    std::string percentile = first <= '9' ? percentile_name(lines_.at(name), names_beside(i)) : std::string();
    if (first == 'p' && name.size() > 4) percentile = percentile_of_fraction(lines_.at(name), names_beside(i));
    const WrittenCell written = percentile.empty() ? WrittenCell{} : read_written_cell(lines_.text(), to_core(pair.value));
    if (written.cell.kind != core::CellKind::number) {
      put_pair(prefix, name, to_core(pair.value));
      continue;
    }
    out_.put(prefix + percentile, name, written, pair.value.end);
    out_.add_key(name);
  }
}

// "Request concurrency: 4" above deeper lines may set them: a row of its own.
bool PairRows::put_head(std::size_t i, core::Span name, core::Span value) {
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

// "SQL script 2: b.sql" above the items of a list: what these are about.
bool PairRows::put_numbered(std::size_t i, core::Span name, core::Span value) {
  if (!lines_.above_deeper(i) || lines_.text()[lines_.line(i + 1).begin] != '-') return false;
  const std::vector<core::Span> parts = words(lines_.text(), name);
  if (parts.size() < 2 || parts.size() > kMostHeadWords || !all_digits(lines_.at(parts.back())) || lines_.has_number({parts.front().begin, parts[parts.size() - 2].end})) return false;
  if (read_written_cell(lines_.text(), value).cell.kind != core::CellKind::text) return false;
  context_.add_heading(name.begin, value);
  context_.begin_block();
  out_.add_key(name);
  return true;
}

// The names of the values in the lines above and below.
std::vector<std::string_view> PairRows::names_beside(std::size_t i) const {
  std::vector<std::string_view> names;
  for (const std::size_t at_line : {i - 1, i + 1}) {
    if (at_line >= lines_.count() || lines_.line(at_line).size() > kLongestLine) continue;
    const core::Span here = without_log_prefix(lines_.text(), lines_.line(at_line));
    if (const auto pair = text::split_pair(lines_.text(), {here.begin, here.end})) names.push_back(lines_.at(to_core(pair->name)));
  }
  return names;
}

// "{ expected_response:true }" below "http_req_duration" as "http_req_duration{expected_response:true}": a part of what is above.
std::string PairRows::name_of_part(core::Span name) const {
  if (name.size() < 3 || lines_.text()[name.begin] != '{' || lines_.text()[name.end - 1] != '}' || last_name_.empty()) return {};
  return last_name_ + '{' + std::string(text::trim(lines_.text().substr(name.begin + 1, name.size() - 2))) + '}';
}

void PairRows::put_pair(const std::string& prefix, core::Span name, core::Span value) {
  const std::string inner = name_of_part(name);
  const std::vector<Entry> counts = counts_in_brackets(lines_.text(), value);
  value = without_remark(lines_.text(), value);
  const bool framed = take_frame(lines_, name, value);
  const std::size_t longest = value.size() > 0 && lines_.text()[value.end - 1] == ')' ? 2 * kLongestValue : kLongestValue;  // with parts in brackets
  if (name.size() == 0 || value.size() == 0 || value.size() > longest) return;
  if (inner.empty() && reads_as_code(without_brackets(lines_.at(name), Bracketed::words))) return;
  if ((says_what_failed(lines_.at(name)) && read_written_cell(lines_.text(), value).cell.kind == core::CellKind::text) || says_how_far(lines_.at(name), lines_.at(value)) || put_heading(name, value) || put_device(name, value) || put_tuple(name, value) || put_statistics(name, value)) return;
  // "fib 20                  time:   [26.0 us 26.2 us 26.5 us]" names the benchmark in the same line.
  const std::vector<core::Span> fields = name_and_quantity(lines_.text(), name);
  if (fields.size() == 2 && !interval(lines_.text(), value).empty()) {
    context_.enter_subject(fields[0], 0);
    name = fields[1];
  }
  // "[TPOT] P50: 7.6" below "-- Breakdown (ms)": the tag says what the statistic is of, the title its unit.
  const bool tagged = context_.tag().size() > 0 && prefix.empty() && core::find_statistic(text::lower(lines_.at(name))).has_value();
  const std::string own = (tagged ? std::string(lines_.at(context_.tag())) + '/' : prefix) + without_brackets(lines_.at(name), Bracketed::word);
  std::string key = inner.empty() ? own : inner;
  if (inner.empty()) last_name_ = own;
  if (put_interval(key, name, value) || put_sides(prefix, name, value)) return;
  if (const auto told = told_statistic(lines_.text(), value)) {
    if (!told->of.empty()) key.append(1, ' ').append(told->of);
    key.append(1, '/').append(told->statistic);
    value = told->value;
  }
  out_.add_key(name);
  if (!counts.empty()) return put_counted(key, name, value, counts);
  if (const std::vector<NamedValue> found = console_values(lines_.text(), key, value); !found.empty()) return out_.put_all(found, name);
  if (put_several(prefix, name, value)) return;
  const std::vector<text::NameValue> parts = text::split_entries(lines_.text(), {value.begin, value.end});
  for (const text::NameValue& part : parts)
    out_.put(key + '/' + std::string(text::at(lines_.text(), part.name)), name, read_written_cell(lines_.text(), to_core(part.value)), part.value.end);
  if (!parts.empty()) return;
  const std::vector<core::Span> several = quantities(lines_.text(), value);
  for (const core::Span each : several) {
    const WrittenCell written = read_written_cell(lines_.text(), each);
    if (each != several.front() && says_again(read_written_cell(lines_.text(), several.front()), written)) continue;
    // What stands behind the first is told apart by its unit: "eval time/tokens per second".
    out_.put(each == several.front() ? key : key + '/' + in_plural(written.unit), name, written, each.end);
  }
  if (!several.empty()) return;
  // "45.2 tok/s (TTFT 231 ms)"
  const std::vector<Said> remark = read_written_cell(lines_.text(), value).other.kind == core::CellKind::number ? std::vector<Said>() : take_remark(lines_.text(), key.rfind(prefix, 0) == 0 ? key.substr(prefix.size()) : key, name, value);
  WrittenCell written = read_written_cell(lines_.text(), value);
  if (tagged && written.unit.empty()) written.unit = unit_of_header(context_.section());
  written.unit = rate_unit(lines_.at(name), written.unit);
  if (written.cell.kind == core::CellKind::text && !framed && (put_chain(key, name, value) || put_variant(key, name, value) || read_equation(lines_, value, context_, out_))) return;
  // "name: words" says something where both are short; longer ones are messages.
  // So is a value that goes on with other names, "org/m, Test Mode: performance".
  const std::size_t comma = lines_.at(value).find(", ");
  const bool goes_on = comma != std::string_view::npos && lines_.at(value).find(": ", comma) != std::string_view::npos;
  const bool message = goes_on || words(lines_.text(), name).size() > kMostNameWords || words(lines_.text(), value).size() > kMostValueWords;
  if (written.cell.kind == core::CellKind::text && message) return;
  if (written.cell.kind != core::CellKind::text || framed || (!reads_as_code(lines_.at(value)) && !calls_a_function(lines_.at(value))))
    out_.put(key + time_per(written.unit), name, written, value.end);
  for (const Said& each : remark) out_.put(prefix + each.key, each.name, read_written_cell(lines_.text(), each.value), each.value.end);
}

// "draft acceptance rate = 0.57576 (171 accepted / 297 generated)".
void PairRows::put_counted(const std::string& key, core::Span name, core::Span value, const std::vector<Entry>& counts) {
  out_.put(key, name, read_written_cell(lines_.text(), value), counts.back().key.end);
  for (const Entry& count : counts) out_.put(key + '/' + std::string(lines_.at(count.key)), count.key, read_written_cell(lines_.text(), count.value), count.key.end);
}

bool PairRows::put_heading(core::Span name, core::Span value) {
  if (!is_counted(lines_.text(), name) || read_written_cell(lines_.text(), value).cell.kind != core::CellKind::text) return false;
  context_.add_heading(name.begin, value);
  context_.begin_block();
  out_.add_key(name);
  return true;
}

bool PairRows::put_device(core::Span name, core::Span value) {
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

// "forward: (9412.1, 9412.6)" below "(min, max) time across ranks (ms):".
bool PairRows::put_tuple(core::Span name, core::Span value) {
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

// "dialup: 0.0002 secs, 0.0001 secs, 0.0076 secs" below "Details (average, fastest, slowest):".
bool PairRows::put_statistics(core::Span name, core::Span value) {
  const std::vector<std::string> statistics = statistics_of_label(context_.section());
  if (statistics.empty()) return false;
  const std::vector<std::string_view> values = parts_of_tuple(lines_.at(value));
  if (values.size() != statistics.size()) return false;
  const auto span = [&](std::string_view part) {
    const auto begin = static_cast<std::uint64_t>(part.data() - lines_.text().data());
    return core::Span{begin, begin + part.size()};
  };
  if (!std::all_of(values.begin(), values.end(), [&](std::string_view each) { return read_written_cell(lines_.text(), span(each)).cell.kind == core::CellKind::number; })) return false;
  for (std::size_t k = 0; k < values.size(); ++k)
    out_.put(std::string(lines_.at(name)) + '/' + statistics[k], name, read_written_cell(lines_.text(), span(values[k])), span(values[k]).end);
  out_.add_key(name);
  return true;
}

// "time: [1.38 ms 1.41 ms 1.45 ms]".
bool PairRows::put_interval(const std::string& key, core::Span name, core::Span value) {
  const std::vector<core::Span> ends = interval(lines_.text(), value);
  if (ends.empty()) return false;
  out_.add_key(name);
  out_.put(key, name, read_written_cell(lines_.text(), ends[1]), ends[2].end);
  out_.put(key + "/ci_low", name, read_written_cell(lines_.text(), ends[0]), ends[2].end);
  out_.put(key + "/ci_high", name, read_written_cell(lines_.text(), ends[2]), ends[2].end);
  return true;
}

// "Mean +- std dev: 4.4 us +- 0.7 us": the name says what stands on either side.
bool PairRows::put_sides(const std::string& prefix, core::Span name, core::Span value) {
  const std::vector<std::string_view> sides = sides_of_spread(lines_.at(name));
  if (sides.empty()) return false;
  WrittenCell written = read_written_cell(lines_.text(), value);
  if (written.cell.kind != core::CellKind::number || written.spread.kind != core::CellKind::number) return false;
  WrittenCell spread = written;
  spread.cell = std::exchange(written.spread, core::Cell{});
  spread.spread = core::Cell{};
  out_.add_key(name);
  out_.put(prefix + std::string(sides[0]), name, written, value.end);
  out_.put(prefix + std::string(sides[1]), name, spread, value.end);
  return true;
}

bool PairRows::put_several(const std::string& prefix, core::Span name, core::Span value) {
  std::vector<NamedValue> found = listed_values(lines_.text(), name, value);
  if (found.empty()) found = qualified_values(lines_.text(), name, value);
  for (NamedValue& each : found) each.key.insert(0, prefix);
  out_.put_all(found, name);
  return !found.empty();
}

// "allocated: 29226 MiB reserved: 44036 MiB": the second pair is about the same thing.
bool PairRows::put_chain(const std::string& key, core::Span name, core::Span value) {
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

// "ALGO = CuTe GEMM, STAGES=2" above what it measured, and "ALGO = cuBLAS" above what the next one did.
bool PairRows::put_variant(const std::string& key, core::Span name, core::Span value) {
  if (!is_name_of_variants(lines_.at(name)) || (!names_variant(lines_.at(value)) && variants_.count(key) == 0)) return false;
  variants_.insert(key);
  put_settings(lines_, {"variant\n" + key, {{name, value}}, 0}, context_, out_);
  return true;
}

}  // namespace chimera::plaintext
