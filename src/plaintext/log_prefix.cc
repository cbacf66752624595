#include "plaintext/log_prefix.h"

#include <algorithm>
#include <array>
#include <vector>

#include "plaintext/run_marks.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestPrefix = 160;  // bytes that may be times, levels and tags
constexpr std::size_t kLongestWord = 64;

bool is_word_letter(char c) { return is_letter(c) || c == '_'; }

// The next word; empty at the end.
core::Span word_at(std::string_view text, core::Span rest) {
  rest = trimmed(text, rest);
  std::uint64_t end = rest.begin;
  while (end < rest.end && !is_blank(text[end])) ++end;
  return {rest.begin, end};
}

core::Span behind(std::string_view text, core::Span span, std::uint64_t begin) { return trimmed(text, {begin, span.end}); }

// "(Worker_TP0 pid=7)", and "web-1  | " of containers.
core::Span without_process(std::string_view text, core::Span span) {
  const std::string_view all = at(text, span);
  if (all.empty()) return span;
  if (all.front() == '(') {
    const std::size_t close = std::min(all.find(')'), kLongestPrefix);
    const std::string_view inside = all.substr(1, std::min(close, all.size()) - 1);
    const bool process = close < all.size() && (inside.find("pid=") != std::string_view::npos || inside.find("rank=") != std::string_view::npos);
    return process ? behind(text, span, span.begin + close + 1) : span;
  }
  const std::size_t bar = std::min(all.find('|'), kLongestPrefix);
  if (bar + 1 >= all.size() || bar < 2 || !is_blank(all[bar - 1]) || !is_blank(all[bar + 1])) return span;
  const std::string_view name = text::trim(all.substr(0, bar));
  const std::size_t dash = name.rfind('-');
  const bool container = dash != std::string_view::npos && dash > 0 && is_word_letter(name.front()) && all_digits(name.substr(dash + 1)) &&
                         name.find(' ') == std::string_view::npos;
  return container ? behind(text, span, span.begin + bar + 1) : span;
}

// "rank0", "rank 3", and "1,0" of mpirun: which of many processes said it.
bool is_rank(std::string_view inside) {
  const std::size_t digits = inside.find_first_of("0123456789");
  if (digits == std::string_view::npos) return false;
  const std::string_view name = text::trim(inside.substr(0, digits));
  const std::size_t comma = inside.find(',');
  if (name.empty()) return comma != std::string_view::npos && all_digits(inside.substr(0, comma)) && all_digits(inside.substr(comma + 1));
  return text::lower(name) == "rank" && all_digits(inside.substr(digits));
}

// "[rank0]:", "[Rank 3]:" of launchers, "[1,0]<stdout>:" of mpirun.
core::Span without_rank_bracket(std::string_view text, core::Span span) {
  const std::size_t close = at(text, span).substr(0, kLongestWord).find(']');
  if (span.size() < 3 || text[span.begin] != '[' || close == std::string_view::npos || !is_rank(at(text, {span.begin + 1, span.begin + close}))) return span;
  const std::string_view behind_it = at(text, {span.begin + close + 1, span.end});
  std::size_t stream = 0;
  for (const std::string_view name : {"<stdout>", "<stderr>"})
    if (behind_it.substr(0, name.size()) == name) stream = name.size();
  if (behind_it.substr(stream, 1) != ":") return span;
  return behind(text, span, span.begin + close + 1 + stream + 1);
}

bool counts_runs(std::string_view word) {
  return is_one_of(text::lower(word), {"test", "run", "trial", "config", "experiment", "exp", "case", "benchmark", "bench", "job"});
}

// "[2026-01-02 03:04:05 TP0]" and "[05/01 10:00:00 d2.utils.events]:": brackets around a time and whatever stands with it; "[INFO ]".
core::Span without_bracket(std::string_view text, core::Span span) {
  if (span.size() < 3 || text[span.begin] != '[') return span;
  const std::size_t close = at(text, span).substr(0, kLongestPrefix).find(']');
  if (close == std::string_view::npos) return span;
  const core::Span inside = trimmed(text, {span.begin + 1, span.begin + close});
  const core::Span first = word_at(text, inside);
  const core::Span second = word_at(text, {first.end, inside.end});
  const bool day = second.size() > 4 && is_time_stamp(at(text, second)) && !at(text, first).empty() && is_digit(text[first.begin]);  // "05/01"
  const bool stamped = second.size() > 0 && (is_time_stamp(at(text, first)) || day);
  // "[Test 3] num_gpu=20 num_ctx=2048"
  const bool counted = second.size() > 0 && second.end == inside.end && counts_runs(at(text, first)) && all_digits(at(text, second).substr(0, at(text, second).find('/'))) &&
                       at(text, span).find('=', close) != std::string_view::npos;
  if (!stamped && !counted && !(second.size() == 0 && is_level(at(text, first)))) return span;
  std::uint64_t end = span.begin + close + 1;
  if (end < span.end && text[end] == ':') ++end;
  return behind(text, span, end);
}

