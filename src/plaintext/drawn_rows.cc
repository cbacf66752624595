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
void TextReader::read_pipe_tables(core::Span span) {
  for (const text::MarkdownTable& table : text::find_pipe_tables(text_, {span.begin, span.end})) {
    const std::size_t header = document_.place(table.span.begin).line - 1;
    if (drawn_table_around(document_, header, span.end)) continue;
    if (header > 0 && document_.lines[header - 1] >= span.begin)
      if (const auto framed = drawn_table(document_, header - 1, span.end); framed && framed->next > header) continue;
    found_.push_back(table_of_pipes(document_, table, keys_));
    skip_.push_back({document_.lines[header], table.span.end});
    skip_parted_rows(table);
  }
}

// Between rows of a table may stand lines of a log, which are read.
void TextReader::skip_parted_rows(const text::MarkdownTable& table) {
  const std::uint64_t header = document_.place(table.span.begin).line;
  std::uint64_t last = header + 1;
  for (const std::vector<text::MarkdownSpan>& row : table.rows) {
    const std::uint64_t line_of_row = document_.place(row.front().begin).line;
    if (line_of_row > last + 1) {
      skip_.back().end = std::min(skip_.back().end, document_.lines[last]);
      skip_.push_back({document_.lines[line_of_row - 1], table.span.end});
    }
    last = line_of_row;
  }
}

std::size_t TextReader::read_drawn(std::size_t i) {
  if (auto compared = benchstat_table(document_, i, end_, section_)) {
    found_.push_back(std::move(compared->found));
    keys_.insert(keys_.end(), compared->keys.begin(), compared->keys.end());
    return compared->next;
  }
  if (auto monitored = monitor_lines(document_, i, end_)) {
    found_.push_back(std::move(monitored->found));
    keys_.insert(keys_.end(), monitored->keys.begin(), monitored->keys.end());
    return monitored->next;
  }
  if (const auto commented = commented_table(document_, i, end_)) {
    found_.push_back(table_of_commented(document_, *commented, section_, keys_));
    return commented->next;
  }
  if (const auto ruled = ruled_table(document_, i, end_)) {
    found_.push_back(table_of_ruled(document_, *ruled, section_, keys_));
    return ruled->next;
  }
  if (const auto counters = counter_report(document_, i, end_)) {
    found_.push_back(table_of_counters(document_, *counters));
    return counters->next;
  }
  const auto table = drawn_table(document_, i, end_);
  if (!table) return i;
  if (!table->rows.empty()) found_.push_back(table_of_drawn(document_, *table, section_, keys_));
  if (!table->things.empty()) found_.push_back(table_of_things(document_, *table, section_, keys_));
  return table->next;
}

}  // namespace chimera::plaintext
