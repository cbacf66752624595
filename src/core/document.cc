#include "core/document.h"

#include <algorithm>

namespace chimera::core {
namespace {

// The key of a column is the path inside the record; escaped already by the reader (RFC 6901).
std::string join_pointer(const std::string& record, const std::string& key) { return key.empty() ? record : record + "/" + key; }

std::uint64_t line_of(const std::vector<std::uint64_t>& lines, std::uint64_t offset) {
  const auto after = std::upper_bound(lines.begin(), lines.end(), offset);
  return static_cast<std::uint64_t>(after - lines.begin());
}

// In a table that is written by columns: "/runs/*/3" and "times" are "/runs/times/3".
std::string pointer_of(const Table& table, const Row& row, const Column& column) {
  const std::string& path = column.pointer.empty() ? column.key : column.pointer;
  if (table.kind == TableKind::series) return row.pointer;
  if (!table.by_columns) return join_pointer(row.pointer, path);
  const std::size_t star = row.pointer.rfind("/*/");
  return row.pointer.substr(0, star + 1) + path + row.pointer.substr(star + 2);
}

}  // namespace

std::string_view to_string(Format format) {
  switch (format) {
    case Format::unknown: return "unknown";
    case Format::json: return "json";
    case Format::jsonl: return "jsonl";
    case Format::csv: return "csv";
    case Format::markdown: return "markdown";
    case Format::text: return "text";
    case Format::binary: return "binary";
  }
  return "unknown";
}

const Column* Table::find(std::string_view key) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.key == key; });
  return found == columns.end() ? nullptr : &*found;
}

std::uint64_t OffsetMap::to_source(std::uint64_t decoded) const {
  if (runs.empty()) return decoded + shift;
  auto after = std::upper_bound(runs.begin(), runs.end(), decoded, [](std::uint64_t d, const Run& run) { return d < run.decoded; });
  if (after == runs.begin()) return decoded + shift;
  const Run& run = *--after;
  return run.source + (decoded - run.decoded) / run.decoded_unit * run.source_unit;
}

std::uint64_t OffsetMap::to_decoded(std::uint64_t source) const {
  auto after = std::upper_bound(runs.begin(), runs.end(), source, [](std::uint64_t s, const Run& run) { return s < run.source; });
  if (after == runs.begin()) return source >= shift ? source - shift : 0;
  const Run& run = *--after;
  return run.decoded + (source - run.source) / run.source_unit * run.decoded_unit;
}

Place Document::place(std::uint64_t offset) const {
  Place place;
  if (lines.empty()) return place;
  place.line = line_of(lines, offset);
  place.column = offset - lines[place.line - 1] + 1;
  return place;
}

Place Document::place(const CellRef& ref) const {
  const Table& in = tables[ref.table];
  const Column& column = in.columns[ref.column];
  const Row& row = in.rows[ref.row];
  const Cell& at = column.cells[ref.row];
  Place place;
  place.line = at.kind == CellKind::absent || lines.empty() ? row.line : line_of(lines, at.begin);
  switch (in.kind) {
    case TableKind::object:
    case TableKind::records:
    case TableKind::keyed:
    case TableKind::series: {
      if (is_json(format_of(in))) place.pointer = pointer_of(in, row, column);
      else place.column = at.begin - (lines.empty() ? 0 : lines[place.line - 1]) + 1;
      break;
    }
    case TableKind::csv:
    case TableKind::markdown:
      place.row = ref.row + 1;
      place.column = column.position > 0 ? column.position : ref.column + 1;
      place.header = column.key;
      break;
    case TableKind::transposed:
      place.row = column.position > 0 ? column.position : ref.column + 1;
      place.column = ref.row + 2;
      place.header = column.key;
      break;
    case TableKind::listing:
      place.column = at.begin - (lines.empty() ? 0 : lines[place.line - 1]) + 1;
      break;
  }
  return place;
}

}  // namespace chimera::core
