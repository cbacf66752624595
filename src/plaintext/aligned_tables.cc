#include "plaintext/aligned_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/comma_cells.h"
#include "plaintext/console_values.h"
#include "plaintext/header_above.h"
#include "plaintext/header_columns.h"
#include "plaintext/line_tables.h"
#include "plaintext/log_prefix.h"
#include "plaintext/parted_cells.h"
#include "plaintext/spans.h"
#include "plaintext/text_grids.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/wide_tables.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kFewestBelow = 3;  // names that end above one row of numbers
constexpr std::size_t kMostDiagnostics = 100;

// "17:31:39" and "05:31:39 PM"
bool is_clock(std::string_view name) {
  if (name.size() > 3 && is_one_of(name.substr(name.size() - 3), {" AM", " PM"})) name.remove_suffix(3);
  constexpr std::string_view kClock = "dd:dd:dd";
  return name.size() == kClock.size() && std::equal(name.begin(), name.end(), kClock.begin(), [](char c, char p) { return p == 'd' ? is_digit(c) : c == p; });
}

// What Google Benchmark writes where the values of a row would be.
bool is_failure(std::string_view field) { return field.rfind("ERROR OCCURRED: ", 0) == 0 || field.rfind("SKIPPED: ", 0) == 0; }

// "Hello!" and "help?": words of a sentence, which are no names of columns.
bool is_sentence(std::string_view word) { return word.size() > 1 && (word.back() == '!' || word.back() == '?') && is_letter(word[word.size() - 2]); }

// "mean[+/-sd]" names two columns.
std::vector<core::Span> names_apart(std::string_view text, std::vector<core::Span> header) {
  constexpr std::string_view kMark = "[+/-";
  for (std::size_t k = 0; k < header.size(); ++k) {
    const core::Span name = header[k];
    const std::size_t mark = at(text, name).find(kMark);
    if (mark == std::string_view::npos || mark == 0 || text[name.end - 1] != ']' || mark + kMark.size() + 1 >= name.size()) continue;
    header[k].end = name.begin + mark;
    header.insert(header.begin() + static_cast<std::ptrdiff_t>(k) + 1, core::Span{name.begin + mark + kMark.size(), name.end - 1});
  }
  return header;
}

// Of fields of which some may be empty.
core::Span from_first_to_last(const std::vector<core::Span>& fields) {
  core::Span all{~std::uint64_t{0}, 0};
  for (const core::Span field : fields)
    if (field.size() > 0) all = {std::min(all.begin, field.begin), std::max(all.end, field.end)};
  return all;
}

// "Min/Max" above "84.12/107.51" in every row.
std::optional<PartedHeader> parts_below(std::string_view text, const std::string& key, const std::vector<std::vector<core::Span>>& rows, std::size_t column) {
  std::optional<PartedHeader> parted = parted_header(key);
  const auto holds = [&](const std::vector<core::Span>& row) { return column < row.size() && row[column].size() > 0 && !parted_cell(text, row[column], *parted).empty(); };
  return parted && std::all_of(rows.begin(), rows.end(), holds) ? std::move(parted) : std::nullopt;
}

// A colon that stands apart from its label belongs to it: "req/s    :   117.00".
std::vector<core::Span> with_whole_label(std::string_view text, std::vector<core::Span> row) {
  if (row.size() < 2 || at(text, row[1]) != ":") return row;
  row[0].end = row[1].end;
  row.erase(row.begin() + 1);
  return row;
}

}  // namespace

