#include "plaintext/block_heads.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestHead = 160;
constexpr std::size_t kLongestName = 24;
constexpr std::size_t kMostPairs = 12;
constexpr std::size_t kMostArguments = 6;  // words of a command
constexpr std::string_view kStroke = "\xE2\x94\x80";   // U+2500
constexpr std::string_view kMiddle = " \xC2\xB7 ";     // a dot in the middle of the line

// "52.3", "176ms", "40.1tok/s"; "4bit" and "3B" are part of what something is called.
bool says_value(std::string_view word) {
  if (word.find('=') != std::string_view::npos) return true;
  while (!word.empty() && is_one_of(word.back(), ",;:)")) word.remove_suffix(1);
  if (word.empty() || !is_digit(word.front())) return false;
  const auto number = text::parse_number_with_unit(word);
  if (!number) return word.find('%') != std::string_view::npos;
  return number->unit.empty() || (number->unit != "b" && number->unit != "B" && core::find_unit(number->unit) != nullptr);
}

// "(4 runs)" at the end of a line is how often, and not what.
core::Span without_count(std::string_view text, core::Span said) {
  if (said.size() < 4 || text[said.end - 1] != ')') return said;
  const std::size_t open = at(text, said).rfind(" (");
  return open == std::string_view::npos || open == 0 ? said : trimmed(text, {said.begin, said.begin + open});
}

// Behind "[1/3] "; empty where the line begins otherwise.
core::Span behind_count(std::string_view text, core::Span line) {
  const std::size_t slash = at(text, line).find('/');
  const std::size_t close = at(text, line).find("] ");
  if (close == std::string_view::npos || slash == std::string_view::npos || slash > close) return {};
  if (!all_digits(at(text, {line.begin + 1, line.begin + slash})) || !all_digits(at(text, {line.begin + slash + 1, line.begin + close}))) return {};
  return trimmed(text, {line.begin + close + 2, line.end});
}

// Whether the line below says something of what this one heads: it stands deeper, or is pairs of words.
bool heads_a_block(const LineView& lines, std::size_t i) {
  if (i + 1 >= lines.count() || lines.line(i + 1).size() == 0 || lines.line(i + 1).size() > kLongestLine) return false;
  return lines.indent(i + 1) > lines.indent(i) || lines.at(lines.line(i + 1)).find(kMiddle) != std::string_view::npos;
}

std::optional<SettingsLines> counted_head(const LineView& lines, std::size_t i, core::Span line) {
  const std::string_view text = lines.text();
  core::Span said = behind_count(text, line);
  if (said.size() < 2 || !is_letter(text[said.begin]) || is_one_of(text[said.end - 1], ".!?:,") || at(text, said).find("...") != std::string_view::npos) return std::nullopt;
  said = without_count(text, said);
  const std::vector<core::Span> all = words(text, said);
  const std::string_view first = at(text, all.front());
  const bool progress = first.size() > 4 && first.substr(first.size() - 3) == "ing";  // "Building CXX object"
  if (progress || std::any_of(all.begin(), all.end(), [&](core::Span word) { return says_value(at(text, word)); }) || !heads_a_block(lines, i)) return std::nullopt;
  return SettingsLines{"counted head", {{{line.begin, said.begin}, said}}, i + 1, {"case"}};
}

std::optional<SettingsLines> framed_pair(std::string_view text, std::size_t i, core::Span line) {
  while (line.size() > kStroke.size() && at(text, line).substr(0, kStroke.size()) == kStroke) line.begin += kStroke.size();
  while (line.size() > kStroke.size() && at(text, line).substr(line.size() - kStroke.size()) == kStroke) line.end -= kStroke.size();
  const core::Span said = trimmed(text, line);
  const std::size_t mark = at(text, said).find(": ");
  if (said.begin == line.begin || said.end == line.end || mark == std::string_view::npos || mark == 0 || mark > kLongestName) return std::nullopt;
  const core::Span name{said.begin, said.begin + mark};
  const core::Span value = without_count(text, trimmed(text, {name.end + 1, said.end}));
  if (value.size() == 0 || !is_letter(text[value.begin]) || !is_letter(text[name.begin])) return std::nullopt;
  return SettingsLines{"framed\n" + std::string(at(text, name)), {{name, value}}, i + 1};
}

// "Backend: mlx · Fmt: MLX · Quant: 4bit": pairs of words, none of which was measured or says how the run went.
std::optional<SettingsLines> dotted_pairs(std::string_view text, std::size_t i, core::Span line) {
  SettingsLines out{"pairs", {}, i + 1};
  for (core::Span rest = line; rest.size() > 0;) {
    const std::uint64_t stop = rest.begin + std::min<std::uint64_t>(at(text, rest).find(kMiddle), rest.size());
    const core::Span piece = trimmed(text, {rest.begin, stop});
    const std::size_t mark = at(text, piece).find(": ");
    if (mark == std::string_view::npos || mark == 0 || mark > kLongestName || out.values.size() == kMostPairs) return std::nullopt;
    const core::Span name{piece.begin, piece.begin + mark};
    const core::Span value = trimmed(text, {name.end + 1, piece.end});
    const std::string lower = text::lower(at(text, name));
    const bool outcome = lower.find("fail") != std::string::npos || lower.find("error") != std::string::npos || lower.find("status") != std::string::npos || lower.find("result") != std::string::npos;
    const std::vector<core::Span> all = words(text, value);
    if (outcome || all.empty() || !is_letter(text[name.begin]) || std::any_of(all.begin(), all.end(), [&](core::Span word) { return says_value(at(text, word)); })) return std::nullopt;
    out.values.push_back({name, value});
    out.kind.append(1, '\n').append(at(text, name));
    rest.begin = std::min(stop + kMiddle.size(), rest.end);
  }
  return out.values.size() < 2 ? std::nullopt : std::optional(std::move(out));
}

// "$ ./mm_512" and "$ ./mm 512 8": a program without options, and what it was called with.
std::optional<SettingsLines> called_program(std::string_view text, std::size_t i, core::Span line) {
  const std::vector<core::Span> all = words(text, {line.begin + 2, line.end});
  if (all.empty() || all.size() > kMostArguments || at(text, all.front()).substr(0, 2) != "./") return std::nullopt;
  const bool more = std::any_of(all.begin(), all.end(), [&](core::Span word) { return text[word.begin] == '-' || at(text, word).find_first_of("|<>;&=$\\\"'`*") != std::string_view::npos; });
  const core::Span called{all.front().begin + at(text, all.front()).rfind('/') + 1, all.back().end};
  if (more || called.begin >= all.front().end || !is_letter(text[called.begin])) return std::nullopt;
  return SettingsLines{std::string(kProgram), {{{line.begin, called.begin}, called}}, i + 1, {"program"}};
}

}  // namespace

std::optional<SettingsLines> block_head(const LineView& lines, std::size_t i) {
  const core::Span line = lines.line(i);
  if (line.size() < 8 || line.size() > kLongestHead) return std::nullopt;
  const std::string_view text = lines.text();
  if (text[line.begin] == '[' && is_digit(text[line.begin + 1])) return counted_head(lines, i, line);
  if (text[line.begin] == '$' && text[line.begin + 1] == ' ') return called_program(text, i, line);
  if (lines.at(line).substr(0, kStroke.size()) == kStroke) return framed_pair(text, i, line);
  return lines.at(line).find(kMiddle) == std::string_view::npos ? std::nullopt : dotted_pairs(text, i, line);
}

}  // namespace chimera::plaintext