// "Sep 18 04:07:30 gpu01 vllm[1234]:", as the system's log has it.
core::Span without_host(std::string_view text, core::Span span) {
  const core::Span month = word_at(text, span);
  if (month.size() != 3 || text::month_of(at(text, month)) == 0) return span;
  const core::Span day = word_at(text, {month.end, span.end});
  const core::Span time = word_at(text, {day.end, span.end});
  if (!all_digits(at(text, day)) || !is_time_stamp(at(text, time))) return span;
  const core::Span host = word_at(text, {time.end, span.end});
  const core::Span process = word_at(text, {host.end, span.end});
  return process.size() > 1 && text[process.end - 1] == ':' ? behind(text, span, process.end) : span;
}

// "2026-09-18T04:07:30Z stdout F" of containers: what stands behind the time.
core::Span without_stream(std::string_view text, core::Span span) {
  const core::Span stream = word_at(text, span);
  const core::Span flag = word_at(text, {stream.end, span.end});
  const bool known = at(text, stream) == "stdout" || at(text, stream) == "stderr";
  return known && (at(text, flag) == "F" || at(text, flag) == "P") ? behind(text, span, flag.end) : span;
}

// "0: " of a launcher that numbers its processes, where a logger's own words follow.
core::Span without_rank(std::string_view text, core::Span span) {
  const core::Span rank = word_at(text, span);
  if (rank.size() < 2 || rank.size() > 6 || text[rank.end - 1] != ':' || !all_digits(at(text, {rank.begin, rank.end - 1}))) return span;
  const core::Span next = word_at(text, {rank.end, span.end});
  return is_level(at(text, next)) && next.size() > 2 ? behind(text, span, rank.end) : span;
}

// "INFO:root:" and "WARNING:torch.distributed:", as Python's logging writes where nothing else was asked for.
core::Span without_logger(std::string_view text, core::Span span) {
  const std::string_view all = at(text, span).substr(0, kLongestPrefix);
  const std::size_t level = std::min(all.find(':'), all.size());
  const std::size_t name = all.find(':', std::min(level + 1, all.size()));
  if (level < 4 || name == std::string_view::npos || !is_level(all.substr(0, level))) return span;
  const std::string_view logger = all.substr(level + 1, name - level - 1);
  const auto in_name = [](char c) { return is_word_letter(c) || is_digit(c) || c == '.' || c == '-'; };
  const bool capital = std::all_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(level), [](char c) { return c >= 'A' && c <= 'Z'; });
  const bool named = capital && !logger.empty() && is_word_letter(logger.front()) && std::all_of(logger.begin(), logger.end(), in_name);
  return named ? behind(text, span, span.begin + name + 1) : span;
}

// "stress-ng: metrc: [23537]": a program, what kind of line it is, and the process.
core::Span without_program(std::string_view text, core::Span span) {
  const auto labels = [&](core::Span word) { return word.size() > 1 && word.size() <= kLongestWord && text[word.end - 1] == ':' && is_word_letter(text[word.begin]); };
  const core::Span program = word_at(text, span);
  if (!labels(program)) return span;
  const core::Span kind = word_at(text, {program.end, span.end});
  if (!labels(kind)) return span;
  const core::Span process = word_at(text, {kind.end, span.end});
  const bool numbered = process.size() > 2 && text[process.begin] == '[' && text[process.end - 1] == ']' && all_digits(at(text, {process.begin + 1, process.end - 1}));
  return numbered ? behind(text, span, process.end) : span;
}

// "- root - INFO -" behind a time, "-" and "bench.loop -" behind a level.
core::Span without_dashes(std::string_view text, core::Span span) {
  core::Span word = word_at(text, span);
  if (at(text, word) == "-") word = word_at(text, {word.end, span.end});
  if (word.size() == 0) return span;
  const core::Span dash = word_at(text, {word.end, span.end});
  const core::Span level = word_at(text, {dash.end, span.end});
  const core::Span last = word_at(text, {level.end, span.end});
  const bool named = at(text, dash) == "-" && is_level(at(text, level)) && at(text, last) == "-" && word.size() <= kLongestWord;
  if (named) return behind(text, span, last.end);
  // "bench.loop -" behind a level
  const std::size_t point = at(text, word).find('.');
  const bool dotted = point != std::string_view::npos && point > 0 && point + 1 < word.size() && is_word_letter(text[word.begin]) && is_word_letter(text[word.begin + point + 1]);
  if (at(text, dash) == "-" && dotted && word.begin == span.begin && level.size() > 0) return behind(text, span, dash.end);
  return word.begin > span.begin ? behind(text, span, word.begin) : span;
}

