#include "sources/csv_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "sources/csv_cell.h"
#include "sources/csv_records.h"
#include "sources/no_limit.h"
#include "sources/plain_number.h"

namespace chimera::sources {
namespace {

constexpr std::uint32_t kNone = CsvPlan::kNone;
constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

using base::is_digit;

// The high bit of every byte of `word` that is `c`; bytes above the first hit may be marked wrongly.
std::uint64_t hits(std::uint64_t word, char c) {
  const std::uint64_t differ = word ^ (kOnes * static_cast<unsigned char>(c));
  return (differ - kOnes) & ~differ & kHighs;
}

// The first delimiter or line end at or behind `p`: there is one.
const char* cell_end(const char* p, char delimiter) {
  while (true) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    if ((hits(word, delimiter) | hits(word, '\n')) != 0) break;
    p += sizeof word;
  }
  while (*p != delimiter && *p != '\n') ++p;
  return p;
}

}  // namespace

std::size_t CsvScan::scan(std::string_view bytes, ScanBlock& block) {
  block.numbers.resize(plan_.number_columns);
  block.kept.resize(plan_.kept_columns);
  block.clear();
  bytes_ = bytes;
  block_ = &block;
  const std::size_t last = bytes.rfind('\n');
  limit_ = bytes.data() + (last == std::string_view::npos ? 0 : last + 1);
  const char* p = bytes.data();
  while (p < limit_) {
    const auto row = static_cast<std::uint32_t>(block.rows.size());
    const char* const begin = p;
    block.rows.push_back({static_cast<std::uint32_t>(begin - bytes.data()), 0, 0, ScanRow::kNone, 0});
    p = record(begin, row);
    if (p == nullptr) {
      block.cut_rows(row);
      p = odd_record(begin);
      if (p == nullptr) return static_cast<std::size_t>(begin - bytes.data());
    } else {
      const char* end = p - 1;
      while (end > begin && end[-1] == '\r') --end;
      block.rows[row].size = static_cast<std::uint32_t>(end - begin);
    }
    ++block.lines;
  }
  return static_cast<std::size_t>(limit_ - bytes.data());
}

// Behind the line end of the record; null where it is odd.
const char* CsvScan::record(const char* begin, std::uint32_t row) {
  const char delimiter = plan_.dialect.delimiter;
  const std::string& header = plan_.header;
  if (*begin == '#' || plan_.columns.empty()) return nullptr;
  if (!header.empty() && *begin == header[0] && static_cast<std::size_t>(limit_ - begin) > header.size() &&
      std::memcmp(begin, header.data(), header.size()) == 0) {
    return nullptr;
  }
  const char* p = begin;
  const std::size_t width = plan_.columns.size();
  for (std::size_t c = 0; c < width; ++c) {
    p = cell(p, plan_.columns[c], row);
    if (p == nullptr) return nullptr;
    if (c + 1 == width) break;
    if (*p != delimiter) return nullptr;
    ++p;
  }
  if (*p == delimiter) ++p;  // one that closes the last cell
  p = line_end(p);
  // One empty cell alone is a blank line.
  return p == nullptr || (width == 1 && p - begin <= 2) ? nullptr : p;
}

// Behind the line end at `p`; null where there is none.
inline const char* CsvScan::line_end(const char* p) const {
  if (*p == '\n') return p + 1;
  while (*p == '\r') ++p;
  return *p == '\n' ? p + 1 : nullptr;
}

// The delimiter or line end behind the cell.
inline const char* CsvScan::cell(const char* begin, const CsvPlan::Column& column, std::uint32_t row) {
  if ((is_digit(*begin) || *begin == '-') && column.mark == text::DecimalMark::point) {
    double value = 0;
    const char* const end = parse_plain_number(begin, value);
    if (end != nullptr && (*end == plan_.dialect.delimiter || *end == '\n' || (*end == '\r' && line_end(end) != nullptr))) {
      const auto offset = static_cast<std::uint32_t>(begin - bytes_.data());
      const auto size = static_cast<std::uint32_t>(end - begin);
      if (column.numbers != kNone) block_->numbers[column.numbers].push(value, offset, size, row);
      if (column.kept != kNone) block_->kept[column.kept].push_back({row, offset, size, core::CellKind::number, value});
      return end;
    }
  }
  return other_cell(begin, column, row);
}

