#include "plaintext/text_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/unit.h"
#include "plaintext/commented_table.h"
#include "plaintext/console_values.h"
#include "plaintext/counter_report.h"
#include "plaintext/drawn_table.h"
#include "plaintext/exposition.h"
#include "plaintext/growing_table.h"
#include "plaintext/header_above.h"
#include "plaintext/header_columns.h"
#include "plaintext/leftover.h"
#include "plaintext/line_tables.h"
#include "plaintext/log_prefix.h"
#include "plaintext/report_grids.h"
#include "plaintext/ruled_table.h"
#include "plaintext/settings_lines.h"
#include "plaintext/source_lines.h"
#include "plaintext/spans.h"
#include "plaintext/text_grids.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/text_reader.h"
#include "plaintext/text_sections.h"
#include "plaintext/text_statements.h"
#include "plaintext/unit_columns.h"
#include "plaintext/unit_rows.h"
#include "plaintext/written_cell.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kMostDiagnostics = 100;
constexpr std::size_t kLongestStage = 40;
constexpr std::size_t kMostHeadingWords = 8;
constexpr std::size_t kMostQuotes = 4;  // quotations within quotations
constexpr std::size_t kMostPercentiles = 200;  // of one list
constexpr std::size_t kStageReach = 1000;  // lines in which a stage ends
constexpr std::size_t kLabelIndent = 4;  // what stands so much deeper than a line without a value is about it

using text::MarkdownSpan;
using text::MarkdownTable;

// What Google Benchmark writes where the values of a row would be.
bool is_failure(std::string_view field) { return field.rfind("ERROR OCCURRED: ", 0) == 0 || field.rfind("SKIPPED: ", 0) == 0; }

}  // namespace

core::Span TextReader::line(std::size_t i) const {
  const std::uint64_t begin = document_.lines[i];
  const std::uint64_t end = i + 1 < document_.lines.size() ? document_.lines[i + 1] - 1 : text_.size();
  core::Span here = to_core(text::trimmed(text_, {begin, std::max(begin, end)}));
  for (std::size_t depth = 0; depth < quoted_ && here.size() > 0 && text_[here.begin] == '>'; ++depth) here = to_core(text::trimmed(text_, {here.begin + 1, here.end}));
  return here;
}

// How many "> " stand before all the lines that begin in `span`: those of a quotation.
std::size_t TextReader::quotes_before(std::size_t first, core::Span span) const {
  std::size_t least = kMostQuotes;
  for (std::size_t i = first; least > 0 && i < line_count() && document_.lines[i] < span.end; ++i) {
    const std::string_view here = text::trim(at({document_.lines[i], i + 1 < line_count() ? document_.lines[i + 1] - 1 : text_.size()}));
    std::size_t marks = 0;
    for (const char c : here.substr(0, 2 * kMostQuotes)) {
      if (c != '>' && c != ' ') break;
      marks += c == '>' ? 1U : 0U;
    }
    least = std::min(least, marks);
  }
  return least;
}

bool TextReader::has_number(core::Span span) const {
  text::NumberToken token;
  return text::NumberScanner(at(span)).next(token);
}

TextTables TextReader::read(core::Span span) {
  read_pipe_tables(span);
  std::size_t next_table = 0;
  const auto first = std::lower_bound(document_.lines.begin(), document_.lines.end(), span.begin);
  const auto first_line = static_cast<std::size_t>(first - document_.lines.begin());
  end_ = span.end;
  quoted_ = document_.artifact.format == core::Format::markdown ? quotes_before(first_line, span) : 0;
  source_.emplace(document_, first_line, span);
  for (std::size_t i = first_line; i < line_count() && document_.lines[i] < span.end;) {
    while (next_table < skip_.size() && skip_[next_table].end <= document_.lines[i]) ++next_table;
    if (next_table < skip_.size() && skip_[next_table].begin <= line(i).begin) {
      ++i, ++lines_, ++lines_read_;
      continue;
    }
    const std::size_t next = read_line(i);
    // A table's header, ruler and rows.
    if (next > i + 1) lines_ += next - i - 1, lines_read_ += next - i - 1;
    i = next;
  }
  for (auto& [key, growing] : growing_) growing.take(found_);
  if (!source_->any()) tell_rows_apart(document_, notes_, found_);
  std::stable_sort(found_.begin(), found_.end(),
                   [](const LocatedTable& a, const LocatedTable& b) { return a.begin < b.begin; });
  tidy(keys_);
  return {std::move(found_), std::move(keys_), std::move(notes_), lines_, lines_read_};
}

