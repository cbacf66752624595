#include "plaintext/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/item_titles.h"
#include "core/unit.h"
#include "plaintext/around_tables.h"
#include "plaintext/comma_cells.h"
#include "plaintext/drawn_table.h"
#include "plaintext/fence_output.h"
#include "plaintext/headed_rows.h"
#include "plaintext/header_lines.h"
#include "plaintext/header_words.h"
#include "plaintext/html_marks.h"
#include "plaintext/leading_cells.h"
#include "plaintext/leftover.h"
#include "plaintext/listed_series.h"
#include "plaintext/number_forms.h"
#include "plaintext/pair_tables.h"
#include "plaintext/parted_cells.h"
#include "plaintext/spans.h"
#include "plaintext/table_titles.h"
#include "plaintext/text_grids.h"
#include "plaintext/text_tables.h"
#include "plaintext/turned_tables.h"
#include "plaintext/unit_columns.h"
#include "plaintext/wide_tables.h"
#include "text/html_tables.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostDiagnostics = 100;  // of one kind in one document

using text::MarkdownSpan;
using text::MarkdownTable;

// What stands behind the marks of a fence: nothing, or that it is no source code.
bool says_output(std::string_view info) {
  const std::string word = text::lower(text::trim(info));
  return word.empty() || word == "text" || word == "txt" || word == "log" || word == "console" || word == "output" || word == "plain" ||
         word == "plaintext";
}

class MarkdownReader {
 public:
  MarkdownReader(core::Document& document, core::Diagnostics& diagnostics)
      : document_(document),
        diagnostics_(diagnostics),
        text_(document.text),
        markdown_(text::parse_markdown(document.text)) {}

  void read() {
    for (const text::MarkdownBlock& block : markdown_.blocks)
      if (block.kind == text::BlockKind::code || is_comment(block)) (is_comment(block) ? comments_ : code_).push_back(to_core(block.span));
    tidy(code_);
    adopt_rows();
    leave_drawn_tables();
    text::add_html_tables(text_, markdown_);
    for (const MarkdownTable& table : markdown_.tables) read_table(table);
    for (const text::MarkdownBlock& block : markdown_.blocks)
      if (block.kind == text::BlockKind::code)
        read_code(to_core(block.span), block.heading, fence_above(block.span.begin));
    read_lost_fences();
    read_underlined();
    read_drawn_tables();
    leave_out_pairs(text_, found_, markdown_.pairs);
    std::vector<LocatedTable> series = tables_of_series(document_, markdown_, code_keys_);
    std::move(series.begin(), series.end(), std::back_inserter(found_));
    std::vector<LocatedTable> listed = tables_of_pairs(document_, markdown_);
    std::move(listed.begin(), listed.end(), std::back_inserter(found_));
    std::stable_sort(found_.begin(), found_.end(),
                     [](const LocatedTable& a, const LocatedTable& b) { return a.begin < b.begin; });
    put_titles(document_, markdown_, code_, found_);
    for (LocatedTable& found : found_) document_.tables.push_back(std::move(found.table));
    report_far_rows();
    explain_leftover(document_, regions(), diagnostics_);
  }

