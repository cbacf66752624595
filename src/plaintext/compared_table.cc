#include "plaintext/compared_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/drawn_line.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostRows = 10000;
constexpr std::size_t kReach = 3;           // lines below the table in which its unit is said

class Reader {
 public:
  Reader(const core::Document& document, std::size_t first, std::uint64_t end) : document_(document), text_(document.text), end_(end), first_(first) {}

  std::optional<TableInLines> read() {
    const Span title = title_in(line(first_));
    if (title.size() == 0) return std::nullopt;
    const std::vector<Span> header = cells(first_ + 1);  // nothing stands before its first bar
    if (header.empty()) return std::nullopt;
    std::size_t next = first_ + 2;
    Span threads;
    for (; next < first_ + kMostRows; ++next) {
      if (const Span count = threads_in(line(next)); count.size() > 0) {
        threads = count;
        continue;
      }
      std::vector<Span> row = cells(next);
      if (row.size() != header.size() + 1 || row.front().size() == 0 || threads.size() == 0) break;
      rows_.push_back({threads, std::move(row)});
    }
    if (rows_.empty()) return std::nullopt;
    return TableInLines{{title.begin, table(title, header, unit_below(next))}, next};
  }

 private:
  struct Row {
    Span threads;
    std::vector<Span> cells;
  };

  [[nodiscard]] Span line(std::size_t i) const { return line_at(document_, i, end_, kLongestLine); }

  [[nodiscard]] std::vector<Span> cells(std::size_t i) const {
    DrawnLine drawn = drawn_line(text_, line(i));
    return drawn.kind == DrawnLine::Kind::cells ? std::move(drawn.cells) : std::vector<Span>();
  }

  // "Batched dot" of "[---- Batched dot ----]".
  [[nodiscard]] Span title_in(Span line) const {
    line = trimmed(text_, line);
    if (line.size() < 8 || at(text_, line).substr(0, 3) != "[--" || at(text_, line).substr(line.size() - 3) != "--]") return {};
    Span title{line.begin + 1, line.end - 1};
    while (title.size() > 0 && text_[title.begin] == '-') ++title.begin;
    while (title.size() > 0 && text_[title.end - 1] == '-') --title.end;
    return trimmed(text_, title);
  }

  // "4" of "4 threads: -----".
  [[nodiscard]] Span threads_in(Span line) const {
    const std::vector<Span> parts = words(text_, line);
    if (parts.size() != 3 || (at(text_, parts[1]) != "threads:" && at(text_, parts[1]) != "thread:") || !is_ruler(at(text_, parts[2]))) return {};
    const std::string_view count = at(text_, parts[0]);
    return std::all_of(count.begin(), count.end(), is_digit) ? parts[0] : Span{};
  }

  // "us" of "Times are in microseconds (us)."
  [[nodiscard]] std::string_view unit_below(std::size_t i) const {
    for (std::size_t below = i; below < i + kReach; ++below) {
      std::string_view said = at(text_, trimmed(text_, line(below)));
      if (said.rfind("Times are in ", 0) != 0) continue;
      if (said.back() == '.') said.remove_suffix(1);
      return unit_of_header(said);
    }
    return {};
  }

  [[nodiscard]] core::Table table(Span title, const std::vector<Span>& header, std::string_view unit) const {
    UnitColumns columns(core::TableKind::csv, std::string(at(text_, title)));
    columns.table().header_line = document_.place(header.back().begin).line;
    columns.add_column("case", {});
    columns.add_column("threads", {});
    for (const Span name : header) columns.add_named(std::string(at(text_, name)), unit);
    for (const Row& row : rows_) {
      columns.add_row(row_at(document_, {row.cells.front().begin, row.cells.back().end}));
      columns.put(0, {text_cell(row.cells.front()), {}, {}});
      columns.put(1, read_written_cell(text_, row.threads));
      for (std::size_t k = 1; k < row.cells.size(); ++k)
        if (row.cells[k].size() > 0) columns.put(k + 1, read_written_cell(text_, row.cells[k]));
    }
    return columns.finish();
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  std::vector<Row> rows_;
};

}  // namespace

std::optional<TableInLines> compared_table(const core::Document& document, std::size_t first, std::uint64_t end) { return Reader(document, first, end).read(); }

}  // namespace chimera::plaintext
