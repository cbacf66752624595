#include "sources/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/wide_tables.h"
#include "plaintext/written_cell.h"
#include "sources/csv_cell.h"
#include "sources/csv_groups.h"
#include "sources/csv_headings.h"
#include "sources/csv_labelled.h"
#include "sources/csv_lists.h"
#include "sources/csv_records.h"
#include "sources/csv_shape.h"
#include "sources/csv_texts.h"
#include "sources/no_limit.h"
#include "sources/unit_cells.h"
#include "text/decode.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

using core::DiagnosticCode;

struct ColumnState {
  ColumnMark mark;
  std::vector<UnitCell> with_unit;
  bool bare = false;  // a number other than 0 was written without a unit
  Oddity nonfinite;
  bool not_a_number = false;  // some of these, where others are infinite
  Oddity too_large;
};

// Rows with a wrong number of cells; neighbours with the same number are told together.
struct RaggedRun {
  std::uint64_t first_line = 0;
  std::uint64_t last_line = 0;
  std::size_t cells = 0;
  bool read = true;  // by position
  std::uint64_t rows = 0;
};

constexpr std::size_t kFewRows = 64;  // that room is made for before any is read

// A table turned about: a row for each column of values, all rows of the file behind each of them, and no columns yet.
core::Table turned_rows(const core::Table& table) {
  core::Table turned;
  turned.kind = core::TableKind::transposed;
  turned.name = table.name;
  turned.header_line = table.header_line;
  turned.rows.assign(table.columns.size() - 1, table.rows.front());
  for (core::Row& row : turned.rows) row.span.end = table.rows.back().span.end;
  return turned;
}

class CsvReader {
 public:
  CsvReader(core::Document& document, core::Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics), text_(document.text), dialect_(detect_dialect(text_)), reader_(text_, dialect_.delimiter) {}

  void read();

 private:
  bool read_table(const CsvHeader& header);
  void begin_table(const CsvHeader& header);
  void tell_about_header(const CsvHeader& header);
  [[nodiscard]] bool begins_table(const RawRecord& record) const;
  [[nodiscard]] bool begins_block(const RawRecord& record, const CsvHeader& header);
  void drop_empty_rows();
  void add_row(const RawRecord& record, const CsvHeader& header);
  [[nodiscard]] std::size_t likely_rows() const;
  void reserve_rows(std::size_t likely);
  void add_cell(std::size_t column, const RawCell& raw);
  void note_ragged(std::size_t cells, bool read, std::uint64_t line);
  void end_table(const CsvHeader& header);
  void add_table(const CsvHeader& header);
  void drop_names();
  [[nodiscard]] std::vector<std::size_t> blocks_of_names() const;
  [[nodiscard]] bool is_turned(const CsvHeader& header) const;
  void turn();
  [[nodiscard]] bool has_metrics_as_rows(const CsvHeader& header) const;
  void turn_metrics(const std::vector<core::Cell>& header);
  [[nodiscard]] std::vector<core::Cell> header_cells(const CsvHeader& header) const;
  void settle_units(std::size_t column);
  void tell_about_column(std::size_t column);
  void tell_about_ragged(std::size_t named);
  void tell_about_text();
  void ignore(core::Span span, std::string_view reason);
  std::uint64_t line_of(std::uint64_t offset);
  void tell(DiagnosticCode code, core::Place place, std::string message, std::string hint = {});

  core::Document& document_;
  core::Diagnostics& diagnostics_;
  std::string_view text_;
  CsvDialect dialect_;
  RecordReader reader_;
  RawRecord record_;           // read and not yet used where pending_
  bool pending_ = false;
  core::Table table_;
  std::optional<CsvHeader> block_;  // of the rows behind a comment that sets something: the header above them, and what is set
  std::size_t blocks_ = 0;
  std::uint64_t last_header_ = 0;  // where it begins: a block has that of the table before
  std::vector<ColumnState> states_;
  std::vector<ColumnKinds> kinds_;  // once a row is wider than the header
  std::vector<RaggedRun> ragged_;
  bool decimal_commas_ = false;  // in some table
  std::size_t line_index_ = 0;  // into document_.lines: offsets are asked for in order
};