// The quote that ends the cell opened at `open`; null where that is doubtful.
const char* CsvScan::closing_quote(const char* open) const {
  for (const char* p = open + 1;; p += 2) {  // two quotes are one that belongs to the text
    p = p < limit_ ? static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(limit_ - p))) : nullptr;
    if (p == nullptr || p[-1] == '\\') return nullptr;
    if (p[1] != '"') return p;
  }
}

// A cell that is no plain number: as read_csv reads it.
const char* CsvScan::other_cell(const char* begin, const CsvPlan::Column& column, std::uint32_t row) {
  const char delimiter = plan_.dialect.delimiter;
  const char* first = begin;
  while (*first == ' ' || (*first == '\t' && delimiter != '\t') || *first == '\r') ++first;
  const char* end = nullptr;
  RawCell raw;
  if (*first == '"') {
    const char* const close = closing_quote(first);
    if (close == nullptr) return nullptr;
    end = cell_end(close + 1, delimiter);
    for (const char* p = close + 1; p < end; ++p)
      if (*p != ' ' && *p != '\r' && *p != '\t') return nullptr;
    raw = {static_cast<std::uint64_t>(first + 1 - bytes_.data()), static_cast<std::uint64_t>(close - bytes_.data()), true};
  } else {
    end = cell_end(first, delimiter);
    const char* last = end;
    while (last > first && (last[-1] == ' ' || last[-1] == '\r' || (last[-1] == '\t' && delimiter != '\t'))) --last;
    raw = {static_cast<std::uint64_t>(first - bytes_.data()), static_cast<std::uint64_t>(last - bytes_.data()), false};
  }
  if (raw.empty() && !raw.quoted) return end;
  const ReadCell read = read_cell(bytes_, raw, column.mark);
  if (!read.unit.empty() || read.too_large || read.with_parts) return nullptr;
  if (read.nonfinite && !(column.no_limit && read.cell.kind == core::CellKind::text)) ++block_->nonfinite;
  const core::Cell& found = read.cell;
  if (found.kind == core::CellKind::number && column.numbers != kNone)
    block_->numbers[column.numbers].push(found.number, static_cast<std::uint32_t>(found.begin), found.size, row);
  if (has_digit(bytes_.data() + found.begin, bytes_.data() + found.begin + found.size)) {
    std::vector<ScanText>& list = found.kind == core::CellKind::number ? block_->spelled : block_->texts;
    list.push_back({static_cast<std::uint32_t>(found.begin), found.size, row, column.numbers});
  }
  if (column.kept != kNone && found.kind != core::CellKind::absent) keep(column.kept, row, found);
  return end;
}

void CsvScan::keep(std::uint32_t kept, std::uint32_t row, const core::Cell& cell) {
  block_->kept[kept].push_back({row, static_cast<std::uint32_t>(cell.begin), cell.size, cell.kind, cell.number});
}

// Behind the odd record at `begin`; null where no line end closes it.
const char* CsvScan::odd_record(const char* begin) {
  const auto at = static_cast<std::uint64_t>(begin - bytes_.data());
  RecordReader reader(bytes_, plan_.dialect.delimiter, at);
  RawRecord record;
  if (!reader.next(record) || !reader.unclosed().empty()) return nullptr;
  const std::uint64_t end = reader.position();
  if (end > static_cast<std::uint64_t>(limit_ - bytes_.data()) || bytes_[end - 1] != '\n') return nullptr;
  block_->odd.push_back(record.span);
  return bytes_.data() + end;
}