// One row below a ruler, two otherwise.
std::size_t AlignedTables::read(std::size_t i, Fields fields) {
  const core::Span top = without_bar(lines_.text(), lines_.line(i));
  if (const std::size_t behind = read_wrapped(i); behind > i) return behind;
  std::vector<core::Span> header = names_by_words(i, names_apart(lines_.text(), fields(lines_.text(), top)));
  if (header.size() < 2 || header.size() > kMostColumns || is_ruler(lines_.at(top))) return i;
  const bool numbered = lines_.has_number(top) && !(fields == wide_fields && names_statistics(header));
  if (numbered && !names_parts(i, header)) return i;
  const bool labelled = drop_label(i, fields, header);
  const bool of_statistic = lines_.at(header.front()).back() == ':' && core::find_statistic(text::lower(lines_.at({header.front().begin, header.front().end - 1}))).has_value();
  const auto is_no_name = [&](core::Span field) { return is_ruler(lines_.at(field)) || (lines_.at(field).back() == ':' && !(of_statistic && field.begin == header.front().begin)) || lines_.at(field) == "=" || (fields == words && is_sentence(lines_.at(field))); };
  if (std::any_of(header.begin(), header.end(), is_no_name)) return i;
  // A line that says in brackets what stands below the names.
  const std::size_t remarks = i + 2 < lines_.count() && lines_.line(i + 1).size() <= kLongestLine && is_bracketed(lines_.text(), lines_.line(i + 1)) && is_ruler(lines_.at(lines_.line(i + 2))) ? 1 : 0;
  const bool ruled = i + 1 + remarks < lines_.count() && is_ruler(lines_.at(lines_.line(i + 1 + remarks)));
  std::optional<HeaderColumns> placed_at;  // made for the few lines that need it
  const auto columns = [&]() -> const HeaderColumns& { return placed_at ? *placed_at : placed_at.emplace(lines_.text(), lines_.begin_of(i), header); };
  std::vector<std::vector<core::Span>> rows;
  const std::size_t parameters = count_parameters(header);
  std::size_t failed = 0;  // of the rows
  std::size_t next = i + remarks + (ruled ? 2 : 1);
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestLine; ++next) {
    const core::Span line = without_bar(lines_.text(), lines_.line(next));
    std::vector<core::Span> row = fields(lines_.text(), line);
    // Columns of fixed width, where a value may fill its own and hold wide gaps.
    if (auto cut = ruled && header.size() > 2 ? columns().cut(lines_.begin_of(next), words(lines_.text(), line)) : std::nullopt) row = std::move(*cut);
    if (ruled && row.size() > header.size()) row = joined_at_commas(lines_.text(), std::move(row));
    // A value as wide as its column leaves one blank; "36 ns" is one value below names that one blank parts.
    if (row.size() != header.size()) row = fields == words ? wide_fields(lines_.text(), line) : words(lines_.text(), line);
    if (ruled && header.size() > 2 && row.size() != header.size())
      if (auto cut = columns().cut_at_ends(lines_.begin_of(next), words(lines_.text(), line)); cut && is_row(*cut, header.size())) row = std::move(*cut);
    // Not where the words stand below other headers than their number says: the first cell is that of the row above.
    if (row.size() == header.size() && fields == wide_fields && lines_.indent(next) > lines_.indent(i))
      if (const auto placed = columns().place_words(lines_.begin_of(next), words(lines_.text(), line)); placed && placed->front().size() == 0) break;
    const bool measured = is_row(ruled ? without_rates(row, header.size()) : row, header.size(), parameters);
    const bool whole = measured || is_failed_row(row, header.size());
    failed += whole && !measured ? 1U : 0U;
    if (!whole) row = ruled ? short_row(i, next, header) : std::vector<core::Span>();
    if (row.empty()) break;
    rows.push_back(std::move(row));
  }
  // Names that all say their unit are no words of a sentence: one row is enough.
  const bool in_units = std::all_of(header.begin(), header.end(), [&](core::Span name) { return !unit_of_header(lines_.at(name)).empty(); });
  const auto is_statistic = [&](core::Span name) { return core::find_statistic(text::lower(lines_.at(name))).has_value(); };  // of what a line above says
  if (rows.size() == failed) rows.clear();
  const bool sure = ruled || in_units || numbered || (rows.size() == 1 && !std::all_of(header.begin(), header.end(), is_statistic) && header.size() > kFewestBelow && (labelled || columns().end_below(lines_.begin_of(next - 1), rows.front()) || columns().end_below_name(lines_.begin_of(next - 1), rows.front())));
  if (rows.size() >= (sure ? 1U : 2U)) {
    add(header, rows);
    return next;
  }
  // One blank may part names that are known: "min  mean[+/-sd] median   max".
  if (fields != wide_fields) return std::all_of(header.begin(), header.end(), is_statistic) ? read_indexed(i, header) : i;
  const std::size_t behind = read_indexed(i, header);
  return behind > i ? behind : read_placed(i, header);
}

