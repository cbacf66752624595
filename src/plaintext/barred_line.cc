#include "plaintext/barred_line.h"

#include <algorithm>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kFewestValues = 3;
constexpr std::size_t kMostPieces = 64;
constexpr std::string_view kBar = " | ";

bool is_identifier(std::string_view word) {
  return !word.empty() && is_letter(word[0]) && std::all_of(word.begin(), word.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '@'; });
}

bool is_number(std::string_view word) { return text::parse_number(word).has_value(); }

std::vector<core::Span> pieces_of(std::string_view text, core::Span line) {
  std::vector<core::Span> pieces;
  for (std::uint64_t begin = line.begin; begin < line.end && pieces.size() <= kMostPieces;) {
    const std::size_t bar = std::min(at(text, {begin, line.end}).find(kBar), line.end - begin);
    pieces.push_back(trimmed(text, {begin, begin + bar}));
    begin += bar + kBar.size();
  }
  return pieces;
}

// "epoch 001:    100 / 1102 loss=12.345, ppl=4059.1": how far the epoch is, and what was measured there.
bool take_position(std::string_view text, core::Span piece, std::vector<NamedValue>& out) {
  const std::vector<core::Span> parts = words(text, piece);
  constexpr std::size_t kBefore = 5;  // "epoch", "001:", "100", "/", "1102"
  if (parts.size() <= kBefore || !is_identifier(at(text, parts[0])) || at(text, parts[1]).back() != ':' || at(text, parts[3]) != "/") return false;
  const core::Span epoch{parts[1].begin, parts[1].end - 1};
  if (!is_number(at(text, epoch)) || !is_number(at(text, parts[2])) || !is_number(at(text, parts[4]))) return false;
  const std::vector<Entry> found = entries(text, {parts[kBefore].begin, piece.end});
  if (found.empty()) return false;
  out.push_back({std::string(at(text, parts[0])), epoch, {}});
  for (const Entry& entry : found)
    if (is_number(at(text, entry.value))) out.push_back({std::string(at(text, entry.key)), entry.value, {}});
  return true;
}

bool is_words(std::string_view piece) {
  return std::all_of(piece.begin(), piece.end(), [](char c) { return is_letter(c) || c == ' ' || c == '_' || c == '-' || c == '\''; });
}

}  // namespace

std::optional<BarredLine> barred_line(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (at(text, line).find(kBar) == std::string_view::npos) return std::nullopt;
  BarredLine out;
  const std::vector<core::Span> pieces = pieces_of(text, line);
  if (pieces.size() > kMostPieces) return std::nullopt;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const std::vector<core::Span> parts = words(text, pieces[k]);
    if (parts.size() == 2 && is_identifier(at(text, parts[0])) && is_number(at(text, parts[1]))) out.values.push_back({std::string(at(text, parts[0])), parts[1], {}});
    else if (k == 0 && parts.size() == 1 && is_identifier(at(text, parts[0]))) out.label = parts[0];
    else if (!take_position(text, pieces[k], out.values) && !is_words(at(text, pieces[k]))) return std::nullopt;
  }
  if (out.values.size() > kMostPieces) return std::nullopt;
  for (std::size_t i = 0; i < out.values.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (out.values[i].key == out.values[j].key) return std::nullopt;
  return out.values.size() < kFewestValues ? std::nullopt : std::optional(std::move(out));
}

}  // namespace chimera::plaintext