void TextReader::report_long_line(core::Span span) {
  if (++long_lines_ > kMostDiagnostics) return;
  std::string message = fmt::format("{} bytes, where a record has {} at most", span.size(), kLongestLine);
  if (long_lines_ == kMostDiagnostics) message += "; further lines like it are not listed";
  diagnostics_.add({core::DiagnosticCode::line_too_long,
                    document_.artifact.path,
                    document_.place(span.begin),
                    std::move(message),
                    {}});
}

// Gives the line to go on with.
std::size_t TextReader::read_line(std::size_t i) {
  const core::Span here = line(i);
  if (here.size() == 0) return i + 1;
  if (const std::size_t next = read_settings(i); next > i) return next;
  ++lines_;
  if (here.size() > kLongestLine) return report_long_line(here), i + 1;
  leave_scopes(i);
  if (read_insert(here)) return ++lines_read_, i + 1;
  if (source_->holds(i)) return i + 1;
  if (read_grouped_value(here)) return ++lines_read_, i + 1;
  if (is_only_prefix(text_, here)) return leave_section(), i + 1;
  if (const std::size_t next = read_tables(i); next > i) return ++lines_read_, next;
  if (report_far_row(i)) return i + 1;
  const core::Span behind = without_log_fields(text_, without_log_prefix(text_, here));
  tag_ = subject_tag(text_, {here.begin, behind.begin});
  put_in_front({here.begin, behind.begin});
  const core::Span content = shown_by_progress(text_, without_marks(text_, behind));
  const std::size_t keys_before = keys_.size();
  const std::string title_before = section_;
  const std::size_t prefix_before = prefix_.size();
  read_title(i);
  const bool labelled = content.size() > 0 && at(content).back() == ':';
  if (!read_statistics(content)) list_of_ = labelled ? bare_name(text_, {content.begin, content.end - 1}) : core::Span{};
  const core::Span indexed = with_index(text_, here, content);
  if (keys_.size() == keys_before && indexed.begin < content.begin) read_clauses(i, indexed);
  if (keys_.size() == keys_before && !read_benchmark(content) && !read_entries(content) && !read_turns(content) && !read_counts(content) &&
      !read_console(i, content) && !read_statement(content) && !read_taken(content) && !read_conditioned(content) &&
      !read_clauses(i, content) && !read_labelled(content)) {
    read_pairs(i, content);
    if (keys_.size() == keys_before && !read_equation(content)) {
      if (!labelled || (section_ == title_before && prefix_.size() == prefix_before)) read_heading(i);
      if (!labelled) read_subject(i);
    }
  }
  lines_read_ += keys_.size() > keys_before || section_ != title_before || is_ruler(at(here)) ? 1U : 0U;
  return i + 1;
}

// A row of the last table, but for what stands between.
bool TextReader::report_far_row(std::size_t i) {
  if (last_columns_ < 3) return false;
  const std::vector<core::Span> fields = wide_fields(text_, line(i));
  if (!is_row(fields, last_columns_) || has_number(fields.front())) return false;
  if (++far_rows_ <= kMostDiagnostics)
    diagnostics_.add({core::DiagnosticCode::table_row_far_away, document_.artifact.path, document_.place(line(i).begin),
                      fmt::format("fits the table of line {}, from which other lines part it", last_header_), {}});
  return true;
}