// "avg-cpu:  %user   %nice %system" above nothing but numbers that end below these names: a label that has no column. Whether it was dropped.
bool AlignedTables::drop_label(std::size_t i, Fields fields, std::vector<core::Span>& header) const {
  if (header.size() <= kFewestBelow || lines_.at(header.front()).back() != ':' || i + 1 >= lines_.count() || lines_.line(i + 1).size() > kLongestLine) return false;
  const std::vector<core::Span> row = fields(lines_.text(), lines_.line(i + 1));
  const std::vector<core::Span> names(header.begin() + 1, header.end());
  const bool numbers = row.size() == names.size() && std::all_of(row.begin(), row.end(), [&](core::Span field) { return read_written_cell(lines_.text(), field).cell.kind == core::CellKind::number; });
  if (!numbers || !HeaderColumns(lines_.text(), lines_.begin_of(i), names).end_below(lines_.begin_of(i + 1), row)) return false;
  header = names;
  return true;
}

// The names of a header above a ruler, of which one blank may part two: "Rate items_per_second" above "535.4M/s   535.4M/s". They are, where
// the row below has a value flush with the end of each word.
std::vector<core::Span> AlignedTables::names_by_words(std::size_t i, std::vector<core::Span> header) const {
  if (header.size() < 3 || i + 2 >= lines_.count() || lines_.line(i + 2).size() > kLongestLine || !is_ruler(lines_.at(lines_.line(i + 1)))) return header;
  if (std::none_of(header.begin() + 1, header.end(), [&](core::Span name) { return lines_.at(name).find(' ') != std::string_view::npos; })) return header;
  std::vector<core::Span> names = words(lines_.text(), lines_.line(i));
  if (names.size() > kMostColumns) return header;
  const auto row = HeaderColumns(lines_.text(), lines_.begin_of(i), names).cut_at_ends(lines_.begin_of(i + 2), words(lines_.text(), lines_.line(i + 2)));
  const auto is_value = [&](core::Span cell) { return read_written_cell(lines_.text(), cell).cell.kind == core::CellKind::number; };
  return row && std::all_of(row->begin() + 1, row->end(), is_value) ? names : header;
}

// As read(), where a column without a name stands before the others, as pandas has it: a label, or the number of the row.
std::size_t AlignedTables::read_indexed(std::size_t i, std::vector<core::Span> header) {
  const std::size_t columns = header.size() + 1;
  const bool ruled = i + 1 < lines_.count() && is_ruler(lines_.at(lines_.line(i + 1)));
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + (ruled ? 2 : 1);
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> row = with_whole_label(lines_.text(), wide_fields(lines_.text(), lines_.line(next)));
    if (row.size() != columns) row = words(lines_.text(), lines_.line(next));
    if (!is_row(row, columns)) break;
    rows.push_back(std::move(row));
  }
  // The names stand above the values: none of them above the first column.
  if (rows.size() < 2 || lines_.indent(i) < rows[0][0].end - lines_.begin_of(lines_.document().place(rows[0][0].begin).line - 1)) return i;
  header.insert(header.begin(), core::Span{header.front().begin, header.front().begin});
  add(header, rows);
  return next;
}

// As read_indexed(), where pandas found a table too wide for its lines: headers that end in a backslash, but for the last, each above the
// same rows, which begin with the same labels.
std::size_t AlignedTables::read_wrapped(std::size_t i) {
  const auto goes_on = [&](std::size_t at_line) {
    const std::string_view line = lines_.at(lines_.line(at_line));
    return line.size() > 2 && line.size() <= kLongestLine && line.back() == '\\' && is_blank(line[line.size() - 2]);
  };
  std::vector<core::Span> header;
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i;
  for (bool more = goes_on(i), first = true; more; first = false) {
    core::Span top = lines_.line(next);
    more = goes_on(next);
    if (more) top.end -= 1;
    const std::vector<core::Span> names = words(lines_.text(), top);
    std::size_t row = 0;
    for (++next; next < lines_.count() && lines_.line(next).size() > 0 && lines_.line(next).size() <= kLongestLine; ++next, ++row) {
      std::vector<core::Span> fields = words(lines_.text(), lines_.line(next));
      if (fields.size() != names.size() + 1) break;
      if (first) rows.push_back(std::move(fields));
      else if (row < rows.size() && lines_.at(fields[0]) == lines_.at(rows[row][0])) rows[row].insert(rows[row].end(), fields.begin() + 1, fields.end());
      else return i;
    }
    if (row == 0 || row != rows.size()) return i;
    if (header.empty()) header.push_back({names.front().begin, names.front().begin});
    header.insert(header.end(), names.begin(), names.end());
    const std::size_t end = next;
    while (more && next < lines_.count() && lines_.line(next).size() == 0) ++next;
    if (more && (next == lines_.count() || next > end + 2)) return i;
  }
  if (rows.empty() || header.size() > kMostColumns) return i;
  add(header, rows);
  return next;
}

