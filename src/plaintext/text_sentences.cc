#include "plaintext/text_sentences.h"

#include <algorithm>
#include <array>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/duration.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestSentence = 240;  // bytes
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostNameWords = 6;
constexpr std::size_t kMostStatistics = 64;

std::string_view without_stop(std::string_view word) {
  while (!word.empty() && std::string_view(".,;)").find(word.back()) != std::string_view::npos) word.remove_suffix(1);
  return word;
}

// "2.39 s", "2.39s" or "1m 30s" at the words from `i` on: the span of number and unit; `i` then stands behind it. Empty for all else.
core::Span quantity_at(std::string_view text, const std::vector<core::Span>& parts, std::size_t& i) {
  if (i >= parts.size()) return {};
  std::uint64_t begin = parts[i].begin;
  if (text[begin] == '(') ++begin;
  if (const text::Duration time = text::duration_at(text, begin); time.end > begin) {
    while (i < parts.size() && parts[i].begin < time.end) ++i;
    return {begin, time.end};
  }
  const std::string_view first = without_stop(text.substr(begin, parts[i].end - begin));
  const auto glued = text::parse_number_with_unit(first);
  if (glued && !glued->unit.empty()) {
    if (core::find_unit(glued->unit) == nullptr) return {};
    ++i;
    return {begin, begin + first.size()};
  }
  if (!text::parse_number(first) || i + 1 >= parts.size()) return {};
  const std::string_view unit = without_stop(at(text, parts[i + 1]));
  if (unit.empty() || core::find_unit(unit) == nullptr) return {};
  i += 2;
  return {begin, parts[i - 1].begin + unit.size()};
}

// Two quantities with only blanks between them are one value in parts, "2 min 10 s", and not read as the first of them.
core::Span only_quantity_at(std::string_view text, const std::vector<core::Span>& parts, std::size_t& i) {
  const core::Span value = quantity_at(text, parts, i);
  std::size_t next = i;
  const bool bracket = i < parts.size() && text[parts[i].begin] == '(';
  const bool in_parts = value.size() > 0 && !bracket && value.end == parts[i - 1].end && quantity_at(text, parts, next).size() > 0;
  return in_parts ? core::Span{} : value;
}

// What was done: a few words that begin no ordinary sentence, without numbers.
bool names_a_task(std::string_view text, core::Span name) {
  constexpr std::array<std::string_view, 14> kBegins = {"the", "a", "an", "it", "this", "that", "we", "i", "they", "in", "on", "each", "and", "which"};
  constexpr std::array<std::string_view, 8> kEnds = {"it", "this", "that", "which", "they", "we", "run", "i"};
  const std::vector<core::Span> parts = words(text, name);
  if (parts.empty() || parts.size() > kMostNameWords || name.size() > kLongestName || !is_letter(text[name.begin])) return false;
  if (is_one_of(text::lower(at(text, parts.front())), kBegins) || is_one_of(text::lower(at(text, parts.back())), kEnds)) return false;
  const std::string_view all = at(text, name);
  text::NumberToken token;
  return !reads_as_code(all) && all.find_first_of(",:") == std::string_view::npos && all.find(". ") == std::string_view::npos &&
         !text::NumberScanner(all).next(token);
}

// Where the words for what it took begin, and what was done: "X took", "X finished in", "Engine built in".
struct Task {
  core::Span name;
  core::Span rest;
};
std::optional<Task> task_of(std::string_view text, core::Span line) {
  constexpr std::array<std::string_view, 5> kEnded = {"finished", "completed", "done", "ended", "succeeded"};
  constexpr std::array<std::string_view, 3> kMade = {"built", "ready", "done"};
  const std::vector<core::Span> parts = words(text, line);
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const bool took = at(text, parts[i]) == "took";
    std::string_view verb = at(text, parts[i - 1]);
    // "sampling completed, taking 5.3s"
    const bool taking = at(text, parts[i]) == "taking" && i > 1 && verb.size() > 1 && verb.back() == ',';
    if (taking) verb.remove_suffix(1);
    const bool in = at(text, parts[i]) == "in" && i > 1 &&
                    (is_one_of(verb, kMade) || (verb.size() > 3 && verb.substr(verb.size() - 2) == "ed"));
    if (!took && !in && !(taking && is_one_of(verb, kEnded))) continue;
    const std::size_t last = (in || taking) && is_one_of(verb, kEnded) ? i - 2 : i - 1;
    return Task{{line.begin, parts[last].end}, {parts[i + 1].begin, line.end}};
  }
  return std::nullopt;
}