std::size_t TextReader::read_tables(std::size_t i) {
  if (const std::size_t next = read_drawn(i); next > i) return next;
  for (const auto read : {comma_table, barred_table})
    if (const auto table = read(document_, i, end_)) return add_aligned(table->header, table->rows), table->next;
  if (const std::size_t next = read_percentiles(i); next > i) return next;
  for (const Fields fields : {wide_fields, words})
    if (const std::size_t next = read_aligned(i, fields); next > i) return next;
  if (auto rows = unit_rows(document_, i, end_, section_)) {
    found_.push_back(std::move(rows->found));
    return rows->next;
  }
  if (const std::size_t next = std::max(read_statistics_row(i), read_ordinals(i)); next > i) return next;
  return read_named_values(i);
}

// Labels end where a line stands no deeper than they do, or less deep than the first line below them.
void TextReader::leave_scopes(std::size_t i) {
  const std::size_t here = indent(i);
  while (!prefixes_.empty() && (here <= prefixes_.back().indent || here < prefixes_.back().below)) prefixes_.pop_back();
  prefix_.resize(prefixes_.empty() ? 0 : prefixes_.back().size);
  if (subject_.size() > 0 && here <= subject_indent_) subject_ = {}, new_row_ = true;
}

void TextReader::add_prefix(std::size_t i, core::Span name) {
  prefix_ += std::string(at(name)) + '/';
  const bool above = i + 1 < line_count() && line(i + 1).size() > 0;
  prefixes_.push_back({indent(i), above ? indent(i + 1) : 0, prefix_.size()});
}

// A line without a value above deeper ones: the benchmark that they are about. Inside of what another line is about, a part of it.
void TextReader::read_subject(std::size_t i) {
  if (i + 1 >= line_count() || line(i).size() > kLongestTitle || line(i + 1).size() == 0) return;
  if (indent(i + 1) > indent(i) && heads_statistics(text_, line(i), line(i + 1))) return add_prefix(i, line(i));
  if (indent(i + 1) < indent(i) + kLabelIndent || at(line(i)).find(": ") != std::string_view::npos) return;
  if (subject_.size() > 0 && indent(i) > subject_indent_) return add_prefix(i, line(i));
  subject_ = line(i);
  subject_indent_ = indent(i);
  new_row_ = true;
}

// A short line that stands alone above values: "commit 24c010b (last good)". Sentences and what goes on are none.
void TextReader::read_heading(std::size_t i) {
  const core::Span here = line(i);
  // "Model A:" below another heading is the nearer one.
  const bool below_heading = at(here).back() == ':' && i > 0 && notes_.headings.count(line(i - 1).begin) > 0;
  const bool alone = i == 0 || line(i - 1).size() == 0 || is_ruler(at(line(i - 1))) || below_heading;
  const bool ends = std::string_view(".!?,;").find(at(here).back()) != std::string_view::npos || (here.size() > 1 && at(here).substr(here.size() - 2) == "::");
  const bool drawn = at(here).find("---") != std::string_view::npos || at(here).find("===") != std::string_view::npos;  // progress
  if (alone && !ends && !drawn && here.size() <= kLongestTitle && !is_ruler(at(here)) && words(text_, here).size() <= kMostHeadingWords)
    notes_.headings[here.begin] = at(here).back() == ':' ? bare_name(text_, {here.begin, here.end - 1}) : here;
}

// "Latency Distribution" above "50%  250 us" and "99%  5.8 ms": parts of the whole that rise, and so do the values.
std::size_t TextReader::read_percentiles(std::size_t i) {
  const bool titled = i >= no_percentiles_ && !percentile_line(text_, line(i));
  if (i < no_percentiles_ || (titled && (has_number(line(i)) || is_ruler(at(line(i)))))) return i;
  std::vector<PercentileLine> rows;
  std::size_t next = i + (titled ? 1 : 0);
  double last = -HUGE_VAL;
  for (; next < line_count() && line(next).size() <= kLongestTitle; ++next) {
    const auto row = percentile_line(text_, line(next));
    if (!row) break;
    const WrittenCell written = read_written_cell(text_, row->value);
    const core::UnitPtr unit = core::find_unit(written.unit);
    const double value = written.cell.number * (unit == nullptr ? 1 : unit->factor);
    if (value < last || rows.size() == kMostPercentiles || (!rows.empty() && row->part <= rows.back().part)) {
      no_percentiles_ = next;
      return i;
    }
    last = value;
    rows.push_back(*row);
  }
  if (rows.size() < 2) return i;
  const core::Span title = titled ? line(i) : core::Span{rows.front().value.begin, rows.front().value.begin};
  const std::string of(at(subject_of_list(text_, title)));
  for (const PercentileLine& row : rows) {
    WrittenCell written = read_written_cell(text_, row.value);
    if (written.unit.empty()) written.unit = unit_of_header(of);
    put(of.empty() ? row.key : of + '/' + row.key, title, written, row.value.end);
  }
  for (std::size_t k = i + (titled ? 1 : 0); k < next; ++k) keys_.push_back(words(text_, line(k)).front());
  return next;
}

