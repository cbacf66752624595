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
constexpr std::size_t kMostPercentiles = 200;  // of one list
constexpr std::size_t kStageReach = 1000;  // lines in which a stage ends
constexpr std::size_t kLabelIndent = 4;  // what stands so much deeper than a line without a value is about it

using text::MarkdownSpan;
using text::MarkdownTable;

// What Google Benchmark writes where the values of a row would be.
bool is_failure(std::string_view field) { return field.rfind("ERROR OCCURRED: ", 0) == 0 || field.rfind("SKIPPED: ", 0) == 0; }

}  // namespace

TextTables TextReader::read() {
  read_pipe_tables();
  std::size_t next_table = 0;
  for (std::size_t i = lines_.first(); i < lines_.count() && lines_.begin_of(i) < lines_.end();) {
    while (next_table < skip_.size() && skip_[next_table].end <= lines_.begin_of(i)) ++next_table;
    if (next_table < skip_.size() && skip_[next_table].begin <= lines_.line(i).begin) {
      ++i, ++filled_, ++filled_read_;
      continue;
    }
    const std::size_t next = read_line(i);
    // A table's header, ruler and rows.
    if (next > i + 1) filled_ += next - i - 1, filled_read_ += next - i - 1;
    i = next;
  }
  std::vector<LocatedTable> tables = out_.take_tables();
  std::vector<core::Span> keys = out_.take_keys();
  SectionNotes notes = context_.take_notes();
  if (!lines_.any_source()) tell_rows_apart(lines_.document(), notes, tables);
  std::stable_sort(tables.begin(), tables.end(), [](const LocatedTable& a, const LocatedTable& b) { return a.begin < b.begin; });
  tidy(keys);
  return {std::move(tables), std::move(keys), std::move(notes), filled_, filled_read_};
}

void TextReader::report_long_line(core::Span span) {
  if (++long_lines_ > kMostDiagnostics) return;
  std::string message = fmt::format("{} bytes, where a record has {} at most", span.size(), kLongestLine);
  if (long_lines_ == kMostDiagnostics) message += "; further lines like it are not listed";
  diagnostics_.add({core::DiagnosticCode::line_too_long,
                    lines_.document().artifact.path,
                    lines_.document().place(span.begin),
                    std::move(message),
                    {}});
}

// Gives the line to go on with.
std::size_t TextReader::read_line(std::size_t i) {
  const core::Span here = lines_.line(i);
  if (here.size() == 0) return i + 1;
  if (const std::size_t next = read_settings(i); next > i) return next;
  ++filled_;
  if (here.size() > kLongestLine) return report_long_line(here), i + 1;
  context_.leave_scopes(lines_.indent(i));
  if (read_insert(here)) return ++filled_read_, i + 1;
  if (lines_.is_source(i)) return i + 1;
  if (read_grouped_value(here)) return ++filled_read_, i + 1;
  if (is_only_prefix(lines_.text(), here)) return context_.leave_section(out_.keys().size()), i + 1;
  if (const std::size_t next = read_tables(i); next > i) return ++filled_read_, next;
  if (report_far_row(i)) return i + 1;
  const core::Span behind = lines_.unprefixed(i);
  context_.set_tag(subject_tag(lines_.text(), {here.begin, behind.begin}));
  put_in_front({here.begin, behind.begin});
  const core::Span content = lines_.content_in(behind);
  const std::size_t keys_before = out_.keys().size();
  const std::string title_before = context_.section();
  const std::size_t prefix_before = context_.prefix().size();
  read_title(i);
  const bool labelled = content.size() > 0 && lines_.at(content).back() == ':';
  if (!read_statistics(content)) context_.set_list_of(labelled ? bare_name(lines_.text(), {content.begin, content.end - 1}) : core::Span{});
  const core::Span indexed = with_index(lines_.text(), here, content);
  if (out_.keys().size() == keys_before && indexed.begin < content.begin) read_clauses(i, indexed);
  if (out_.keys().size() == keys_before && !read_benchmark(content) && !read_entries(content) && !read_turns(content) && !read_counts(content) &&
      !read_console(i, content) && !read_statement(content) && !read_taken(content) && !read_conditioned(content) &&
      !read_clauses(i, content) && !read_labelled(content)) {
    read_pairs(i, content);
    if (out_.keys().size() == keys_before && !read_equation(content)) {
      if (!labelled || (context_.section() == title_before && context_.prefix().size() == prefix_before)) read_heading(i);
      if (!labelled) read_subject(i);
    }
  }
  filled_read_ += out_.keys().size() > keys_before || context_.section() != title_before || is_ruler(lines_.at(here)) ? 1U : 0U;
  return i + 1;
}

