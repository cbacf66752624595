#include "plaintext/drawn_line.h"

#include <algorithm>
#include <string_view>

#include "plaintext/spans.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostCells = 128;

// What a character is to a drawing.
enum class Mark { none, bar, flat, junction };

// U+2500 to U+257F: those that go up and down only are bars, those that go left and right only are flat.
Mark box_mark(unsigned point) {
  constexpr std::u32string_view kBars = U"\u2502\u2503\u2506\u2507\u250A\u250B\u254E\u254F\u2551";
  constexpr std::u32string_view kFlat = U"\u2500\u2501\u2504\u2505\u2508\u2509\u254C\u254D\u2550\u2574\u2576\u2578\u257A\u257C\u257E";
  if (kBars.find(static_cast<char32_t>(point)) != std::u32string_view::npos) return Mark::bar;
  if (kFlat.find(static_cast<char32_t>(point)) != std::u32string_view::npos) return Mark::flat;
  return Mark::junction;
}

struct Character {
  std::size_t size = 1;
  Mark box = Mark::none;
};

Character character_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) == 0xE2 && text.size() >= 3 && (byte(1) == 0x94 || byte(1) == 0x95))
    return {3, box_mark((byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU))};
  Character found;
  while (found.size < text.size() && (byte(found.size) & 0xC0U) == 0x80U) ++found.size;
  return found;
}

Mark plain_mark(char c) {
  if (c == '|') return Mark::bar;
  if (c == '+') return Mark::junction;
  return c == '-' || c == '=' || c == ':' ? Mark::flat : Mark::none;
}

// What the line consists of.
struct Inventory {
  bool boxes = false;
  bool words = false;  // anything but marks of the drawing and blanks
  std::size_t bars = 0;
  std::size_t junctions = 0;
  std::size_t flats = 0;
};

Inventory inventory(std::string_view line) {
  Inventory found;
  std::size_t plain_bars = 0;
  std::size_t plain_junctions = 0;
  std::size_t plain_flats = 0;
  for (std::size_t i = 0; i < line.size();) {
    const Character c = character_at(line.substr(i));
    const Mark plain = plain_mark(line[i]);
    if (c.box != Mark::none) {
      found.boxes = true;
      found.bars += c.box == Mark::bar ? 1U : 0U;
      found.junctions += c.box == Mark::junction ? 1U : 0U;
      found.flats += c.box == Mark::flat ? 1U : 0U;
    } else if (plain != Mark::none) {
      plain_bars += plain == Mark::bar ? 1U : 0U;
      plain_junctions += plain == Mark::junction ? 1U : 0U;
      plain_flats += plain == Mark::flat ? 1U : 0U;
    } else if (!is_blank(line[i])) {
      found.words = true;
    }
    i += c.size;
  }
  if (found.boxes) {
    found.words = found.words || plain_bars + plain_junctions + plain_flats > 0;
  } else {
    found.bars = plain_bars;
    found.junctions = plain_junctions;
    found.flats = plain_flats;
  }
  return found;
}

// Of most lines this is all that is asked.
bool may_be_drawn(std::string_view line) {
  return line.find('|') != std::string_view::npos || line.find('+') != std::string_view::npos || line.find('\xE2') != std::string_view::npos;
}

}  // namespace

DrawnLine drawn_line(std::string_view text, core::Span line) {
  DrawnLine out;
  if (!may_be_drawn(text.substr(line.begin, line.size()))) return out;
  const Inventory found = inventory(text.substr(line.begin, line.size()));
  const bool rule = !found.words && found.flats >= 3 && found.bars + found.junctions > 0;
  if (!rule && (found.bars == 0 || (!found.words && !found.boxes && found.flats > 0))) return out;
  out.kind = rule ? DrawnLine::Kind::rule : DrawnLine::Kind::cells;
  const core::Span inside = trimmed(text, line);
  std::size_t column = 0;
  std::uint64_t begin = line.begin;
  out.borders.push_back(0);
  bool bordered = false;  // a bar stands before everything else
  for (std::uint64_t i = line.begin; i < line.end && out.cells.size() < kMostCells; ++column) {
    const Character c = character_at(text.substr(i, line.end - i));
    const Mark mark = found.boxes ? c.box : plain_mark(text[i]);
    if (mark == Mark::bar || (rule && mark == Mark::junction)) {
      if (i == inside.begin) {
        bordered = true;
        out.borders.front() = column;
      } else {
        out.cells.push_back(trimmed(text, {begin, i}));
        out.touching.push_back(begin == i ? 1 : 0);
        out.borders.push_back(column);
      }
      begin = i + c.size;
    }
    i += c.size;
  }
  const core::Span last = trimmed(text, {begin, line.end});
  if (last.size() > 0 || !bordered) {
    out.cells.push_back(last);
    out.touching.push_back(begin == line.end && line.end > 1 && text[line.end - 2] == '|' ? 1 : 0);
    out.borders.push_back(column);
  }
  return out;
}

}  // namespace chimera::plaintext
