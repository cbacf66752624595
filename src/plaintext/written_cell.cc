#include "plaintext/written_cell.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/html_marks.h"
#include "plaintext/number_forms.h"
#include "plaintext/spans.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::array<std::string_view, 12> kAbsent = {"-",  "--",  "---", "\xE2\x80\x93", "\xE2\x80\x94", "n/a", "n.a.",
                                                      "na", "tbd", "?",   "\xE2\x80\xA6",        "..."};
constexpr std::array<std::string_view, 6> kYes = {"yes",          "true",         "\xE2\x9C\x93",
                                                  "\xE2\x9C\x94", "\xE2\x9C\x85", "\xE2\x98\x91"};
constexpr std::array<std::string_view, 6> kNo = {"no",           "false",        "\xE2\x9C\x97",
                                                 "\xE2\x9C\x98", "\xE2\x9D\x8C", "\xE2\x98\x92"};
constexpr std::size_t kLongestNumber = 200;  // bytes of a cell that may be one number with a unit and a remark
constexpr std::size_t kLongestUnit = 24;

// Arrows, check marks, warning signs, daggers, pictures: what is put beside a value to be seen, not read.
bool is_decoration(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 4) return byte(0) == 0xF0 && byte(1) == 0x9F;
  if (character.size() != 3) return false;
  const unsigned point = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  return (point >= 0x2190 && point <= 0x21FF) || (point >= 0x2300 && point <= 0x27BF) ||
         (point >= 0x2B00 && point <= 0x2BFF) || point == 0xFE0F || point == 0x2020 || point == 0x2021;
}