// "rg (ignore)   0.091 +/- 0.004": a name and a value in each of several lines.
std::size_t TextReader::read_named_values(std::size_t i) {
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i;
  for (; next < line_count() && line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> fields = wide_fields(text_, line(next));
    if (fields.size() != 2 || has_number({fields[0].begin, fields[0].begin + 1}) || reads_as_code(at(fields[0]))) break;
    if (at(fields[0]).find(": ") != std::string_view::npos || at(fields[0]).back() == ':' || at(fields[0]).back() == '=') break;
    for (core::Span& field : fields)  // marks of the best
      while (field.size() > 1 && text_[field.end - 1] == '*') --field.end;
    const WrittenCell value = read_written_cell(text_, fields[1]);
    if (value.cell.kind != core::CellKind::number || (value.unit.empty() && value.spread.kind == core::CellKind::absent)) break;
    rows.push_back(std::move(fields));
  }
  if (rows.size() < 2) return i;
  UnitColumns columns(core::TableKind::records, section_);
  columns.add_column("name", {});
  columns.add_column("value", {});
  // What they are about stands above a ruler.
  const bool titled = i > 1 && is_ruler(at(line(i - 1))) && line(i - 2).size() > 0 && line(i - 2).size() <= kLongestLine;
  if (titled) columns.add_column("group", {});
  for (const std::vector<core::Span>& fields : rows) {
    columns.add_row(row_at(document_, {fields[0].begin, fields[1].end}));
    columns.put(0, {text_cell(fields[0]), {}, {}});
    columns.put(1, read_written_cell(text_, fields[1]));
    if (titled) columns.put(2, {text_cell(line(i - 2)), {}, {}});
  }
  found_.push_back({rows.front()[0].begin, columns.finish()});
  return next;
}

// A row of an aligned table: as many fields as the header, and in at least half of them behind the first a value.
bool TextReader::is_row(const std::vector<core::Span>& fields, std::size_t columns) const {
  if (fields.size() != columns || (at(fields.front()).front() == '[' && at(fields.front()).back() == ',')) return false;  // "[READ], Count, 5"
  std::size_t values = 0;
  for (const core::Span field : fields) {
    const bool label = field.begin == fields.front().begin && columns > 2 && at(field) != ":";  // "Copy:  5222.6  0.02"
    if ((at(field).back() == ':' && !label) || at(field) == "=") return false;  // "name : value" lines
    values += read_written_cell(text_, field).cell.kind == core::CellKind::number;
  }
  return values > 0 && 2 * values >= columns - 1;
}

// "Name   average   99th" and "type   16 bytes   64 bytes": numbers that name columns, as what stands below them is in another unit.
bool TextReader::names_parts(std::size_t i, const std::vector<core::Span>& header) const {
  if (header.size() < 3 || has_number(header.front()) || i + 1 >= line_count()) return false;
  const std::size_t first = i + (is_ruler(at(line(i + 1))) ? 2 : 1);
  const std::vector<core::Span> below = first < line_count() && line(first).size() <= kLongestLine ? wide_fields(text_, line(first)) : std::vector<core::Span>();
  if (below.size() != header.size()) return false;
  for (std::size_t k = 1; k < header.size(); ++k) {
    const bool part = !percentile_column(at(header[k])).empty();
    if (!has_number(header[k]) && !part) continue;
    const WrittenCell value = read_written_cell(text_, below[k]);
    const core::UnitPtr size = core::find_unit(read_written_cell(text_, header[k]).unit);
    const bool sized = size != nullptr && size->dimension == core::Dimension::information;
    if ((!sized && !part) || value.cell.kind != core::CellKind::number) return false;
    const core::UnitPtr unit = core::find_unit(value.unit);
    if (unit != nullptr && (unit->dimension == core::Dimension::fraction || (sized && unit->dimension == size->dimension))) return false;
  }
  return true;
}

