#include "plaintext/console_values.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::string_view kEllipsis = " \xE2\x80\xA6 ";  // U+2026

bool is_word(std::string_view word) { return std::all_of(word.begin(), word.end(), is_letter); }

bool is_number(std::string_view text, Span span) { return span.size() > 0 && read_written_cell(text, span).cell.kind == core::CellKind::number; }

bool is_whole(std::string_view text, Span span) {
  const auto number = text::parse_number(at(text, span));
  return number && number->integer;
}

std::vector<Span> cut_at(std::string_view text, Span span, std::string_view mark) {
  std::vector<Span> pieces;
  std::uint64_t begin = span.begin;
  for (std::size_t found = at(text, span).find(mark); found != std::string_view::npos; found = at(text, span).find(mark, found + mark.size())) {
    pieces.push_back(trimmed(text, {begin, span.begin + found}));
    begin = span.begin + found + mark.size();
  }
  pieces.push_back(trimmed(text, {begin, span.end}));
  return pieces;
}

// "1178 MB in  3.00 seconds = 392.62 MB/sec": how much, how long, and what that is in a second.
std::vector<NamedValue> moved_in_time(std::string_view text, const std::string& key, Span value) {
  const std::size_t equals = at(text, value).find(" = ");  // most values hold none
  const std::size_t in = equals == std::string_view::npos ? equals : at(text, value).substr(0, equals).find(" in ");
  if (in == std::string_view::npos) return {};
  const Span amount = trimmed(text, {value.begin, value.begin + in});
  const Span time = trimmed(text, {value.begin + in + 4, value.begin + equals});
  const Span rate = trimmed(text, {value.begin + equals + 3, value.end});
  const auto dimension = [&](Span span) {
    const core::UnitPtr unit = is_number(text, span) ? core::find_unit(read_written_cell(text, span).unit) : nullptr;
    return unit == nullptr ? core::Dimension::unknown : unit->dimension;
  };
  if (dimension(amount) != core::Dimension::information || dimension(time) != core::Dimension::time || dimension(rate) != core::Dimension::bandwidth) return {};
  return {{key, rate, {}}, {key + " amount", amount, {}}, {key + " duration", time, {}}};
}

// "301.5 ms ± 0.3 ms [User: 0.8 ms, System: 0.6 ms]".
std::vector<NamedValue> with_bracketed_pairs(std::string_view text, const std::string& key, Span value) {
  const std::size_t open = at(text, value).find('[');
  if (open == std::string_view::npos || open == 0 || text[value.end - 1] != ']') return {};
  const Span first = trimmed(text, {value.begin, value.begin + open});
  if (!is_number(text, first)) return {};
  std::vector<NamedValue> found = {{key, first, {}}};
  for (const Span piece : cut_at(text, {value.begin + open + 1, value.end - 1}, ", ")) {
    const std::vector<Span> pair = cut_at(text, piece, ": ");
    if (pair.size() != 2 || pair[0].size() == 0 || !is_number(text, pair[1])) return {};
    found.push_back({key + '/' + std::string(at(text, pair[0])), pair[1], {}});
  }
  return found;
}

// "300.9 ms … 302.1 ms    10 runs" of "Range (min … max)".
std::vector<NamedValue> ranged(std::string_view text, const std::string& key, Span value) {
  const std::size_t open = key.rfind(" (");
  const std::size_t between = key.find(kEllipsis, open);
  if (open == std::string::npos || between == std::string::npos || key.back() != ')') return {};
  const std::vector<Span> fields = wide_fields(text, value);
  const std::vector<Span> ends = cut_at(text, value, kEllipsis);
  if (ends.size() != 2 || fields.empty()) return {};
  std::vector<NamedValue> found;
  const std::string base = key.substr(0, open) + '/';
  Span high = ends[1];
  const std::vector<Span> counted = words(text, fields.back());
  if (counted.size() == 2 && fields.back().begin > high.begin && is_whole(text, counted[0]) && is_letter(text[counted[1].begin])) {
    high = trimmed(text, {high.begin, fields.back().begin});
    found.push_back({std::string(at(text, counted[1])), counted[0], {}});
  }
  if (!is_number(text, ends[0]) || !is_number(text, high)) return {};
  found.push_back({base + key.substr(open + 2, between - open - 2), ends[0], {}});
  found.push_back({base + key.substr(between + kEllipsis.size(), key.size() - between - kEllipsis.size() - 1), high, {}});
  return found;
}