// Without the mark of a footnote: "12.5 ms[^1]", "25.95 minutes*".
text::MarkdownSpan without_footnote(std::string_view text, text::MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  if (part.size() > 1 && part.find('*') == part.size() - 1) return text::trimmed(text, {span.begin, span.end - (part[part.size() - 2] == '\\' ? 2U : 1U)});
  const std::size_t open = part.rfind("[^");
  if (open == std::string_view::npos || open == 0 || part.back() != ']') return span;
  return text::trimmed(text, {span.begin, span.begin + open});
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Drops decorations at both ends, unless nothing but them is there.
text::MarkdownSpan without_decorations(std::string_view text, text::MarkdownSpan span) {
  const text::MarkdownSpan whole = span;
  for (bool again = true; again && !text::empty(span);) {
    again = false;
    std::uint64_t last = span.end - 1;
    while (last > span.begin && continues_character(text[last])) --last;
    std::uint64_t next = span.begin + 1;
    while (next < span.end && continues_character(text[next])) ++next;
    if (is_decoration(text.substr(last, span.end - last)))
      span.end = last, again = true;
    else if (is_decoration(text.substr(span.begin, next - span.begin)))
      span.begin = next, again = true;
    span = text::trimmed(text, span);
  }
  return text::empty(span) ? whole : span;
}

core::Cell number_cell(std::uint64_t origin, const text::NumberToken& token) {
  core::Cell cell;
  cell.begin = origin + token.begin;
  cell.size = static_cast<std::uint32_t>(token.end - token.begin);
  cell.kind = core::CellKind::number;
  cell.decimals = static_cast<std::int8_t>(std::clamp(token.number.decimals, -128, 127));
  cell.number = token.number.value;
  return cell;
}

// "GMACs", "M params": how many thousands of what a network has or does, which are no units of ours.
std::string_view counts_of_a_network(std::string_view unit) {
  if (unit.size() < 4) return {};
  const std::string counted = text::lower(text::trim(unit.substr(1)));
  if (counted != "mac" && counted != "macs" && counted != "params" && counted != "parameters") return {};
  switch (scale_named(unit.substr(0, 1))) {
    case 'k': return "thousand";
    case 'M': return "million";
    case 'G': return "billion";
    case 'T': return "trillion";
    default: return unit[0] == 'B' ? "billion" : std::string_view();
  }
}

// A bracketed word behind a number is its unit only where it is one: "5 (ms)", not "5 (warm)". And "8B" are billions,
// bytes are "8 B"; "1.11k" and "262K" are thousands, "1.5M" millions, "65 C" degrees.
std::string_view believable(std::string_view part, const text::NumberWithUnit& found) {
  if ((found.unit == "B" || found.unit == "b") && part[found.token.end] == found.unit[0]) return "billion";
  if ((found.unit == "k" || found.unit == "K") && part[found.token.end] == found.unit[0]) return "thousand";
  if (found.unit == "C" && part[found.token.end] == ' ') return "\xC2\xB0" "C";
  if (found.unit == "M" && part[found.token.end] == 'M') return "million";
  if (const std::string_view scale = counts_of_a_network(found.unit); !scale.empty()) return scale;
  const bool bracketed = part.back() == ')' || part.back() == ']';
  return bracketed && core::find_unit(found.unit) == nullptr ? std::string_view() : found.unit;
}

std::optional<WrittenCell> whole_number(std::string_view text, text::MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  if (const auto scaled = read_scaled_number(part); scaled && scaled->token.number.finite)
    return WrittenCell{number_cell(span.begin, scaled->token), scaled->unit->symbol, {}};
  const auto found = text::parse_number_with_unit(part);
  if (!found || !found->token.number.finite || (found->unit == "D" && part[found->token.end] == 'D')) return std::nullopt;  // "3D" has no days
  return WrittenCell{number_cell(span.begin, found->token), believable(part, *found), {}};
}

// The most frequent cell: digits and at most a point. Spares it the search for marks, units and remarks.
std::optional<WrittenCell> plain_number(std::string_view text, text::MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  const auto plain = [](char c) { return is_digit(c) || c == '.'; };
  if (part.empty() || !is_digit(part[0]) || !std::all_of(part.begin(), part.end(), plain)) return std::nullopt;
  return whole_number(text, span);
}

// "1 815.9", "18 169 MB": blanks between groups of three digits; "128 256 512" is a list.
std::optional<WrittenCell> spaced_number(std::string_view text, text::MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  const std::size_t blank = part.find(' ');
  if (blank == 0 || blank > 3 || blank + 3 >= part.size() || !is_digit(part[0]) || !is_digit(part[blank + 1])) return std::nullopt;
  const std::string_view written = text::trim(part.substr(0, part.find_first_not_of("0123456789. ")));
  const auto number = text::parse_number(written);
  if (!number || !number->grouped || !number->finite) return std::nullopt;
  if (blank == 3 && number->integer && std::count(written.begin(), written.end(), ' ') > 1) return std::nullopt;
  const std::string_view unit = text::trim(part.substr(written.size()));
  if (!unit.empty() && core::find_unit(unit) == nullptr) return std::nullopt;
  WrittenCell cell{number_cell(span.begin, {0, written.size(), *number}), unit, {}};
  cell.spaced = true;
  return cell;
}

// Without a tag that ends there: "1.008<sub>" before "±0.002</sub>".
text::MarkdownSpan without_tag(std::string_view text, text::MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  const std::size_t open = part.rfind('<');
  if (part.empty() || part.back() != '>' || open == std::string_view::npos) return span;
  return text::trimmed(text, {span.begin, span.begin + open});
}

// "7.1 (±0.2) ms": the mark stands at `cut`.
std::optional<WrittenCell> bracketed_spread(std::string_view text, text::MarkdownSpan span, std::size_t cut, std::size_t mark) {
  const std::string_view part = text::at(text, span);
  const std::size_t open = part.find_last_not_of(' ', cut - 1);
  const std::size_t close = part.find(')', cut);
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view unit = text::trim(part.substr(close + 1));
  auto value = whole_number(text, text::trimmed(text, {span.begin, span.begin + open}));
  const auto spread = whole_number(text, text::trimmed(text, {span.begin + cut + mark, span.begin + close}));
  if (!value || !spread || spread->unit == "%") return std::nullopt;
  if (!unit.empty() && (core::find_unit(unit) == nullptr || !value->unit.empty())) return std::nullopt;
  value->spread = spread->cell;
  if (value->unit.empty()) value->unit = unit.empty() ? spread->unit : unit;
  return value;
}

// "12.3 ± 0.5", "12.3 ms ± 0.5 ms", "12.3 +/- 0.5 ms"; of "12.3 ms ± 2%" the value.
std::optional<WrittenCell> number_with_spread(std::string_view text, text::MarkdownSpan span) {
  constexpr double kMostShare = 100;  // per cent; what a spread in per cent stands behind is more
  const std::string_view part = text::at(text, span);
  for (const std::string_view mark : {"\xC2\xB1", "+/-", "+-"}) {
    const std::size_t cut = part.find(mark);
    if (cut == std::string_view::npos || cut == 0) continue;
    if (const std::size_t before = part.find_last_not_of(' ', cut - 1); before != std::string_view::npos && before > 0 && part[before] == '(')
      return bracketed_spread(text, span, cut, mark.size());
    auto value = whole_number(text, without_tag(text, text::trimmed(text, {span.begin, span.begin + cut})));
    // "0.091 +/- 0.004 (lines: 68)"
    const std::uint64_t remark = span.begin + std::min({part.size(), part.find(" (", cut), part.find('<', cut)});
    const auto spread = whole_number(text, text::trimmed(text, {span.begin + cut + mark.size(), remark}));
    if (!value || !spread) return std::nullopt;
    const bool relative = spread->unit == "%" && value->unit != "%" && (!value->unit.empty() || value->cell.number > kMostShare);
    if (relative) return value;
    if (!value->unit.empty() && !spread->unit.empty() && !same_unit(value->unit, spread->unit)) return std::nullopt;
    value->spread = spread->cell;
    value->relative = value->unit.empty() && spread->unit == "%";
    if (value->unit.empty()) value->unit = spread->unit;
    return value;
  }
  return std::nullopt;
}

// What may follow a value without changing what it says: a remark in brackets; after a known unit also another clause,
// or a lead-in that a program ran together with the value ("0.088 s Best runs:").
bool starts_remark(std::string_view rest, bool has_unit) {
  while (rest.size() > 1 && (rest[0] == '*' || rest[0] == '_') && (rest[1] == '(' || rest[1] == rest[0])) rest.remove_prefix(1);  // "8192 *(default)*"
  if (rest.empty() || rest[0] == '(' || rest[0] == '[') return true;
  if (!has_unit) return false;
  const bool lead_in = rest[0] >= 'A' && rest[0] <= 'Z' && rest.back() == ':';
  const bool clause = (rest[0] == ',' || rest[0] == ':') && rest.size() > 1 && rest[1] == ' ';
  return lead_in || clause || rest[0] == '@' || rest[0] == ';';
}

// The word in front of `rest` that is a unit, taken off it; empty where there is none.
std::string_view take_unit(std::string_view& rest) {
  const std::string_view word = rest.substr(0, std::min({rest.find_first_of(" (,;"), rest.size(), kLongestUnit}));
  if (core::find_unit(word) == nullptr) return {};
  rest = text::trim(rest.substr(word.size()));
  return word;
}

// "**0.082 s** (1.00x)", "`34.5` ns/op (`± 2%`)": the number that is printed bold or as code, where the rest is its unit or a remark.
std::optional<WrittenCell> marked_number(std::string_view text, text::MarkdownSpan span) {
  constexpr std::string_view kMarks = "*`";
  const std::string_view part = text::at(text, span);
  const std::size_t open = std::min(part.find_first_not_of(kMarks), part.size());
  const std::size_t close = part.find_first_of(kMarks, open);
  if (open == 0 || part[0] == ' ' || close == std::string_view::npos || (part[0] == '*' && open == 1)) return std::nullopt;
  auto value = whole_number(text, text::trimmed(text, {span.begin + open, span.begin + close}));
  if (!value) return std::nullopt;
  std::string_view rest = text::trim(part.substr(std::min(part.find_first_not_of(kMarks, close), part.size())));
  if (value->unit.empty()) value->unit = take_unit(rest);
  if (!rest.empty() && !starts_remark(rest, !value->unit.empty())) return std::nullopt;
  return value;
}

// "28.86 output tok/s": which rate it is stands before its unit.
std::optional<WrittenCell> qualified_rate(std::string_view text, text::MarkdownSpan span) {
  constexpr std::array<std::string_view, 11> kQualifiers = {"output", "input",      "prompt",    "total",      "decode", "prefill",
                                                            "gen",    "generation", "generated", "completion", "new"};
  const std::string_view part = text::at(text, span);
  const std::size_t first = part.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : part.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view word = part.substr(first + 1, second - first - 1);
  const core::UnitPtr unit = core::find_unit(text::trim(part.substr(second)));
  if (!is_one_of(text::lower(word), kQualifiers) || unit == nullptr || unit->symbol.find("/s") == std::string::npos) return std::nullopt;
  auto value = whole_number(text, {span.begin, span.begin + first});
  if (!value || !value->unit.empty()) return std::nullopt;
  value->unit = text::trim(part.substr(second));
  value->qualifier = word;
  return value;
}

// "0.3/192.0 GB": what is used of a memory.
std::optional<WrittenCell> used_of_all(std::string_view text, text::MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  const std::size_t cut = part.find('/');
  if (cut == std::string_view::npos || cut == 0) return std::nullopt;
  auto used = whole_number(text, text::trimmed(text, {span.begin, span.begin + cut}));
  const auto all = whole_number(text, text::trimmed(text, {span.begin + cut + 1, span.end}));
  if (!used || !all || used->cell.number > all->cell.number) return std::nullopt;
  const core::UnitPtr unit = core::find_unit(all->unit);
  if (unit == nullptr || unit->dimension != core::Dimension::information) return std::nullopt;
  if (!used->unit.empty() && !same_unit(used->unit, all->unit)) return std::nullopt;
  used->unit = all->unit;
  return used;
}

// "10.5-11.1 tok/s": stays the text that it is.
void take_range(std::string_view text, text::MarkdownSpan span, WrittenCell& out) {
  const std::string_view part = text::at(text, span);
  for (const std::string_view dash : {"\xE2\x80\x93", "\xE2\x80\x94", "-", " to "}) {
    const std::size_t cut = part.find(dash);
    if (cut == std::string_view::npos || cut == 0) continue;
    const auto lower = whole_number(text, text::trimmed(text, {span.begin, span.begin + cut}));
    const auto upper = whole_number(text, text::trimmed(text, {span.begin + cut + dash.size(), span.end}));
    if (!lower || !upper || !(lower->cell.number < upper->cell.number) || lower->cell.number < 0) return;
    if (!lower->unit.empty() && !same_unit(lower->unit, upper->unit)) return;
    out.lower = lower->cell;
    out.upper = upper->cell;
    out.unit = upper->unit;
    return;
  }
}

// "(p95: 684.79)" behind a value: another statistic of it.
void take_statistic(std::string_view text, std::string_view remark, WrittenCell& value) {
  const std::size_t colon = remark.find_first_of(":=");
  if (remark.size() < 4 || remark.front() != '(' || remark.back() != ')' || colon == std::string_view::npos) return;
  const std::string_view name = text::trim(remark.substr(1, colon - 1));
  if (!core::find_statistic(text::lower(name))) return;
  const auto begin = static_cast<std::uint64_t>(remark.data() - text.data());
  const auto other = whole_number(text, text::trimmed(text, {begin + colon + 1, begin + remark.size() - 1}));
  if (!other || (!other->unit.empty() && !same_unit(other->unit, value.unit))) return;
  value.other = other->cell;
  value.other_name = name;
}

// "0.165 s (warm)", "50 (100%)", "102.3 tok/s @ 0.128 s": the number in front, where the rest is a remark.
std::optional<WrittenCell> number_with_remark(std::string_view text, text::MarkdownSpan span) {
  const std::string_view part = text::at(text, span);
  text::NumberToken first;
  if (!text::NumberScanner(part).next(first) || first.begin > 6) return std::nullopt;
  const std::size_t after = std::min(part.find_first_not_of(' ', first.end), part.size());
  if (after == part.size()) return std::nullopt;
  std::size_t unit_end = std::min({part.find_first_of(" (,;:", after), part.size(), after + kLongestUnit});
  const bool has_unit = unit_end > after && core::find_unit(part.substr(after, unit_end - after)) != nullptr;
  // "8.359 [ms] (mean)"
  const std::size_t close = part[after] == '[' ? part.find(']', after) : std::string_view::npos;
  const bool bracketed = close != std::string_view::npos && close + 1 < part.size() && core::find_unit(part.substr(after + 1, close - after - 1)) != nullptr;
  if (bracketed) unit_end = close + 1;
  else if (!has_unit) unit_end = static_cast<std::size_t>(first.end);
  const std::string_view rest = text::trim(part.substr(unit_end));
  // Behind brackets words may follow: "[Kbytes/sec] received".
  const bool words = bracketed && std::none_of(rest.begin(), rest.end(), is_digit);
  if (!words && !starts_remark(rest, has_unit)) return std::nullopt;
  auto value = whole_number(text, text::trimmed(text, {span.begin, span.begin + unit_end}));
  if (value) take_statistic(text, rest, *value);
  return value;
}

// "=sort a.txt=" and "~sort a.txt~", which Org sets as code.
text::MarkdownSpan without_code_marks(std::string_view text, text::MarkdownSpan span) {
  if (span.end < span.begin + 3) return span;
  const char mark = text[span.begin];
  const bool code = (mark == '=' || mark == '~') && text[span.end - 1] == mark && (is_letter(text[span.begin + 1]) || text[span.begin + 1] == '/' || text[span.begin + 1] == '.') && text[span.end - 2] != mark && !is_blank(text[span.end - 2]);
  return code ? text::MarkdownSpan{span.begin + 1, span.end - 1} : span;
}

}  // namespace