 private:
  // "<!-- … -->": what was written for nobody to read, tables and fences in it too.
  [[nodiscard]] bool is_comment(const text::MarkdownBlock& block) const {
    return block.kind == text::BlockKind::html && text_.compare(block.span.begin, 4, "<!--") == 0;
  }
  void read_table(const MarkdownTable& table);
  void read_rows(const MarkdownTable& table);
  void read_code(core::Span span, std::int32_t heading, Fence fence);
  bool read_output(core::Span span, std::int32_t heading, Fence fence);
  [[nodiscard]] core::Span with_indent(core::Span span) const;
  [[nodiscard]] bool holds_other(core::Span span) const;
  void leave_drawn_tables();
  void adopt_rows();
  [[nodiscard]] bool has_value(const std::vector<MarkdownSpan>& row) const;
  void read_drawn_tables();
  void read_lost_fences();
  void read_underlined();
  [[nodiscard]] static bool in_one_of(const std::vector<core::Span>& spans, std::uint64_t offset);
  [[nodiscard]] bool in_code(std::uint64_t offset) const { return in_one_of(code_, offset); }
  [[nodiscard]] std::int32_t heading_above(std::uint64_t offset) const;
  [[nodiscard]] Fence fence_above(std::uint64_t begin) const;
  [[nodiscard]] bool closes_code(core::Span line) const;
  [[nodiscard]] HeaderNames header_of(const MarkdownTable& table, const CommaCells& cells) const;
  // Where the cells of a column go: one column, or several side by side.
  struct FilledColumn {
    std::size_t first = 0;
    std::optional<PartedHeader> parts;
  };
  [[nodiscard]] std::optional<PartedHeader> parts_of(const MarkdownTable& table, const HeaderNames& header, std::size_t column) const;
  [[nodiscard]] bool holds_parts(const MarkdownTable& table, std::size_t first, std::size_t column, const PartedHeader& parted) const;
  [[nodiscard]] std::vector<FilledColumn> declare(const MarkdownTable& table, const HeaderNames& header, UnitColumns& columns) const;
  void put(MarkdownSpan cell, const FilledColumn& into, const WrittenCell& written, UnitColumns& columns) const;
  void fill_rows(const MarkdownTable& table, UnitColumns& columns);
  [[nodiscard]] std::vector<core::Cell> header_cells(const MarkdownTable& table) const;
  void report_quantities(const core::Table& table);
  void fill_turned(const MarkdownTable& table, UnitColumns& columns);
  void report(const MarkdownTable& table);
  void report_duplicates(const MarkdownTable& table);
  void report_far_rows();
  void add(core::DiagnosticCode code, std::uint64_t offset, std::string message);
  [[nodiscard]] std::string plain_at(MarkdownSpan span) const {
    return plain_text(text::at(text_, text::without_emphasis(text_, span)));
  }
  [[nodiscard]] std::vector<Region> regions() const;

  core::Document& document_;
  core::Diagnostics& diagnostics_;
  std::string_view text_;
  text::Markdown markdown_;
  std::vector<LocatedTable> found_;
  std::uint64_t table_end_ = 0;        // of the last one that was read
  std::vector<core::Span> code_;       // code blocks, in order
  std::vector<core::Span> comments_;   // likewise
  std::vector<core::Span> code_keys_;  // names of values in them, and in lists of series
  std::vector<core::Span> header_cells_;  // of body rows that go on with a header
  std::map<core::DiagnosticCode, std::size_t> reported_;
};

void MarkdownReader::read_table(const MarkdownTable& table) {
  report(table);
  report_duplicates(table);
  std::vector<LocatedTable> set = settings_above(document_, std::exchange(table_end_, table.span.end), table.span.begin);
  std::move(set.begin(), set.end(), std::back_inserter(found_));
  for (const HeadedRows& part : split_at_headings(text_, table)) {
    const std::size_t before = found_.size();
    read_rows(part.table);
    take_build_below(document_, table.span.end, found_.back().table);
    if (text::empty(part.title)) continue;
    header_cells_.push_back(to_core(part.title));
    for (std::size_t k = before; k < found_.size(); ++k)
      found_[k].table.titles.push_back({core::kItemTitle, plain_text(text::at(text_, without_marks(text_, part.title)))});
  }
}

void MarkdownReader::read_rows(const MarkdownTable& table) {
  const bool turned = rows_are_metrics(text_, table);
  UnitColumns columns(turned ? core::TableKind::transposed : core::TableKind::markdown,
                      heading_text(text_, markdown_, table.heading));
  columns.table().header_line = document_.place(table.span.begin).line;
  if (turned) fill_turned(table, columns);
  else fill_rows(table, columns);
  core::Table finished = columns.finish();
  report_quantities(finished);
  std::vector<core::Table> levels = turned ? std::vector<core::Table>() : tables_of_levels(document_, finished, header_cells(table));
  if (levels.empty()) levels.push_back(std::move(finished));
  for (core::Table& each : levels) found_.push_back({table.span.begin, std::move(each)});
}

// A number that stands alone as what it is, "8K" as text.
std::vector<core::Cell> MarkdownReader::header_cells(const MarkdownTable& table) const {
  std::vector<core::Cell> cells;
  for (const MarkdownSpan header : table.header) {
    const WrittenCell written = read_written_cell(text_, to_core(header));
    cells.push_back(written.unit.empty() ? written.cell : written.words);
  }
  return cells;
}

