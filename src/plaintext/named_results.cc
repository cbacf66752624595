#include "plaintext/named_results.h"

#include <algorithm>

#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostValues = 8;

bool in_key(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// "time:0.0169ms", "TFLOPS:6.67 (+2.3%)": a word, a colon, a number.
std::optional<Entry> glued_value(std::string_view text, core::Span piece) {
  std::uint64_t mark = piece.begin;
  while (mark < piece.end && in_key(text[mark])) ++mark;
  if (mark == piece.begin || mark + 1 >= piece.end || text[mark] != ':' || !is_digit(text[mark + 1]) || !is_letter(text[piece.begin])) return std::nullopt;
  core::Span value{mark + 1, piece.end};
  if (const std::size_t remark = at(text, value).find(" ("); remark != std::string_view::npos) value.end = value.begin + remark;
  value = trimmed(text, value);
  if (read_written_cell(text, value).cell.kind != core::CellKind::number) return std::nullopt;
  return Entry{{piece.begin, mark}, value};
}

}  // namespace

std::optional<NamedResult> named_result(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::string_view all = at(text, line);
  const std::size_t colon = all.find(": ");
  if (colon == std::string_view::npos || colon == 0 || colon > kLongestName || all.find(' ') < colon || !is_letter(all.front())) return std::nullopt;
  NamedResult out;
  out.name = {line.begin, line.begin + colon};
  core::Span rest = trimmed(text, {out.name.end + 1, line.end});
  if (rest.size() == 0) return std::nullopt;
  const bool list = text[rest.begin] == '[';
  const std::size_t close = list ? at(text, rest).find(']') : at(text, rest).find(',');
  if (close == std::string_view::npos) return std::nullopt;
  out.result = trimmed(text, {rest.begin, rest.begin + close + (list ? 1 : 0)});
  if (!list && !text::parse_number(at(text, out.result))) return std::nullopt;
  rest = trimmed(text, {rest.begin + close + (list ? 1 : 0), rest.end});
  while (rest.size() > 0 && text[rest.begin] == ',') {
    const core::Span behind = trimmed(text, {rest.begin + 1, rest.end});
    const core::Span piece{behind.begin, behind.begin + std::min<std::uint64_t>(at(text, behind).find(", "), behind.size())};
    const auto value = glued_value(text, piece);
    // "validate True"
    const bool words = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(piece.begin), text.begin() + static_cast<std::ptrdiff_t>(piece.end), [](char c) { return is_letter(c) || is_blank(c); });
    if ((!value && !words) || out.values.size() == kMostValues) return std::nullopt;
    if (value) out.values.push_back(*value);
    rest = trimmed(text, {piece.end, rest.end});
  }
  if (rest.size() > 0 || out.values.empty()) return std::nullopt;
  return out;
}

}  // namespace chimera::plaintext