namespace {

// The column for a number with this unit: the one that the header gives, or one of the same key.
std::uint32_t column_with_unit(core::Table& table, std::uint32_t column, std::string_view unit) {
  const auto same = [&](const core::Column& c) { return c.key == table.columns[column].key && c.unit == unit; };
  if (unit.empty() || table.columns[column].unit == unit) return column;
  const auto found = std::find_if(table.columns.begin(), table.columns.end(), same);
  if (found != table.columns.end()) return static_cast<std::uint32_t>(found - table.columns.begin());
  core::Column split;
  split.key = table.columns[column].key;
  split.unit = std::string(unit);
  split.position = column + 1;
  split.cells.resize(table.rows.size());
  table.columns.push_back(std::move(split));
  return static_cast<std::uint32_t>(table.columns.size() - 1);
}

void add_odd_row(const CsvPlan& plan, const RawRecord& record, core::Document& document, core::Diagnostics& diagnostics) {
  core::Table& table = document.tables[0];
  const std::size_t width = plan.columns.size();
  const core::Place place = document.place(record.span.begin);
  const auto tell = [&](core::DiagnosticCode code, std::string message) {
    diagnostics.add({code, document.artifact.path, {place.line, 0, 0, {}, {}}, std::move(message), {}});
  };
  const bool closing = record.cells.size() == width + 1 && record.cells.back().empty() && !record.cells.back().quoted;
  const bool fits = filled_width(record) <= width;
  const bool read_by_position = fits || fits_in_spite_of_width(document.text, plan.dialect, record, plan.kinds, width);
  if (record.cells.size() != width && !closing)
    tell(core::DiagnosticCode::table_ragged_row,
         fmt::format("the row has {} cells, the header has {}{}", record.cells.size(), width, read_by_position ? "" : kNotReadByPosition));
  core::Row row;
  row.span = record.span;
  row.line = place.line;
  table.rows.push_back(std::move(row));
  for (core::Column& column : table.columns) column.cells.emplace_back();
  for (std::size_t c = 0; read_by_position && c < std::min(width, record.cells.size()); ++c) {
    const ReadCell read = read_cell(document.text, record.cells[c], plan.columns[c].mark);
    if (read.too_large) tell(core::DiagnosticCode::number_out_of_range, fmt::format("a number in \"{}\" is too large for a double", table.columns[c].key));
    if (read.nonfinite && !(read.cell.kind == core::CellKind::text && may_have_no_limit(table.columns[c].key))) tell(core::DiagnosticCode::table_nonfinite, fmt::format("NaN or infinity in \"{}\"", table.columns[c].key));
    table.columns[column_with_unit(table, static_cast<std::uint32_t>(c), read.unit)].cells.back() = read.cell;
  }
}

}  // namespace

void read_odd_records(const CsvPlan& plan, const std::vector<core::Column>& header, core::Document& document, core::Diagnostics& diagnostics) {
  core::Table& table = document.tables.emplace_back();
  table.kind = core::TableKind::csv;
  for (const core::Column& column : header) {
    core::Column& empty = table.columns.emplace_back();
    empty.key = column.key;
    empty.unit = column.unit;
    empty.position = column.position;
  }
  RecordReader reader(document.text, plan.dialect.delimiter);
  for (RawRecord record; reader.next(record);) {
    if (record.blank()) continue;
    const std::string_view written = document.at(record.span);
    if (written == plan.header) document.ignored.push_back({record.span, "key"});
    else if (written[0] == '#' && record.cells.size() != plan.columns.size()) document.ignored.push_back({record.span, "comment"});
    else add_odd_row(plan, record, document, diagnostics);
  }
}

std::size_t csv_cut(std::string_view bytes) {
  const std::uint64_t quotes = count_bytes(bytes, '"');
  std::uint64_t behind = 0;  // quotes behind the place looked at
  std::size_t end = bytes.size();
  while (end > 0) {
    const std::size_t at = bytes.rfind('\n', end - 1);
    if (at == std::string_view::npos) return 0;
    behind += count_bytes(bytes.substr(at, end - at), '"');
    if ((quotes - behind) % 2 == 0) return at + 1;
    end = at;
  }
  return 0;
}

}  // namespace chimera::sources