// "23  min=0  max=6000".
std::vector<NamedValue> with_entries(std::string_view text, const std::string& key, Span value) {
  const std::vector<Span> parts = words(text, value);
  if (parts.size() < 2 || !is_number(text, parts.front())) return {};
  auto entries = text::split_entries(text, {parts[1].begin, value.end});
  // What was named says a word behind them, "bytes_per_second=3G/s memcpy".
  const bool labelled = parts.size() > 2 && at(text, parts.back()).find('=') == std::string_view::npos;
  if (entries.empty() && labelled) entries = text::split_entries(text, {parts[1].begin, parts[parts.size() - 2].end});
  if (entries.empty()) return {};
  std::vector<NamedValue> found = {{key, parts.front(), {}}};
  for (const text::NameValue& entry : entries)
    found.push_back({key + '/' + std::string(text::at(text, entry.name)), {entry.value.begin, entry.value.end}, {}});
  return found;
}

// The words in front of a number and its unit; of a piece that is anything else no value.
NamedValue name_and_value(std::string_view text, Span piece) {
  const std::vector<Span> parts = words(text, piece);
  const auto digits = std::find_if(parts.begin(), parts.end(), [&](Span part) { return is_digit(text[part.begin]); });
  if (digits == parts.begin() || digits == parts.end()) return {};
  const Span name{piece.begin, std::prev(digits)->end};
  const std::string_view written = at(text, name);
  const bool plain = std::all_of(written.begin(), written.end(), [](char c) { return is_letter(c) || is_blank(c) || c == '/' || c == '_' || c == '-'; });
  const Span value{digits->begin, piece.end};
  return plain && is_number(text, value) ? NamedValue{std::string(written), value, {}} : NamedValue{};
}

// "193 us (standard deviation 3 us)", "192 us (queue 100 us + compute 92 us)": how far the values lie apart, or parts of the sum.
std::vector<NamedValue> with_bracketed_parts(std::string_view text, const std::string& key, Span value) {
  const std::size_t open = at(text, value).find('(');
  if (open == std::string_view::npos || open == 0 || text[value.end - 1] != ')') return {};
  const Span first = trimmed(text, {value.begin, value.begin + open});
  const core::UnitPtr unit = is_number(text, first) ? core::find_unit(read_written_cell(text, first).unit) : nullptr;
  if (unit == nullptr) return {};
  const std::vector<Span> pieces = cut_at(text, {value.begin + open + 1, value.end - 1}, " + ");
  std::vector<NamedValue> found = {{key, first, {}}};
  for (const Span piece : pieces) {
    NamedValue part = name_and_value(text, piece);
    const core::UnitPtr of_part = part.value.size() > 0 ? core::find_unit(read_written_cell(text, part.value).unit) : nullptr;
    if (of_part == nullptr || of_part->dimension != unit->dimension) return {};
    if (pieces.size() > 1) {
      part.key.insert(0, key + '/');
    } else {
      // "Avg latency" has its own statistic in front.
      const std::size_t blank = key.find(' ');
      const bool mean = blank != std::string::npos && core::find_statistic(text::lower(key.substr(0, blank))).has_value();
      if (text::lower(part.key) != "standard deviation" && !core::find_statistic(text::lower(part.key))) return {};
      part.key = key.substr(mean ? blank + 1 : 0) + '/' + (text::lower(part.key) == "standard deviation" ? "stddev" : part.key);
    }
    found.push_back(std::move(part));
  }
  return found;
}

