#include "plaintext/counter_report.h"

#include <algorithm>
#include <string_view>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::string_view kTitle = "Performance counter stats for ";
constexpr std::size_t kLongestLine = 4096;  // bytes

// "'./a.out 300'" without its quotes.
Span command_of(std::string_view text, Span title) {
  Span command{title.begin + kTitle.size(), title.end};
  if (text[command.end - 1] == ':') --command.end;
  const std::size_t close = at(text, command).rfind('\'');
  const bool quoted = command.size() > 2 && text[command.begin] == '\'' && close > 1 && close != std::string_view::npos;
  return quoted ? Span{command.begin + 1, command.begin + close} : trimmed(text, command);
}

// "0.45%" of "( +-  0.45% )" in `rest`.
Span variance_in(std::string_view text, Span rest) {
  const std::size_t mark = at(text, rest).find("+-");
  if (mark == std::string_view::npos) return {};
  const std::vector<Span> behind = words(text, {rest.begin + mark + 2, rest.end});
  return !behind.empty() && text::parse_number_with_unit(at(text, behind.front())) ? behind.front() : Span{};
}

// "5.19  insn per cycle", "0.15% of all branches".
void read_derived(std::string_view text, Span part, CounterLine& out) {
  part = trimmed(text, part);
  text::NumberToken number;
  if (!text::NumberScanner(at(text, part)).next(number) || number.begin != 0) return;
  const bool share = at(text, part).substr(number.end, 1) == "%";
  out.derived = {part.begin, part.begin + number.end + (share ? 1 : 0)};
  out.derived_unit = trimmed(text, {out.derived.end, part.end});
}

std::optional<CounterLine> counter_line(std::string_view text, Span line) {
  const std::size_t bracket = std::min(at(text, line).find(" ("), line.size());
  const std::size_t hash = std::min(at(text, line).find(" #"), bracket);
  std::vector<Span> parts = words(text, {line.begin, line.begin + hash});
  if (parts.size() > 3 && at(text, parts[1]) == "+-") parts.erase(parts.begin() + 1, parts.begin() + 3);  // "1.25 +- 0.03 seconds time elapsed"
  if (parts.size() < 2 || !text::parse_number(at(text, parts.front()))) return std::nullopt;
  const core::UnitPtr unit = core::find_unit(at(text, parts[1]));
  const bool has_unit = unit != nullptr && parts.size() > 2;
  const std::size_t name = has_unit ? 2 : 1;
  if (!has_unit && parts.size() > 2) return std::nullopt;
  CounterLine out;
  out.count = parts.front();
  if (has_unit) out.unit = parts[1];
  out.event = {parts[name].begin, parts.back().end};
  out.variance = variance_in(text, {line.begin + bracket, line.end});
  if (hash < bracket) read_derived(text, {line.begin + hash + 2, line.begin + bracket}, out);
  return out;
}

}  // namespace

std::optional<CounterReport> counter_report(const core::Document& document, std::size_t first, std::uint64_t end) {
  const std::string_view text = document.text;
  const auto line = [&](std::size_t i) { return trimmed(text, line_at(document, i, end, kLongestLine)); };
  const Span title = line(first);
  if (at(text, title).substr(0, kTitle.size()) != kTitle || title.size() == kTitle.size()) return std::nullopt;
  CounterReport out;
  out.command = command_of(text, title);
  out.next = first + 1;
  for (std::size_t i = first + 1; i < document.lines.size() && document.lines[i] < end; ++i) {
    const Span here = line(i);
    if (here.size() == 0 || at(text, here).front() == '<') continue;  // "<not supported>"
    const auto found = counter_line(text, here);
    if (!found) break;
    out.lines.push_back(*found);
    out.next = i + 1;
  }
  if (out.lines.empty()) return std::nullopt;
  return out;
}

}  // namespace chimera::plaintext
