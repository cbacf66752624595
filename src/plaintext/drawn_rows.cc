#include "plaintext/drawn_rows.h"

#include <algorithm>
#include <utility>

#include "plaintext/around_tables.h"
#include "plaintext/benchstat.h"
#include "plaintext/commented_table.h"
#include "plaintext/counter_report.h"
#include "plaintext/drawn_table.h"
#include "plaintext/monitor_lines.h"
#include "plaintext/report_grids.h"
#include "plaintext/ruled_table.h"
#include "plaintext/text_grids.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"

namespace chimera::plaintext {
namespace {

// Between rows of a table may stand lines of a log, which are read.
void skip_parted_rows(const LineView& lines, const text::MarkdownTable& table, std::vector<core::Span>& skip) {
  const std::uint64_t header = lines.document().place(table.span.begin).line;
  std::uint64_t last = header + 1;
  for (const std::vector<text::MarkdownSpan>& row : table.rows) {
    const std::uint64_t line_of_row = lines.document().place(row.front().begin).line;
    if (line_of_row > last + 1) {
      skip.back().end = std::min(skip.back().end, lines.begin_of(last));
      skip.push_back({lines.begin_of(line_of_row - 1), table.span.end});
    }
    last = line_of_row;
  }
}

}  // namespace

// A drawn table whose last header line stands above a delimiter row is no pipe table, nor is one with a rule above its header.
std::vector<core::Span> read_pipe_tables(const LineView& lines, TableBuilder& out) {
  const core::Span span = lines.span();
  std::vector<core::Span> skip;
  for (const text::MarkdownTable& table : text::find_pipe_tables(lines.text(), {span.begin, span.end})) {
    const std::size_t header = lines.document().place(table.span.begin).line - 1;
    if (drawn_table_around(lines.document(), header, span.end)) continue;
    if (header > 0 && lines.begin_of(header - 1) >= span.begin)
      if (const auto framed = drawn_table(lines.document(), header - 1, span.end); framed && framed->next > header) continue;
    LocatedTable located = table_of_pipes(lines.document(), table, out.keys());
    take_build_below(lines.document(), table.span.end, located.table);
    out.add(std::move(located));
    skip.push_back({lines.begin_of(header), table.span.end});
    skip_parted_rows(lines, table, skip);
  }
  return skip;
}

std::size_t read_drawn(const LineView& lines, std::size_t i, const ReadingContext& context, TableBuilder& out) {
  if (auto compared = benchstat_table(lines.document(), i, lines.end(), context.section())) {
    out.add(std::move(compared->found));
    out.add_keys(compared->keys);
    return compared->next;
  }
  if (auto monitored = monitor_lines(lines.document(), i, lines.end())) {
    out.add(std::move(monitored->found));
    out.add_keys(monitored->keys);
    return monitored->next;
  }
  if (const auto commented = commented_table(lines.document(), i, lines.end())) {
    out.add(table_of_commented(lines.document(), *commented, context.section(), out.keys()));
    return commented->next;
  }
  if (const auto ruled = ruled_table(lines.document(), i, lines.end())) {
    out.add(table_of_ruled(lines.document(), *ruled, context.section(), out.keys()));
    return ruled->next;
  }
  if (const auto counters = counter_report(lines.document(), i, lines.end())) {
    out.add(table_of_counters(lines.document(), *counters));
    return counters->next;
  }
  const auto table = drawn_table(lines.document(), i, lines.end());
  if (!table) return i;
  if (!table->rows.empty()) {
    LocatedTable located = table_of_drawn(lines.document(), *table, context.section(), out.keys());
    // A line of the drawing that is one cell above the names.
    if (table->title.size() > 0 && located.table.titles.empty() && located.table.kind != core::TableKind::listing) located.table.titles.push_back({core::Title::kLeadIn, std::string(lines.at(table->title))});
    out.add(std::move(located));
  }
  if (!table->things.empty()) out.add(table_of_things(lines.document(), *table, context.section(), out.keys()));
  return table->next;
}

}  // namespace chimera::plaintext