std::uint64_t CsvReader::line_of(std::uint64_t offset) {
  const std::vector<std::uint64_t>& lines = document_.lines;
  if (line_index_ >= lines.size() || lines[line_index_] > offset) line_index_ = 0;
  if (line_index_ + 64 < lines.size() && lines[line_index_ + 64] <= offset) {
    line_index_ = static_cast<std::size_t>(std::upper_bound(lines.begin(), lines.end(), offset) - lines.begin()) - 1;
  }
  while (line_index_ + 1 < lines.size() && lines[line_index_ + 1] <= offset) ++line_index_;
  return line_index_ + 1;
}

void CsvReader::tell(DiagnosticCode code, core::Place place, std::string message, std::string hint) {
  diagnostics_.add({code, document_.artifact.path, std::move(place), std::move(message), std::move(hint)});
}

void CsvReader::ignore(core::Span span, std::string_view reason) {
  if (span.begin < span.end) document_.ignored.push_back({span, reason});
}

void CsvReader::read() {
  while (true) {
    const std::uint64_t begin = pending_ ? record_.span.begin : reader_.position();
    const std::optional<CsvHeader> header = block_ ? std::exchange(block_, std::nullopt) : read_header(text_, dialect_, begin);
    if (!header || !read_table(*header)) break;
  }
  while (reader_.next(record_)) {
  }  // lines too long at the end
  tell_about_text();
}

// ---- the header ------------------------------------------------------------------------------------------------

void CsvReader::begin_table(const CsvHeader& header) {
  table_ = core::Table{};
  table_.kind = core::TableKind::csv;
  table_.name = header.name;
  table_.columns.resize(header.keys.size());
  reserve_rows(std::min(kFewRows, document_.lines.size()));
  kinds_.clear();
  states_.assign(header.keys.size(), ColumnState{});
  for (std::size_t c = 0; c < states_.size(); ++c) {
    states_[c].mark = header.marks[c];
    decimal_commas_ = decimal_commas_ || header.marks[c].mark == text::DecimalMark::comma;
  }
  ragged_.clear();
  if (header.written()) table_.header_line = line_of(header.records[0].begin);
  for (const core::Span& span : header.preamble) ignore(span, "preamble");
  if (!header.records.empty() && (document_.tables.empty() || header.records[0].begin > last_header_)) {
    for (const core::Span& span : header.records) ignore(span, "key");
    last_header_ = header.records[0].begin;
  }
  std::map<std::string_view, int> seen;
  for (std::size_t c = 0; c < header.keys.size(); ++c) {
    core::Column& column = table_.columns[c];
    const int times = header.groups.empty() ? ++seen[header.keys[c]] : 1;
    column.key = times == 1 ? header.keys[c] : fmt::format("{}#{}", header.keys[c], times);
    column.unit = header.units[c];
    if (times != 2 || header.keys[c].empty()) continue;
    tell(DiagnosticCode::table_duplicate_header, {table_.header_line, c + 1, 0, header.keys[c], {}},
         fmt::format("two columns are called \"{}\"; the second is read as \"{}\"", header.keys[c], column.key));
  }
}

void CsvReader::tell_about_header(const CsvHeader& header) {
  if (!header.preamble.empty()) {
    const std::uint64_t first = line_of(header.preamble.front().begin);
    const std::size_t lines = header.preamble.size();
    tell(DiagnosticCode::table_preamble, {first, 0, 0, {}, {}}, fmt::format("{} line{} before the table passed over", lines, lines == 1 ? "" : "s"));
  }
  if (!header.written() && !header.named_by_cells) {
    const auto named = [](const std::string& key) { return key[0] < '0' || key[0] > '9'; };  // by its unit
    const bool some = std::any_of(header.keys.begin(), header.keys.end(), named);
    tell(DiagnosticCode::table_no_header, {line_of(header.data_begin), 0, 0, {}, {}},
         fmt::format("the first line holds values, so the columns are called 1 to {}{}", header.keys.size(), some ? " or by their units" : ""));
  }
}

// ---- rows ------------------------------------------------------------------------------------------------------