// A row of the last table, but for what stands between.
bool TextReader::report_far_row(std::size_t i) {
  if (last_columns_ < 3) return false;
  const std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(i));
  if (!is_row(fields, last_columns_) || lines_.has_number(fields.front())) return false;
  if (++far_rows_ <= kMostDiagnostics)
    diagnostics_.add({core::DiagnosticCode::table_row_far_away, lines_.document().artifact.path, lines_.document().place(lines_.line(i).begin),
                      fmt::format("fits the table of line {}, from which other lines part it", last_header_), {}});
  return true;
}

std::size_t TextReader::read_tables(std::size_t i) {
  if (const std::size_t next = read_drawn(i); next > i) return next;
  for (const auto read : {comma_table, barred_table})
    if (const auto table = read(lines_.document(), i, lines_.end())) return add_aligned(table->header, table->rows), table->next;
  if (const std::size_t next = read_percentiles(i); next > i) return next;
  for (const Fields fields : {wide_fields, words})
    if (const std::size_t next = read_aligned(i, fields); next > i) return next;
  if (auto rows = unit_rows(lines_.document(), i, lines_.end(), context_.section())) {
    out_.add(std::move(rows->found));
    return rows->next;
  }
  if (const std::size_t next = std::max(read_statistics_row(i), read_ordinals(i)); next > i) return next;
  return read_named_values(i);
}

void TextReader::add_prefix(std::size_t i, core::Span name) {
  const bool above = i + 1 < lines_.count() && lines_.line(i + 1).size() > 0;
  context_.enter_prefix(lines_.at(name), lines_.indent(i), above ? lines_.indent(i + 1) : 0);
}

// A line without a value above deeper ones: the benchmark that they are about. Inside of what another line is about, a part of it.
void TextReader::read_subject(std::size_t i) {
  if (i + 1 >= lines_.count() || lines_.line(i).size() > kLongestTitle || lines_.line(i + 1).size() == 0) return;
  if (lines_.indent(i + 1) > lines_.indent(i) && heads_statistics(lines_.text(), lines_.line(i), lines_.line(i + 1))) return add_prefix(i, lines_.line(i));
  if (lines_.indent(i + 1) < lines_.indent(i) + kLabelIndent || lines_.at(lines_.line(i)).find(": ") != std::string_view::npos) return;
  if (context_.inside_subject(lines_.indent(i))) return add_prefix(i, lines_.line(i));
  context_.enter_subject(lines_.line(i), lines_.indent(i));
}

// A short line that stands alone above values: "commit 24c010b (last good)". Sentences and what goes on are none.
void TextReader::read_heading(std::size_t i) {
  const core::Span here = lines_.line(i);
  // "Model A:" below another heading is the nearer one.
  const bool below_heading = lines_.at(here).back() == ':' && i > 0 && context_.is_heading(lines_.line(i - 1).begin);
  const bool alone = i == 0 || lines_.line(i - 1).size() == 0 || is_ruler(lines_.at(lines_.line(i - 1))) || below_heading;
  const bool ends = std::string_view(".!?,;").find(lines_.at(here).back()) != std::string_view::npos || (here.size() > 1 && lines_.at(here).substr(here.size() - 2) == "::");
  const bool drawn = lines_.at(here).find("---") != std::string_view::npos || lines_.at(here).find("===") != std::string_view::npos;  // progress
  if (alone && !ends && !drawn && here.size() <= kLongestTitle && !is_ruler(lines_.at(here)) && words(lines_.text(), here).size() <= kMostHeadingWords)
    context_.add_heading(here.begin, lines_.at(here).back() == ':' ? bare_name(lines_.text(), {here.begin, here.end - 1}) : here);
}