// "init engine (profile, warm up)" and "main: loading" by what was done alone.
core::Span bare_task(std::string_view text, core::Span name) {
  const std::size_t open = at(text, name).find(" (");
  if (open != std::string_view::npos && text[name.end - 1] == ')') name.end = name.begin + open;
  const std::size_t label = at(text, name).rfind(": ");
  if (label != std::string_view::npos) name.begin += label + 2;
  return bare_name(text, trimmed(text, name));
}

std::string key_of(std::string_view what, core::UnitPtr unit) {
  switch (unit->dimension) {
    case core::Dimension::time: return std::string(what) + " time";
    case core::Dimension::information: return std::string(what) + " memory";
    case core::Dimension::token_rate:
    case core::Dimension::request_rate: return std::string(what) + " throughput";
    default: return std::string(what) + '/' + std::string(unit->symbol);
  }
}

// The statistic whose name ends at `end`, "p50" of "ttft p50="; empty where it is none.
core::Span word_before(std::string_view text, core::Span line, std::uint64_t end) {
  while (end > line.begin && is_blank(text[end - 1])) --end;
  std::uint64_t begin = end;
  const auto in_name = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '%' || c == '_'; };
  while (begin > line.begin && in_name(text[begin - 1])) --begin;
  return {begin, end};
}

bool is_statistic(std::string_view name) { return core::find_statistic(text::lower(name)).has_value(); }

// "[fp16] ttft:" in front of the statistics.
bool take_label(std::string_view text, core::Span label, StatisticsLine& out) {
  label = trimmed(text, label);
  while (label.size() > 0 && (text[label.begin] == '#' || is_blank(text[label.begin]))) ++label.begin;
  if (label.size() > 0 && text[label.begin] == '[') {
    const std::size_t close = at(text, label).find(']');
    if (close == std::string_view::npos) return false;
    out.config = trimmed(text, {label.begin + 1, label.begin + close});
    label = trimmed(text, {label.begin + close + 1, label.end});
  }
  if (label.size() > 0 && text[label.end - 1] == ':') --label.end;
  out.of = bare_name(text, label);
  return out.of.size() <= kLongestName && words(text, out.of).size() <= kMostNameWords && !reads_as_code(at(text, out.of)) &&
         at(text, out.of).find(": ") == std::string_view::npos;
}

// The remark behind the last value: "(16 reqs)", or the unit of them all, "(tokens)".
void take_remark(std::string_view text, core::Span& value, StatisticsLine& out) {
  const std::size_t open = at(text, value).rfind('(');
  if (open == std::string_view::npos || open == 0 || text[value.end - 1] != ')') return;
  const std::string_view inside = text.substr(value.begin + open + 1, value.end - value.begin - open - 2);
  if (core::find_unit(inside) != nullptr) out.unit = inside;
  value = trimmed(text, {value.begin, value.begin + open});
}

}  // namespace