// Reads the records of one table; false where the text ends with it.
bool CsvReader::read_table(const CsvHeader& header) {
  begin_table(header);
  const std::string_view header_text =
      header.written() ? text_.substr(header.records[0].begin, header.records[0].size()) : std::string_view();
  bool after_blank = false;
  bool another = false;
  Oddity repeated_headers;
  while (pending_ || reader_.next(record_)) {
    pending_ = false;
    const core::Span span = record_.span;
    if (span.begin < header.data_begin) continue;
    if (record_.blank()) {
      after_blank = true;
      continue;
    }
    if (begins_block(record_, header)) {
      another = true;
      break;
    }
    if ((after_blank && begins_table(record_)) || (!table_.rows.empty() && may_be_title(text_, dialect_, record_, header.keys.size(), header_text))) {
      pending_ = another = true;
      break;
    }
    after_blank = filled_width(record_) == 0;  // ",,"
    if (!header_text.empty() && text_.substr(span.begin, span.size()) == header_text) {
      ignore(span, "key");
      repeated_headers.add(span.begin);
    } else if (text_[span.begin] == '#' && record_.cells.size() != header.keys.size()) {
      ignore(span, "comment");
    } else {
      add_row(record_, header);
    }
  }
  if (another) drop_empty_rows();
  if (blocks_ == 0 || !header.preamble.empty()) tell_about_header(header);
  if (repeated_headers.count > 0) {
    tell(DiagnosticCode::table_repeated_header, {line_of(repeated_headers.first), 0, 0, {}, {}},
         fmt::format("the header stands between the rows {} more time{}", repeated_headers.count, repeated_headers.count == 1 ? "" : "s"));
  }
  end_table(header);
  return another;
}

// A header behind a blank line: of another width, or with a name where this table has numbers.
bool CsvReader::begins_table(const RawRecord& record) const {
  const auto& columns = table_.columns;
  const auto is_number = [](const core::Column& c) { return !c.cells.empty() && c.cells[0].kind == core::CellKind::number; };
  const bool over_numbers = std::any_of(columns.begin(), columns.end(), is_number);
  const bool other_width = record.cells.size() != columns.size();
  return (other_width || over_numbers) && may_begin_table(text_, dialect_, record, other_width);
}

// "# model=b quant=Q4_0" between rows, perhaps above the same header once more: what follows was measured with other settings.
bool CsvReader::begins_block(const RawRecord& record, const CsvHeader& header) {
  constexpr std::size_t kMostBlocks = 64;
  if (table_.rows.empty() || !header.written() || text_[record.span.begin] != '#' || blocks_ == kMostBlocks) return false;
  std::string name = settings_in_comment(text_, record);
  if (name.empty()) return false;
  ++blocks_;
  block_ = header;
  block_->name = std::move(name);
  block_->preamble.clear();
  block_->data_begin = reader_.position();
  ignore(record.span, "comment");
  return true;
}

// Rows that part tables hold nothing.
void CsvReader::drop_empty_rows() {
  const auto is_empty = [](const core::Column& column) { return column.cells.back().kind == core::CellKind::absent; };
  while (!table_.rows.empty() && std::all_of(table_.columns.begin(), table_.columns.end(), is_empty)) {
    table_.rows.pop_back();
    for (core::Column& column : table_.columns) column.cells.pop_back();
  }
}

void CsvReader::add_row(const RawRecord& record, const CsvHeader& header) {
  const std::size_t width = states_.size();
  const std::size_t cells = record.cells.size();
  const bool wide = cells > header.named && filled_width(record) > header.named;
  if (wide && kinds_.empty()) kinds_ = kinds_of_columns(text_, dialect_, header);
  const bool read = !wide || fits_in_spite_of_width(text_, dialect_, record, kinds_, header.named);
  core::Row row;
  row.span = record.span;
  row.line = line_of(record.span.begin);
  const bool closing_delimiter = cells == width + 1 && record.cells.back().empty() && !record.cells.back().quoted;
  if ((cells != width || !read) && !closing_delimiter) note_ragged(cells, read, row.line);
  const std::size_t taken = read ? std::min(width, cells) : 0;
  for (std::size_t c = 0; c < taken; ++c) add_cell(c, record.cells[c]);
  for (std::size_t c = taken; c < width; ++c) table_.columns[c].cells.push_back({record.span.end, 0, core::CellKind::absent, 0, false, 0});
  table_.rows.push_back(std::move(row));
  constexpr std::size_t kEnoughToJudge = 1000;
  if (table_.rows.size() == kEnoughToJudge) reserve_rows(likely_rows());
}