// "620    (30.94 per sec.)", "6699 (36783 Gflop/s)": how many, and how many a second.
std::vector<NamedValue> with_rate_in_brackets(std::string_view text, const std::string& key, Span value) {
  const std::size_t open = at(text, value).find('(');
  if (open == std::string_view::npos || open == 0 || text[value.end - 1] != ')') return {};
  const Span count = trimmed(text, {value.begin, value.begin + open});
  const std::vector<Span> parts = words(text, {value.begin + open + 1, value.end - 1});
  if (parts.size() == 2 && is_whole(text, count)) {
    const Span rate{parts[0].begin, parts[1].end};
    const core::UnitPtr unit = core::find_unit(at(text, parts[1]));
    const bool a_second = unit != nullptr && unit->symbol.size() > 2 && unit->symbol.substr(unit->symbol.size() - 2) == "/s";
    return a_second && is_number(text, rate) ? std::vector<NamedValue>{{key, count, {}}, {key + "/rate", rate, {}}} : std::vector<NamedValue>();
  }
  if (!is_whole(text, count) || parts.size() != 3 || !text::parse_number(at(text, parts[0])) || at(text, parts[1]) != "per" || at(text, parts[2]).substr(0, 3) != "sec") return {};
  const bool transactions = text::lower(key).find("transaction") != std::string::npos;
  return {{key, count, {}}, {key + "/rate", parts[0], core::find_unit(transactions ? "tx/s" : "op/s")->symbol}};
}

// Numbers with a mark or words between them.
std::vector<NamedValue> with_parts(std::string_view text, const std::string& key, Span value) {
  const std::vector<Span> parts = words(text, value);
  if (parts.size() < 2 || !is_number(text, parts.front())) return {};
  const auto word = [&](std::size_t i) { return at(text, parts[i]); };
  const NamedValue first{key, parts.front(), {}};
  if (parts.size() == 2 && is_whole(text, parts[0])) {
    const auto rate = text::parse_number_with_unit(word(1));
    if (rate && rate->unit == "/s") return {first, {key + "/rate", {parts[1].begin, parts[1].begin + rate->token.end}, {}}};
  }
  if (parts.size() == 4) {
    const Span amount{parts[0].begin, parts[1].end};
    const Span each{parts[2].begin, parts[3].end};
    const core::UnitPtr of_all = core::find_unit(word(1));
    const core::UnitPtr of_second = core::find_unit(word(3));
    const bool rate = of_all != nullptr && of_all->dimension == core::Dimension::information && of_second != nullptr &&
                      of_second->dimension == core::Dimension::bandwidth;
    if (rate && is_number(text, amount) && is_number(text, each)) return {{key, amount, {}}, {key + "/rate", each, {}}};
  }
  if (parts.size() != 5 || !is_whole(text, parts[4])) return {};
  const bool passed = word(1) == "\xE2\x9C\x93" || word(1) == "\xE2\x9C\x94";  // check marks, light and heavy
  const bool failed = word(3) == "\xE2\x9C\x97" || word(3) == "\xE2\x9C\x98";  // ballots
  if (passed && failed && is_whole(text, parts[2])) return {first, {key + "/passes", parts[2], {}}, {key + "/fails", parts[4], {}}};
  const bool share = word(2) == "out" && word(3) == "of" && is_whole(text, parts[1]);
  if (share) return {first, {key + "/count", parts[1], {}}, {key + "/total", parts[4], {}}};
  return {};
}

// "Mi/s" of what a second's worth is in bytes, "M/s" of anything else, "k" of a count; "?" where it is none of these, and so no unit
// at all.
std::string_view unit_of_counter(std::string_view name, std::string_view written) {
  if (written.empty() || core::find_unit(written) != nullptr) return written;
  const bool rate = written.size() > 2 && written.substr(written.size() - 2) == "/s";
  const std::string prefix(rate ? written.substr(0, written.size() - 2) : written);
  if (rate && name.find("bytes") != std::string_view::npos) {
    const core::UnitPtr bandwidth = core::find_unit(prefix + "B/s");
    return bandwidth == nullptr ? "?" : bandwidth->symbol;
  }
  const core::UnitPtr plain = rate ? core::find_unit("op/s") : core::count_unit();
  const core::UnitPtr scaled = prefix.size() == 1 ? core::scaled_unit(plain, prefix.front()) : nullptr;
  return written == "/s" ? plain->symbol : scaled == nullptr ? "?" : scaled->symbol;
}

}  // namespace

std::vector<NamedValue> console_values(std::string_view text, const std::string& key, Span value) {
  for (const auto read : {moved_in_time, with_bracketed_pairs, with_bracketed_parts, with_rate_in_brackets, ranged, with_entries, with_parts})
    if (std::vector<NamedValue> found = read(text, key, value); !found.empty()) return found;
  return {};
}