// A fence may hold what a tool printed: where its lines say so, it is read like a log. Tables that are drawn with lines are tables
// in any fence.
void MarkdownReader::read_code(core::Span span, std::int32_t heading, Fence fence) {
  span = with_indent(span);
  if (holds_other(span) || read_output(span, heading, fence)) return;
  std::vector<LocatedTable> drawn = drawn_tables_in(document_, span, heading_text(text_, markdown_, heading), code_keys_);
  std::move(drawn.begin(), drawn.end(), std::back_inserter(found_));
}

// The first line of a fence in a list or in a quotation begins before its content.
core::Span MarkdownReader::with_indent(core::Span span) const {
  std::uint64_t begin = span.begin;
  while (begin > 0 && std::string_view(" \t>").find(text_[begin - 1]) != std::string_view::npos) --begin;
  if (begin == 0 || text_[begin - 1] == '\n') span.begin = begin;
  return span;
}

// A table, or lines of a paragraph that were read as pairs already.
bool MarkdownReader::holds_other(core::Span span) const {
  const bool tables = std::any_of(markdown_.tables.begin(), markdown_.tables.end(), [&](const MarkdownTable& table) {
    return table.span.begin < span.end && span.begin < table.span.end;
  });
  return tables || std::any_of(markdown_.pairs.begin(), markdown_.pairs.end(),
                               [&](const text::NameValue& pair) { return span.begin <= pair.name.begin && pair.name.begin < span.end; });
}

bool MarkdownReader::read_output(core::Span span, std::int32_t heading, Fence fence) {
  if (fence == Fence::none) return false;
  core::Diagnostics said;
  TextTables found = tables_of_lines(document_, span, heading_text(text_, markdown_, heading), said);
  if (!keep_output(document_, fence, found)) return false;
  diagnostics_.append(std::move(said));
  std::move(found.tables.begin(), found.tables.end(), std::back_inserter(found_));
  code_keys_.insert(code_keys_.end(), found.keys.begin(), found.keys.end());
  return true;
}

// The parser sees a pipe table from the last line of its header on; drawn ones have more lines above it.
void MarkdownReader::leave_drawn_tables() {
  const auto drawn = [&](const MarkdownTable& table) {
    return drawn_table_around(document_, document_.place(table.span.begin).line - 1, text_.size()).has_value();
  };
  markdown_.tables.erase(std::remove_if(markdown_.tables.begin(), markdown_.tables.end(), drawn), markdown_.tables.end());
}

bool MarkdownReader::has_value(const std::vector<MarkdownSpan>& row) const {
  return std::any_of(row.begin(), row.end(), [&](MarkdownSpan cell) { return read_written_cell(text_, to_core(cell)).cell.kind == core::CellKind::number; });
}

// Rows that nothing but empty lines part from their table are paragraphs by the specification.
void MarkdownReader::adopt_rows() {
  std::int32_t last = -1;
  for (const text::MarkdownBlock& block : markdown_.blocks) {
    if (block.kind == text::BlockKind::table) last = block.table;
    if (last < 0 || block.kind != text::BlockKind::paragraph || text_.substr(block.span.begin, 1) != "|") continue;
    MarkdownTable& table = markdown_.tables[static_cast<std::size_t>(last)];
    if (table.span.end > block.span.begin || !text::trim(text_.substr(table.span.end, block.span.begin - table.span.end)).empty()) continue;
    std::vector<std::vector<MarkdownSpan>> rows;
    bool fits = true;
    for (std::uint64_t begin = block.span.begin; begin < block.span.end && fits;) {
      const std::uint64_t end = std::min<std::uint64_t>(text_.find('\n', begin), block.span.end);
      const MarkdownSpan line = text::trimmed(text_, {begin, end});
      text::PipeRow row = text::split_row(text_, line, text::PipesInCode::separate);
      fits = row.leading && row.trailing && row.cells.size() == table.header.size() && has_value(row.cells);
      rows.push_back(std::move(row.cells));
      begin = end + 1;
    }
    if (!fits) continue;
    table.span.end = block.span.end;
    std::move(rows.begin(), rows.end(), std::back_inserter(table.rows));
  }
}