// How many rows there are if those that follow are like the first ones.
std::size_t CsvReader::likely_rows() const {
  const double share = static_cast<double>(text_.size()) / static_cast<double>(std::max<std::uint64_t>(1, reader_.position()));
  return static_cast<std::size_t>(static_cast<double>(table_.rows.size()) * share * 1.02);
}

// Never makes room for more than a few times the text.
void CsvReader::reserve_rows(std::size_t likely) {
  const std::size_t affordable = 6 * text_.size() / (sizeof(core::Row) + table_.columns.size() * sizeof(core::Cell));
  const std::size_t rows = std::min(likely, affordable);
  table_.rows.reserve(rows);
  for (core::Column& column : table_.columns) column.cells.reserve(rows);
}

void CsvReader::add_cell(std::size_t column, const RawCell& raw) {
  ColumnState& state = states_[column];
  const ReadCell read = read_cell(text_, raw, state.mark.mark);
  std::vector<core::Cell>& cells = table_.columns[column].cells;
  if (!read.unit.empty()) {
    state.with_unit.push_back({static_cast<std::uint32_t>(cells.size()), read.unit});
  } else if (read.cell.kind == core::CellKind::number) {
    state.bare = state.bare || read.cell.number != 0;
  } else if (read.nonfinite) {
    state.nonfinite.add(read.cell.begin);
    state.not_a_number = state.not_a_number || read.cell.kind == core::CellKind::null;
  } else if (read.too_large) {
    state.too_large.add(read.cell.begin);
  }
  cells.push_back(read.cell);
}

void CsvReader::note_ragged(std::size_t cells, bool read, std::uint64_t line) {
  const bool same = !ragged_.empty() && ragged_.back().cells == cells && ragged_.back().read == read && table_.rows.back().line == ragged_.back().last_line;
  if (!same) ragged_.push_back({line, line, cells, read, 0});
  ragged_.back().last_line = line;
  ++ragged_.back().rows;
}

// Columns of names, which are the keys of those behind them.
void CsvReader::drop_names() {
  for (std::size_t c = states_.size(); c-- > 0;) {
    core::Column& column = table_.columns[c];
    column.position = static_cast<std::uint32_t>(c + 1);
    if (c % 2 != 0) continue;
    for (const core::Cell& cell : column.cells) ignore(cell.span(), "key");
    table_.columns.erase(table_.columns.begin() + static_cast<std::ptrdiff_t>(c));
  }
}

// The first rows of blocks in which no name of the first column comes again, and behind them the number of rows.
std::vector<std::size_t> CsvReader::blocks_of_names() const {
  std::vector<std::size_t> begins = {0};
  std::set<std::string_view> names;
  for (std::size_t r = 0; r < table_.rows.size(); ++r) {
    const std::string_view name = document_.at(table_.columns[0].cells[r].span());
    if (!names.insert(name).second) begins.push_back(r), names = {name};
  }
  begins.push_back(table_.rows.size());
  return begins;
}

// ",1,2,4" above "load,1.0,2.0,4.0" and other names with numbers, perhaps in several blocks: each column is a run, numbered by what one
// of its rows says.
bool CsvReader::is_turned(const CsvHeader& header) const {
  constexpr std::size_t kMostBlocks = 8;
  const std::vector<core::Column>& columns = table_.columns;
  if (!header.written() || !header.keys[0].empty() || columns.size() != states_.size() || columns.size() < 3 || table_.rows.size() < 2) return false;
  std::vector<bool> numbers_columns(table_.rows.size(), true);
  for (const core::Cell& cell : columns[0].cells)
    if (cell.kind != core::CellKind::text) return false;
  for (std::size_t c = 1; c < columns.size(); ++c) {
    const std::optional<text::Number> number = text::parse_number(header.keys[c]);
    if (!number) return false;
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      const core::Cell& cell = columns[c].cells[r];
      if (cell.kind == core::CellKind::text) return false;
      numbers_columns[r] = numbers_columns[r] && cell.kind == core::CellKind::number && cell.number == number->value;
    }
  }
  const std::vector<std::size_t> blocks = blocks_of_names();
  if (blocks.size() > kMostBlocks + 1) return false;
  for (std::size_t b = 0; b + 1 < blocks.size(); ++b) {
    const auto at = [&](std::size_t i) { return numbers_columns.begin() + static_cast<std::ptrdiff_t>(blocks[i]); };
    if (std::find(at(b), at(b + 1), true) == at(b + 1)) return false;
  }
  return true;
}