namespace {

// The words of "512 frames in 5.0 seconds = 102.400 FPS".
std::vector<NamedValue> counted_at_rate(std::string_view text, const std::vector<Span>& parts) {
  if (at(text, parts[2]) != "in" || !is_whole(text, parts[0]) || !is_word(at(text, parts[1]))) return {};
  const Span time{parts[3].begin, parts[4].end};
  const Span rate{parts[6].begin, parts[7].end};
  const WrittenCell took = read_written_cell(text, time);
  const WrittenCell each = read_written_cell(text, rate);
  const core::UnitPtr time_unit = core::find_unit(took.unit);
  if (time_unit == nullptr || time_unit->dimension != core::Dimension::time || core::find_unit(each.unit) == nullptr) return {};
  if (took.cell.kind != core::CellKind::number || each.cell.kind != core::CellKind::number) return {};
  const std::string thing(at(text, parts[1]));
  return {{thing, parts[0], {}}, {"duration", time, time_unit->symbol}, {thing + " rate", rate, {}}};
}

}  // namespace

std::vector<NamedValue> counted_in_time(std::string_view text, Span line) {
  const std::vector<Span> parts = words(text, line);
  if (parts.size() == 8 && at(text, parts[5]) == "=") return counted_at_rate(text, parts);
  // "146.00MB read", "146 MB read"
  if (parts.size() < 6 || parts.size() > 7 || at(text, parts[2]) != "in" || text[parts[3].end - 1] != ',') return {};
  const WrittenCell count = read_written_cell(text, parts[0]);
  const bool thousands = count.cell.kind == core::CellKind::number && (count.unit == "thousand" || count.unit == "million");  // "19k"
  const Span time{parts[3].begin, parts[3].end - 1};
  const Span amount{parts[4].begin, parts[parts.size() - 2].end};
  const WrittenCell took = read_written_cell(text, time);
  const WrittenCell data = read_written_cell(text, amount);
  const core::UnitPtr time_unit = core::find_unit(took.unit == "m" ? "min" : took.unit);
  const core::UnitPtr data_unit = core::find_unit(data.unit);
  if ((!thousands && !is_whole(text, parts[0])) || time_unit == nullptr || time_unit->dimension != core::Dimension::time) return {};
  if (data_unit == nullptr || data_unit->dimension != core::Dimension::information) return {};
  if (!is_word(at(text, parts[1])) || !is_word(at(text, parts.back()))) return {};
  return {{std::string(at(text, parts[1])), parts[0], {}}, {"duration", time, time_unit->symbol}, {std::string(at(text, parts.back())), amount, {}}};
}

std::vector<NamedValue> errors_by_kind(std::string_view text, Span line) {
  const std::vector<Span> parts = words(text, line);
  if (parts.size() != 4 || text[parts[2].begin] != '(' || text[parts[3].end - 1] != ')') return {};
  const Span of_these{parts[2].begin + 1, parts[2].end};
  const Span kind{parts[3].begin, parts[3].end - 1};
  if (at(text, parts[1]) != "errors" || !is_whole(text, parts[0]) || !is_whole(text, of_these) || !is_word(at(text, kind))) return {};
  const std::string name(at(text, parts[1]));
  return {{name, parts[0], {}}, {name + '/' + std::string(at(text, kind)), of_these, {}}};
}

std::vector<NamedValue> labelled_counts(std::string_view text, Span line) {
  const std::vector<Span> pair = cut_at(text, line, ": ");
  if (pair.size() != 2 || pair[0].size() == 0 || !is_letter(text[pair[0].begin])) return {};
  std::vector<NamedValue> found;
  for (const Span piece : cut_at(text, pair[1], ", ")) {
    const std::vector<Span> parts = words(text, piece);
    if (parts.size() != 2 || !is_whole(text, parts[1])) return {};
    const std::string_view word = at(text, parts[0]);
    if (!is_word(word)) return {};
    found.push_back({std::string(at(text, pair[0])) + '/' + std::string(word), parts[1], {}});
  }
  return found.size() > 1 ? found : std::vector<NamedValue>();
}

Span tested_address(std::string_view text, Span line) {
  const std::size_t mark = at(text, line).find(" @ http");
  if (mark == std::string_view::npos || mark == 0) return {};
  const Span address{line.begin + mark + 3, line.end};
  const std::string_view written = at(text, address);
  return written.find("://") < 6 && written.find(' ') == std::string_view::npos ? address : Span{};
}

