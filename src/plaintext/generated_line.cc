#include "plaintext/generated_line.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/unit.h"
#include "plaintext/clause_words.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

constexpr std::string_view kGenerated = " tokens generated in ";
constexpr std::size_t kMostParts = 16;

// Pieces between `mark`.
std::vector<core::Span> split(std::string_view text, core::Span span, std::string_view mark) {
  std::vector<core::Span> pieces;
  while (span.size() > 0 && pieces.size() < kMostParts) {
    const std::size_t end = std::min<std::size_t>(at(text, span).find(mark), span.size());
    pieces.push_back(trimmed(text, {span.begin, span.begin + end}));
    span.begin = std::min(span.begin + end + mark.size(), span.end);
  }
  return pieces;
}

// "0.0 s", "2100.5 T/s", "1024 new tokens" behind "Process".
bool take_part(std::string_view text, core::Span name, core::Span part, std::vector<Said>& out) {
  const WrittenCell written = read_written_cell(text, part);
  const std::vector<core::Span> parts = words(text, part);
  if (parts.size() < 2 || !is_digit(text[part.begin])) return false;
  const std::string of(at(text, name));
  const core::UnitPtr unit = written.cell.kind == core::CellKind::number ? core::find_unit(written.unit) : nullptr;
  if (unit != nullptr && unit->dimension == core::Dimension::time) return out.push_back({of + " time", name, part}), true;
  if (unit != nullptr && is_rate(unit)) return out.push_back({of + " speed", name, part}), true;
  if (at(text, parts.back()) != "tokens") return false;
  const core::Span thing{parts[1].begin, part.end};
  out.push_back({of + ' ' + std::string(at(text, thing)), thing, parts[0]});
  return true;
}

}  // namespace

std::vector<Said> generated_line(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::size_t mark = at(text, line).find(kGenerated);
  if (mark == std::string_view::npos || text[line.end - 1] != ')') return {};
  std::uint64_t count = line.begin + mark;
  while (count > line.begin && is_digit(text[count - 1])) --count;
  const std::uint64_t behind = line.begin + mark + kGenerated.size();
  const std::size_t open = at(text, {behind, line.end}).find(" (");
  if (count == line.begin + mark || open == std::string_view::npos) return {};
  const core::Span tokens{line.begin + mark + 1, line.begin + mark + 17};
  std::vector<Said> out{{"tokens generated", tokens, {count, line.begin + mark}}, {"generated in", {tokens.end - 9, behind - 1}, {behind, behind + open}}};
  for (const core::Span piece : split(text, {behind + open + 2, line.end - 1}, ", ")) {
    const std::size_t colon = at(text, piece).find(": ");
    if (colon == std::string_view::npos || colon == 0) return {};
    const core::Span name{piece.begin, piece.begin + colon};
    for (const core::Span counted : split(text, trimmed(text, {name.end + 1, piece.end}), " and "))
      for (const core::Span part : split(text, counted, " at "))
        if (!take_part(text, name, part, out)) return {};
  }
  return out;
}

}  // namespace chimera::plaintext
