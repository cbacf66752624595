#include "plaintext/compressed_line.h"

#include <algorithm>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kMostDigits = 3;  // of a level

bool is_whole(std::string_view word) { return all_digits(word); }

// "3#" and "-5#" at the begin; nothing elsewhere.
Span level_of(std::string_view text, Span line) {
  const std::size_t mark = at(text, line).substr(0, kMostDigits + 2).find('#');
  if (mark == std::string_view::npos || mark == 0) return {};
  const std::size_t sign = text[line.begin] == '-' ? 1 : 0;
  return is_whole(at(text, {line.begin + sign, line.begin + mark})) ? Span{line.begin, line.begin + mark} : Span{};
}

// "125.8 MB/s,  647.8 MB/s"
bool add_speeds(std::string_view text, Span rest, std::vector<NamedValue>& out) {
  for (const char* const name : {"compression speed", "decompression speed"}) {
    while (rest.size() > 0 && (is_blank(text[rest.begin]) || text[rest.begin] == ',')) ++rest.begin;
    if (rest.size() == 0) return true;
    const Span speed = trimmed(text, {rest.begin, rest.begin + std::min<std::uint64_t>(at(text, rest).find(','), rest.size())});
    const WrittenCell written = read_written_cell(text, speed);
    const core::UnitPtr unit = written.cell.kind == core::CellKind::number ? core::find_unit(written.unit) : nullptr;
    if (unit == nullptr || unit->dimension != core::Dimension::bandwidth) return false;
    out.push_back({name, speed, {}});
    rest.begin = speed.end;
  }
  return trimmed(text, rest).size() == 0;
}

}  // namespace

std::vector<NamedValue> compressed_line(std::string_view text, Span line) {
  const std::size_t back = at(text, line).rfind('\r');
  const Span shown = back == std::string_view::npos ? line : trimmed(text, {line.begin + back + 1, line.end});
  const Span level = level_of(text, shown);
  if (level.size() == 0) return {};
  Span said{level.end + 1, shown.end};
  if (trimmed(text, said).size() == 0 && back != std::string_view::npos) {
    // " 3#" stands over the first characters of what was written before.
    const std::size_t before = at(text, {line.begin, line.begin + back}).rfind('\r');
    said = trimmed(text, {before == std::string_view::npos ? line.begin : line.begin + before + 1, line.begin + back});
    if (said.size() <= kMostDigits) return {};
    said.begin += 2;
  }
  const std::size_t arrow = at(text, said).find(" -> ");
  const std::size_t colon = arrow == std::string_view::npos ? arrow : at(text, said).substr(0, arrow).rfind(" :");
  const std::size_t open = arrow == std::string_view::npos ? arrow : at(text, said).find('(', arrow);
  const std::size_t close = open == std::string_view::npos ? open : at(text, said).find(')', open);
  if (colon == std::string_view::npos || close == std::string_view::npos) return {};
  const Span file = trimmed(text, {said.begin, said.begin + colon});
  const Span original = trimmed(text, {said.begin + colon + 2, said.begin + arrow});
  const Span compressed = trimmed(text, {said.begin + arrow + 4, said.begin + open});
  Span ratio{said.begin + open + 1, said.begin + close};
  if (ratio.size() > 1 && text[ratio.begin] == 'x') ++ratio.begin;
  if (file.size() == 0 || !is_whole(at(text, original)) || !is_whole(at(text, compressed)) || read_written_cell(text, ratio).cell.kind != core::CellKind::number) return {};
  std::vector<NamedValue> out = {{"level", level, {}}, {"case", file, {}}, {"original size", original, "B"}, {"compressed size", compressed, "B"}, {"compression ratio", ratio, {}}};
  return add_speeds(text, {said.begin + close + 1, said.end}, out) && out.size() > 5 ? out : std::vector<NamedValue>();
}

}  // namespace chimera::plaintext
