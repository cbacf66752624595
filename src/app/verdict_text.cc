#include "app/verdict_text.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "app/audit.h"
#include "core/diagnostic.h"
#include "text/decode.h"

namespace chimera::app {
namespace {

using claims::Verdict;
using claims::VerdictKind;

// Columns of a code point on a terminal, roughly as wcwidth has it.
std::size_t columns_of(std::string_view character) {
  std::uint32_t code = static_cast<unsigned char>(character.front());
  if (character.size() == 2) code = (code & 0x1FU) << 6U | (static_cast<unsigned char>(character[1]) & 0x3FU);
  else if (character.size() == 3) code = (code & 0x0FU) << 12U | (static_cast<unsigned char>(character[1]) & 0x3FU) << 6U | (static_cast<unsigned char>(character[2]) & 0x3FU);
  else if (character.size() == 4) return 2;  // emoji and rare ideographs
  const bool combining = (code >= 0x300 && code < 0x370) || (code >= 0x200B && code <= 0x200F) || (code >= 0xFE00 && code <= 0xFE0F);
  const bool wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2E80 && code < 0xA4D0) || (code >= 0xAC00 && code < 0xD7A4) || (code >= 0xF900 && code < 0xFB00) || (code >= 0xFF00 && code < 0xFF61);
  return combining ? 0 : wide ? 2 : 1;
}

// A character that would move the cursor, ring, recolour or turn the line around.
bool steers(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F || byte(0) >= 0x80;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  return character.size() == 3 && byte(0) == 0xE2 && ((byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) || (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9));
}

// Appends what may be shown of `text`, at most `most` columns; returns the columns and moves `at` behind it.
std::size_t show(std::string_view text, std::size_t& at, std::size_t end, std::size_t most, std::string& out) {
  std::size_t used = 0;
  while (at < end) {
    const std::string_view character = text.substr(at, code_point_width(text, at));
    const bool hidden = steers(character);
    const std::size_t columns = hidden ? 1 : columns_of(character);
    if (used + columns > most) break;
    out += !hidden ? character : character == "\t" ? " " : "\uFFFD";
    used += columns;
    at += character.size();
  }
  return used;
}

std::string printable(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  show(text, at, text.size(), text.size(), out);
  return out;
}

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  [[nodiscard]] std::string operator()(const char* code, std::string_view text) const { return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text); }

 private:
  bool color_;
};

const char* color_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::contradicted: return "1;31";
    case VerdictKind::unsupported: return "1;33";
    case VerdictKind::uncheckable: return "1;36";
    case VerdictKind::supported: return "1;32";
  }
  return "0";
}

// The line of the claim, cut to fit, and the carets below it.
std::string sentence(std::string_view line, std::size_t begin, std::size_t size, VerdictKind kind, const TerminalStyle& style, const Painter& paint) {
  const std::size_t room = std::max<std::size_t>(style.width, 20) - 3;
  begin = std::min(begin, line.size());
  const std::size_t end = std::min(begin + size, line.size());
  // the claim begins in the first half, what stands before it is cut from the left
  std::size_t from = begin;
  std::size_t before = 0;
  while (from > 0) {
    std::size_t previous = from - 1;
    while (previous > 0 && (static_cast<unsigned char>(line[previous]) & 0xC0U) == 0x80U) --previous;
    const std::size_t columns = columns_of(line.substr(previous, from - previous));
    if (before + columns > room / 2 && before + columns + (line.size() - begin) > room) break;
    before += columns;
    from = previous;
  }
  std::string shown = from > 0 ? "…" : " ";
  std::size_t at = from;
  const std::size_t indent = show(line, at, begin, room, shown);
  const std::size_t marked = show(line, at, end, room - indent, shown);
  show(line, at, line.size(), room - indent - marked, shown);
  return fmt::format(" {}{}\n  {}{}\n", shown, at < line.size() ? "…" : "", std::string(indent, ' '), paint(color_of(kind), std::string(std::max<std::size_t>(1, marked), '^')));
}

}  // namespace

TerminalStyle style_of_standard_output() {
  TerminalStyle style;
  if (isatty(STDOUT_FILENO) != 1) return style;
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  style.color = (no_color == nullptr || *no_color == '\0') && (terminal == nullptr || std::string_view(terminal) != "dumb");
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  return style;
}

std::string verdicts_text(const std::vector<Verdict>& verdicts, std::string_view text, std::string_view name, const TerminalStyle& style) {
  const std::vector<std::uint64_t> lines = text::line_starts(text);
  const Painter paint(style.color);
  std::string out;
  for (const Verdict& verdict : verdicts) {
    if (verdict.kind == VerdictKind::supported) continue;
    const auto after = std::upper_bound(lines.begin(), lines.end(), verdict.claim.span.begin);
    const std::uint64_t begin = *std::prev(after);
    const std::uint64_t column = verdict.claim.span.begin - begin;
    std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    out += fmt::format("{} {} {}\n", paint("1", fmt::format("{}:{}:{}:", printable(name), after - lines.begin(), column + 1)),
                       paint(color_of(verdict.kind), fmt::format("{} {}:", claims::to_string(verdict.kind), core::info(verdict.code).code)), printable(verdict.reason));
    out += sentence(line, column, verdict.claim.span.size(), verdict.kind, style, paint);
    for (std::size_t i = 0; i < std::min<std::size_t>(2, verdict.evidence.size()); ++i) {
      const std::string place = core::describe(verdict.evidence[i].place);
      out += fmt::format("  {}{}\n", printable(verdict.evidence[i].path), place.empty() ? "" : ": " + printable(place));
    }
  }
  const auto count = [&](VerdictKind kind) { return std::count_if(verdicts.begin(), verdicts.end(), [kind](const Verdict& v) { return v.kind == kind; }); };
  if (verdicts.empty()) return out + "0 claims: nothing in it can be checked\n";
  return out + fmt::format("{} claim{}: {} supported, {} contradicted, {} unsupported, {} uncheckable\n", verdicts.size(), verdicts.size() == 1 ? "" : "s", count(VerdictKind::supported),
                           count(VerdictKind::contradicted), count(VerdictKind::unsupported), count(VerdictKind::uncheckable));
}

}  // namespace chimera::app
