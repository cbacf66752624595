#include "sources/text_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sources/drawn_table.h"
#include "sources/growing_table.h"
#include "sources/header_columns.h"
#include "sources/leftover.h"
#include "sources/source_lines.h"
#include "sources/text_grids.h"
#include "sources/text_lines.h"
#include "sources/text_statements.h"
#include "sources/unit_columns.h"
#include "sources/written_cell.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kLongestLine = 4096;  // bytes; a longer line is no table row and no pair
constexpr std::size_t kLongestValue = 120;  // of a pair; longer ones are sentences
constexpr std::size_t kLongestTitle = 100;
constexpr std::size_t kMostNameWords = 5;   // of a pair whose value is words
constexpr std::size_t kMostValueWords = 8;  // likewise
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kMostDiagnostics = 100;
constexpr std::size_t kLabelIndent = 4;  // what stands so much deeper than a line without a value is about it

using text::MarkdownSpan;

core::Span to_core(MarkdownSpan span) { return {span.begin, span.end}; }

// "change:" above "time: -3 %": what stands below is no time.
bool compares(std::string_view label) {
  const std::string word = text::lower(label);
  return word == "change" || word == "changes" || word == "difference" || word == "delta" || word == "ratio" || word == "speedup";
}

// How the rows of an aligned table are cut into fields.
using Fields = std::vector<core::Span> (*)(std::string_view, core::Span);

class TextReader {
 public:
  TextReader(core::Document& document, core::Diagnostics& diagnostics, std::string section)
      : document_(document), diagnostics_(diagnostics), text_(document.text), section_(std::move(section)) {}
  // The lines that begin in `span`.
  TextTables read(core::Span span);

 private:
  [[nodiscard]] core::Span line(std::size_t i) const;
  [[nodiscard]] std::size_t line_count() const { return document_.lines.size(); }
  [[nodiscard]] std::string_view at(core::Span span) const { return text_.substr(span.begin, span.size()); }
  [[nodiscard]] bool has_number(core::Span span) const;

  std::size_t read_line(std::size_t i);
  std::size_t read_tables(std::size_t i);
  std::size_t read_drawn(std::size_t i);
  void leave_scopes(std::size_t i);
  void read_subject(std::size_t i);
  bool report_far_row(std::size_t i);
  void report_long_line(core::Span span);
  [[nodiscard]] std::size_t indent(std::size_t i) const { return line(i).begin - document_.lines[i]; }
  void read_pipe_tables(core::Span span);
  std::size_t read_named_values(std::size_t i);
  bool read_statement(core::Span content);
  bool read_insert(core::Span content);
  bool read_benchmark(core::Span content);
  bool read_equation(core::Span content);
  bool put_chain(const std::string& key, core::Span name, core::Span value);
  bool put_interval(const std::string& key, core::Span name, core::Span value);
  void put(const std::string& column, core::Span at, const WrittenCell& written, std::uint64_t end);
  void fill_row(GrowingTable& table, const std::string& key, core::Span name, core::Span value);
  std::size_t read_aligned(std::size_t i, Fields fields);
  std::size_t read_placed(std::size_t i, const std::vector<core::Span>& header);
  [[nodiscard]] bool is_row(const std::vector<core::Span>& fields, std::size_t columns) const;
  void add_aligned(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows);
  void read_title(std::size_t i);
  bool read_entries(core::Span span);
  void read_label(std::size_t i, core::Span name);
  void read_pairs(std::size_t i, core::Span span);
  void put_pair(const std::string& prefix, core::Span name, core::Span value);
  GrowingTable& table(core::TableKind kind, const std::string& signature = {});

