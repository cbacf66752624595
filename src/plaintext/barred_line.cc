#include "plaintext/barred_line.h"

#include <algorithm>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kFewestValues = 3;
constexpr std::size_t kFewestBehindBar = 2;
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

// "200/ 2983 batches": how far the epoch is, without a name of its own before it.
bool take_count(std::string_view text, core::Span piece, std::vector<NamedValue>& out) {
  const std::size_t slash = at(text, piece).find('/');
  if (slash == std::string_view::npos) return false;
  const core::Span done = trimmed(text, {piece.begin, piece.begin + slash});
  const std::vector<core::Span> rest = words(text, {piece.begin + slash + 1, piece.end});
  if (!all_digits(at(text, done)) || rest.size() != 2 || !all_digits(at(text, rest[0]))) return false;
  if (!is_one_of(at(text, rest[1]), {"batches", "steps", "iterations", "iters"})) return false;
  out.push_back({"step", done, {}});
  return true;
}

// "ms/batch 12.12": how long one of those steps takes.
bool take_time_per_step(std::string_view text, core::Span piece, std::vector<NamedValue>& out) {
  const std::vector<core::Span> parts = words(text, piece);
  if (parts.size() != 2 || !is_number(at(text, parts[1]))) return false;
  const std::string_view name = at(text, parts[0]);
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos || !is_one_of(name.substr(slash + 1), {"batch", "step", "iter"})) return false;
  if (!is_one_of(name.substr(0, slash), {"s", "ms", "us"})) return false;
  out.push_back({"step time", parts[1], name.substr(0, slash)});
  return true;
}

// "end of epoch 1", "time: 34.27s", "valid loss 5.81": words and a number behind them.
bool take_named(std::string_view text, core::Span piece, std::vector<NamedValue>& out) {
  constexpr std::size_t kMostWords = 4;
  const std::vector<core::Span> parts = words(text, piece);
  if (parts.size() < 2 || parts.size() > kMostWords || read_written_cell(text, parts.back()).cell.kind != core::CellKind::number) return false;
  core::Span name{piece.begin, parts[parts.size() - 2].end};
  if (text[name.end - 1] == ':') --name.end;
  if (name.size() == 0 || !is_words(at(text, name))) return false;
  const bool epoch = at(text, parts[parts.size() - 2]) == "epoch";
  const bool time = at(text, name) == "time" && !out.empty() && out.front().key == "epoch";
  out.push_back({epoch ? "epoch" : time ? "epoch time" : std::string(at(text, name)), parts.back(), {}});
  return true;
}

}  // namespace

std::optional<BarredLine> barred_line(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (at(text, line).find(kBar) == std::string_view::npos) return std::nullopt;
  BarredLine out;
  // "| epoch 1 | 200/ 2983 batches | loss 7.64": no bar ends the line, so that it is no row of a table.
  const bool bar_in_front = text[line.begin] == '|' && text[line.end - 1] != '|';
  if (bar_in_front) line = trimmed(text, {line.begin + 1, line.end});
  const std::size_t fewest = bar_in_front ? kFewestBehindBar : kFewestValues;
  const std::vector<core::Span> pieces = pieces_of(text, line);
  if (pieces.size() > kMostPieces) return std::nullopt;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const std::vector<core::Span> parts = words(text, pieces[k]);
    if (parts.size() == 2 && is_identifier(at(text, parts[0])) && is_number(at(text, parts[1]))) out.values.push_back({std::string(at(text, parts[0])), parts[1], {}});
    else if (k == 0 && parts.size() == 1 && is_identifier(at(text, parts[0]))) out.label = parts[0];
    else if (bar_in_front && (take_count(text, pieces[k], out.values) || take_time_per_step(text, pieces[k], out.values) || take_named(text, pieces[k], out.values))) continue;
    else if (!take_position(text, pieces[k], out.values) && !is_words(at(text, pieces[k]))) return std::nullopt;
  }
  if (out.values.size() > kMostPieces) return std::nullopt;
  for (std::size_t i = 0; i < out.values.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (out.values[i].key == out.values[j].key) return std::nullopt;
  return out.values.size() < fewest ? std::nullopt : std::optional(std::move(out));
}

}  // namespace chimera::plaintext