// "| INFO | " behind a time.
core::Span without_bars(std::string_view text, core::Span span) {
  if (span.size() == 0 || text[span.begin] != '|') return span;
  const core::Span bar = word_at(text, span);
  const core::Span level = word_at(text, {bar.end, span.end});
  const core::Span last = word_at(text, {level.end, span.end});
  return at(text, bar) == "|" && is_level(at(text, level)) && at(text, last) == "|" ? behind(text, span, last.end) : span;
}

// "stable-diffusion.cpp:3190 -" and "server/base.py[64]:": a place in a source, and what ends it.
core::Span without_place(std::string_view text, core::Span span) {
  const core::Span word = word_at(text, span);
  const std::string_view all = at(text, word);
  const std::size_t point = all.rfind('.');
  if (point == std::string_view::npos || point == 0 || all.size() > kLongestWord || !is_word_letter(all.front())) return span;
  const std::size_t number = all.find_first_of(":[", point);
  if (number == std::string_view::npos) return span;
  const bool colon = all[number] == ':';
  const std::string_view digits = all.substr(number + 1, colon ? std::string_view::npos : all.find(']', number) - number - 1);
  if (!all_digits(digits)) return span;
  if (!colon) return all.size() > 2 && all.substr(all.size() - 2) == "]:" ? behind(text, span, word.end) : span;
  const core::Span dash = word_at(text, {word.end, span.end});
  return at(text, dash) == "-" ? behind(text, span, dash.end) : span;
}

// "bench.py:12" and "cmd/main.go:88:": the name of a file of a source with the number of a line.
bool is_line_of_source(std::string_view word) {
  if (!word.empty() && word.back() == ':') word.remove_suffix(1);
  const std::size_t colon = word.rfind(':');
  if (colon == std::string_view::npos || word.size() > kLongestWord || !all_digits(word.substr(colon + 1))) return false;
  const std::size_t point = word.rfind('.', colon);
  const std::string_view ending = point == std::string_view::npos ? std::string_view() : word.substr(point + 1, colon - point - 1);
  return point != 0 && !ending.empty() && ending.size() <= 4 && is_word_letter(word.front()) && std::all_of(ending.begin(), ending.end(), is_letter);
}

// Behind a time or a level, where a place is no name of what follows: "bench.py:12 ", "cmd/main.go:88: ", and "bench:run:12 -" or
// "bench:run:12 |", a module, its function and the number of a line.
core::Span without_place_behind(std::string_view text, core::Span span) {
  const core::Span word = word_at(text, span);
  const std::string_view all = at(text, word);
  const std::size_t number = all.rfind(':');
  if (number == std::string_view::npos || number == 0 || word.end == span.end) return span;
  if (is_line_of_source(all)) return behind(text, span, word.end);
  const std::size_t function = all.rfind(':', number - 1);
  const core::Span mark = word_at(text, {word.end, span.end});
  const bool marked = at(text, mark) == "-" || at(text, mark) == "|";
  const bool named = function != std::string_view::npos && function > 0 && (is_word_letter(all.front()) || all.front() == '<') && all_digits(all.substr(number + 1));
  return marked && named ? behind(text, span, mark.end) : span;
}

// "slot print_timing: id  0 | task 160 | ": which of the requests of a server it is about.
core::Span without_slot(std::string_view text, core::Span span) {
  const core::Span slot = word_at(text, span);
  if (at(text, slot) != "slot") return span;
  const core::Span function = word_at(text, {slot.end, span.end});
  if (function.size() < 2) return span;
  const std::size_t mark = at(text, {slot.end, span.end}).substr(0, kLongestWord).find(": ");
  if (mark == std::string_view::npos) return span;
  core::Span rest = behind(text, span, slot.end + mark + 1);
  const core::Span whole = rest;
  for (const std::string_view name : {"id", "task"}) {
    const core::Span word = word_at(text, rest);
    const core::Span number = word_at(text, {word.end, rest.end});
    const core::Span bar = word_at(text, {number.end, rest.end});
    const std::string_view id = at(text, number);
    if (at(text, word) != name || !all_digits(id.substr(id.substr(0, 1) == "-" ? 1 : 0)) || at(text, bar) != "|") return span;
    rest = behind(text, rest, bar.end);
  }
  return rest.begin > whole.begin ? rest : span;
}

