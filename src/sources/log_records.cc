#include "sources/log_records.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_tables.h"
#include "sources/json.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

using core::Format;

constexpr std::size_t kLongestMark = 200;  // bytes before a record on its line

// "{'loss': 2.5}" alone or behind a mark; behind other words it is an example, or what a sentence is about. Without what stands before it;
// empty where the line ends in none.
core::Span record_in(std::string_view text, core::Span line) {
  const std::string_view written = text.substr(line.begin, line.size());
  const std::size_t brace = written.find('{');
  if (brace > kLongestMark || text::trim(written).back() != '}' || !is_mark(written.substr(0, brace)) || find_record(written) != brace) return {};
  return {line.begin + brace, line.end};
}

std::vector<core::Span> records_in(const core::Document& document) {
  std::vector<core::Span> found;
  if (document.text.find('{') == std::string::npos) return found;
  for (std::size_t i = 0; i < document.lines.size(); ++i)
    if (const core::Span record = record_in(document.text, plaintext::line_at(document, i, document.text.size(), document.text.size())); record.size() > 0) found.push_back(record);
  return found;
}

// The same document of these lines alone: blanks stand for all others, so that places are the same.
core::Document only(const core::Document& document, const std::vector<core::Span>& lines, Format format) {
  core::Document part;
  part.artifact = document.artifact;
  part.artifact.format = format;
  part.lines = document.lines;
  part.text.reserve(document.text.size());
  const auto leave_out = [&](std::uint64_t end) {
    for (std::uint64_t i = part.text.size(); i < end; ++i) part.text += document.text[i] == '\n' ? '\n' : ' ';
  };
  for (const core::Span& line : lines) {
    leave_out(line.begin);
    part.text += document.at(line);
  }
  leave_out(document.text.size());
  return part;
}

std::size_t numbers_in(const core::Document& document) {
  std::size_t numbers = 0;
  for (const core::Table& table : document.tables)
    for (const core::Column& column : table.columns)
      numbers += static_cast<std::size_t>(std::count_if(column.cells.begin(), column.cells.end(), [](const core::Cell& cell) { return cell.kind == core::CellKind::number; }));
  return numbers;
}

// The part with more numbers says what the document is; tables of the other stand behind its own.
void join(core::Document& document, core::Document records, core::Document text) {
  const bool more = numbers_in(records) >= numbers_in(text);
  core::Document& first = more ? records : text;
  core::Document& second = more ? text : records;
  const auto shift = static_cast<std::uint32_t>(first.tables.size());
  for (core::Table& table : second.tables) {
    table.format = second.artifact.format;
    for (core::Row& row : table.rows)
      if (row.parent_table != core::Row::kNone) row.parent_table += shift;
  }
  document.artifact.format = first.artifact.format;
  document.tables = std::move(first.tables);
  std::move(second.tables.begin(), second.tables.end(), std::back_inserter(document.tables));
  document.ignored = std::move(first.ignored);
  std::move(second.ignored.begin(), second.ignored.end(), std::back_inserter(document.ignored));
  std::stable_sort(document.ignored.begin(), document.ignored.end(), [](const core::Ignored& a, const core::Ignored& b) { return a.span.begin < b.span.begin; });
}

// What of a document is not in these spans.
std::vector<core::Span> rest_of(const core::Document& document, const std::vector<core::Span>& spans) {
  std::vector<core::Span> rest;
  std::uint64_t begin = 0;
  for (const core::Span& span : spans) {
    if (span.begin > begin) rest.push_back({begin, span.begin});
    begin = std::max(begin, span.end);
  }
  if (begin < document.text.size()) rest.push_back({begin, document.text.size()});
  return rest;
}

bool is_blank(std::string_view text) { return text::trim(text).empty(); }

// Text, in which records stand.
void read_lines(core::Document& document, const std::vector<core::Span>& records, core::Diagnostics& diagnostics) {
  core::Document values = only(document, records, Format::jsonl);
  read_json(values, diagnostics);
  core::Document text = only(document, rest_of(document, records), Format::text);
  plaintext::read_text(text, diagnostics);
  join(document, std::move(values), std::move(text));
}

// Whether the lines that are not JSON to a reader of values hold records behind a mark, and all values stand on lines of their own.
bool holds_more_records(const core::Document& document, const std::vector<core::Span>& lines, const std::vector<core::Span>& records) {
  auto next = lines.begin();
  std::size_t more = 0;
  for (const core::Span& record : records) {
    while (next != lines.end() && next->end <= record.begin) ++next;
    more += next != lines.end() && next->begin <= record.begin ? 1U : 0U;
  }
  if (more == 0) return false;
  std::vector<core::Span> known = lines;
  known.insert(known.end(), records.begin(), records.end());
  std::sort(known.begin(), known.end());
  const std::vector<core::Span> rest = rest_of(document, known);
  return std::all_of(rest.begin(), rest.end(), [&](const core::Span& span) { return is_blank(document.at(span)); });
}

// JSON, between whose values something else may stand.
void read_records(core::Document& document, core::Diagnostics& diagnostics) {
  core::Diagnostics said;
  const std::vector<core::Span> lines = read_json_of_log(document, said);
  const std::vector<core::Span> records = lines.empty() ? lines : records_in(document);
  if (holds_more_records(document, lines, records)) {
    document.tables.clear();
    document.ignored.clear();
    return read_lines(document, records, diagnostics);
  }
  diagnostics.append(std::move(said));
  if (lines.empty()) return;
  core::Document text = only(document, lines, Format::text);
  core::Diagnostics found;
  plaintext::read_text(text, found);
  if (numbers_in(text) == 0) return report_foreign(document, lines, diagnostics);
  diagnostics.append(std::move(found));
  core::Document values;
  values.artifact.format = document.artifact.format;
  values.tables = std::move(document.tables);
  values.ignored = std::move(document.ignored);
  join(document, std::move(values), std::move(text));
}

// "2025-03-04 09:15:00 | INFO | train_inner |": fields of a logger, one of which is a level.
bool are_fields(std::string_view before) {
  if (before.back() != '|') return false;
  bool level = false;
  for (std::size_t begin = 0; begin < before.size();) {
    const std::size_t end = std::min(before.find('|', begin), before.size());
    level = level || plaintext::is_level(text::trim(before.substr(begin, end - begin)));
    begin = end + 1;
  }
  return level;
}

}  // namespace

bool is_mark(std::string_view before) {
  before = text::trim(before);
  if (before.find(' ') == std::string_view::npos) return true;
  if (are_fields(before)) return true;
  const std::string_view end = before.substr(before.size() - std::min<std::size_t>(before.size(), 5));
  if (before.find("%|") != std::string_view::npos && (end == "it/s]" || end == "s/it]")) return true;
  // The marks of loggers are looked for in front of something.
  const std::string line = std::string(before) + " {";
  return plaintext::without_log_prefix(line, {0, line.size()}).begin + 1 == line.size();
}

bool may_be_both(const core::Artifact& artifact) {
  if (artifact.format == Format::text) return artifact.declared != Format::csv;
  return core::is_json(artifact.format) && (artifact.declared == Format::text || artifact.declared == Format::unknown);
}

void read_log(core::Document& document, core::Diagnostics& diagnostics) {
  if (core::is_json(document.artifact.format)) return read_records(document, diagnostics);
  const std::vector<core::Span> records = records_in(document);
  if (records.empty()) return plaintext::read_text(document, diagnostics);
  read_lines(document, records, diagnostics);
}

}  // namespace chimera::sources