// Outside of fences and tables of Markdown: what a tool printed, with or without Markdown around it.
void MarkdownReader::read_drawn_tables() {
  std::vector<core::Span> taken = code_;
  taken.insert(taken.end(), comments_.begin(), comments_.end());
  for (const MarkdownTable& table : markdown_.tables) taken.push_back(to_core(table.span));
  tidy(taken);
  std::uint64_t begin = 0;
  const auto read = [&](core::Span span) {
    std::vector<LocatedTable> drawn = drawn_tables_in(document_, span, {}, code_keys_);
    for (LocatedTable& each : drawn)
      if (each.table.name.empty()) each.table.name = heading_text(text_, markdown_, heading_above(each.begin));
    std::move(drawn.begin(), drawn.end(), std::back_inserter(found_));
  };
  for (const core::Span& span : taken) {
    if (span.begin > begin) read({begin, span.begin});
    begin = span.end;
  }
  if (begin < text_.size()) read({begin, text_.size()});
}

// Fences that stand indented below a paragraph, as MkDocs has them, are part of that paragraph by the specification.
void MarkdownReader::read_lost_fences() {
  std::uint64_t open = 0;  // where the content begins; 0: outside a fence
  bool output = false;
  std::vector<core::Span> read;
  for (std::size_t i = 0; i < document_.lines.size(); ++i) {
    const std::uint64_t begin = document_.lines[i];
    const std::uint64_t end = i + 1 < document_.lines.size() ? document_.lines[i + 1] : text_.size();
    const std::string_view line = text::trim(text_.substr(begin, end - begin));
    if (line.substr(0, 3) != "```" || in_one_of(comments_, begin)) continue;
    if (open > 0) {
      const core::Span span{open, begin};
      if (!holds_other(span) && read_output(span, heading_above(begin), output ? Fence::output : Fence::language)) read.push_back(span);
      open = 0;
    } else if (!in_code(std::min<std::uint64_t>(text_.find_first_not_of(" \t", end), text_.size())) && !in_code(begin) && !closes_code({begin, end})) {
      output = says_output(line.substr(std::min(line.find_first_not_of('`'), line.size())));
      const bool indented = text_[begin] == ' ' || text_[begin] == '\t';
      if (indented) open = end;
    }
  }
  code_.insert(code_.end(), read.begin(), read.end());
  tidy(code_);
}

// A report that ends in a ruler, "====", is a heading of several lines by the specification.
void MarkdownReader::read_underlined() {
  for (const text::MarkdownBlock& block : markdown_.blocks) {
    const core::Span span = with_indent(to_core(block.span));
    if (block.kind != text::BlockKind::heading || text::at(text_, block.span).find('\n') == std::string_view::npos || holds_other(span)) continue;
    const auto next = std::partition_point(code_.begin(), code_.end(), [&](const core::Span& code) { return code.end <= span.begin; });
    if (next != code_.end() && next->begin < span.end) continue;  // a fence that the specification does not see
    read_output(span, heading_above(span.begin), Fence::output);
  }
}

bool MarkdownReader::in_one_of(const std::vector<core::Span>& spans, std::uint64_t offset) {
  const auto next = std::partition_point(spans.begin(), spans.end(), [&](const core::Span& span) { return span.end <= offset; });
  return next != spans.end() && next->begin <= offset;
}

std::int32_t MarkdownReader::heading_above(std::uint64_t offset) const {
  std::int32_t heading = -1;
  for (const text::MarkdownBlock& block : markdown_.blocks) {
    if (block.span.begin >= offset) break;
    const bool is_title = block.kind == text::BlockKind::heading && block.span.end <= offset &&
                          text::at(text_, block.span).find('\n') == std::string_view::npos;
    if (is_title) heading = static_cast<std::int32_t>(&block - markdown_.blocks.data());
  }
  return heading;
}

// What opens the code block that begins there: the line above it, but for empty ones.
Fence MarkdownReader::fence_above(std::uint64_t begin) const {
  std::uint64_t line = document_.place(begin).line;
  const auto above = [&] { return core::Span{document_.lines[line - 2], document_.lines[line - 1]}; };
  while (line > 2 && text::trim(document_.at(above())).empty()) --line;
  if (line < 2 || closes_code(above())) return Fence::none;
  const std::string fence = text::lower(text::trim(document_.at(above())));
  const std::size_t ticks = fence.find_first_not_of("`~> \t-*+");
  if (fence.find("```") == std::string::npos && fence.find("~~~") == std::string::npos) return Fence::none;
  return says_output(ticks == std::string::npos ? std::string() : fence.substr(ticks)) ? Fence::output : Fence::language;
}