// "0.09.194.044 I srv    load_model: ": llama.cpp's clock and level, and which function of its server says it. What other functions say is
// known by their names.
core::Span without_clock(std::string_view text, core::Span span) {
  constexpr std::string_view kClock = "dd.ddd.ddd";
  if (span.size() == 0 || !is_digit(text[span.begin])) return span;  // as of most lines
  const core::Span clock = word_at(text, span);
  const std::size_t minutes = at(text, clock).find('.');
  if (minutes == std::string_view::npos || !all_digits(at(text, clock).substr(0, minutes))) return span;
  const std::string_view behind_it = at(text, clock).substr(minutes + 1);
  const bool fits = behind_it.size() == kClock.size() && std::equal(behind_it.begin(), behind_it.end(), kClock.begin(), [](char c, char p) { return p == 'd' ? is_digit(c) : c == p; });
  const core::Span level = word_at(text, {clock.end, span.end});
  if (!fits || level.size() != 1 || !is_level(at(text, level))) return span;
  const core::Span rest = behind(text, span, level.end);
  const core::Span part = word_at(text, rest);
  const core::Span function = word_at(text, {part.end, rest.end});
  const bool server = (at(text, part) == "srv" || at(text, part) == "que") && function.size() > 1 && text[function.end - 1] == ':';
  return server && function.end < rest.end ? behind(text, rest, function.end) : rest;
}

// The size of the symbol at the begin of `rest` that is no letter of any script, "✔", "•", "🚀"; 0 where none is there.
std::size_t symbol_size(std::string_view rest) {
  if (rest.empty()) return 0;
  const auto byte = [&](std::size_t i) { return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U; };
  if (byte(0) == 0xE2 && byte(1) >= 0x80 && byte(1) <= 0xAF) return 3;
  if (byte(0) == 0xEF && byte(1) == 0xB8 && byte(2) == 0x8F) return 3;
  return byte(0) == 0xF0 && byte(1) == 0x9F ? 4 : 0;
}

}  // namespace

core::Span without_prefix_part(std::string_view text, core::Span span, bool first) {
  constexpr std::array parts = {without_colours, without_process, without_bracket, without_host, without_place, without_slot, without_rank_bracket, without_rank, without_logger, without_program};
  for (const auto part : parts)
    if (const core::Span rest = part(text, span); rest.begin > span.begin) return rest;
  if (first) return without_clock(text, span);
  for (const auto part : {without_stream, without_place_behind, without_dashes, without_bars})
    if (const core::Span rest = part(text, span); rest.begin > span.begin) return rest;
  return span;
}

core::Span without_place_at_end(std::string_view text, core::Span span) {
  if (span.size() == 0 || !is_digit(text[span.end - 1])) return span;
  std::uint64_t begin = span.end;
  while (begin > span.begin && !is_blank(text[begin - 1])) --begin;
  const bool apart = begin > span.begin + 2 && is_blank(text[begin - 2]);
  return apart && is_line_of_source(at(text, {begin, span.end})) ? trimmed(text, {span.begin, begin}) : span;
}

core::Span shown_by_progress(std::string_view text, core::Span span) {
  span = trimmed(text, span);
  const std::string_view all = at(text, span);
  // "1563/1563 ━━━━━━━━ 12s 7ms/step - accuracy: 0.4456 - loss: 1.5234" as Keras draws it.
  constexpr std::string_view kDrawn = "\xE2\x94\x81";
  if (const std::size_t drawn = all.empty() || !is_digit(all[0]) ? std::string_view::npos : all.substr(0, kLongestWord).find(kDrawn); drawn != std::string_view::npos) {
    const std::size_t dash = all.find(" - ", drawn);
    return dash == std::string_view::npos ? span : trimmed(text, {span.begin + dash + 3, span.end});
  }
  const std::size_t bar = all.find("%|");
  const std::size_t open = bar == std::string_view::npos ? bar : all.find("| ", bar + 2);
  const std::size_t times = open == std::string_view::npos ? open : all.find(" [", open);
  if (times == std::string_view::npos || all.back() != ']' || all.find('<', times) == std::string_view::npos) return span;
  const std::size_t rate = all.find(", ", times);
  const std::size_t shown = rate == std::string_view::npos ? rate : all.find(", ", rate + 2);
  return shown == std::string_view::npos ? span : trimmed(text, {span.begin + shown + 2, span.end - 1});
}