// As read(), where cells are empty, so that only their place tells whose they are. Single empty lines part nothing.
std::size_t AlignedTables::read_placed(std::size_t i, const std::vector<core::Span>& header) {
  if (header.size() < 3) return i;
  const HeaderColumns columns(lines_.text(), lines_.begin_of(i), header);
  const std::size_t parameters = count_parameters(header);
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i + 1;
  for (std::size_t at_line = next; at_line < lines_.count() && lines_.line(at_line).size() <= kLongestLine; ++at_line) {
    const bool empty = lines_.line(at_line).size() == 0;
    if ((rows.empty() && is_ruler(lines_.at(lines_.line(at_line)))) || (empty && lines_.line(at_line - 1).size() > 0)) continue;
    std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(at_line));
    auto row = columns.place(lines_.begin_of(at_line), fields);
    // A value may be as wide as its column, and the name of the row above go on below it.
    if (!row) {
      row = columns.place_words(lines_.begin_of(at_line), words(lines_.text(), lines_.line(at_line)));
      if (row && row->front().size() == 0 && rows.empty()) row.reset();
      fields = row.value_or(std::vector<core::Span>());
      fields.erase(std::remove_if(fields.begin(), fields.end(), [](core::Span field) { return field.size() == 0; }), fields.end());
    }
    if (!row || fields.size() < 2 || !(is_row(fields, fields.size(), parameters) || is_like(rows, *row))) break;
    rows.push_back(std::move(*row));
    next = at_line + 1;
  }
  if (rows.size() < 2) return i;
  add(header, rows);
  return next;
}

// "Test   Mean   P95" and "R   mAP50   mAP50-95": no number of a header but those of statistics and in names.
bool AlignedTables::names_statistics(const std::vector<core::Span>& header) const {
  return std::all_of(header.begin(), header.end(), [&](core::Span name) {
    const std::string_view written = lines_.at(name);
    if (is_digit(written.front()) && is_digit(written.back())) return name.begin == header.front().begin && is_clock(written);  // as in most lines
    const bool part = is_letter(written[0]) && written.find(' ') == std::string_view::npos && written.find('-') != std::string_view::npos;
    return !lines_.has_number(name) || part || core::find_statistic(text::lower(written)).has_value();
  });
}

