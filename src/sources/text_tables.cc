#include "sources/text_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sources/growing_table.h"
#include "sources/leftover.h"
#include "sources/text_lines.h"
#include "sources/unit_columns.h"
#include "sources/written_cell.h"
#include "text/markdown.h"
#include "text/markdown_lines.h"
#include "text/number.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kLongestLine = 4096;  // bytes; a longer line is no table row and no pair
constexpr std::size_t kLongestValue = 120;  // of a pair; longer ones are sentences
constexpr std::size_t kLongestTitle = 100;
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kMostDiagnostics = 100;

using text::MarkdownSpan;

core::Span to_core(MarkdownSpan span) { return {span.begin, span.end}; }

// How the rows of an aligned table are cut into fields.
using Fields = std::vector<core::Span> (*)(std::string_view, core::Span);

class TextReader {
 public:
  TextReader(core::Document& document, core::Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics), text_(document.text) {}
  void read();

 private:
  [[nodiscard]] core::Span line(std::size_t i) const;
  [[nodiscard]] std::size_t line_count() const { return document_.lines.size(); }
  [[nodiscard]] std::string_view at(core::Span span) const { return text_.substr(span.begin, span.size()); }
  [[nodiscard]] bool has_number(core::Span span) const;

  std::size_t read_line(std::size_t i);
  void report_long_line(core::Span span);
  void read_pipe_tables();
  std::size_t read_aligned(std::size_t i, Fields fields);
  [[nodiscard]] bool is_row(const std::vector<core::Span>& fields, std::size_t columns) const;
  void add_aligned(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows);
  void read_title(std::size_t i);
  bool read_entries(core::Span span);
  void read_label(std::size_t i, core::Span name);
  void read_pairs(std::size_t i, core::Span span);
  void put_pair(const std::string& prefix, core::Span name, core::Span value);
  GrowingTable& table(core::TableKind kind);