// "Latency Distribution" above "50%  250 us" and "99%  5.8 ms": parts of the whole that rise, and so do the values.
std::size_t TextReader::read_percentiles(std::size_t i) {
  const bool titled = i >= no_percentiles_ && !percentile_line(lines_.text(), lines_.line(i));
  if (i < no_percentiles_ || (titled && (lines_.has_number(lines_.line(i)) || is_ruler(lines_.at(lines_.line(i)))))) return i;
  std::vector<PercentileLine> rows;
  std::size_t next = i + (titled ? 1 : 0);
  double last = -HUGE_VAL;
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestTitle; ++next) {
    const auto row = percentile_line(lines_.text(), lines_.line(next));
    if (!row) break;
    const WrittenCell written = read_written_cell(lines_.text(), row->value);
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
  const core::Span title = titled ? lines_.line(i) : core::Span{rows.front().value.begin, rows.front().value.begin};
  const std::string of(lines_.at(subject_of_list(lines_.text(), title)));
  for (const PercentileLine& row : rows) {
    WrittenCell written = read_written_cell(lines_.text(), row.value);
    if (written.unit.empty()) written.unit = unit_of_header(of);
    out_.put(of.empty() ? row.key : of + '/' + row.key, title, written, row.value.end);
  }
  for (std::size_t k = i + (titled ? 1 : 0); k < next; ++k) out_.add_key(words(lines_.text(), lines_.line(k)).front());
  return next;
}

// "rg (ignore)   0.091 +/- 0.004": a name and a value in each of several lines.
std::size_t TextReader::read_named_values(std::size_t i) {
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i;
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(next));
    if (fields.size() != 2 || lines_.has_number({fields[0].begin, fields[0].begin + 1}) || reads_as_code(lines_.at(fields[0]))) break;
    if (lines_.at(fields[0]).find(": ") != std::string_view::npos || lines_.at(fields[0]).back() == ':' || lines_.at(fields[0]).back() == '=') break;
    for (core::Span& field : fields)  // marks of the best
      while (field.size() > 1 && lines_.text()[field.end - 1] == '*') --field.end;
    const WrittenCell value = read_written_cell(lines_.text(), fields[1]);
    if (value.cell.kind != core::CellKind::number || (value.unit.empty() && value.spread.kind == core::CellKind::absent)) break;
    rows.push_back(std::move(fields));
  }
  if (rows.size() < 2) return i;
  UnitColumns columns(core::TableKind::records, context_.section());
  columns.add_column("name", {});
  columns.add_column("value", {});
  // What they are about stands above a ruler.
  const bool titled = i > 1 && is_ruler(lines_.at(lines_.line(i - 1))) && lines_.line(i - 2).size() > 0 && lines_.line(i - 2).size() <= kLongestLine;
  if (titled) columns.add_column("group", {});
  for (const std::vector<core::Span>& fields : rows) {
    columns.add_row(row_at(lines_.document(), {fields[0].begin, fields[1].end}));
    columns.put(0, {text_cell(fields[0]), {}, {}});
    columns.put(1, read_written_cell(lines_.text(), fields[1]));
    if (titled) columns.put(2, {text_cell(lines_.line(i - 2)), {}, {}});
  }
  out_.add({rows.front()[0].begin, columns.finish()});
  return next;
}