// A header without numbers, perhaps a ruler, and rows of as many fields: one below a ruler, two otherwise.
std::size_t TextReader::read_aligned(std::size_t i, Fields fields) {
  const core::Span top = line(i);
  const std::vector<core::Span> header = fields(text_, top);
  if (header.size() < 2 || header.size() > kMostColumns || is_ruler(at(top)) || (has_number(top) && !names_parts(i, header))) return i;
  if (std::any_of(header.begin(), header.end(),
                  [&](core::Span field) { return at(field).back() == ':' || at(field) == "="; }))
    return i;
  // A line that says in brackets what stands below the names.
  const std::size_t remarks = i + 2 < line_count() && line(i + 1).size() <= kLongestLine && is_bracketed(text_, line(i + 1)) && is_ruler(at(line(i + 2))) ? 1 : 0;
  const bool ruled = i + 1 + remarks < line_count() && is_ruler(at(line(i + 1 + remarks)));
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + remarks + (ruled ? 2 : 1);
  for (; next < line_count() && line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> row = fields(text_, line(next));
    if (ruled && row.size() > header.size()) row = joined_at_commas(text_, std::move(row));
    // A value as wide as its column leaves one blank; "36 ns" is one value below names that one blank parts.
    if (row.size() != header.size()) row = fields == words ? wide_fields(text_, line(next)) : words(text_, line(next));
    const bool whole = is_row(ruled ? without_rates(row, header.size()) : row, header.size());
    if (!whole) row = ruled ? short_row(i, next, header) : std::vector<core::Span>();
    if (row.empty()) break;
    rows.push_back(std::move(row));
  }
  if (rows.size() >= (ruled ? 1U : 2U)) {
    add_aligned(header, rows);
    return next;
  }
  if (fields != wide_fields) return i;
  const std::size_t behind = read_indexed(i, header);
  return behind > i ? behind : read_placed(i, header);
}

// The first `columns` fields of a row behind which nothing but rates stand that say what they are of: "133 kB/s   34.25k items/s".
std::vector<core::Span> TextReader::without_rates(const std::vector<core::Span>& row, std::size_t columns) const {
  if (row.size() <= columns) return row;
  const auto behind = row.begin() + static_cast<std::ptrdiff_t>(columns);
  const bool rates = std::all_of(behind, row.end(), [&](core::Span field) { return unnamed_rate(text_, field).has_value(); });
  return rates ? std::vector<core::Span>(row.begin(), behind) : row;
}

// A row that lacks its last cell, "BM_Sort_RMS   5 %   5 %", or has a message for all of them, "BM_Sort   ERROR OCCURRED: 'x'". Else
// empty.
std::vector<core::Span> TextReader::short_row(std::size_t top, std::size_t i, const std::vector<core::Span>& header) const {
  std::vector<core::Span> fields = wide_fields(text_, line(i));
  if (fields.size() == 2 && header.size() > 2 && is_failure(at(fields[1]))) {
    fields.resize(header.size());
    return fields;
  }
  if (fields.size() < 3 || fields.size() + 1 != header.size() || !is_row(fields, fields.size())) return {};
  const auto placed = HeaderColumns(text_, document_.lines[top], header).place(document_.lines[i], fields);
  return placed && placed->back().size() == 0 ? *placed : std::vector<core::Span>();
}