  core::Document& document_;
  core::Diagnostics& diagnostics_;
  std::string_view text_;
  std::size_t long_lines_ = 0;
  std::string section_;
  std::map<std::pair<std::string, core::TableKind>, GrowingTable> growing_;
  std::vector<LocatedTable> found_;
  std::vector<core::Span> skip_;  // pipe tables
  Region keys_{"key", {}};
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

void TextReader::read() {
  read_pipe_tables();
  std::size_t next_table = 0;
  for (std::size_t i = 0; i < line_count();) {
    while (next_table < skip_.size() && skip_[next_table].end <= document_.lines[i]) ++next_table;
    if (next_table < skip_.size() && skip_[next_table].begin <= line(i).begin)
      ++i;
    else
      i = read_line(i);
  }
  for (auto& [key, growing] : growing_) growing.take(found_);
  std::stable_sort(found_.begin(), found_.end(),
                   [](const LocatedTable& a, const LocatedTable& b) { return a.begin < b.begin; });
  for (LocatedTable& found : found_) document_.tables.push_back(std::move(found.table));
  tidy(keys_.spans);
  explain_leftover(document_, {keys_});
}

void TextReader::read_pipe_tables() {
  for (const text::MarkdownTable& table : text::find_pipe_tables(text_)) {
    UnitColumns columns(core::TableKind::markdown, {});
    columns.table().header_line = document_.place(table.span.begin).line;
    for (const MarkdownSpan header : table.header) {
      const std::string key(text::at(text_, header));
      columns.add_column(key, unit_of_header(key));
      keys_.spans.push_back(to_core(header));
    }
    for (const std::vector<MarkdownSpan>& cells : table.rows) {
      core::Row row;
      row.span = {cells.front().begin, cells.back().end};
      row.line = document_.place(row.span.begin).line;
      columns.add_row(std::move(row));
      for (std::size_t k = 0; k < cells.size(); ++k) columns.put(k, read_written_cell(text_, to_core(cells[k])));
    }
    found_.push_back({table.span.begin, columns.finish()});
    skip_.push_back(to_core(table.span));
  }
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
  if (here.size() > kLongestLine) report_long_line(here);
  if (here.size() == 0 || here.size() > kLongestLine) return i + 1;
  for (const Fields fields : {wide_fields, words})
    if (const std::size_t next = read_aligned(i, fields); next > i) return next;
  const core::Span content = without_log_prefix(text_, here);
  read_title(i);
  if (!read_entries(content)) read_pairs(i, content);
  return i + 1;
}

// A row of an aligned table: as many fields as the header, and in at least half of them behind the first a value.
bool TextReader::is_row(const std::vector<core::Span>& fields, std::size_t columns) const {
  if (fields.size() != columns) return false;
  std::size_t values = 0;
  for (const core::Span field : fields) {
    if (at(field).back() == ':' || at(field) == "=") return false;  // "name : value" lines
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
  if (rows.size() < (ruled ? 1U : 2U)) return i;
  add_aligned(header, rows);
  return next;
}

void TextReader::add_aligned(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows) {
  UnitColumns columns(core::TableKind::csv, section_);
  columns.table().header_line = document_.place(header.front().begin).line;
  for (const core::Span field : header) {
    const std::string key(at(field));
    columns.add_column(key, unit_of_header(key));
    keys_.spans.push_back(field);
  }
  for (const std::vector<core::Span>& fields : rows) {
    core::Row row;
    row.span = {fields.front().begin, fields.back().end};
    row.line = document_.place(row.span.begin).line;
    columns.add_row(std::move(row));
    for (std::size_t k = 0; k < fields.size(); ++k) columns.put(k, read_written_cell(text_, fields[k]));
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

GrowingTable& TextReader::table(core::TableKind kind) {
  return growing_.try_emplace({section_, kind}, document_, kind, section_).first->second;
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
    keys_.spans.push_back(entry.key);
  }
  return true;
}

// "Summary:" above an empty or indented line.
void TextReader::read_label(std::size_t i, core::Span name) {
  const bool last = i + 1 >= line_count();
  const core::Span below = last ? core::Span{} : line(i + 1);
  const bool indented = !last && below.begin - document_.lines[i + 1] > line(i).begin - document_.lines[i];
  if ((below.size() == 0 || indented) && name.size() <= kLongestTitle && !reads_as_code(at(name)))
    section_ = std::string(at(name));
}

// "name: value"; where the value is a pair again ("timings: load time = 5 ms"), its name is a path.
void TextReader::read_pairs(std::size_t i, core::Span span) {
  std::vector<text::PairSplit> pairs = text::split_pairs(text_, {span.begin, span.end});
  if (pairs.size() == 1 && text::empty(pairs.front().value))
    return read_label(i, bare_name(text_, to_core(pairs.front().name)));
  std::string prefix;
  for (int depth = 0; depth < 2 && pairs.size() == 1; ++depth) {
    std::vector<text::PairSplit> inner = text::split_pairs(text_, pairs.front().value);
    if (inner.empty() || text::empty(inner.front().value) || has_number(to_core(inner.front().name))) break;
    const core::Span outer = bare_name(text_, to_core(pairs.front().name));
    if (outer.size() == 0 || reads_as_code(at(outer))) return;
    prefix += std::string(at(outer)) + '/';
    keys_.spans.push_back(outer);
    pairs = std::move(inner);
  }
  for (const text::PairSplit& pair : pairs) put_pair(prefix, bare_name(text_, to_core(pair.name)), to_core(pair.value));
}

void TextReader::put_pair(const std::string& prefix, core::Span name, core::Span value) {
  if (name.size() == 0 || value.size() == 0 || value.size() > kLongestValue || reads_as_code(at(name))) return;
  const std::string key = prefix + std::string(at(name));
  const auto put = [&](const std::string& column, const WrittenCell& written, std::uint64_t end) {
    GrowingTable& listing = table(core::TableKind::listing);
    if (!listing.has_row() || listing.in_row(column)) listing.begin_row(name.begin);
    listing.put(column, written, end);
  };
  keys_.spans.push_back(name);
  const std::vector<text::NameValue> parts = text::split_entries(text_, {value.begin, value.end});
  for (const text::NameValue& part : parts)
    put(key + '/' + std::string(text::at(text_, part.name)), read_written_cell(text_, to_core(part.value)),
        part.value.end);
  if (!parts.empty()) return;
  const std::vector<core::Span> several = quantities(text_, value);
  for (const core::Span each : several) {
    const WrittenCell written = read_written_cell(text_, each);
    // What stands behind the first is told apart by its unit: "eval time/tokens per second".
    put(each == several.front() ? key : key + '/' + std::string(written.unit), written, each.end);
  }
  if (!several.empty()) return;
  const WrittenCell written = read_written_cell(text_, value);
  if (written.cell.kind != core::CellKind::text || (!reads_as_code(at(value)) && !calls_a_function(at(value))))
    put(key, written, value.end);
}

}  // namespace

void read_text(core::Document& document, core::Diagnostics& diagnostics) { TextReader(document, diagnostics).read(); }

}  // namespace chimera::sources
