#include "plaintext/length_rates.h"

#include <algorithm>
#include <string>

#include "core/unit.h"
#include "plaintext/log_prefix.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongest = 160;  // bytes of such a line

bool is_length(std::string_view word) { return is_one_of(text::lower(word), {"length", "context", "position"}); }

// "2110.81 t/s", the number perhaps in a colour of its own: the number and its unit, or nothing.
core::Span rate_in(std::string_view text, core::Span span) {
  span = without_colours(text, trimmed(text, span));
  std::uint64_t end = span.begin;
  while (end < span.end && (is_digit(text[end]) || text[end] == '.')) ++end;
  const core::Span number{span.begin, end};
  const core::Span unit = without_colours(text, trimmed(text, {end, span.end}));
  const core::UnitPtr found = number.size() == 0 || unit.size() == 0 ? nullptr : core::find_unit(at(text, unit));
  return found != nullptr && found->dimension == core::Dimension::token_rate ? number : core::Span{};
}

}  // namespace

std::vector<NamedValue> length_rate(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  while (line.size() > 0 && (text[line.begin] == '*' || is_blank(text[line.begin]))) ++line.begin;
  if (line.size() < 12 || line.size() > kLongest || !is_one_of(text[line.begin], "LlCcPp")) return {};
  const std::size_t colon = at(text, line).find(": ");
  if (colon == std::string_view::npos) return {};
  const std::vector<core::Span> head = words(text, {line.begin, line.begin + colon});
  if (head.size() < 2 || !is_length(at(text, head[0])) || !all_digits(at(text, head[1]))) return {};
  const bool more = head.size() >= 4 && at(text, head[2]) == "+" && all_digits(at(text, head[3]));
  const std::size_t said = more ? 4 : 2;
  if (head.size() > said && (head.size() > said + 1 || at(text, head[said]) != "tokens")) return {};
  const core::Span rate = rate_in(text, {line.begin + colon + 2, line.end});
  if (rate.size() == 0) return {};
  const std::string name = text::lower(at(text, head[0]));
  std::vector<NamedValue> out = {{name, head[1], {}}};
  if (more) out.push_back({"new tokens", head[3], {}});
  out.push_back({"speed at " + name + " (tok/s)", rate, {}});
  return out;
}

}  // namespace chimera::plaintext