// "Name   average   99th" and "type   16 bytes   64 bytes": numbers that name columns, as what stands below them is in another unit.
bool AlignedTables::names_parts(std::size_t i, const std::vector<core::Span>& header) const {
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

// "(size)": headers in brackets are of what was set, in words as often as in numbers.
std::size_t AlignedTables::count_parameters(const std::vector<core::Span>& header) const {
  return static_cast<std::size_t>(std::count_if(header.begin() + 1, header.end(), [&](core::Span name) { return is_bracketed(lines_.text(), name); }));
}

// A row of an aligned table: as many fields as the header, and in at least half of them behind the first a value; `parameters` of them
// are not asked.
bool AlignedTables::is_row(const std::vector<core::Span>& fields, std::size_t columns, std::size_t parameters) const {
  if (fields.size() != columns || (lines_.at(fields.front()).front() == '[' && lines_.at(fields.front()).back() == ',')) return false;  // "[READ], Count, 5"
  std::size_t values = 0;
  for (const core::Span field : fields) {
    if (lines_.at(field).back() == '|') return false;  // parted by bars as well
    const bool label = field.begin == fields.front().begin && columns > 2 && lines_.at(field) != ":";  // "Copy:  5222.6  0.02"
    if ((lines_.at(field).back() == ':' && !label) || lines_.at(field) == "=") return false;  // "name : value" lines
    if (label && lines_.at(field).back() == ':' && lines_.at(fields[2]).back() == ',') return false;  // "Prompt: 12 tokens, 345 tokens-per-sec"
    values += read_written_cell(lines_.text(), field).cell.kind == core::CellKind::number || needs_decimal_comma(lines_.at(field));
  }
  return values > 0 && 2 * values >= columns - 1 - std::min(parameters, columns - 1);
}

// "S.sum:p0.50  a  10  sample      0.030  us/op" below "S.sum  a  10  sample  288  0.086  us/op": few numbers, all of them below others.
bool AlignedTables::is_like(const std::vector<std::vector<core::Span>>& rows, const std::vector<core::Span>& row) const {
  if (rows.empty() || row.front().size() == 0) return false;
  const auto kind_of = [&](core::Span field) { return read_written_cell(lines_.text(), field).cell.kind; };
  std::size_t numbers = 0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    const core::CellKind kind = kind_of(row[k]);
    if (kind == core::CellKind::absent) continue;  // "N/A" too
    const bool number = kind == core::CellKind::number;
    if (number != (kind_of(rows.front()[k]) == core::CellKind::number)) return false;
    numbers += number ? 1U : 0U;
  }
  return numbers > 0;
}

// "phi4   ERROR   ERROR" beside other rows: what could not be measured.
bool AlignedTables::is_failed_row(const std::vector<core::Span>& fields, std::size_t columns) const {
  if (fields.size() != columns || columns < 2 || !is_letter(lines_.text()[fields.front().begin])) return false;
  const auto tells = [&](core::Span field) {
    if (columns == 2) return is_one_of(text::lower(lines_.at(field)), {"error", "oom", "failed", "timeout"});
    return is_one_of(text::lower(lines_.at(field)), {"error", "oom", "failed", "fail", "timeout", "n/a", "na", "nan", "none", "null", "skipped", "-", "--", "---", "x"});
  };
  const auto is_value = [&](core::Span field) { return read_written_cell(lines_.text(), field).cell.kind == core::CellKind::number; };
  return std::any_of(fields.begin() + 1, fields.end(), tells) && std::all_of(fields.begin() + 1, fields.end(), [&](core::Span field) { return tells(field) || is_value(field); });
}

// The first `columns` fields of a row behind which nothing but rates stand that say what they are of: "133 kB/s   34.25k items/s".
std::vector<core::Span> AlignedTables::without_rates(const std::vector<core::Span>& row, std::size_t columns) const {
  if (row.size() <= columns) return row;
  const auto behind = row.begin() + static_cast<std::ptrdiff_t>(columns);
  const bool rates = std::all_of(behind, row.end(), [&](core::Span field) { return unnamed_rate(lines_.text(), field).has_value(); });
  return rates ? std::vector<core::Span>(row.begin(), behind) : row;
}

// A row that lacks a cell, "BM_Sort_RMS   5 %   5 %", as its place tells, or has a message for all of them, "BM_Sort   ERROR OCCURRED: 'x'". Else
// empty.
std::vector<core::Span> AlignedTables::short_row(std::size_t top, std::size_t i, const std::vector<core::Span>& header) const {
  std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(i));
  if (fields.size() == 2 && header.size() > 2 && is_failure(lines_.at(fields[1]))) {
    fields.resize(header.size());
    return fields;
  }
  if (fields.size() < 3 || fields.size() >= header.size() || !is_row(fields, fields.size())) return {};
  const auto placed = HeaderColumns(lines_.text(), lines_.begin_of(top), header).place(lines_.begin_of(i), fields);
  return placed ? *placed : std::vector<core::Span>();
}

