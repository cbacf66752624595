#include <algorithm>
#include <utility>
#include <vector>

#include "plaintext/benchstat.h"
#include "plaintext/commented_table.h"
#include "plaintext/counter_report.h"
#include "plaintext/drawn_table.h"
#include "plaintext/monitor_lines.h"
#include "plaintext/report_grids.h"
#include "plaintext/ruled_table.h"
#include "plaintext/text_grids.h"
#include "plaintext/text_reader.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"

namespace chimera::plaintext {

// A drawn table whose last header line stands above a delimiter row is no pipe table, nor is one with a rule above its header.
void TextReader::read_pipe_tables() {
  for (const text::MarkdownTable& table : text::find_pipe_tables(lines_.text(), {span_.begin, span_.end})) {
    const std::size_t header = lines_.document().place(table.span.begin).line - 1;
    if (drawn_table_around(lines_.document(), header, span_.end)) continue;
    if (header > 0 && lines_.begin_of(header - 1) >= span_.begin)
      if (const auto framed = drawn_table(lines_.document(), header - 1, span_.end); framed && framed->next > header) continue;
    out_.add(table_of_pipes(lines_.document(), table, out_.keys()));
    skip_.push_back({lines_.begin_of(header), table.span.end});
    skip_parted_rows(table);
  }
}

// Between rows of a table may stand lines of a log, which are read.
void TextReader::skip_parted_rows(const text::MarkdownTable& table) {
  const std::uint64_t header = lines_.document().place(table.span.begin).line;
  std::uint64_t last = header + 1;
  for (const std::vector<text::MarkdownSpan>& row : table.rows) {
    const std::uint64_t line_of_row = lines_.document().place(row.front().begin).line;
    if (line_of_row > last + 1) {
      skip_.back().end = std::min(skip_.back().end, lines_.begin_of(last));
      skip_.push_back({lines_.begin_of(line_of_row - 1), table.span.end});
    }
    last = line_of_row;
  }
}

std::size_t TextReader::read_drawn(std::size_t i) {
  if (auto compared = benchstat_table(lines_.document(), i, lines_.end(), context_.section())) {
    out_.add(std::move(compared->found));
    out_.add_keys(compared->keys);
    return compared->next;
  }
  if (auto monitored = monitor_lines(lines_.document(), i, lines_.end())) {
    out_.add(std::move(monitored->found));
    out_.add_keys(monitored->keys);
    return monitored->next;
  }
  if (const auto commented = commented_table(lines_.document(), i, lines_.end())) {
    out_.add(table_of_commented(lines_.document(), *commented, context_.section(), out_.keys()));
    return commented->next;
  }
  if (const auto ruled = ruled_table(lines_.document(), i, lines_.end())) {
    out_.add(table_of_ruled(lines_.document(), *ruled, context_.section(), out_.keys()));
    return ruled->next;
  }
  if (const auto counters = counter_report(lines_.document(), i, lines_.end())) {
    out_.add(table_of_counters(lines_.document(), *counters));
    return counters->next;
  }
  const auto table = drawn_table(lines_.document(), i, lines_.end());
  if (!table) return i;
  if (!table->rows.empty()) out_.add(table_of_drawn(lines_.document(), *table, context_.section(), out_.keys()));
  if (!table->things.empty()) out_.add(table_of_things(lines_.document(), *table, context_.section(), out_.keys()));
  return table->next;
}

}  // namespace chimera::plaintext
