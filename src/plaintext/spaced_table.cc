#include "plaintext/spaced_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 1024;  // bytes
constexpr std::size_t kMostRows = 10000;
constexpr std::size_t kFewestNames = 3;

struct Row {
  Span name;
  std::vector<Span> cells;  // one for each name of the header, empty where nothing stands
};

class Reader {
 public:
  Reader(const core::Document& document, std::size_t first, std::uint64_t end) : document_(document), text_(document.text), end_(end), first_(first) {}

  std::optional<TableInLines> read() {
    if (!read_header()) return std::nullopt;
    std::size_t next = first_ + 2;
    for (std::size_t i = next; i < first_ + kMostRows; ++i) {
      if (line(i).size() == 0 && line(i - 1).size() > 0) continue;
      Row row;
      if (!row_in(i, row)) break;
      whole_ += is_whole(row) ? 1U : 0U;
      rows_.push_back(std::move(row));
      next = i + 1;
    }
    if (rows_.size() < 2 || whole_ == 0 || !is_whole(rows_.front())) return std::nullopt;
    return TableInLines{{header_.front().begin, table()}, next};
  }

 private:
  [[nodiscard]] Span line(std::size_t i) const { return trimmed(text_, line_at(document_, i, end_, kLongestLine)); }

  // The blank in front and the blank line below are all that is asked of most lines.
  bool read_header() {
    const Span here = line_at(document_, first_, end_, kLongestLine);
    if (here.size() == 0 || text_[here.begin] != ' ' || line(first_ + 1).size() > 0 || line(first_ + 2).size() == 0) return false;
    header_ = words(text_, here);
    text::NumberToken token;
    // The "1" of "f1-score" is no number.
    return header_.size() >= kFewestNames && !text::NumberScanner(at(text_, here)).next(token) && std::all_of(header_.begin(), header_.end(), [&](Span name) { return is_letter(text_[name.begin]); });
  }

  // Where it ends, in characters from the beginning of its line.
  [[nodiscard]] std::size_t end_of(std::size_t i, Span span) const {
    const std::string_view before = at(text_, {document_.lines[i], span.end});
    return static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }

  // A name, and numbers that all end where names of the header do.
  bool row_in(std::size_t i, Row& row) const {
    std::vector<Span> parts = words(text_, line(i));
    row.cells.assign(header_.size(), Span{});
    std::size_t k = header_.size();
    std::size_t values = 0;
    while (parts.size() > 1 && k > 0) {
      if (!text::parse_number(at(text_, parts.back()))) break;
      const std::size_t end = end_of(i, parts.back());
      while (k > 0 && end_of(first_, header_[k - 1]) != end) --k;
      if (k == 0) break;
      row.cells[--k] = parts.back();
      parts.pop_back();
      ++values;
    }
    if (parts.empty() || values == 0) return false;
    row.name = {parts.front().begin, parts.back().end};
    return is_letter(text_[row.name.begin]) || is_digit(text_[row.name.begin]) || (static_cast<unsigned char>(text_[row.name.begin]) & 0x80U) != 0 || text_[row.name.begin] == '-' || text_[row.name.begin] == '_';
  }

  [[nodiscard]] static bool is_whole(const Row& row) {
    return std::all_of(row.cells.begin(), row.cells.end(), [](Span cell) { return cell.size() > 0; });
  }

  [[nodiscard]] core::Table table() const {
    UnitColumns columns(core::TableKind::csv, {});
    columns.table().header_line = document_.place(header_.front().begin).line;
    columns.add_column("class", {});
    for (const Span name : header_) columns.add_column(std::string(at(text_, name)), {});
    for (const Row& row : rows_) {
      columns.add_row(row_at(document_, {row.name.begin, line_end(row)}));
      bool named = is_whole(row);
      if (named) columns.put(0, {text_cell(row.name), {}, {}});
      for (std::size_t k = 0; k < row.cells.size(); ++k) {
        if (row.cells[k].size() == 0) continue;
        const std::size_t column = named ? k + 1 : columns.add_column(std::string(at(text_, row.name)), {});
        named = true;
        columns.put(column, read_written_cell(text_, row.cells[k]));
      }
    }
    return columns.finish();
  }

  [[nodiscard]] static std::uint64_t line_end(const Row& row) {
    std::uint64_t end = row.name.end;
    for (const Span cell : row.cells) end = std::max(end, cell.end);
    return end;
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  std::vector<Span> header_;
  std::vector<Row> rows_;
  std::size_t whole_ = 0;  // rows with a value for each name
};

}  // namespace

std::optional<TableInLines> spaced_table(const core::Document& document, std::size_t first, std::uint64_t end) { return Reader(document, first, end).read(); }

}  // namespace chimera::plaintext