// A table of each block but the last, which the current one becomes.
void CsvReader::turn() {
  const std::vector<std::size_t> blocks = blocks_of_names();
  const core::Table written = std::move(table_);
  const auto block = [&](std::size_t begin, std::size_t end) {
    core::Table turned = turned_rows(written);
    for (core::Row& row : turned.rows) row.line = written.rows[begin].line, row.span = {written.rows[begin].span.begin, written.rows[end - 1].span.end};
    for (std::size_t r = begin; r < end; ++r) {
      const core::Cell& name = written.columns[0].cells[r];
      core::Column& column = turned.columns.emplace_back();
      column.key = std::string(document_.at(name.span()));
      column.position = static_cast<std::uint32_t>(r + 1);
      for (std::size_t c = 1; c < written.columns.size(); ++c) column.cells.push_back(written.columns[c].cells[r]);
      ignore(name.span(), "key");
    }
    return turned;
  };
  for (std::size_t b = 0; b + 2 < blocks.size(); ++b) document_.tables.push_back(block(blocks[b], blocks[b + 1]));
  table_ = block(blocks[blocks.size() - 2], blocks.back());
}

std::vector<core::Cell> CsvReader::header_cells(const CsvHeader& header) const {
  std::vector<core::Cell> cells;
  if (header.records.size() != 1) return cells;
  RecordReader reader(text_, dialect_.delimiter, header.records[0].begin);
  RawRecord record;
  if (!reader.next(record) || record.cells.size() != header.keys.size()) return cells;
  for (const RawCell& raw : record.cells) {
    const ReadCell read = read_cell(text_, raw, text::DecimalMark::point);
    cells.push_back(read.unit.empty() ? read.cell : plaintext::text_cell({raw.begin, raw.end}));
  }
  return cells;
}

// "Metric,vLLM,SGLang" above names that differ and numbers of both.
bool CsvReader::has_metrics_as_rows(const CsvHeader& header) const {
  constexpr std::size_t kMostMetrics = 200;
  const std::vector<core::Column>& columns = table_.columns;
  if (!header.written() || columns.size() != states_.size() || columns.size() < 3 || table_.rows.size() > kMostMetrics || !plaintext::names_metrics(header.keys[0])) return false;
  std::set<std::string_view> names;
  for (const core::Cell& cell : columns[0].cells)
    if (cell.kind != core::CellKind::text || !names.insert(document_.at(cell.span())).second) return false;
  for (std::size_t c = 1; c < columns.size(); ++c) {
    const std::string key = text::lower(header.keys[c]);
    if (names_unit(columns[c].key) || core::find_statistic(key) || key.rfind("unit", 0) == 0 || key.rfind("value", 0) == 0) return false;
    if (std::none_of(columns[c].cells.begin(), columns[c].cells.end(), [](const core::Cell& cell) { return cell.kind == core::CellKind::number; })) return false;
  }
  return true;
}

// Every metric becomes a column, one for each unit that its cells are in; every column of values a row, named by its header.
void CsvReader::turn_metrics(const std::vector<core::Cell>& header) {
  core::Table turned = turned_rows(table_);
  turned.columns.emplace_back();
  for (std::size_t c = 1; c < header.size(); ++c) {
    turned.columns[0].cells.push_back(header[c]);
    turned.columns[0].cells.back().kind = core::CellKind::text;
  }
  for (std::size_t r = 0; r < table_.rows.size(); ++r) {
    const core::Span name = table_.columns[0].cells[r].span();
    const std::string key(document_.at(name));
    const std::size_t first = turned.columns.size();
    ignore(name, "key");
    for (std::size_t c = 1; c < table_.columns.size(); ++c) {
      if (table_.columns[c].cells[r].kind == core::CellKind::absent) continue;
      const bool percent = table_.columns[c].key.find('%') != std::string::npos;  // "Change %" is in no unit of the metric
      const std::string unit = !table_.columns[c].unit.empty() ? table_.columns[c].unit : percent ? "%" : std::string(plaintext::unit_of_header(key));
      std::size_t into = first;
      while (into < turned.columns.size() && turned.columns[into].unit != unit) ++into;
      if (into == turned.columns.size()) {
        turned.columns.push_back({key, unit, std::vector<core::Cell>(turned.rows.size()), static_cast<std::uint32_t>(r + 1), {}});
        for (core::Cell& cell : turned.columns.back().cells) cell.begin = name.end;
      }
      turned.columns[into].cells[c - 1] = table_.columns[c].cells[r];
    }
  }
  table_ = std::move(turned);
}

