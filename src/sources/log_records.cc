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

// "{'loss': 2.5}" alone, behind a time and a level, or behind a mark of one word; behind other words it is an example, or what a sentence is about.
bool is_record(std::string_view text, core::Span line) {
  const std::string_view written = text.substr(line.begin, line.size());
  const std::size_t brace = written.find('{');
  if (brace == std::string_view::npos || text::trim(written).back() != '}') return false;
  const std::string_view before = text::trim(written.substr(0, brace));
  const std::uint64_t content = plaintext::without_log_prefix(text, {line.begin, line.begin + written.find_last_not_of(" \t\r\n") + 1}).begin;
  if (before.find(' ') != std::string_view::npos && content != line.begin + brace) return false;
  return find_record(written) == brace;
}

std::vector<core::Span> records_in(const core::Document& document) {
  std::vector<core::Span> found;
  if (document.text.find('{') == std::string::npos) return found;
  for (std::size_t i = 0; i < document.lines.size(); ++i)
    if (const core::Span line = plaintext::line_at(document, i, document.text.size(), document.text.size()); is_record(document.text, line)) found.push_back(line);
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

// JSON, between whose values something else may stand.
void read_records(core::Document& document, core::Diagnostics& diagnostics) {
  const std::vector<core::Span> lines = read_json_of_log(document, diagnostics);
  if (lines.empty()) return;
  core::Document text = only(document, lines, Format::text);
  core::Diagnostics found;
  plaintext::read_text(text, found);
  if (numbers_in(text) == 0) return report_foreign(document, lines, diagnostics);
  diagnostics.append(std::move(found));
  core::Document records;
  records.artifact.format = document.artifact.format;
  records.tables = std::move(document.tables);
  records.ignored = std::move(document.ignored);
  join(document, std::move(records), std::move(text));
}

// Text, in which records may stand.
void read_lines(core::Document& document, core::Diagnostics& diagnostics) {
  const std::vector<core::Span> lines = records_in(document);
  if (lines.empty()) return plaintext::read_text(document, diagnostics);
  core::Document records = only(document, lines, Format::jsonl);
  read_json(records, diagnostics);
  std::vector<core::Span> rest;
  std::uint64_t begin = 0;
  for (const core::Span& line : lines) {
    if (line.begin > begin) rest.push_back({begin, line.begin});
    begin = line.end;
  }
  if (begin < document.text.size()) rest.push_back({begin, document.text.size()});
  core::Document text = only(document, rest, Format::text);
  plaintext::read_text(text, diagnostics);
  join(document, std::move(records), std::move(text));
}

}  // namespace

bool may_be_both(const core::Artifact& artifact) {
  if (artifact.format == Format::text) return artifact.declared != Format::csv;
  return core::is_json(artifact.format) && (artifact.declared == Format::text || artifact.declared == Format::unknown);
}

void read_log(core::Document& document, core::Diagnostics& diagnostics) {
  if (core::is_json(document.artifact.format)) read_records(document, diagnostics);
  else read_lines(document, diagnostics);
}

}  // namespace chimera::sources