// Whether a code block ends right above the line.
bool MarkdownReader::closes_code(core::Span line) const {
  const auto next = std::partition_point(code_.begin(), code_.end(), [&](const core::Span& span) { return span.end + 1 < line.begin; });
  return next != code_.end() && next->end <= line.begin;
}

// The header, and body rows that go on with it: names below groups, units.
HeaderNames MarkdownReader::header_of(const MarkdownTable& table, const CommaCells& cells) const {
  std::vector<HeaderLine> lines(1);
  std::vector<std::string> names(table.header.size());
  for (const std::vector<MarkdownSpan>& line : header_lines_above(document_, table))
    for (std::size_t c = 0; c < names.size(); ++c) names[c] += plain_at(line[c]) + (text::empty(line[c]) ? "" : " ");
  for (std::size_t c = 0; c < names.size(); ++c) lines[0].push_back({std::string(text::trim(names[c] + plain_at(table.header[c]))), false, false});
  for (const std::vector<MarkdownSpan>& row : table.rows) {
    if (row.size() != table.header.size() || lines.size() == kHeaderLinesSeen) break;
    HeaderLine& line = lines.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c) {
      const WrittenCell written = cells.read(c, row[c]);
      const core::CellKind kind = written.cell.kind;
      const bool model = c > 0 && core::find_unit(written.unit) == core::find_unit("billion") && !written.unit.empty();  // "8B" and "70B" below "H100"
      const bool value = kind != core::CellKind::text && kind != core::CellKind::absent && !model;
      line.push_back({kind == core::CellKind::absent ? std::string() : plain_at(row[c]), value, kind == core::CellKind::number && !model});
    }
  }
  return read_header_lines(lines);
}

// The parts of a column whose cells below the header lines all hold that many values, or none. Where changes of what was set stand in front,
// "10 → 50", those behind them are of other settings each.
std::optional<PartedHeader> MarkdownReader::parts_of(const MarkdownTable& table, const HeaderNames& header, std::size_t column) const {
  if (std::optional<PartedHeader> parted = parted_header(header.keys[column])) {
    if (holds_parts(table, header.lines - 1, column, *parted)) return parted;
  }
  std::optional<PartedHeader> compared = column == 0 ? std::nullopt : compared_header(header.keys[column]);
  if (!compared || holds_parts(table, header.lines - 1, 0, *compared) || !holds_parts(table, header.lines - 1, column, *compared)) return std::nullopt;
  return compared;
}

bool MarkdownReader::holds_parts(const MarkdownTable& table, std::size_t first, std::size_t column, const PartedHeader& parted) const {
  bool some = false;
  for (std::size_t r = first; r < table.rows.size(); ++r) {
    if (column >= table.rows[r].size()) continue;
    const core::Span cell = to_core(table.rows[r][column]);
    if (!parted_cell(text_, cell, parted).empty()) some = true;
    else if (read_written_cell(text_, cell).cell.kind != core::CellKind::absent) return false;
  }
  return some;
}

// What stands in a cell, into the columns of its parts.
void MarkdownReader::put(MarkdownSpan cell, const FilledColumn& into, const WrittenCell& written, UnitColumns& columns) const {
  const std::vector<WrittenCell> values = into.parts ? parted_cell(text_, to_core(cell), *into.parts) : std::vector<WrittenCell>();
  if (values.empty()) return columns.put(into.first, written);
  for (std::size_t i = 0; i < values.size(); ++i) columns.put(into.first + i, values[i]);
}

std::vector<MarkdownReader::FilledColumn> MarkdownReader::declare(const MarkdownTable& table, const HeaderNames& header, UnitColumns& columns) const {
  std::vector<FilledColumn> filled;
  for (std::size_t c = 0; c < header.keys.size(); ++c) {
    FilledColumn column{0, parts_of(table, header, c)};
    const std::vector<std::string> keys = column.parts ? column.parts->keys : std::vector<std::string>{header.keys[c]};
    for (const std::string& key : keys) {
      const std::string unit = header.units[c].empty() ? std::string(unit_of_header(key)) : header.units[c];
      const std::size_t added = columns.add_named(key, unit, static_cast<std::uint32_t>(c) + 1);
      if (&key == keys.data()) column.first = added;
    }
    filled.push_back(std::move(column));
  }
  return filled;
}