// A row of an aligned table: as many fields as the header, and in at least half of them behind the first a value.
bool TextReader::is_row(const std::vector<core::Span>& fields, std::size_t columns) const {
  if (fields.size() != columns || (lines_.at(fields.front()).front() == '[' && lines_.at(fields.front()).back() == ',')) return false;  // "[READ], Count, 5"
  std::size_t values = 0;
  for (const core::Span field : fields) {
    const bool label = field.begin == fields.front().begin && columns > 2 && lines_.at(field) != ":";  // "Copy:  5222.6  0.02"
    if ((lines_.at(field).back() == ':' && !label) || lines_.at(field) == "=") return false;  // "name : value" lines
    values += read_written_cell(lines_.text(), field).cell.kind == core::CellKind::number;
  }
  return values > 0 && 2 * values >= columns - 1;
}

// "Name   average   99th" and "type   16 bytes   64 bytes": numbers that name columns, as what stands below them is in another unit.
bool TextReader::names_parts(std::size_t i, const std::vector<core::Span>& header) const {
  if (header.size() < 3 || lines_.has_number(header.front()) || i + 1 >= lines_.count()) return false;
  const std::size_t first = i + (is_ruler(lines_.at(lines_.line(i + 1))) ? 2 : 1);
  const std::vector<core::Span> below = first < lines_.count() && lines_.line(first).size() <= kLongestLine ? wide_fields(lines_.text(), lines_.line(first)) : std::vector<core::Span>();
  if (below.size() != header.size()) return false;
  for (std::size_t k = 1; k < header.size(); ++k) {
    const bool part = !percentile_column(lines_.at(header[k])).empty();
    if (!lines_.has_number(header[k]) && !part) continue;
    const WrittenCell value = read_written_cell(lines_.text(), below[k]);
    const core::UnitPtr size = core::find_unit(read_written_cell(lines_.text(), header[k]).unit);
    const bool sized = size != nullptr && size->dimension == core::Dimension::information;
    if ((!sized && !part) || value.cell.kind != core::CellKind::number) return false;
    const core::UnitPtr unit = core::find_unit(value.unit);
    if (unit != nullptr && (unit->dimension == core::Dimension::fraction || (sized && unit->dimension == size->dimension))) return false;
  }
  return true;
}

// A header without numbers, perhaps a ruler, and rows of as many fields: one below a ruler, two otherwise.
std::size_t TextReader::read_aligned(std::size_t i, Fields fields) {
  const core::Span top = lines_.line(i);
  const std::vector<core::Span> header = fields(lines_.text(), top);
  if (header.size() < 2 || header.size() > kMostColumns || is_ruler(lines_.at(top)) || (lines_.has_number(top) && !names_parts(i, header))) return i;
  if (std::any_of(header.begin(), header.end(),
                  [&](core::Span field) { return lines_.at(field).back() == ':' || lines_.at(field) == "="; }))
    return i;
  // A line that says in brackets what stands below the names.
  const std::size_t remarks = i + 2 < lines_.count() && lines_.line(i + 1).size() <= kLongestLine && is_bracketed(lines_.text(), lines_.line(i + 1)) && is_ruler(lines_.at(lines_.line(i + 2))) ? 1 : 0;
  const bool ruled = i + 1 + remarks < lines_.count() && is_ruler(lines_.at(lines_.line(i + 1 + remarks)));
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + remarks + (ruled ? 2 : 1);
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> row = fields(lines_.text(), lines_.line(next));
    if (ruled && row.size() > header.size()) row = joined_at_commas(lines_.text(), std::move(row));
    // A value as wide as its column leaves one blank; "36 ns" is one value below names that one blank parts.
    if (row.size() != header.size()) row = fields == words ? wide_fields(lines_.text(), lines_.line(next)) : words(lines_.text(), lines_.line(next));
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
  const bool rates = std::all_of(behind, row.end(), [&](core::Span field) { return unnamed_rate(lines_.text(), field).has_value(); });
  return rates ? std::vector<core::Span>(row.begin(), behind) : row;
}