WrittenCell read_written_cell(std::string_view text, core::Span written) {
  const text::MarkdownSpan span = without_code_marks(text, without_marks(text, {written.begin, written.end}));
  WrittenCell out{text_cell({span.begin, span.end}), {}, {}};
  out.words = out.cell;
  const std::string_view part = text::at(text, span);
  if (const auto plain = plain_number(text, span)) return *plain;
  const std::string small = part.size() <= 8 ? text::lower(part) : std::string();
  if (part.empty() || is_one_of(small, kAbsent)) {
    out.cell.kind = core::CellKind::absent;
    return out;
  }
  const bool yes = is_one_of(small, kYes);
  if (yes || is_one_of(small, kNo)) {
    out.cell.kind = core::CellKind::boolean;
    out.cell.number = yes ? 1 : 0;
    return out;
  }
  out.cell.kind = small == "null" || small == "nan" ? core::CellKind::null : core::CellKind::text;
  const bool has_digit = std::any_of(part.begin(), part.end(), is_digit);
  if (out.cell.kind == core::CellKind::null || !has_digit || part.size() > kLongestNumber) return out;
  const bool branch = part.substr(0, 2) == "\xE2\x94" || part.substr(0, 2) == "\xE2\x95";  // "├─ 32" of a tree is a name
  const bool cut_off = part.size() > 3 && part.substr(part.size() - 3) == "\xE2\x80\xA6";  // "2026…" had no room for the rest
  if (branch || cut_off) return out;
  const text::MarkdownSpan plain = without_marks(text, without_decorations(text, without_footnote(text, before_break(text, span))));
  for (const auto read : {spaced_number, whole_number, number_with_spread, marked_number, number_with_remark, qualified_rate, used_of_all})
    if (auto number = read(text, plain)) {
      number->words = out.words;
      return *number;
    }
  take_range(text, plain, out);
  return out;
}

core::Cell text_cell(core::Span span) {
  core::Cell cell;
  cell.begin = span.begin;
  cell.size =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(span.size(), std::numeric_limits<std::uint32_t>::max()));
  cell.kind = cell.size > 0 ? core::CellKind::text : core::CellKind::absent;
  return cell;
}

std::string_view unit_of_header(std::string_view header) {
  header = text::trim(header);
  const std::size_t open = header.find_last_of("([");
  if (header.empty() || open == std::string_view::npos || (header.back() != ')' && header.back() != ']')) return {};
  const std::string_view inner = text::trim(header.substr(open + 1, header.size() - open - 2));
  return core::find_unit(inner) != nullptr ? inner : std::string_view();
}

bool same_unit(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const core::UnitPtr unit = core::find_unit(a);
  return unit != nullptr && unit == core::find_unit(b);
}

}  // namespace chimera::plaintext