void MarkdownReader::fill_rows(const MarkdownTable& table, UnitColumns& columns) {
  std::vector<std::string> names;
  for (const MarkdownSpan cell : table.header) names.push_back(plain_at(cell));
  const CommaCells cells(text_, names, table.rows);
  const HeaderNames header = header_of(table, cells);
  const std::vector<FilledColumn> filled = declare(table, header, columns);
  const std::size_t header_rows = header.lines - 1;
  for (const std::vector<MarkdownSpan>& line : header_lines_above(document_, table))
    for (const MarkdownSpan cell : line) header_cells_.push_back(to_core(cell));
  for (std::size_t r = 0; r < header_rows; ++r)
    for (const MarkdownSpan cell : table.rows[r]) header_cells_.push_back(to_core(cell));
  LeadingCells leading(table.header.size());
  for (std::size_t c = 0; c < std::min(table.header.size(), header.keys.size()); ++c)
    if (names_levels(header.keys[c])) leading.go_on_with_levels(c);
  for (std::size_t r = header_rows; r < table.rows.size(); ++r) {
    const std::vector<MarkdownSpan>& row = table.rows[r];
    // A row of empty cells sets groups of rows apart.
    if (std::all_of(row.begin(), row.end(), [](MarkdownSpan cell) { return text::empty(cell); })) continue;
    columns.add_row(row_at(document_, to_core({row.front().begin, row.back().end})));
    leading.begin_row();
    for (std::size_t i = 0; i < std::min(row.size(), table.header.size()); ++i) {
      const WrittenCell written = cells.read(i, row[i]);
      put(row[i], filled[i], is_ditto(text::at(text_, row[i])) ? leading.same(i, written) : leading.value(i, text::empty(row[i]), written), columns);
    }
  }
}

// Every row becomes a column and every column of values a row, which its header names where there are several.
void MarkdownReader::fill_turned(const MarkdownTable& table, UnitColumns& columns) {
  const bool several = table.header.size() > 2;
  if (several) columns.add_column("", "");
  for (std::size_t j = 1; j < table.header.size(); ++j) {
    columns.add_row(row_at(document_, to_core(table.span)));
    if (!several) break;
    if (names_values(plain_at(table.header[j]))) continue;  // "Metric | Value | Note"
    const WrittenCell written = read_written_cell(text_, to_core(table.header[j]));
    core::Cell name = written.unit.empty() ? written.cell : written.words;  // "4 threads"
    name.kind = core::CellKind::text;
    columns.put_cell(j - 1, 0, name);
  }
  std::uint32_t position = 0;
  for (const std::vector<MarkdownSpan>& row : table.rows) {
    const std::string key = plain_at(row.front());
    const std::string unit(unit_of_header(key));
    FilledColumn filled;
    if (!several && row.size() > 1) filled.parts = compared_header(key);  // "Throughput | 18.3 → 20.1"
    if (filled.parts && parted_cell(text_, to_core(row[1]), *filled.parts).empty()) filled.parts.reset();
    filled.first = columns.add_column(filled.parts ? filled.parts->keys[0] : key, unit, ++position);
    if (filled.parts) columns.add_column(filled.parts->keys[1], unit, position);
    if (filled.parts) put(row[1], filled, {}, columns);
    for (std::size_t j = 1; !filled.parts && j < std::min(row.size(), table.header.size()); ++j)
      columns.put(j - 1, filled.first, read_written_cell(text_, to_core(row[j])));
  }
}

void MarkdownReader::report(const MarkdownTable& table) {
  if (!table.broken) return;
  bool ragged = false;
  for (const std::vector<MarkdownSpan>& row : table.rows) {
    if (row.size() == table.header.size()) continue;
    ragged = true;
    add(core::DiagnosticCode::table_ragged_row, row.front().begin,
        fmt::format("{} cells where the header has {}", row.size(), table.header.size()));
  }
  if (!ragged) add(core::DiagnosticCode::markdown_broken_table, table.span.begin, fmt::format("read as {} columns: header, delimiter row and rows are not as Markdown has them", table.header.size()));
}