// A row that lacks its last cell, "BM_Sort_RMS   5 %   5 %", or has a message for all of them, "BM_Sort   ERROR OCCURRED: 'x'". Else
// empty.
std::vector<core::Span> TextReader::short_row(std::size_t top, std::size_t i, const std::vector<core::Span>& header) const {
  std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(i));
  if (fields.size() == 2 && header.size() > 2 && is_failure(lines_.at(fields[1]))) {
    fields.resize(header.size());
    return fields;
  }
  if (fields.size() < 3 || fields.size() + 1 != header.size() || !is_row(fields, fields.size())) return {};
  const auto placed = HeaderColumns(lines_.text(), lines_.begin_of(top), header).place(lines_.begin_of(i), fields);
  return placed && placed->back().size() == 0 ? *placed : std::vector<core::Span>();
}

// Likewise where a column without a name stands before the others, as pandas has it: a label, or the number of the row.
std::size_t TextReader::read_indexed(std::size_t i, std::vector<core::Span> header) {
  const std::size_t columns = header.size() + 1;
  const bool ruled = i + 1 < lines_.count() && is_ruler(lines_.at(lines_.line(i + 1)));
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + (ruled ? 2 : 1);
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> row = wide_fields(lines_.text(), lines_.line(next));
    if (row.size() != columns) row = words(lines_.text(), lines_.line(next));
    if (!is_row(row, columns)) break;
    rows.push_back(std::move(row));
  }
  // The names stand above the values: none of them above the first column.
  if (rows.size() < 2 || lines_.line(i).begin - lines_.begin_of(i) < rows[0][0].end - lines_.document().lines[lines_.document().place(rows[0][0].begin).line - 1]) return i;
  header.insert(header.begin(), core::Span{header.front().begin, header.front().begin});
  add_aligned(header, rows);
  return next;
}

// Likewise where cells are empty, so that only their place tells whose they are. Single empty lines part nothing.
std::size_t TextReader::read_placed(std::size_t i, const std::vector<core::Span>& header) {
  if (header.size() < 3) return i;
  const HeaderColumns columns(lines_.text(), lines_.begin_of(i), header);
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + 1;
  for (std::size_t at_line = next; at_line < lines_.count() && lines_.line(at_line).size() <= kLongestLine; ++at_line) {
    const bool empty = lines_.line(at_line).size() == 0;
    if ((rows.empty() && is_ruler(lines_.at(lines_.line(at_line)))) || (empty && lines_.line(at_line - 1).size() > 0)) continue;
    const std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(at_line));
    auto row = columns.place(lines_.begin_of(at_line), fields);
    if (!row || fields.size() < 2 || !is_row(fields, fields.size())) break;
    rows.push_back(std::move(*row));
    next = at_line + 1;
  }
  if (rows.size() < 2) return i;
  add_aligned(header, rows);
  return next;
}

void TextReader::add_aligned(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows) {
  last_header_ = lines_.document().place(header.front().begin).line;
  last_columns_ = header.size();
  if (auto statistics = table_of_statistics(lines_.document(), header, rows, context_.section())) {
    out_.add_keys(header);
    out_.add(std::move(*statistics));
    return;
  }
  UnitColumns columns(core::TableKind::csv, context_.section());
  columns.table().header_line = last_header_;
  AlignedHeader names = aligned_header(lines_.document(), header);
  for (std::size_t k = 0; k < header.size(); ++k) {
    std::string part = percentile_column(names.keys[k]);
    columns.add_column(part.empty() ? std::move(names.keys[k]) : std::move(part), names.units[k]);
  }
  out_.add_keys(names.written);
  std::map<std::string, std::size_t> counters;
  for (const std::vector<core::Span>& fields : rows) {
    columns.add_row(row_at(lines_.document(), {fields.front().begin, std::max_element(fields.begin(), fields.end(), [](core::Span a, core::Span b) { return a.end < b.end; })->end}));
    for (std::size_t k = 0; k < fields.size(); ++k) {
      core::Span field = fields[k];
      if (k == 0 && field.size() > 1 && lines_.at(field).back() == ':') --field.end;  // "Copy:  5222.6  0.02"
      if (field.size() > 0) put_field(columns, counters, k, field);
    }
  }
  out_.add({header.front().begin, columns.finish()});
}

