#include "plaintext/line_tables.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "plaintext/drawn_line.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;
using Cells = std::vector<Span>;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostColumns = 128;
constexpr std::size_t kFewestNames = 3;
constexpr std::size_t kManyNames = 5;       // one row below them is enough
constexpr std::size_t kLongestName = 48;    // bytes
constexpr std::size_t kMostNameWords = 3;

bool is_number(std::string_view text, Span cell) { return read_written_cell(text, cell).cell.kind == core::CellKind::number; }

// Half of the cells behind the first at least are numbers.
bool has_values(std::string_view text, const Cells& cells) {
  const auto values = static_cast<std::size_t>(std::count_if(cells.begin() + 1, cells.end(), [&](Span cell) { return is_number(text, cell); }));
  return values > 0 && 2 * values + 1 >= cells.size();
}

bool has_number(std::string_view text, Span span) {
  text::NumberToken token;
  return text::NumberScanner(at(text, span)).next(token);
}

// Quotes around a cell belong to it.
Cells between_commas(std::string_view text, Span line) {
  Cells cells;
  std::uint64_t begin = line.begin;
  bool quoted = false;
  for (std::uint64_t i = line.begin; i <= line.end && cells.size() < kMostColumns; ++i) {
    if (i < line.end && text[i] == '"') quoted = !quoted;
    if (i < line.end && (text[i] != ',' || quoted)) continue;
    Span cell = trimmed(text, {begin, i});
    if (cell.size() > 1 && text[cell.begin] == '"' && text[cell.end - 1] == '"') cell = {cell.begin + 1, cell.end - 1};
    cells.push_back(cell);
    begin = i + 1;
  }
  return cells;
}

bool is_plain_name(std::string_view text, Span cell) {
  const std::string_view name = at(text, cell);
  const auto plain = [](char c) { return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || is_digit(c) || std::string_view("_ ./%()[]-#").find(c) != std::string_view::npos; };
  const bool begins = !name.empty() && (((name[0] | 0x20) >= 'a' && (name[0] | 0x20) <= 'z') || name[0] == '_');
  return begins && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), plain) && words(text, cell).size() <= kMostNameWords;
}

// A line of nothing but dashes, of whatever kind.
bool is_flat(std::string_view line) {
  if (is_ruler(line)) return true;
  std::size_t i = 0;
  while (i + 3 <= line.size() && line[i] == '\xE2' && line[i + 1] == '\x94' && (line[i + 2] == '\x80' || line[i + 2] == '\x81')) i += 3;
  return i >= 9 && i == line.size();
}

// Without the branches of a tree before it: "├─ add". A number keeps them, and is a name so.
Span without_branches(std::string_view text, Span cell) {
  const Span whole = cell;
  while (cell.size() >= 3 && text[cell.begin] == '\xE2' && (text[cell.begin + 1] == '\x94' || text[cell.begin + 1] == '\x95'))
    cell = trimmed(text, {cell.begin + 3, cell.end});
  const bool number = cell.begin > whole.begin && cell.size() > 0 && is_digit(text[cell.begin]);
  return number ? whole : cell;
}

class BarredReader {
 public:
  BarredReader(const core::Document& document, std::size_t first, std::uint64_t end)
      : document_(document), text_(document.text), end_(end), first_(first) {}

  std::optional<LineTable> read() {
    out_.header = cells(first_);
    const bool named = std::all_of(out_.header.begin(), out_.header.end(), [](Span cell) { return cell.size() > 0; });
    if (out_.header.size() < 2 || !named || has_number(text_, line(first_))) return std::nullopt;
    const bool ruled = is_flat(at(text_, trimmed(text_, line(first_ + 1))));
    if (!ruled && out_.header.size() < kFewestNames) return std::nullopt;
    std::size_t next = first_ + (ruled ? 2 : 1);
    for (;; ++next) {
      Cells row = cells(next);
      if (row.size() != out_.header.size()) break;
      if (is_group(row)) continue;
      if (!has_values(text_, row)) break;
      out_.rows.push_back(std::move(row));
    }
    if (out_.rows.size() < (ruled ? 1U : 2U)) return std::nullopt;
    split_first();
    out_.next = next;
    return std::move(out_);
  }