  core::Document& document_;
  core::Diagnostics& diagnostics_;
  std::string_view text_;
  std::size_t long_lines_ = 0;
  std::size_t last_columns_ = 0;  // of the aligned table above
  std::uint64_t last_header_ = 0;
  std::size_t far_rows_ = 0;
  std::string section_;
  core::Span subject_;              // the line that names what the deeper lines below it are about; empty: none
  std::size_t subject_indent_ = 0;
  std::string prefix_;              // "change/", of the keys of deeper lines
  std::size_t prefix_indent_ = 0;
  std::uint64_t end_ = 0;  // of what is read
  std::optional<SourceLines> source_;
  bool new_row_ = false;            // the next pair begins a row
  std::map<std::tuple<std::string, core::TableKind, std::string>, GrowingTable> growing_;
  std::vector<LocatedTable> found_;
  std::vector<core::Span> skip_;  // pipe tables
  std::vector<core::Span> keys_;
  std::size_t lines_ = 0;       // not blank
  std::size_t lines_read_ = 0;  // that gave a value, a header or a title
};

core::Span TextReader::line(std::size_t i) const {
  const std::uint64_t begin = document_.lines[i];
  const std::uint64_t end = i + 1 < document_.lines.size() ? document_.lines[i + 1] - 1 : text_.size();
  return to_core(text::trimmed(text_, {begin, std::max(begin, end)}));
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
  std::stable_sort(found_.begin(), found_.end(),
                   [](const LocatedTable& a, const LocatedTable& b) { return a.begin < b.begin; });
  tidy(keys_);
  return {std::move(found_), std::move(keys_), lines_, lines_read_};
}

// A drawn table whose last header line stands above a delimiter row is no pipe table.
void TextReader::read_pipe_tables(core::Span span) {
  for (const text::MarkdownTable& table : text::find_pipe_tables(text_)) {
    if (table.span.begin < span.begin || table.span.end > span.end) continue;
    const std::size_t header = document_.place(table.span.begin).line - 1;
    if (drawn_table_around(document_, header, span.end)) continue;
    found_.push_back(table_of_pipes(document_, table, keys_));
    skip_.push_back({document_.lines[header], table.span.end});
  }
}