// Bounds, ranges and other numbers that stay text among numbers.
void MarkdownReader::report_quantities(const core::Table& table) {
  for (const core::Column& column : table.columns) {
    const bool measured = std::any_of(column.cells.begin(), column.cells.end(), [](const core::Cell& cell) { return cell.kind == core::CellKind::number; });
    const std::string_view last = std::string_view(column.key).substr(column.key.find_last_of(' ') + 1);
    const bool named = !column.unit.empty() || core::find_unit(last) != nullptr;
    if (!measured && !named) continue;
    for (const core::Cell& cell : column.cells) {
      if (cell.kind != core::CellKind::text) continue;
      const std::string_view written = document_.at(cell.span());
      const bool other = !column.unit.empty() && (looks_like_number(written) || holds_several_numbers(written));
      if (!looks_like_quantity(written) && !looks_like_several(written) && !other) continue;
      add(core::DiagnosticCode::quantity_not_read, cell.begin, fmt::format("'{}' is read as text", written));
    }
  }
}

void MarkdownReader::report_duplicates(const MarkdownTable& table) {
  std::set<std::string> seen;
  for (const MarkdownSpan header : table.header) {
    const std::string key = plain_at(header);
    if (!key.empty() && !seen.insert(key).second)
      add(core::DiagnosticCode::table_duplicate_header, header.begin, fmt::format("two columns are called '{}'", key));
  }
}

// A paragraph in pipes of as many cells as the last table above it.
void MarkdownReader::report_far_rows() {
  for (const text::MarkdownBlock& block : markdown_.blocks) {
    const std::string_view line = text::at(text_, block.span);
    const bool piped = block.kind == text::BlockKind::paragraph && line.size() > 2 && line.front() == '|' && line.back() == '|';
    if (!piped || line.find('\n') != std::string_view::npos) continue;
    const MarkdownTable* above = nullptr;
    for (const MarkdownTable& table : markdown_.tables)
      if (table.span.begin < block.span.begin && (above == nullptr || table.span.begin > above->span.begin)) above = &table;
    const auto pipes = static_cast<std::size_t>(std::count(line.begin(), line.end(), '|'));
    if (above == nullptr || above->span.end > block.span.begin || pipes != above->header.size() + 1) continue;
    add(core::DiagnosticCode::table_row_far_away, block.span.begin,
        fmt::format("fits the table of line {}, from which other lines part it", document_.place(above->span.begin).line));
  }
}

void MarkdownReader::add(core::DiagnosticCode code, std::uint64_t offset, std::string message) {
  const std::size_t count = ++reported_[code];
  if (count > kMostDiagnostics + 1) return;
  if (count == kMostDiagnostics + 1) message = "and more of this kind";
  diagnostics_.add({code, document_.artifact.path, document_.place(offset), std::move(message), {}});
}

std::vector<Region> MarkdownReader::regions() const {
  Region code{"code", {}}, link{"link", {}}, html{"html", {}}, heading{"heading", {}}, ordinal{"list ordinal", {}}, key{"key", {}};
  for (const text::MarkdownBlock& block : markdown_.blocks) {
    if (block.kind == text::BlockKind::code) code.spans.push_back(to_core(block.span));
    if (block.kind == text::BlockKind::html) html.spans.push_back(to_core(block.span));
    if (block.kind == text::BlockKind::heading) heading.spans.push_back(to_core(block.span));
  }
  for (const MarkdownSpan span : markdown_.code) code.spans.push_back(to_core(span));
  for (const text::InlineLink& each : markdown_.links) link.spans.push_back(to_core(each.target));
  for (const MarkdownSpan span : markdown_.html) html.spans.push_back(to_core(span));
  for (const MarkdownSpan span : markdown_.ordinals) ordinal.spans.push_back(to_core(span));
  for (const MarkdownTable& table : markdown_.tables)
    for (const MarkdownSpan header : table.header) key.spans.push_back(to_core(header));
  for (const text::NameValue& pair : markdown_.pairs) key.spans.push_back(to_core(pair.name));
  key.spans.insert(key.spans.end(), code_keys_.begin(), code_keys_.end());
  key.spans.insert(key.spans.end(), header_cells_.begin(), header_cells_.end());
  std::vector<Region> all{std::move(code), std::move(link), std::move(html), std::move(heading), std::move(ordinal), std::move(key)};
  for (Region& region : all) tidy(region.spans);
  return all;
}

}  // namespace

void read_markdown(core::Document& document, core::Diagnostics& diagnostics) {
  MarkdownReader(document, diagnostics).read();
}

}  // namespace chimera::plaintext
