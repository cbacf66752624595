#include "plaintext/trial_lines.h"

#include <algorithm>
#include <string>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {
namespace {

constexpr std::string_view kTrial = "Trial ";
constexpr std::size_t kMostValues = 256;

// Where the bracket that opens at `open` is closed; the end of `line` where it is not.
std::uint64_t closing(std::string_view text, std::uint64_t open, core::Span line) {
  std::size_t depth = 0;
  char quote = 0;
  for (std::uint64_t i = open; i < line.end; ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      else if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '{' || c == '[' || c == '(') {
      ++depth;
    } else if ((c == '}' || c == ']' || c == ')') && --depth == 0) {
      return i;
    }
  }
  return line.end;
}

// What commas part that stand in no brackets and no quotes.
std::vector<core::Span> parts_of(std::string_view text, core::Span inside) {
  std::vector<core::Span> parts;
  std::uint64_t begin = inside.begin;
  for (std::uint64_t i = inside.begin; i <= inside.end; ++i) {
    if (i < inside.end && (text[i] == '{' || text[i] == '[' || text[i] == '(')) i = std::min(closing(text, i, inside), inside.end - 1);
    else if (i < inside.end && (text[i] == '\'' || text[i] == '"')) i = std::min(static_cast<std::uint64_t>(text.find(text[i], i + 1)), inside.end - 1);
    if (i < inside.end && text[i] != ',') continue;
    const core::Span part = trimmed(text, {begin, i});
    if (part.size() > 0) parts.push_back(part);
    begin = i + 1;
  }
  return parts;
}

core::Span without_quotes_around(std::string_view text, core::Span span) {
  const bool quoted = span.size() > 1 && (text[span.begin] == '\'' || text[span.begin] == '"') && text[span.end - 1] == text[span.begin];
  return quoted ? core::Span{span.begin + 1, span.end - 1} : span;
}

// "{'lr': 0.01, 'kind': 'a'}" that opens at `open`.
bool take_parameters(std::string_view text, std::uint64_t open, core::Span line, std::vector<NamedValue>& out) {
  const std::uint64_t close = closing(text, open, line);
  if (close == line.end) return false;
  for (const core::Span part : parts_of(text, {open + 1, close})) {
    const std::size_t colon = at(text, part).find(": ");
    if (colon == std::string_view::npos || out.size() == kMostValues) return false;
    const core::Span name = without_quotes_around(text, {part.begin, part.begin + colon});
    out.push_back({"params_" + std::string(at(text, name)), without_quotes_around(text, trimmed(text, {part.begin + colon + 1, part.end})), {}});
  }
  return true;
}

// "0.26", or "[0.26, 3.0]" of several objectives.
bool take_values(std::string_view text, core::Span values, std::vector<NamedValue>& out) {
  if (values.size() == 0) return false;
  if (text[values.begin] != '[') return out.push_back({"value", values, {}}), true;
  if (text[values.end - 1] != ']') return false;
  std::size_t number = 0;
  for (const core::Span value : parts_of(text, {values.begin + 1, values.end - 1})) out.push_back({"values_" + std::to_string(number++), value, {}});
  return number > 0 && number <= kMostValues;
}

}  // namespace

std::optional<std::vector<NamedValue>> trial_line(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (at(text, line).substr(0, kTrial.size()) != kTrial) return std::nullopt;
  core::Span number{line.begin + kTrial.size(), line.begin + kTrial.size()};
  while (number.end < line.end && is_digit(text[number.end])) ++number.end;
  if (number.size() == 0 || number.end == line.end || text[number.end] != ' ') return std::nullopt;
  core::Span state{number.end + 1, number.end + 1};
  while (state.end < line.end && text[state.end] >= 'a' && text[state.end] <= 'z') ++state.end;
  const std::string_view rest = text.substr(state.end, line.end - state.end);
  std::vector<NamedValue> out = {{"number", number, {}}, {"state", state, {}}};
  constexpr std::string_view kParameters = "parameters: {";
  const std::size_t parameters = rest.find(kParameters);
  if (at(text, state) == "pruned") return rest.substr(0, 1) == "." ? std::optional(std::move(out)) : std::nullopt;
  if (parameters == std::string_view::npos || (at(text, state) != "finished" && at(text, state) != "failed")) return std::nullopt;
  if (at(text, state) == "finished") {
    const std::size_t colon = rest.find(": ");
    const std::size_t end = rest.find(" and parameters: {");
    if (rest.substr(0, 11) != " with value" || colon > 13 || end == std::string_view::npos || end < colon + 2) return std::nullopt;
    if (!take_values(text, trimmed(text, {state.end + colon + 2, state.end + end}), out)) return std::nullopt;
  }
  if (!take_parameters(text, state.end + parameters + kParameters.size() - 1, line, out)) return std::nullopt;
  return out;
}

std::optional<WrittenObject> object_line(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const auto in_name = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  std::uint64_t open = line.begin;
  while (open < line.end && (in_name(text[open]) || (text[open] == '.' && open > line.begin))) ++open;
  // A call of a function begins with a small letter.
  if (open == line.begin || open >= line.end || text[open] != '(' || text[line.begin] < 'A' || text[line.begin] > 'Z' || closing(text, open, line) + 1 != line.end) return std::nullopt;
  WrittenObject object{{line.begin, open}, {}};
  bool numbers = false;
  for (const core::Span part : parts_of(text, {open + 1, line.end - 1})) {
    const std::size_t equals = at(text, part).find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == part.size() || object.fields.size() == kMostValues) return std::nullopt;
    const core::Span name{part.begin, part.begin + equals};
    if (!is_letter(text[name.begin]) || !std::all_of(text.begin() + static_cast<std::ptrdiff_t>(name.begin), text.begin() + static_cast<std::ptrdiff_t>(name.end), in_name)) return std::nullopt;
    const core::Span value{name.end + 1, part.end};
    numbers = numbers || is_digit(text[value.begin]);
    object.fields.push_back({std::string(at(text, name)), value, {}});
  }
  return numbers && object.fields.size() > 1 ? std::optional(std::move(object)) : std::nullopt;
}

}  // namespace chimera::plaintext