// Likewise where a column without a name stands before the others, as pandas has it: a label, or the number of the row.
std::size_t TextReader::read_indexed(std::size_t i, std::vector<core::Span> header) {
  const std::size_t columns = header.size() + 1;
  const bool ruled = i + 1 < line_count() && is_ruler(at(line(i + 1)));
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + (ruled ? 2 : 1);
  for (; next < line_count() && line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> row = wide_fields(text_, line(next));
    if (row.size() != columns) row = words(text_, line(next));
    if (!is_row(row, columns)) break;
    rows.push_back(std::move(row));
  }
  // The names stand above the values: none of them above the first column.
  if (rows.size() < 2 || line(i).begin - document_.lines[i] < rows[0][0].end - document_.lines[document_.place(rows[0][0].begin).line - 1]) return i;
  header.insert(header.begin(), core::Span{header.front().begin, header.front().begin});
  add_aligned(header, rows);
  return next;
}

// Likewise where cells are empty, so that only their place tells whose they are. Single empty lines part nothing.
std::size_t TextReader::read_placed(std::size_t i, const std::vector<core::Span>& header) {
  if (header.size() < 3) return i;
  const HeaderColumns columns(text_, document_.lines[i], header);
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + 1;
  for (std::size_t at_line = next; at_line < line_count() && line(at_line).size() <= kLongestLine; ++at_line) {
    const bool empty = line(at_line).size() == 0;
    if ((rows.empty() && is_ruler(at(line(at_line)))) || (empty && line(at_line - 1).size() > 0)) continue;
    const std::vector<core::Span> fields = wide_fields(text_, line(at_line));
    auto row = columns.place(document_.lines[at_line], fields);
    if (!row || fields.size() < 2 || !is_row(fields, fields.size())) break;
    rows.push_back(std::move(*row));
    next = at_line + 1;
  }
  if (rows.size() < 2) return i;
  add_aligned(header, rows);
  return next;
}

void TextReader::add_aligned(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows) {
  last_header_ = document_.place(header.front().begin).line;
  last_columns_ = header.size();
  if (auto statistics = table_of_statistics(document_, header, rows, section_)) {
    keys_.insert(keys_.end(), header.begin(), header.end());
    found_.push_back(std::move(*statistics));
    return;
  }
  UnitColumns columns(core::TableKind::csv, section_);
  columns.table().header_line = last_header_;
  AlignedHeader names = aligned_header(document_, header);
  for (std::size_t k = 0; k < header.size(); ++k) {
    std::string part = percentile_column(names.keys[k]);
    columns.add_column(part.empty() ? std::move(names.keys[k]) : std::move(part), names.units[k]);
  }
  keys_.insert(keys_.end(), names.written.begin(), names.written.end());
  std::map<std::string, std::size_t> counters;
  for (const std::vector<core::Span>& fields : rows) {
    columns.add_row(row_at(document_, {fields.front().begin, std::max_element(fields.begin(), fields.end(), [](core::Span a, core::Span b) { return a.end < b.end; })->end}));
    for (std::size_t k = 0; k < fields.size(); ++k) {
      core::Span field = fields[k];
      if (k == 0 && field.size() > 1 && at(field).back() == ':') --field.end;  // "Copy:  5222.6  0.02"
      if (field.size() > 0) put_field(columns, counters, k, field);
    }
  }
  found_.push_back({header.front().begin, columns.finish()});
}

// "19101577 bytes_per_second=211.669Mi/s": a counter is a column of its own, and so is a rate behind the last column.
void TextReader::put_field(UnitColumns& columns, std::map<std::string, std::size_t>& counters, std::size_t column, core::Span field) const {
  if (is_failure(at(field))) {
    const auto [entry, fresh] = counters.try_emplace("error_message", 0);
    if (fresh) entry->second = columns.add_column("error_message", {});
    return columns.put(entry->second, {text_cell(field), {}, {}});
  }
  auto counted = counted_cell(text_, field);
  if (column >= last_columns_) {
    const auto rate = unnamed_rate(text_, field);
    if (rate) counted = CountedCell{{}, {*rate}};
  } else {
    columns.put(column, read_written_cell(text_, counted ? counted->count : field));
  }
  if (!counted) return;
  for (const NamedValue& counter : counted->counters) {
    const auto [entry, fresh] = counters.try_emplace(counter.key, 0);
    if (fresh) entry->second = columns.add_column(counter.key, {});
    WrittenCell written = read_written_cell(text_, counter.value);
    if (counter.unit == "?") written = {text_cell(counter.value), {}, {}};
    else written.unit = counter.unit;
    columns.put(entry->second, written);
  }
}