void AlignedTables::add(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows) {
  last_header_ = lines_.document().place(header.front().begin).line;
  last_columns_ = header.size();
  if (auto statistics = table_of_statistics(lines_.document(), header, rows, context_.section())) {
    out_.add_keys(header);
    out_.add(std::move(*statistics));
    return;
  }
  const std::string above = last_header_ < 2 ? std::string() : std::string(lines_.at(lines_.line(last_header_ - 2)));
  if (auto quantities = table_of_quantities(lines_.document(), header, rows, unit_of_header(above).empty() ? context_.section() : above)) {
    out_.add_keys(header);
    out_.add(std::move(*quantities));
    return;
  }
  UnitColumns columns(core::TableKind::csv, context_.section());
  columns.table().header_line = last_header_;
  AlignedHeader names = aligned_header(lines_.document(), header);
  // "17:31:39     CPU    %usr" above "17:31:40     all   19.90": when that was, and when the rows were.
  const bool of_statistic = names.keys.front().size() > 1 && names.keys.front().back() == ':';
  if (is_clock(names.keys.front()) || of_statistic) names.keys.front() = "time";
  std::vector<std::optional<PartedHeader>> parts;
  for (std::size_t k = 0; k < header.size(); ++k) {
    std::string part = percentile_column(names.keys[k]);
    parts.push_back(parts_below(lines_.text(), names.keys[k], rows, k));
    columns.add_column(parts[k] ? parts[k]->keys.front() : part.empty() ? std::move(names.keys[k]) : std::move(part), names.units[k]);
  }
  std::map<std::size_t, std::size_t> others;  // the column of the second value of a header
  for (std::size_t k = 0; k < header.size(); ++k)
    for (std::size_t i = 1; parts[k] && i < parts[k]->keys.size(); ++i) {
      const std::size_t added = columns.add_column(parts[k]->keys[i], names.units[k]);
      if (i == 1) others[k] = added;
    }
  out_.add_keys(names.written);
  std::map<std::string, std::size_t> counters;
  core::Span name;  // of the row, where it is written once for several
  const ReadCell read_cell = has_decimal_commas(lines_.text(), rows) ? read_comma_cell : read_written_cell;
  for (const std::vector<core::Span>& fields : rows) {
    columns.add_row(row_at(lines_.document(), from_first_to_last(fields)));
    for (std::size_t k = 0; k < fields.size(); ++k) {
      core::Span field = fields[k];
      if (k == 0 && field.size() > 1 && lines_.at(field).back() == ':') --field.end;  // "Copy:  5222.6  0.02"
      if (k == 0 && field.size() == 0) field = name;
      if (k == 0) name = lines_.has_number(field) ? core::Span{} : field;
      if (k < parts.size() && parts[k]) {
        const std::vector<WrittenCell> values = parted_cell(lines_.text(), field, *parts[k]);
        for (std::size_t i = 0; i < values.size(); ++i) columns.put(i == 0 ? k : others[k] + i - 1, values[i]);
      } else if (field.size() > 0) {
        put_field(columns, counters, k, field, read_cell);
      }
    }
  }
  core::Table table = columns.finish();
  std::vector<core::Cell> headers;  // "type   16 bytes   64 bytes"
  for (const core::Span each : header) headers.push_back(text_cell(each));
  if (auto levels = table_of_levels(lines_.document(), table, headers)) table = std::move(*levels);
  out_.add({header.front().begin, std::move(table)});
}

// "19101577 bytes_per_second=211.669Mi/s": a counter is a column of its own, and so is a rate behind the last column.
void AlignedTables::put_field(UnitColumns& columns, std::map<std::string, std::size_t>& counters, std::size_t column, core::Span field, ReadCell read_cell) const {
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
    const auto scaled = counted ? std::nullopt : counter_value(lines_.text(), columns.table().columns[column].key, field);
    columns.put(column, scaled ? *scaled : read_cell(lines_.text(), counted ? counted->count : field));
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

bool AlignedTables::report_far_row(std::size_t i, core::Diagnostics& diagnostics) {
  if (last_columns_ < 3) return false;
  const std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(i));
  if (!is_row(fields, last_columns_) || lines_.has_number(fields.front())) return false;
  if (++far_rows_ <= kMostDiagnostics)
    diagnostics.add({core::DiagnosticCode::table_row_far_away, lines_.document().artifact.path, lines_.document().place(lines_.line(i).begin),
                      fmt::format("fits the table of line {}, from which other lines part it", last_header_), {}});
  return true;
}

}  // namespace chimera::plaintext