std::size_t TextReader::read_drawn(std::size_t i) {
  const auto table = drawn_table(document_, i, end_);
  if (!table) return i;
  found_.push_back(table_of_drawn(document_, *table, section_, keys_));
  return table->next;
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
  ++lines_;
  if (here.size() > kLongestLine) return report_long_line(here), i + 1;
  leave_scopes(i);
  if (read_insert(here)) return ++lines_read_, i + 1;
  if (source_->holds(i)) return i + 1;
  const std::size_t keys_before = keys_.size();
  if (const std::size_t next = read_tables(i); next > i) return ++lines_read_, next;
  if (report_far_row(i)) return i + 1;
  const core::Span content = without_log_prefix(text_, here);
  const std::string title_before = section_;
  read_title(i);
  if (!read_benchmark(content) && !read_entries(content) && !read_statement(content)) {
    read_pairs(i, content);
    const bool labelled = at(here).back() == ':';
    if (keys_.size() == keys_before && !read_equation(content) && !labelled) read_subject(i);
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
  for (const Fields fields : {wide_fields, words})
    if (const std::size_t next = read_aligned(i, fields); next > i) return next;
  return read_named_values(i);
}

// Labels end where a line stands no deeper than they do.
void TextReader::leave_scopes(std::size_t i) {
  const std::size_t here = indent(i);
  if (!prefix_.empty() && here <= prefix_indent_) prefix_.clear();
  if (subject_.size() > 0 && here <= subject_indent_) subject_ = {}, new_row_ = true;
}

// A line without a value above deeper ones: the benchmark that they are about.
void TextReader::read_subject(std::size_t i) {
  if (i + 1 >= line_count() || line(i).size() > kLongestTitle || line(i + 1).size() == 0) return;
  if (indent(i + 1) < indent(i) + kLabelIndent || at(line(i)).find(": ") != std::string_view::npos) return;
  subject_ = line(i);
  subject_indent_ = indent(i);
  new_row_ = true;
}

// "rg (ignore)   0.091 +/- 0.004": a name and a value in each of several lines.
std::size_t TextReader::read_named_values(std::size_t i) {
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i;
  for (; next < line_count() && line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> fields = wide_fields(text_, line(next));
    if (fields.size() != 2 || has_number({fields[0].begin, fields[0].begin + 1}) || reads_as_code(at(fields[0]))) break;
    if (at(fields[0]).find(": ") != std::string_view::npos || at(fields[0]).back() == ':' || at(fields[0]).back() == '=') break;
    while (fields[1].size() > 1 && text_[fields[1].end - 1] == '*') --fields[1].end;
    const WrittenCell value = read_written_cell(text_, fields[1]);
    if (value.cell.kind != core::CellKind::number || (value.unit.empty() && value.spread.kind == core::CellKind::absent)) break;
    rows.push_back(std::move(fields));
  }
  if (rows.size() < 2) return i;
  UnitColumns columns(core::TableKind::records, section_);
  columns.add_column("name", {});
  columns.add_column("value", {});
  for (const std::vector<core::Span>& fields : rows) {
    core::Row row;
    row.span = {fields[0].begin, fields[1].end};
    row.line = document_.place(row.span.begin).line;
    columns.add_row(std::move(row));
    columns.put(0, {text_cell(fields[0]), {}, {}});
    columns.put(1, read_written_cell(text_, fields[1]));
  }
  found_.push_back({rows.front()[0].begin, columns.finish()});
  return next;
}

// A row of an aligned table: as many fields as the header, and in at least half of them behind the first a value.
bool TextReader::is_row(const std::vector<core::Span>& fields, std::size_t columns) const {
  if (fields.size() != columns) return false;
  std::size_t values = 0;
  for (const core::Span field : fields) {
    const bool label = field.begin == fields.front().begin && columns > 2 && at(field) != ":";  // "Copy:  5222.6  0.02"
    if ((at(field).back() == ':' && !label) || at(field) == "=") return false;  // "name : value" lines
    values += read_written_cell(text_, field).cell.kind == core::CellKind::number;
  }
  return values > 0 && 2 * values >= columns - 1;
}

// A header without numbers, perhaps a ruler, and rows of as many fields: one below a ruler, two otherwise.
std::size_t TextReader::read_aligned(std::size_t i, Fields fields) {
  const core::Span top = line(i);
  const std::vector<core::Span> header = fields(text_, top);
  if (header.size() < 2 || header.size() > kMostColumns || has_number(top) || is_ruler(at(top))) return i;
  if (std::any_of(header.begin(), header.end(),
                  [&](core::Span field) { return at(field).back() == ':' || at(field) == "="; }))
    return i;
  const bool ruled = i + 1 < line_count() && is_ruler(at(line(i + 1)));
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + (ruled ? 2 : 1);
  for (; next < line_count() && line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> row = fields(text_, line(next));
    if (row.size() != header.size()) row = words(text_, line(next));  // a value as wide as its column leaves one blank
    if (!is_row(row, header.size())) break;
    rows.push_back(std::move(row));
  }
  if (rows.size() < (ruled ? 1U : 2U)) return fields == wide_fields ? read_placed(i, header) : i;
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
  UnitColumns columns(core::TableKind::csv, section_);
  columns.table().header_line = last_header_ = document_.place(header.front().begin).line;
  last_columns_ = header.size();
  for (const core::Span field : header) {
    const std::string key(at(field));
    columns.add_column(key, unit_of_header(key));
    keys_.push_back(field);
  }
  for (const std::vector<core::Span>& fields : rows) {
    core::Row row;
    row.span = {fields.front().begin, std::max_element(fields.begin(), fields.end(), [](core::Span a, core::Span b) { return a.end < b.end; })->end};
    row.line = document_.place(row.span.begin).line;
    columns.add_row(std::move(row));
    for (std::size_t k = 0; k < fields.size(); ++k)
      if (fields[k].size() > 0) columns.put(k, read_written_cell(text_, fields[k]));
  }
  found_.push_back({header.front().begin, columns.finish()});
}

// "=== Title ===", or a short line above a ruler.
void TextReader::read_title(std::size_t i) {
  core::Span title = framed_title(text_, without_log_prefix(text_, line(i)));
  const bool above_ruler = i + 1 < line_count() && is_ruler(at(line(i + 1))) && !is_ruler(at(line(i)));
  if (title.size() == 0 && above_ruler && at(line(i)).find(':') == std::string_view::npos) title = line(i);
  const bool words =
      std::any_of(at(title).begin(), at(title).end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
  if (words && title.size() <= kLongestTitle && at(title).find('|') == std::string_view::npos)
    section_ = std::string(at(title));
}

GrowingTable& TextReader::table(core::TableKind kind, const std::string& signature) {
  return growing_.try_emplace({section_, kind, signature}, document_, kind, section_).first->second;
}

void TextReader::fill_row(GrowingTable& table, const std::string& key, core::Span name, core::Span value) {
  table.put(key, read_written_cell(text_, value), value.end);
  keys_.push_back(name);
}

// Lines that say the same things are rows of one table. "Latency: min = 1 ms, max = 2 ms" is about one run: pairs.
bool TextReader::read_statement(core::Span content) {
  const auto found = statement(text_, content);
  if (!found) return false;
  const std::string label(at(found->label));
  if (found->equations && !label.empty()) {
    for (const Clause& clause : found->clauses) {
      put(prefix_ + label + '/' + std::string(at(clause.name)), clause.name, read_written_cell(text_, clause.value), clause.value.end);
      keys_.push_back(clause.name);
    }
    return true;
  }
  std::string signature;
  for (const Clause& clause : found->clauses) signature += std::string(at(clause.name)) + '\n';
  GrowingTable& records = table(core::TableKind::records, signature);
  records.begin_row(content.begin);
  const core::Span about = found->label.size() > 0 ? found->label : subject_;
  if (about.size() > 0) records.put("group", {text_cell(about), {}, {}}, found->clauses.front().name.begin);
  const std::string_view unit = unit_of_header(at(found->label));  // "time (ms) | forward: 112.3"
  for (const Clause& clause : found->clauses) {
    std::string key(at(clause.name));
    if (clause.position > 0) key += '/' + std::to_string(clause.position);
    WrittenCell written = read_written_cell(text_, clause.value);
    if (written.unit.empty() && written.cell.kind == core::CellKind::number && unit_of_header(key).empty()) written.unit = unit;
    records.put(key, written, clause.value.end);
    keys_.push_back(clause.name);
  }
  return true;
}

// Inserts of the same columns are rows of one table.
bool TextReader::read_insert(core::Span content) {
  const auto found = sql_insert(text_, content);
  if (!found) return false;
  GrowingTable& records = table(core::TableKind::records, std::string(at({found->front().name.begin, found->back().name.end})));
  records.begin_row(content.begin);
  for (const Clause& clause : *found)
    if (clause.name.size() > 0) fill_row(records, std::string(at(clause.name)), clause.name, clause.value);
  return true;
}

bool TextReader::read_benchmark(core::Span content) {
  const auto found = benchmark_line(text_, content);
  if (!found) return false;
  GrowingTable& records = table(core::TableKind::records, "benchmark");
  records.begin_row(found->name.begin);
  records.put("name", {text_cell(found->name), {}, {}}, found->name.end);
  if (found->count.size() > 0) records.put(std::string(found->counts), read_written_cell(text_, found->count), found->count.end);
  for (const core::Span value : found->values) {
    WrittenCell written = read_written_cell(text_, value);
    if (written.cell.kind != core::CellKind::number) written = read_written_cell(text_, words(text_, value).front());
    const bool only = found->values.size() == 1 && found->spread.size() > 0;
    // What has no unit of ours is named by the unit that it was given: "allocs/op".
    const std::string key(text::trim(text_.substr(written.cell.span().end, value.end - written.cell.span().end)));
    if (only) {
      const WrittenCell spread = read_written_cell(text_, found->spread);
      const bool same = spread.unit.empty() || same_unit(spread.unit, written.unit);
      if (same) written.spread = spread.cell;
      else records.put(key + "/\xC2\xB1", spread, found->spread.end);
    }
    records.put(key, written, value.end);
  }
  keys_.push_back({found->name.begin, found->name.begin});
  return true;
}

bool TextReader::read_equation(core::Span content) {
  const auto found = last_equation(text_, content);
  if (!found) return false;
  put(prefix_ + std::string(at(found->name)), found->name, read_written_cell(text_, found->value), found->value.end);
  keys_.push_back(found->name);
  return true;
}

// Into the listing; a name that comes again begins a row.
void TextReader::put(const std::string& column, core::Span at_name, const WrittenCell& written, std::uint64_t end) {
  GrowingTable& listing = table(core::TableKind::listing);
  if (!listing.has_row() || new_row_ || listing.in_row(column)) {
    listing.begin_row(at_name.begin);
    if (subject_.size() > 0) listing.put("group", {text_cell(subject_), {}, {}}, at_name.begin);
    new_row_ = false;
  }
  listing.put(column, written, end);
}

// "allocated: 29226 MiB reserved: 44036 MiB": the second pair is about the same thing.
bool TextReader::put_chain(const std::string& key, core::Span name, core::Span value) {
  const std::size_t mark = at(value).find(": ");
  const std::size_t blank = mark == std::string_view::npos ? mark : at(value).rfind(' ', mark);
  if (blank == std::string_view::npos || blank == 0) return false;
  const core::Span first{value.begin, value.begin + blank};
  const core::Span other{value.begin + blank + 1, value.begin + mark};
  const core::Span second = to_core(text::trimmed(text_, {value.begin + mark + 1, value.end}));
  const WrittenCell one = read_written_cell(text_, first);
  const WrittenCell two = read_written_cell(text_, second);
  if (one.cell.kind != core::CellKind::number || two.cell.kind != core::CellKind::number || has_number(other)) return false;
  put(key, name, one, first.end);
  put(key + '/' + std::string(at(other)), name, two, second.end);
  keys_.push_back(other);
  return true;
}

// "time: [1.38 ms 1.41 ms 1.45 ms]".
bool TextReader::put_interval(const std::string& key, core::Span name, core::Span value) {
  const std::vector<core::Span> ends = interval(text_, value);
  if (ends.empty()) return false;
  keys_.push_back(name);
  put(key, name, read_written_cell(text_, ends[1]), ends[2].end);
  put(key + "/ci_low", name, read_written_cell(text_, ends[0]), ends[2].end);
  put(key + "/ci_high", name, read_written_cell(text_, ends[2]), ends[2].end);
  return true;
}

// A line of key=value or key:value entries is a record.
bool TextReader::read_entries(core::Span span) {
  const std::vector<Entry> found = entries(text_, span);
  if (found.empty()) return false;
  GrowingTable& records = table(core::TableKind::records);
  records.begin_row(found.front().key.begin);
  for (const Entry& entry : found) {
    const std::string key(at(entry.key));
    if (records.in_row(key)) records.begin_row(entry.key.begin);
    records.put(key, read_written_cell(text_, entry.value), entry.value.end);
    keys_.push_back(entry.key);
  }
  return true;
}

// "Summary:" above an empty or indented line.
void TextReader::read_label(std::size_t i, core::Span name) {
  const bool last = i + 1 >= line_count();
  const core::Span below = last ? core::Span{} : line(i + 1);
  const bool indented = !last && below.begin - document_.lines[i + 1] > line(i).begin - document_.lines[i];
  if ((below.size() > 0 && !indented) || name.size() == 0 || name.size() > kLongestTitle || reads_as_code(at(name))) return;
  if (indented && compares(at(name))) {
    prefix_ = std::string(at(name)) + '/';
    prefix_indent_ = indent(i);
  } else {
    section_ = std::string(at(name));
  }
}

// "name: value"; where the value is a pair again ("timings: load time = 5 ms"), its name is a path.
void TextReader::read_pairs(std::size_t i, core::Span span) {
  std::vector<text::PairSplit> pairs = text::split_pairs(text_, {span.begin, span.end});
  if (pairs.size() == 1 && text::empty(pairs.front().value))
    return read_label(i, bare_name(text_, to_core(pairs.front().name)));
  std::string prefix = prefix_;
  for (int depth = 0; depth < 2 && pairs.size() == 1; ++depth) {
    std::vector<text::PairSplit> inner = text::split_pairs(text_, pairs.front().value);
    if (inner.empty() || text::empty(inner.front().value) || has_number(to_core(inner.front().name))) break;
    const core::Span outer = bare_name(text_, to_core(pairs.front().name));
    if (outer.size() == 0 || reads_as_code(at(outer))) return;
    prefix += std::string(at(outer)) + '/';
    keys_.push_back(outer);
    pairs = std::move(inner);
  }
  for (const text::PairSplit& pair : pairs) put_pair(prefix, bare_name(text_, to_core(pair.name)), to_core(pair.value));
}

void TextReader::put_pair(const std::string& prefix, core::Span name, core::Span value) {
  if (name.size() == 0 || value.size() == 0 || value.size() > kLongestValue || reads_as_code(at(name))) return;
  // "fib 20                  time:   [26.0 us 26.2 us 26.5 us]" names the benchmark in the same line.
  const std::vector<core::Span> fields = wide_fields(text_, name);
  if (fields.size() == 2 && !interval(text_, value).empty()) {
    subject_ = fields[0];
    subject_indent_ = 0;
    new_row_ = true;
    name = fields[1];
  }
  const std::string key = prefix + std::string(at(name));
  if (put_interval(key, name, value)) return;
  keys_.push_back(name);
  const std::vector<text::NameValue> parts = text::split_entries(text_, {value.begin, value.end});
  for (const text::NameValue& part : parts)
    put(key + '/' + std::string(text::at(text_, part.name)), name, read_written_cell(text_, to_core(part.value)),
        part.value.end);
  if (!parts.empty()) return;
  const std::vector<core::Span> several = quantities(text_, value);
  for (const core::Span each : several) {
    const WrittenCell written = read_written_cell(text_, each);
    // What stands behind the first is told apart by its unit: "eval time/tokens per second".
    put(each == several.front() ? key : key + '/' + std::string(written.unit), name, written, each.end);
  }
  if (!several.empty()) return;
  const WrittenCell written = read_written_cell(text_, value);
  if (written.cell.kind == core::CellKind::text && (put_chain(key, name, value) || read_equation(value))) return;
  // "name: words" says something where both are short; longer ones are messages.
  const bool message = words(text_, name).size() > kMostNameWords || words(text_, value).size() > kMostValueWords;
  if (written.cell.kind == core::CellKind::text && message) return;
  if (written.cell.kind != core::CellKind::text || (!reads_as_code(at(value)) && !calls_a_function(at(value))))
    put(key, name, written, value.end);
}

}  // namespace

void read_text(core::Document& document, core::Diagnostics& diagnostics) {
  TextTables found = tables_of_lines(document, {0, document.text.size()}, {}, diagnostics);
  for (LocatedTable& each : found.tables) document.tables.push_back(std::move(each.table));
  explain_leftover(document, {{"key", std::move(found.keys)}}, diagnostics);
}

TextTables tables_of_lines(core::Document& document, core::Span span, std::string section, core::Diagnostics& diagnostics) {
  return TextReader(document, diagnostics, std::move(section)).read(span);
}

}  // namespace chimera::sources