// "=== Title ===", or a short line above a ruler.
void TextReader::read_title(std::size_t i) {
  core::Span title = framed_title(text_, without_log_prefix(text_, line(i)));
  const bool framed = title.size() > 0;
  const bool above_ruler = i + 1 < line_count() && is_ruler(at(line(i + 1))) && !is_ruler(at(line(i)));
  if (title.size() == 0 && above_ruler && at(line(i)).find(':') == std::string_view::npos) title = line(i);
  const bool words =
      std::any_of(at(title).begin(), at(title).end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
  const bool deeper = i + 1 < line_count() && indent(i + 1) > indent(i);
  if (words && deeper && heads_statistics(text_, title, line(i + 1))) {
    add_prefix(i, title);
  } else if (words && title.size() <= kLongestTitle && at(title).find('|') == std::string_view::npos) {
    enter_section(title, framed ? text_[without_log_prefix(text_, line(i)).begin] : '\0');
    warmup_ = {};
  }
  read_stage(i);
}

// Dashes around a title below one between equals signs make it a part of that; "Additional …" goes on with the section before it.
void TextReader::enter_section(core::Span title, char mark) {
  constexpr std::string_view kGoesOn = "Additional ";
  constexpr std::string_view kEnd = "end of ";
  std::string name(at(title));
  if (text::lower(name.substr(0, kEnd.size())) == kEnd) name.clear();
  notes_.headings[title.begin] = {};
  if (mark != '-') chapter_ = mark == '=' ? name : std::string();
  if (mark == '-' && !chapter_.empty()) notes_.outer.try_emplace(name, chapter_);
  else if (name.compare(0, kGoesOn.size(), kGoesOn) == 0) notes_.outer.try_emplace(name, title_);
  section_ = title_ = std::move(name);
  keys_at_title_ = keys_.size();
}

// At an empty line of a log, once something stood in it.
void TextReader::leave_section() {
  if (!chapter_.empty() && keys_.size() > keys_at_title_) section_.clear(), chapter_.clear();
}

// "Warmup ..." above what warms up, where another line of that form ends it.
void TextReader::read_stage(std::size_t i) {
  const auto stage = [&](std::size_t at_line) {
    const core::Span whole = line(at_line);
    const std::string_view all = at(whole);
    const bool dots = all.size() > 4 && all.size() <= kLongestStage && all.substr(all.size() - 4) == " ...";
    return dots && !has_number(whole) ? core::Span{whole.begin, whole.end - 4} : core::Span{};
  };
  const core::Span here = stage(i);
  if (here.size() == 0) return;
  const std::string name = text::lower(at(here));
  const bool warm = name.rfind("warmup", 0) == 0 || name.rfind("warm-up", 0) == 0 || name.rfind("warm up", 0) == 0;
  if (!warm) {
    if (warmup_.size() > 0) section_ = std::string(at(here));
    warmup_ = {};
    return;
  }
  for (std::size_t next = i + 1; next < line_count() && next < i + kStageReach; ++next) {
    if (stage(next).size() == 0) continue;
    section_ = std::string(at(here));
    warmup_ = here;
    return;
  }
}

void read_text(core::Document& document, core::Diagnostics& diagnostics) {
  if (looks_like_exposition(document.text)) return read_exposition(document, diagnostics);
  TextTables found = tables_of_lines(document, {0, document.text.size()}, {}, diagnostics);
  for (LocatedTable& each : found.tables) document.tables.push_back(std::move(each.table));
  link_tables(found.notes, document.tables);
  explain_leftover(document, {{"key", std::move(found.keys)}}, diagnostics);
}

TextTables tables_of_lines(core::Document& document, core::Span span, std::string section, core::Diagnostics& diagnostics) {
  return TextReader(document, diagnostics, std::move(section)).read(span);
}

}  // namespace chimera::plaintext
