#include <algorithm>
#include <optional>
#include <utility>

#include "text/markdown_lines.h"
#include "text/markdown_parts.h"
#include "text/number.h"

namespace chimera::text {
namespace {

bool begins_with_number(std::string_view cell) {
  NumberToken token;
  return NumberScanner(cell).next(token) && token.begin == 0;
}

// Walks the lines of one code block, or of a log. Nothing is guessed there: header, delimiter row and rows have to fit.
class CodeTables {
 public:
  CodeTables(std::string_view text, std::int32_t heading, std::vector<MarkdownTable>& tables)
      : text_(text), heading_(heading), tables_(tables) {}

  void read(MarkdownSpan span) {
    for (std::uint64_t begin = span.begin; begin < span.end;) {
      const std::uint64_t end = std::min<std::uint64_t>(text_.find('\n', begin), span.end);
      const std::uint64_t next = std::min<std::uint64_t>(end + 1, span.end);
      read_line({begin, end}, {next, std::min<std::uint64_t>(text_.find('\n', next), span.end)});
      begin = end + 1;
    }
  }

 private:
  void read_line(MarkdownSpan line, MarkdownSpan next) {
    line = trimmed(text_, line);
    ++apart_;
    const std::string_view all = at(text_, line);
    const std::size_t columns = delimiter_cells(all);
    if (columns > 1 && above_ && above_->size() == columns) {
      MarkdownTable table;
      table.span = {above_->front().begin, line.end};
      table.header = std::move(*above_);
      table.heading = heading_;
      leads_ = above_leads_;
      tables_.push_back(std::move(table));
      open_ = own_ = true;
    } else if (has_pipe(all)) {
      PipeRow row = split_row(text_, line, PipesInCode::separate);
      if (open_) fit(line, row);
      open_ = (open_ && row.cells.size() == tables_.back().header.size()) || goes_on(row, next);
      if (open_) {
        apart_ = 0;
        tables_.back().span.end = line.end;
        tables_.back().rows.push_back(std::move(row.cells));
      } else {
        above_ = std::move(row.cells);
        above_leads_ = row.leading;
        return;
      }
    } else {
      open_ = false;
    }
    above_.reset();
  }

  // A row of the last table, from which lines of a log or an empty one part it.
  [[nodiscard]] bool goes_on(const PipeRow& row, MarkdownSpan next) const {
    if (!own_ || apart_ > kFarthest || !leads_ || !row.leading || !row.trailing || row.cells.size() != tables_.back().header.size()) return false;
    const std::string_view below = at(text_, trimmed(text_, next));
    if (delimiter_cells(below) == row.cells.size()) return false;  // the header of another one
    return std::any_of(row.cells.begin(), row.cells.end(), [&](MarkdownSpan cell) { return begins_with_number(at(text_, cell)); });
  }

  // Marks behind a row, and a first cell that is empty where rows begin without a pipe.
  void fit(MarkdownSpan line, PipeRow& row) const {
    const std::size_t columns = tables_.back().header.size();
    drop_mark(text_, columns, row);
    if (row.leading && !leads_ && row.cells.size() + 1 == columns) row.cells.insert(row.cells.begin(), {line.begin, line.begin});
  }

  static constexpr std::size_t kFarthest = 200;  // lines between rows of one table

  std::string_view text_;
  std::int32_t heading_;
  std::vector<MarkdownTable>& tables_;
  std::optional<std::vector<MarkdownSpan>> above_;  // cells of the line above
  bool above_leads_ = false;                        // it begins with a pipe
  bool open_ = false;                               // tables_.back() may go on
  bool own_ = false;                                // tables_.back() is of this text
  bool leads_ = false;                              // its header begins with a pipe
  std::size_t apart_ = 0;                           // lines since its last row
};

}  // namespace

void collect_code_tables(std::string_view text, Markdown& markdown) {
  for (const MarkdownBlock& block : markdown.blocks)
    if (block.kind == BlockKind::code && has_pipe(at(text, block.span)))
      CodeTables(text, block.heading, markdown.tables).read(block.span);
}

std::vector<MarkdownTable> find_pipe_tables(std::string_view text, MarkdownSpan span) {
  std::vector<MarkdownTable> tables;
  CodeTables(text, -1, tables).read(span);
  return tables;
}

}  // namespace chimera::text
