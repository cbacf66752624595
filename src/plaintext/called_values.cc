#include "plaintext/called_values.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/unit.h"
#include "plaintext/settings_lines.h"
#include "plaintext/spans.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostValues = 8;
constexpr std::string_view kDash = " - ";

// "MUL_MAT"
bool is_function(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && (is_letter(name[0]) || name[0] == '_') && std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

// Without what colours a terminal around it.
core::Span uncoloured(std::string_view text, core::Span piece) {
  constexpr char kEscape = '\x1b';
  while (piece.size() > 0 && text[piece.begin] == kEscape) {
    const std::size_t end = at(text, piece).find('m');
    if (end == std::string_view::npos) return piece;
    piece = trimmed(text, {piece.begin + end + 1, piece.end});
  }
  return trimmed(text, {piece.begin, piece.begin + std::min<std::uint64_t>(at(text, piece).find(kEscape), piece.size())});
}

// "852 runs", "1175.31 us/run"
bool is_value(std::string_view text, core::Span piece) {
  const std::vector<core::Span> parts = words(text, piece);
  return parts.size() == 2 && text::parse_number(at(text, parts[0])) && is_letter(text[parts[1].begin]);
}

}  // namespace

std::optional<CalledValues> called_values(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::size_t open = at(text, line).find('(');
  const std::size_t close = at(text, line).find("): ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  CalledValues out;
  out.name = {line.begin, line.begin + open};
  if (!is_function(at(text, out.name))) return std::nullopt;
  auto arguments = call_arguments(text, {out.name.end + 1, line.begin + close});
  if (!arguments || arguments->empty()) return std::nullopt;
  out.arguments = std::move(*arguments);
  for (core::Span rest = trimmed(text, {line.begin + close + 3, line.end}); rest.size() > 0;) {
    const std::size_t dash = std::min(at(text, rest).find(kDash), static_cast<std::size_t>(rest.size()));
    const core::Span piece = uncoloured(text, trimmed(text, {rest.begin, rest.begin + dash}));
    if (!is_value(text, piece) || out.values.size() == kMostValues) return std::nullopt;
    out.values.push_back(piece);
    rest = trimmed(text, {std::min(rest.begin + dash + kDash.size(), rest.end), rest.end});
  }
  return out.values.size() < 2 ? std::nullopt : std::optional(std::move(out));
}

}  // namespace chimera::plaintext
