#include "plaintext/asciidoc_table.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/spans.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;
using Cells = std::vector<Span>;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostColumns = 128;
constexpr std::size_t kMostCells = 100'000;
constexpr std::string_view kRule = "|===";

// 5 of [cols="<,>,>,>,>"] and of [%header,cols="1,1,1,1,1"], 3 of [cols="3*"]; 0 where the line is anything else.
std::size_t columns_in(std::string_view attributes) {
  constexpr std::string_view kCols = "cols=\"";
  const std::size_t found = attributes.find(kCols);
  if (attributes.empty() || attributes.front() != '[' || found == std::string_view::npos) return 0;
  const std::size_t begin = found + kCols.size();
  const std::size_t close = attributes.find('"', begin);
  if (close == std::string_view::npos || close == begin) return 0;
  const std::string_view list = attributes.substr(begin, close - begin);
  if (list.find('*') == std::string_view::npos) return static_cast<std::size_t>(std::count(list.begin(), list.end(), ',')) + 1;
  return list.size() == 2 && is_digit(list[0]) && list[1] == '*' ? static_cast<std::size_t>(list[0] - '0') : 0;
}

// Without the marks of what is set as code.
Span unquoted(std::string_view text, Span cell) {
  const bool code = cell.size() > 2 && text[cell.begin] == '`' && text[cell.end - 1] == '`';
  return code ? Span{cell.begin + 1, cell.end - 1} : cell;
}

// "| a | b" behind its bars; nothing where something stands in front of the first one, or a bar is escaped.
Cells cells_of(std::string_view text, Span line) {
  Cells cells;
  const std::string_view written = at(text, line);
  if (written.empty() || written.front() != '|' || written.find("\\|") != std::string_view::npos) return cells;
  for (std::size_t bar = 0; bar != std::string_view::npos;) {
    const std::size_t next = written.find('|', bar + 1);
    cells.push_back(unquoted(text, trimmed(text, {line.begin + bar + 1, next == std::string_view::npos ? line.end : line.begin + next})));
    bar = next;
  }
  return cells;
}

bool is_name(std::string_view text, Span cell) { return cell.size() > 0 && !text::parse_number_with_unit(at(text, cell)); }

}  // namespace

std::optional<LineTable> asciidoc_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  const std::string_view text = document.text;
  const auto line = [&](std::size_t i) { return trimmed(text, line_at(document, i, end, kLongestLine)); };
  if (at(text, line(first)) != kRule) return std::nullopt;
  std::size_t columns = first > 0 ? columns_in(at(text, line(first - 1))) : 0;
  Cells cells;
  std::size_t next = first + 1;
  for (; at(text, line(next)) != kRule; ++next) {
    if (next >= document.lines.size() || document.lines[next] >= end || cells.size() > kMostCells) return std::nullopt;
    const Span here = line(next);
    if (here.size() == 0) continue;
    const Cells found = cells_of(text, here);
    if (found.empty()) return std::nullopt;
    if (columns == 0) columns = found.size();
    cells.insert(cells.end(), found.begin(), found.end());
  }
  if (columns < 2 || columns > kMostColumns || cells.size() < 2 * columns || cells.size() % columns != 0) return std::nullopt;
  LineTable out;
  const auto row_at = [&](std::size_t begin) { return Cells(cells.begin() + static_cast<std::ptrdiff_t>(begin), cells.begin() + static_cast<std::ptrdiff_t>(begin + columns)); };
  out.header = row_at(0);
  if (!std::all_of(out.header.begin(), out.header.end(), [&](Span cell) { return is_name(text, cell); })) return std::nullopt;
  for (std::size_t begin = columns; begin < cells.size(); begin += columns) out.rows.push_back(row_at(begin));
  out.next = next + 1;
  return out;
}

}  // namespace chimera::plaintext