// ---- the table as a whole --------------------------------------------------------------------------------------

// Cells are believed before the header; bare numbers keep a column without a unit.
void CsvReader::settle_units(std::size_t column) {
  const ColumnState& state = states_[column];
  if (state.with_unit.empty()) return;
  const std::string_view in_cells = state.with_unit.front().unit;
  const std::string in_header = table_.columns[column].unit;
  if (!in_header.empty() && in_cells != in_header) {
    tell(DiagnosticCode::unit_conflict, {table_.header_line, column + 1, 0, table_.columns[column].key, {}},
         fmt::format("the header says {}, cells say {}; cells are believed", in_header, in_cells));
  }
  split_by_unit(table_, column, state.with_unit, state.bare && (in_header.empty() || in_cells != in_header));
}

void CsvReader::tell_about_column(std::size_t column) {
  const ColumnState& state = states_[column];
  const std::string& key = table_.columns[column].key;
  const auto place = [&](const Oddity& oddity) { return core::Place{line_of(oddity.first), column + 1, 0, key, {}}; };
  const auto cells = [](const Oddity& oddity) { return oddity.count == 1 ? std::string("1 cell holds") : fmt::format("{} cells hold", oddity.count); };
  if (state.nonfinite.count > 0 && (state.not_a_number || !may_have_no_limit(key))) {
    tell(DiagnosticCode::table_nonfinite, place(state.nonfinite), fmt::format("{} NaN or infinity in \"{}\"", cells(state.nonfinite), key));
  }
  if (holds_samples(document_, table_.columns[column])) table_.whole_columns = true;
  else if (const Oddity lists = lists_in(document_, table_.columns[column]); lists.count > 0)
    tell(DiagnosticCode::cells_hold_lists, place(lists), fmt::format("{} a list in \"{}\"", cells(lists), key));
  if (const Oddity quantities = quantities_in(document_, table_.columns[column]); quantities.count > 0)
    tell(DiagnosticCode::quantity_not_read, place(quantities), fmt::format("{} a quantity in \"{}\" that is read as text", cells(quantities), key));
  if (state.mark.doubtful) {
    const bool comma = state.mark.mark == text::DecimalMark::comma;
    tell(DiagnosticCode::table_decimal_comma, {table_.header_line, column + 1, 0, key, {}},
         fmt::format("numbers in \"{}\" could be thousands or fractions: \"{}\", because other columns have decimal {}s", key,
                     comma ? "1.234 is read as 1234, 1,234 as 1.234" : "1.234 is read as 1.234, 1,234 as 1234", comma ? "comma" : "point"));
  }
  if (state.too_large.count > 0) {
    tell(DiagnosticCode::number_out_of_range, place(state.too_large),
         fmt::format("{} a number in \"{}\" that is too large for a double", cells(state.too_large), key));
  }
}

void CsvReader::tell_about_ragged(std::size_t named) {
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(kMost, ragged_.size()); ++i) {
    const RaggedRun& run = ragged_[i];
    const std::string rows = run.rows == 1 ? "the row has" : fmt::format("{} rows to line {} have", run.rows, run.last_line);
    tell(DiagnosticCode::table_ragged_row, {run.first_line, 0, 0, {}, {}},
         fmt::format("{} {} cell{}, the header has {}{}", rows, run.cells, run.cells == 1 ? "" : "s", named, run.read ? "" : kNotReadByPosition));
  }
  if (ragged_.size() <= kMost) return;
  std::uint64_t rows = 0;
  for (std::size_t i = kMost; i < ragged_.size(); ++i) rows += ragged_[i].rows;
  tell(DiagnosticCode::table_ragged_row, {ragged_[kMost].first_line, 0, 0, {}, {}},
       fmt::format("{} more rows from here on do not have the {} cells of the header", rows, named));
}