// "19101577 bytes_per_second=211.669Mi/s": a counter is a column of its own, and so is a rate behind the last column.
void TextReader::put_field(UnitColumns& columns, std::map<std::string, std::size_t>& counters, std::size_t column, core::Span field) const {
  if (is_failure(lines_.at(field))) {
    const auto [entry, fresh] = counters.try_emplace("error_message", 0);
    if (fresh) entry->second = columns.add_column("error_message", {});
    return columns.put(entry->second, {text_cell(field), {}, {}});
  }
  auto counted = counted_cell(lines_.text(), field);
  if (column >= last_columns_) {
    const auto rate = unnamed_rate(lines_.text(), field);
    if (rate) counted = CountedCell{{}, {*rate}};
  } else {
    columns.put(column, read_written_cell(lines_.text(), counted ? counted->count : field));
  }
  if (!counted) return;
  for (const NamedValue& counter : counted->counters) {
    const auto [entry, fresh] = counters.try_emplace(counter.key, 0);
    if (fresh) entry->second = columns.add_column(counter.key, {});
    WrittenCell written = read_written_cell(lines_.text(), counter.value);
    if (counter.unit == "?") written = {text_cell(counter.value), {}, {}};
    else written.unit = counter.unit;
    columns.put(entry->second, written);
  }
}

// "=== Title ===", or a short line above a ruler.
void TextReader::read_title(std::size_t i) {
  core::Span title = framed_title(lines_.text(), without_log_prefix(lines_.text(), lines_.line(i)));
  const bool framed = title.size() > 0;
  const bool above_ruler = i + 1 < lines_.count() && is_ruler(lines_.at(lines_.line(i + 1))) && !is_ruler(lines_.at(lines_.line(i)));
  if (title.size() == 0 && above_ruler && lines_.at(lines_.line(i)).find(':') == std::string_view::npos) title = lines_.line(i);
  const bool words =
      std::any_of(lines_.at(title).begin(), lines_.at(title).end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
  const bool deeper = i + 1 < lines_.count() && lines_.indent(i + 1) > lines_.indent(i);
  if (words && deeper && heads_statistics(lines_.text(), title, lines_.line(i + 1))) {
    add_prefix(i, title);
  } else if (words && title.size() <= kLongestTitle && lines_.at(title).find('|') == std::string_view::npos) {
    const char mark = framed ? lines_.text()[without_log_prefix(lines_.text(), lines_.line(i)).begin] : '\0';
    context_.enter_section(title, std::string(lines_.at(title)), mark, out_.keys().size());
  }
  read_stage(i);
}

// "Warmup ..." above what warms up, where another line of that form ends it.
void TextReader::read_stage(std::size_t i) {
  const auto stage = [&](std::size_t at_line) {
    const core::Span whole = lines_.line(at_line);
    const std::string_view all = lines_.at(whole);
    const bool dots = all.size() > 4 && all.size() <= kLongestStage && all.substr(all.size() - 4) == " ...";
    return dots && !lines_.has_number(whole) ? core::Span{whole.begin, whole.end - 4} : core::Span{};
  };
  const core::Span here = stage(i);
  if (here.size() == 0) return;
  const std::string name = text::lower(lines_.at(here));
  const bool warm = name.rfind("warmup", 0) == 0 || name.rfind("warm-up", 0) == 0 || name.rfind("warm up", 0) == 0;
  if (!warm) return context_.leave_warmup(std::string(lines_.at(here)));
  for (std::size_t next = i + 1; next < lines_.count() && next < i + kStageReach; ++next) {
    if (stage(next).size() == 0) continue;
    return context_.enter_warmup(here, std::string(lines_.at(here)));
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
  return TextReader(document, diagnostics, span, std::move(section)).read();
}

}  // namespace chimera::plaintext