 private:
  [[nodiscard]] Span line(std::size_t i) const { return line_at(document_, i, end_, kLongestLine); }

  [[nodiscard]] Cells cells(std::size_t i) const {
    DrawnLine drawn = drawn_line(text_, line(i));
    if (drawn.kind != DrawnLine::Kind::cells || drawn.cells.size() > kMostColumns) return {};
    if (!drawn.cells.empty()) drawn.cells.front() = without_branches(text_, drawn.cells.front());
    return std::move(drawn.cells);
  }

  // The name of the rows below it.
  [[nodiscard]] static bool is_group(const Cells& row) {
    return row.front().size() > 0 && std::all_of(row.begin() + 1, row.end(), [](Span cell) { return cell.size() == 0; });
  }

  // "bench   fastest" before the first bar: two columns.
  void split_first() {
    const Cells names = wide_fields(text_, out_.header.front());
    std::vector<Cells> rows;
    for (const Cells& row : out_.rows) {
      Cells fields = wide_fields(text_, row.front());
      // A further line of values of the same thing.
      if (fields.size() == 1 && names.size() == 2 && !rows.empty() && is_number(text_, fields.front())) fields.insert(fields.begin(), rows.back().front());
      if (fields.empty()) return;
      rows.push_back(std::move(fields));
    }
    const bool alike = names.size() > 1 && std::all_of(rows.begin(), rows.end(), [&](const Cells& row) { return row.size() == names.size(); });
    if (!alike) return;
    const auto split = [](Cells& cells, const Cells& first) {
      cells.erase(cells.begin());
      cells.insert(cells.begin(), first.begin(), first.end());
    };
    split(out_.header, names);
    for (std::size_t r = 0; r < rows.size(); ++r) split(out_.rows[r], rows[r]);
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  LineTable out_;
};

}  // namespace

std::optional<LineTable> comma_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  const std::string_view text = document.text;
  const auto line = [&](std::size_t i) { return trimmed(text, line_at(document, i, end, kLongestLine)); };
  const Span top = line(first);
  if (at(text, top).find(',') == std::string_view::npos) return std::nullopt;
  LineTable out;
  out.header = between_commas(text, top);
  const bool names = std::all_of(out.header.begin(), out.header.end(), [&](Span cell) { return is_plain_name(text, cell); });
  if (out.header.size() < kFewestNames || !names || has_number(text, top)) return std::nullopt;
  for (out.next = first + 1;; ++out.next) {
    Cells row = between_commas(text, line(out.next));
    if (row.size() != out.header.size() || !has_values(text, row)) break;
    out.rows.push_back(std::move(row));
  }
  if (out.rows.size() < (out.header.size() < kManyNames ? 2U : 1U)) return std::nullopt;
  return out;
}

bool is_bracketed(std::string_view text, Span line) {
  const Cells fields = joined_at_commas(text, wide_fields(text, line));
  return !fields.empty() && std::all_of(fields.begin(), fields.end(), [&](Span field) { return field.size() > 2 && text[field.begin] == '(' && text[field.end - 1] == ')'; });
}

Cells joined_at_commas(std::string_view text, Cells fields) {
  Cells joined;
  for (const Span field : fields) {
    const bool goes_on = !joined.empty() && joined.back().size() > 0 && text[joined.back().end - 1] == ',';
    if (goes_on) joined.back().end = field.end;
    else joined.push_back(field);
  }
  return joined;
}

std::optional<LineTable> barred_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  return BarredReader(document, first, end).read();
}

}  // namespace chimera::plaintext