std::vector<Taken> what_it_took(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (line.size() > kLongestSentence) return {};
  const auto task = task_of(text, line);
  if (!task) return {};
  const core::Span name = bare_task(text, task->name);
  if (!names_a_task(text, name)) return {};
  std::vector<Taken> found;
  std::string inside;  // "compilation", in brackets behind a value
  const std::vector<core::Span> parts = words(text, task->rest);
  for (std::size_t i = 0; i < parts.size();) {
    const std::string_view word = at(text, parts[i]);
    if (const core::Span value = only_quantity_at(text, parts, i); value.size() > 0) {
      const core::UnitPtr unit = core::find_unit(read_written_cell(text, value).unit);
      if (unit == nullptr) return {};
      std::string key = key_of(std::string(at(text, name)) + (inside.empty() ? "" : '/' + inside), unit);
      const bool again = std::any_of(found.begin(), found.end(), [&](const Taken& other) { return other.key == key; });
      if (!again) found.push_back({std::move(key), name, value});
      inside.clear();
      continue;
    }
    if (found.empty()) return {};  // "took the 3 files"
    const std::string_view part = word.front() == '(' ? word.substr(1) : word;  // "(process: 0.1s, read: 0.9s)"
    inside = part.size() > 1 && part.back() == ':' && at(text, task->rest).find('(') != std::string_view::npos ? std::string(part.substr(0, part.size() - 1)) : std::string();
    ++i;
  }
  return found;
}

std::optional<StatisticsLine> statistics_line(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  StatisticsLine out;
  std::size_t statistics = 0;
  for (std::uint64_t i = line.begin; i < line.end; ++i) {
    if (text[i] != '=') continue;
    const core::Span name = word_before(text, line, i);
    const bool known = is_statistic(at(text, name));
    statistics += known ? 1U : 0U;
    // "min=3, max=9, samples=3": behind two statistics other words may stand.
    if (name.size() == 0 || (!known && statistics < 2) || out.values.size() == kMostStatistics) return std::nullopt;
    if (out.values.empty() && !take_label(text, {line.begin, name.begin}, out)) return std::nullopt;
    if (!out.values.empty()) out.values.back().value.end = name.begin;
    out.values.push_back({name, {i + 1, line.end}});
  }
  if (out.values.size() < 2) return std::nullopt;
  for (Entry& entry : out.values) {
    entry.value = trimmed(text, entry.value);
    while (entry.value.size() > 0 && std::string_view(",;|").find(text[entry.value.end - 1]) != std::string_view::npos)
      entry.value = trimmed(text, {entry.value.begin, entry.value.end - 1});
    if (&entry == &out.values.back()) take_remark(text, entry.value, out);
    if (read_written_cell(text, entry.value).cell.kind != core::CellKind::number) return std::nullopt;
  }
  return out;
}

std::vector<core::Span> grouped_value(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::string_view all = at(text, line);
  if (all.size() < 5 || all.front() != '[') return {};
  const std::size_t close = all.find("], ");
  const std::size_t last = all.rfind(", ");
  if (close == std::string_view::npos || last <= close + 1 || close > kLongestName) return {};
  const core::Span name = trimmed(text, {line.begin + close + 3, line.begin + last});
  const core::Span value = trimmed(text, {line.begin + last + 2, line.end});
  if (name.size() == 0 || at(text, name).find(',') != std::string_view::npos || !text::parse_number(at(text, value))) return {};
  return {{line.begin, line.begin + close + 1}, name, value};
}

std::optional<ConditionedValue> conditioned_value(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::string_view all = at(text, line);
  const std::size_t open = all.find("@[");
  const std::size_t close = open == std::string_view::npos ? open : all.find("] = ", open);
  if (close == std::string_view::npos || open == 0) return std::nullopt;
  const core::Span conditions = trimmed(text, {line.begin + open + 2, line.begin + close});
  if (at(text, conditions).find('=') == std::string_view::npos) return std::nullopt;
  const ConditionedValue out{trimmed(text, {line.begin, line.begin + open}), conditions, trimmed(text, {line.begin + close + 4, line.end})};
  if (read_written_cell(text, out.value).cell.kind != core::CellKind::number) return std::nullopt;
  return out;
}

}  // namespace chimera::plaintext