void CsvReader::end_table(const CsvHeader& header) {
  if (table_.rows.empty()) {
    if (header.written()) tell(DiagnosticCode::table_no_rows, {table_.header_line, 0, 0, {}, {}}, "a header and no rows");
    return;
  }
  tell_about_ragged(header.named);
  for (std::size_t c = 0; c < states_.size(); ++c) {
    table_.whole_columns = repeat_names(document_, table_, c) || table_.whole_columns;
    const std::vector<core::Span> devices = part_values_of_devices(document_, table_, c);
    for (const core::Span& name : devices) ignore(name, "identifier");
    const bool told = !devices.empty() || (states_[c].with_unit.empty() && (read_texts_as_numbers(document_, table_, c) || part_lists_of_percentiles(document_, table_, c) || part_comparisons(document_, table_, c)));
    table_.whole_columns = table_.whole_columns || told;
    tell_about_column(c);
    if (!told) settle_units(c);
  }
  for (core::Table& beside : part_side_by_side(document_, std::move(table_), header.groups)) {
    for (HeadedTable& part : split_at_headings(document_, std::move(beside))) {
      table_ = std::move(part.table);
      if (part.heading.kind != core::CellKind::absent) {
        if (!table_.name.empty()) table_.titles.push_back({core::Title::kLabel, table_.name});
        table_.name = std::string(document_.at(part.heading.span()));
        ignore(part.heading.span(), "key");
      }
      add_table(header);
    }
  }
}

// In the form in which its rows are what was measured.
void CsvReader::add_table(const CsvHeader& header) {
  if (header.named_by_cells) drop_names();
  else if (is_turned(header)) turn();
  else if (const std::vector<core::Cell> cells = header.written() && header.groups.empty() ? header_cells(header) : std::vector<core::Cell>(); !cells.empty() && has_metrics_as_rows(header)) turn_metrics(cells);
  else if (std::optional<core::Table> levels = plaintext::table_of_levels(document_, table_, cells)) table_ = std::move(*levels);
  std::vector<core::Table> samples;
  if (table_.kind == core::TableKind::csv) samples = take_samples(document_, static_cast<std::uint32_t>(document_.tables.size()), table_);
  document_.tables.push_back(std::move(table_));
  std::move(samples.begin(), samples.end(), std::back_inserter(document_.tables));
}

void CsvReader::tell_about_text() {
  if (decimal_commas_) tell(DiagnosticCode::table_decimal_comma, {1, 0, 0, {}, {}}, "\"1,5\" is read as one and a half");
  constexpr std::size_t kMost = 20;
  const std::vector<std::uint64_t>& unclosed = reader_.unclosed();
  for (std::size_t i = 0; i < std::min(kMost, unclosed.size()); ++i) {
    const std::string more = i + 1 == kMost && unclosed.size() > kMost ? fmt::format(" (and {} more)", unclosed.size() - kMost) : "";
    tell(DiagnosticCode::table_unclosed_quote, document_.place(unclosed[i]),
         "the quote that opens here is never closed; the cell ends with its line" + more);
  }
  for (const core::Span& line : reader_.too_long()) {
    ignore(line, "line too long");
    tell(DiagnosticCode::line_too_long, document_.place(line.begin),
         fmt::format("a line of {} bytes was passed over; lines of up to {} bytes and {} cells are read", line.size(),
                     RecordReader::kLongestLine, RecordReader::kMostCells));
  }
  const auto by_begin = [](const core::Ignored& a, const core::Ignored& b) { return a.span.begin < b.span.begin; };
  std::sort(document_.ignored.begin(), document_.ignored.end(), by_begin);
}

}  // namespace

void read_csv(core::Document& document, core::Diagnostics& diagnostics) {
  if (document.lines.empty()) document.lines = text::line_starts(document.text);
  if (document.text.empty() || read_labelled_blocks(document, detect_dialect(document.text).delimiter)) return;
  CsvReader(document, diagnostics).read();
}

}  // namespace chimera::sources