Span ignored_failure(std::string_view text, Span line) {
  constexpr std::string_view kIgnored = "Ignoring ";  // the level in front of it is passed over
  constexpr std::string_view kFailure = "non-zero exit code";
  const std::string_view written = at(text, line);
  if (written.substr(0, kIgnored.size()) != kIgnored || written.substr(kIgnored.size(), kFailure.size()) != kFailure) return {};
  return {line.begin + kIgnored.size(), line.begin + kIgnored.size() + kFailure.size()};
}

Span take_runs(std::string_view text, Span& about) {
  const std::string_view written = at(text, about);
  const std::size_t open = written.rfind(" (");
  for (const std::string_view ending : {" runs)", " run)"}) {
    if (open == std::string_view::npos || open == 0 || written.size() < open + 2 + ending.size() || written.substr(written.size() - ending.size()) != ending) continue;
    const Span count{about.begin + open + 2, about.end - ending.size()};
    if (!is_whole(text, count)) return {};
    about.end = about.begin + open;
    return count;
  }
  return {};
}

Span numbered_heading(std::string_view text, Span line) {
  const std::size_t mark = at(text, line).find(": ");
  if (mark == std::string_view::npos) return {};
  const std::vector<Span> name = words(text, {line.begin, line.begin + mark});
  const Span about = trimmed(text, {line.begin + mark + 1, line.end});
  const bool hash = name.size() == 2 && text[name[1].begin] == '#';  // before hyperfine 1.12
  const bool numbered = name.size() == 2 && is_whole(text, {name[1].begin + (hash ? 1 : 0), name[1].end}) && at(text, name[0]) == "Benchmark";
  return numbered && about.size() > 0 && !is_number(text, about) ? about : Span{};
}

std::optional<CountedCell> counted_cell(std::string_view text, Span cell) {
  const std::vector<NamedValue> values = with_entries(text, {}, cell);
  if (values.empty() || !is_whole(text, values.front().value)) return std::nullopt;
  CountedCell out{values.front().value, {}};
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::string name = values[i].key.substr(1);
    out.counters.push_back({name, values[i].value, unit_of_counter(name, read_written_cell(text, values[i].value).unit)});
  }
  return out;
}

std::optional<WrittenCell> counter_value(std::string_view text, std::string_view name, Span cell) {
  constexpr std::string_view kRate = "/s";
  // What was named may say a word behind it, "211.669Mi/s memcpy".
  const std::size_t blank = at(text, cell).find(' ');
  if (blank != std::string_view::npos && blank > 0 && is_letter(text[cell.end - 1])) cell.end = cell.begin + blank;
  if (cell.size() < 3 || at(text, cell).substr(cell.size() - kRate.size()) != kRate) return std::nullopt;
  text::NumberToken number;
  if (!text::NumberScanner(at(text, cell)).next(number) || number.begin != 0) return std::nullopt;
  const std::string_view glued = at(text, {cell.begin + number.end, cell.end});
  if (glued.size() > kRate.size() + 2 || is_blank(glued.front()) || core::find_unit(glued) != nullptr) return std::nullopt;
  const std::string_view unit = unit_of_counter(name, glued);
  WrittenCell written = unit == "?" ? WrittenCell{text_cell(cell), {}, {}} : read_written_cell(text, {cell.begin, cell.begin + number.end});
  if (unit != "?") written.unit = unit;
  return written;
}

std::optional<NamedValue> unnamed_rate(std::string_view text, Span cell) {
  text::NumberToken number;
  if (!text::NumberScanner(at(text, cell)).next(number) || number.begin != 0) return std::nullopt;
  const Span value{cell.begin, cell.begin + number.end};
  const std::string_view unit = at(text, {value.end, cell.end});
  const core::UnitPtr known = core::find_unit(unit);
  if (known != nullptr && known->dimension == core::Dimension::bandwidth) return NamedValue{"bytes_per_second", value, known->symbol};
  constexpr std::string_view kItems = " items/s";
  if (unit.size() < kItems.size() || unit.substr(unit.size() - kItems.size()) != kItems) return std::nullopt;
  const std::string name = "items_per_second";
  return NamedValue{name, value, unit_of_counter(name, std::string(unit.substr(0, unit.size() - kItems.size())) + "/s")};
}

}  // namespace chimera::plaintext
