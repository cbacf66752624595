#include "plaintext/header_lines.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/unit.h"

namespace chimera::plaintext {
namespace {

using Keys = std::vector<std::string>;

std::size_t repeated(const Keys& keys) { return keys.size() - std::set<std::string>(keys.begin(), keys.end()).size(); }

void join(Keys& keys, const HeaderLine& line) {
  for (std::size_t c = 0; c < std::min(keys.size(), line.size()); ++c)
    if (!line[c].text.empty()) keys[c] += (keys[c].empty() ? "" : "/") + line[c].text;
}

// The first line from `from` on that is no line of names; null where there is none.
const HeaderLine* values_from(const std::vector<HeaderLine>& lines, std::size_t from) {
  const auto found = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end(), [](const HeaderLine& line) { return !names_only(line); });
  return found == lines.end() ? nullptr : &*found;
}

// Merged cells of a spreadsheet: the name stands in the first, the others are empty, above names of their own and numbers.
HeaderLine with_groups(HeaderLine line, const HeaderLine& below, const HeaderLine* values) {
  if (values == nullptr) return line;
  for (std::size_t c = 1; c < below.size(); ++c) {
    const bool named = !below[c].text.empty() && !below[c - 1].text.empty();
    if (line[c].text.empty() && named && (*values)[c].number && (*values)[c - 1].number) line[c].text = line[c - 1].text;
  }
  return line;
}

// "Name | Value | Name | Value": tables side by side, whose names come in the same order again.
bool stand_side_by_side(const Keys& keys) {
  const auto again = std::find(keys.begin() + 1, keys.end(), keys[0]);
  return again > keys.begin() + 1 && again != keys.end() && std::equal(again, keys.end(), keys.begin());
}

// Further lines of names, while names repeat until the lines below tell them apart. Returns how many lines there are.
std::size_t read_names(const std::vector<HeaderLine>& lines, Keys& keys) {
  Keys above(lines[0].size());  // without the last line
  join(keys, lines[0]);
  std::size_t i = 1;
  for (; i + 1 < lines.size() && i < kMostHeaderLines && names_only(lines[i]); ++i) {
    const HeaderLine* const values = values_from(lines, i + 1);
    Keys groups = above;
    join(groups, with_groups(lines[i - 1], lines[i], values));
    const std::size_t before = repeated(groups);
    const bool merged = i > 1 || before * 4 >= groups.size();
    if (!merged || stand_side_by_side(groups)) break;
    Keys joined = groups;
    join(joined, lines[i]);
    if (repeated(joined) >= before) {
      // Of three lines the second may repeat as the first does.
      const bool third = i + 2 < lines.size() && names_only(lines[i + 1]);
      Keys further = joined;
      if (third) join(further, lines[i + 1]);
      if (!third || repeated(further) >= before) break;
    }
    above = std::move(groups);
    keys = std::move(joined);
  }
  return i;
}

// Units under a header: short words that all stand over numbers, at least one of them known.
bool is_unit_line(const HeaderLine& units, const HeaderLine& below) {
  constexpr std::size_t kLongest = 24;
  bool known = false;
  for (std::size_t c = 0; c < units.size(); ++c) {
    const std::string& word = units[c].text;
    if (word.empty()) continue;
    if (word.size() > kLongest || units[c].value) return false;
    if (!below[c].number && !below[c].text.empty()) return false;
    known = known || core::find_unit(word) != nullptr;
  }
  return known;
}

// Names of the columns that have none, and nothing else.
bool names_the_index(const HeaderLine& line, const Keys& keys) {
  if (!names_only(line)) return false;
  for (std::size_t c = 0; c < line.size(); ++c)
    if (!line[c].text.empty() && !keys[c].empty()) return false;
  return true;
}

// "batch,,," below ",mean,mean", "quant,q4_0,q8_0": what stands in front of the last of the names is what they are levels of, and the index is
// named below it.
bool names_the_index_below_levels(const std::vector<HeaderLine>& lines, std::size_t i) {
  const HeaderLine& line = lines[i];
  if (i < 2 || line.size() < 3 || line[0].text.empty() || !names_only(line) || !lines[0][0].text.empty()) return false;
  const auto filled = [](const HeaderCell& cell) { return !cell.text.empty(); };
  std::size_t index = 1;
  while (index < line.size() && filled(line[index])) ++index;
  if (std::any_of(line.begin() + static_cast<std::ptrdiff_t>(index), line.end(), filled)) return false;
  return std::all_of(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(i), [&](const HeaderLine& above) {
    return above.size() == line.size() && std::all_of(above.begin() + static_cast<std::ptrdiff_t>(index), above.end(), filled);
  });
}

}  // namespace

bool names_only(const HeaderLine& line) {
  return std::none_of(line.begin(), line.end(), [](const HeaderCell& cell) { return cell.value; }) &&
         std::any_of(line.begin(), line.end(), [](const HeaderCell& cell) { return !cell.text.empty(); });
}

HeaderNames read_header_lines(const std::vector<HeaderLine>& lines) {
  HeaderNames header;
  header.keys.resize(lines[0].size());
  header.lines = read_names(lines, header.keys);
  const auto values_follow = [&] { return header.lines + 1 < lines.size() && !names_only(lines[header.lines + 1]); };
  if (header.lines > 1 && values_follow() && names_the_index(lines[header.lines], header.keys)) join(header.keys, lines[header.lines++]);
  else if (header.lines > 1 && values_follow() && names_the_index_below_levels(lines, header.lines)) {
    for (std::size_t c = 0; c < header.keys.size(); ++c)
      if (!lines[header.lines][c].text.empty()) header.keys[c] = lines[header.lines][c].text;
    ++header.lines;
  }
  header.units.resize(header.keys.size());
  if (header.lines + 1 < lines.size() && is_unit_line(lines[header.lines], lines[header.lines + 1])) {
    for (std::size_t c = 0; c < lines[header.lines].size(); ++c) header.units[c] = lines[header.lines][c].text;
    ++header.lines;
  }
  return header;
}

}  // namespace chimera::plaintext