core::Span without_bar(std::string_view text, core::Span span) {
  const std::string_view all = at(text, span);
  const std::size_t bar = all.empty() || all.back() != ']' ? std::string_view::npos : all.find("%|");
  if (bar == std::string_view::npos) return span;
  std::size_t begin = bar;
  while (begin > 0 && (is_digit(all[begin - 1]) || is_blank(all[begin - 1]))) --begin;
  const std::size_t times = all.rfind(" [");
  if (begin == 0 || all[begin - 1] != ':' || times == std::string_view::npos || times < bar) return span;
  const std::string_view shown = all.substr(times);
  return shown.find('<') != std::string_view::npos && std::count(shown.begin(), shown.end(), ',') == 1 ? trimmed(text, {span.begin, span.begin + begin - 1}) : span;
}

core::Span without_colours(std::string_view text, core::Span span) {
  while (span.size() > 2 && text[span.begin] == '\x1b' && text[span.begin + 1] == '[') {
    const std::size_t end = at(text, span).find('m');
    if (end > 12) break;
    span = behind(text, span, span.begin + end + 1);
  }
  return span;
}

core::Span without_colours_around(std::string_view text, core::Span span) {
  if (at(text, span).find('\x1b') == std::string_view::npos) return span;
  span = without_colours(text, span);
  while (span.size() > 2 && text[span.end - 1] == 'm') {
    const std::size_t escape = at(text, span).rfind('\x1b');
    const core::Span code{span.begin + escape, span.end};
    if (escape == std::string_view::npos || code.size() > 12 || without_colours(text, {code.begin, code.end}).size() > 0) break;
    span = trimmed(text, {span.begin, code.begin});
  }
  return span;
}

std::vector<core::Span> coloured_parts(std::string_view text, core::Span span) {
  std::vector<core::Span> parts;
  if (at(text, span).find('\x1b') == std::string_view::npos) return parts;
  std::uint64_t begin = span.begin;
  bool coloured = false;
  for (std::uint64_t i = span.begin; i <= span.end; ++i) {
    const core::Span rest{i, span.end};
    const core::Span behind_it = i < span.end && text[i] == '\x1b' ? without_colours(text, rest) : rest;
    if (i < span.end && behind_it.begin == i) continue;
    coloured = coloured || i < span.end;
    const core::Span part = trimmed(text, {begin, i});
    if (part.size() > 0) parts.push_back(part);
    begin = behind_it.begin;
    if (i < span.end) i = behind_it.begin - 1;
  }
  if (!coloured) parts.clear();
  return parts;
}

core::Span with_index(std::string_view text, core::Span line, core::Span said) {
  const core::Span before = trimmed(text, {line.begin, std::max(line.begin, said.begin)});
  if (before.size() < 5 || text[before.end - 1] != ']') return said;
  const std::size_t open = at(text, before).rfind('[');
  if (open == std::string_view::npos) return said;
  const std::string_view inside = text.substr(before.begin + open + 1, before.end - before.begin - open - 2);
  // "[run 1]"
  const std::size_t blank = inside.find(' ');
  if (blank != std::string_view::npos && names_repetition(inside.substr(0, blank)) && all_digits(inside.substr(blank + 1))) return {before.begin + open, said.end};
  const std::size_t mark = inside.find('=');
  if (mark == std::string_view::npos || mark == 0 || !is_word_letter(inside[0]) || !all_digits(inside.substr(mark + 1))) return said;
  return {before.begin + open, said.end};
}

core::Span without_marks(std::string_view text, core::Span span) {
  const core::Span whole = span = trimmed(text, span);
  for (std::uint64_t begin = span.begin; begin < span.end; begin = span.begin) {
    span = without_colours(text, span);
    if (const std::size_t size = symbol_size(at(text, span)); size > 0 && size < span.size()) span = behind(text, span, span.begin + size);
    std::uint64_t end = span.begin;
    while (end < span.end && std::string_view("*-+").find(text[end]) != std::string_view::npos) ++end;
    if (end > span.begin && end - span.begin <= 2 && end < span.end && is_blank(text[end])) span = behind(text, span, end);
    if (span.begin == begin) break;
  }
  if (span.size() > 2 && text[span.begin] == '[' && text[span.end - 1] == ']' && is_blank(text[span.begin + 1]) && at(text, span).find(']') + 1 == span.size())
    span = trimmed(text, {span.begin + 1, span.end - 1});
  return span.size() > 0 ? span : whole;
}

}  // namespace chimera::plaintext
