#include "sources/csv_shape.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "core/unit.h"
#include "base/one_of.h"
#include "plaintext/header_lines.h"
#include "plaintext/header_words.h"
#include "plaintext/number_forms.h"
#include "plaintext/wide_tables.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kSampleRecords = 100;
constexpr std::size_t kLongestTitle = 120;
constexpr std::size_t kSampleCells = 2'000'000;  // enough for 100 records of a very wide table, and no more

// Records from `begin` on, without blank ones; up to where, behind a blank line, a table of another width may begin.
std::vector<RawRecord> sample(std::string_view text, char delimiter, std::uint64_t begin, std::size_t most = kSampleRecords) {
  RecordReader reader(text, delimiter, begin);
  std::vector<RawRecord> records;
  std::size_t cells = 0;
  bool after_blank = false;
  RawRecord record;
  while (records.size() < most && cells < kSampleCells && reader.next(record)) {
    if (filled_width(record) == 0) {  // ",,"
      after_blank = true;
      continue;
    }
    const bool in_table = records.size() >= 2 && records.back().cells.size() > 1;
    if (after_blank && in_table && record.cells.size() != records.back().cells.size()) break;
    after_blank = false;
    cells += record.cells.size();
    records.push_back(record);
  }
  return records;
}

// The number of cells that most records have, of those that have `least`; of equally frequent ones the first record's, else the larger.
std::size_t usual_width(const std::vector<RawRecord>& records, std::size_t& matching, std::size_t least = 0) {
  std::map<std::size_t, std::size_t> frequency;
  std::size_t first = 0;
  for (const RawRecord& record : records) {
    if (record.cells.size() < least) continue;
    if (frequency.empty()) first = record.cells.size();
    ++frequency[record.cells.size()];
  }
  std::size_t width = 0;
  matching = 0;
  for (const auto& [cells, count] : frequency) {
    if (count < matching || cells == 0) continue;
    width = cells;
    matching = count;
  }
  return first > 1 && frequency[first] == matching ? first : width;
}

// One record and how its cells read.
class View {
 public:
  View(std::string_view text, const CsvDialect& dialect, const RawRecord& record) : text_(text), comma_(dialect.delimiter != ','), record_(record) {}

  [[nodiscard]] std::size_t size() const { return record_.cells.size(); }
  [[nodiscard]] std::string_view at(std::size_t i) const {
    if (i >= size()) return {};
    const RawCell& cell = record_.cells[i];
    return text_.substr(cell.begin, cell.end - cell.begin);
  }
  [[nodiscard]] bool empty_at(std::size_t i) const { return at(i).empty(); }
  [[nodiscard]] bool number_at(std::size_t i) const {
    return !empty_at(i) && (text::parse_number(at(i)) || (comma_ && text::parse_number(at(i), text::DecimalMark::comma)));
  }
  // Something that a column's name never is.
  [[nodiscard]] bool value_at(std::size_t i) const {
    if (empty_at(i)) return false;
    const std::string_view cell = at(i);
    const char first = cell.front();
    if ((first >= '0' && first <= '9') || first == '-' || first == '.' || first == '+') {
      if (number_at(i)) return true;
      const std::vector<text::DateToken> dates = text::find_dates(cell);
      return !dates.empty() && dates[0].begin == 0;
    }
    if (cell.size() > 5) return false;
    const std::string word = text::lower(cell);
    return word == "true" || word == "false" || word == "nan" || word == "inf" || number_at(i);
  }
  // No cell is a value and at least one names something.
  [[nodiscard]] bool names_only() const {
    bool any = false;
    for (std::size_t i = 0; i < size(); ++i) {
      if (value_at(i)) return false;
      any = any || !empty_at(i);
    }
    return any;
  }
  // The unit of a number that is written with one; empty of others. Parts in per cent name columns ("50%").
  [[nodiscard]] std::string_view unit_at(std::size_t i) const {
    const auto found = plaintext::read_number_in_unit(text::trim(at(i)));
    return found && found->unit != "%" ? found->unit : std::string_view();
  }
  [[nodiscard]] bool is_comment() const { return !record_.cells[0].quoted && at(0).substr(0, 1) == "#"; }
  [[nodiscard]] const RawRecord& record() const { return record_; }

 private:
  std::string_view text_;
  bool comma_;  // may be a decimal mark
  const RawRecord& record_;
};

// ---- delimiter -------------------------------------------------------------------------------------------------

char detect_delimiter(std::string_view text) {
  constexpr std::size_t kLookedThrough = std::size_t{1} << 20U;  // for delimiters that do not stand in it
  constexpr std::array<char, 4> kDelimiters = {'\t', ';', '|', ','};  // of equally good ones the one that text needs less
  char best = ',';
  std::pair<std::size_t, std::size_t> best_count{0, 0};  // records of the usual width, records of more than one cell
  std::vector<char> candidates(kDelimiters.begin(), kDelimiters.end());
  if (text.size() <= kLookedThrough) candidates.erase(std::remove_if(candidates.begin(), candidates.end(), [&](char c) { return text.find(c) == std::string_view::npos; }), candidates.end());
  if (candidates.empty() || candidates.front() == best) return best;  // nothing to choose from
  for (const char delimiter : candidates) {
    const std::vector<RawRecord> records = sample(text, delimiter, 0);
    const auto several = static_cast<std::size_t>(std::count_if(records.begin(), records.end(), [](const RawRecord& r) { return r.cells.size() > 1; }));
    std::size_t matching = 0;
    usual_width(records, matching, 2);
    if (std::pair(matching, several) <= best_count) continue;
    best = delimiter;
    best_count = {matching, several};
  }
  return best;
}

// ---- header ----------------------------------------------------------------------------------------------------

std::string cell_text(std::string_view raw, bool quoted) {
  if (!quoted && raw.find_first_of("\r\n") == raw.npos) return std::string(text::trim(raw));
  std::string key;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (quoted && raw[i] == '"' && i + 1 < raw.size() && raw[i + 1] == '"') ++i;
    key += raw[i] == '\n' || raw[i] == '\r' ? ' ' : raw[i];
  }
  return std::string(text::trim(key));
}

// The unit in the last brackets of a name: "power.draw [W]", "Time (%)".
std::string bracketed_unit(std::string_view key) {
  const std::size_t close = key.find_last_of(")]");
  if (close == key.npos) return {};
  const std::size_t open = key.rfind(key[close] == ')' ? '(' : '[', close);
  if (open == key.npos) return {};
  const std::string_view inside = text::trim(key.substr(open + 1, close - open - 1));
  const bool argument = inside == "x" && open > 0 && key[open - 1] != ' ';  // "f(x)"
  if (argument) return {};
  return core::find_unit(inside) != nullptr ? std::string(inside) : std::string();
}

plaintext::HeaderLine header_line(const View& view, std::size_t width) {
  plaintext::HeaderLine line(width);
  for (std::size_t c = 0; c < std::min(width, view.size()); ++c)
    line[c] = {cell_text(view.at(c), view.record().cells[c].quoted), view.value_at(c), view.number_at(c)};
  return line;
}

// A header of numbers, as tables over settings have: increasing integers, other cells only before them, and rows
// below that hold something else.
bool is_scale(const View& first, const View& below) {
  double last = 0;
  std::size_t numbers = 0;
  bool differs = false;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::optional<text::Number> number = text::parse_number(first.at(i));
    if (!number) {
      if (numbers > 0) return false;
      continue;
    }
    if (!number->integer || (numbers > 0 && number->value <= last)) return false;
    last = number->value;
    ++numbers;
    const std::optional<text::Number> under = text::parse_number(below.at(i));
    differs = differs || !under || !under->integer;
  }
  constexpr std::size_t kLevels = 3;
  return (numbers >= 2 && differs) || (numbers >= kLevels && !below.value_at(0) && plaintext::may_head_levels(first.at(0)));
}

// "quant,0.5,0.9,0.99", "quant,1,4,8,All" as pandas writes levels above their values: a name in front, numbers that rise behind it, perhaps a name
// for all of them at the end, and a name and values in each row below.
bool heads_levels(const std::vector<View>& views, std::size_t i) {
  const View& first = views[i];
  if (first.size() < 3 || i + 1 == views.size() || first.empty_at(0) || first.value_at(0)) return false;
  const bool all = base::is_one_of(text::lower(first.at(first.size() - 1)), {"all", "total", "mean"});
  double last = -1;
  for (std::size_t c = 1; c + (all ? 1U : 0U) < first.size(); ++c) {
    const std::optional<text::Number> number = text::parse_number(first.at(c));
    if (!number || number->value <= last) return false;
    last = number->value;
  }
  // Shares of 1 are quantiles; whole numbers may be what a row without a header holds.
  if (!all && last >= 1) return false;
  for (std::size_t k = i + 1; k < views.size(); ++k) {
    if (views[k].size() != first.size() || views[k].empty_at(0) || views[k].value_at(0)) return false;
    for (std::size_t c = 1; c < first.size(); ++c)
      if (!views[k].empty_at(c) && !views[k].value_at(c)) return false;
  }
  return all || plaintext::may_head_levels(first.at(0)) || plaintext::names_things(first.at(0));
}

// Quantities above quantities in the same units: a row like the one below.
bool repeats_units(const View& first, const View& below) {
  std::size_t same = 0;
  std::size_t names = 0;
  for (std::size_t c = 0; c < first.size(); ++c) {
    const std::string_view unit = first.unit_at(c);
    if (!unit.empty() && unit == below.unit_at(c)) ++same;
    else if (!first.empty_at(c) && !first.value_at(c)) ++names;
  }
  return same >= 2 && same >= names;
}

// "Model,4090,3090,M3 Max" above "A,50,40,30": the corner says what the rows are of, and the numbers are names of devices.
bool names_devices_by_numbers(const std::vector<View>& views, std::size_t i) {
  constexpr double kFewestOfName = 200;
  const View& first = views[i];
  if (first.size() < 3 || !plaintext::names_things(first.at(0))) return false;
  std::set<std::string_view> names;
  bool any = false;
  for (std::size_t c = 0; c < first.size(); ++c) {
    if (first.empty_at(c) || !names.insert(first.at(c)).second) return false;
    const std::optional<text::Number> number = text::parse_number(first.at(c));
    if (number && (c == 0 || !number->integer || number->value < kFewestOfName)) return false;
    any = any || number.has_value();
  }
  for (std::size_t k = i + 1; k < views.size(); ++k)
    if (views[k].empty_at(0) || views[k].value_at(0) || plaintext::names_things(views[k].at(0))) return false;
  return any;
}

bool is_header(const std::vector<View>& views, std::size_t i) {
  const View& first = views[i];
  if (i + 1 < views.size() && repeats_units(first, views[i + 1])) return false;
  if (first.names_only()) return true;
  if (i + 1 == views.size()) return false;
  if (is_scale(first, views[i + 1]) || names_devices_by_numbers(views, i) || heads_levels(views, i)) return true;
  std::size_t names_over_values = 0;
  std::size_t values_over_values = 0;
  for (std::size_t c = 0; c < first.size(); ++c) {
    if (!views[i + 1].value_at(c) || first.empty_at(c)) continue;
    ++(first.value_at(c) ? values_over_values : names_over_values);
  }
  return names_over_values > values_over_values;
}

// "#gpu, pwr" above "#Idx, W".
bool names_above_units(const View& names, const View& units, std::size_t width) {
  if (width < 2 || names.size() != width || units.size() != width || !units.is_comment() || !names.names_only() || !units.names_only()) return false;
  std::size_t known = 0;
  for (std::size_t c = 1; c < width; ++c) known += core::find_unit(text::trim(units.at(c))) != nullptr ? 1 : 0;
  return known * 2 >= width - 1;
}

// "RTX 4090,,", perhaps below another title: all cells but the first are empty, and full names above values follow.
bool is_title(const std::vector<View>& views, std::size_t i) {
  constexpr std::size_t kMostTitles = 3;
  const std::size_t end = std::min(views.size(), i + kMostTitles);
  std::size_t k = i;
  while (k < end && filled_width(views[k].record()) == 1 && views[k].names_only() && !views[k].is_comment()) ++k;
  return k > i && k + 1 < views.size() && views[k].names_only() && filled_width(views[k].record()) > 1 && !views[k].empty_at(0) && !views[k + 1].names_only();
}

// The index of the table's first record; what stands before it is preamble.
std::size_t preamble_end(const std::vector<View>& views, std::size_t width) {
  const auto header_follows = [&](std::size_t i) {
    for (std::size_t k = i + 1; k < views.size(); ++k) {
      if (views[k].size() == width) return views[k].names_only() && !views[k].is_comment();
    }
    return false;
  };
  std::size_t i = 0;
  for (; i + 1 < views.size(); ++i) {
    const View& view = views[i];
    if (width > 1 && is_title(views, i)) continue;
    const bool values_below = !views[i + 1].names_only();
    if (view.is_comment()) {
      if (i + 2 < views.size() && names_above_units(view, views[i + 1], width) && !views[i + 2].names_only()) return i;
      const bool is_commented_header = view.size() == width && width > 1 && view.names_only() && values_below && !views[i + 1].is_comment();
      if (is_commented_header) return i;
      continue;
    }
    if (view.size() == width) return i;
    const bool nearly = view.size() > 1 && view.size() * 2 >= width && view.names_only();
    if (nearly && views[i + 1].size() == width && values_below) return i;  // a header that is too short or too long
    if (view.size() > 1 && !header_follows(i)) return i;                   // a ragged row of a table without header
  }
  return i;
}

// Header lines from views[i] on, then a row of units. Returns the index behind them.
std::size_t read_names(const std::vector<View>& views, std::size_t i, std::size_t width, CsvHeader& header) {
  std::vector<plaintext::HeaderLine> lines = {header_line(views[i], std::max(width, views[i].size()))};
  // A line with a value in it goes on with no header, nor names units: of most files the second does not.
  const auto has_value = [&](const View& view) {
    for (std::size_t c = 0; c < width; ++c)
      if (view.value_at(c)) return true;
    return false;
  };
  const bool goes_on = i + 1 < views.size() && views[i + 1].size() == width && !has_value(views[i + 1]);
  for (std::size_t k = i + 1; goes_on && k < views.size() && lines.size() < plaintext::kHeaderLinesSeen && views[k].size() == width; ++k)
    lines.push_back(header_line(views[k], width));
  for (std::size_t k = 0; k < lines.size() && views[i + k].is_comment(); ++k) {
    std::string& first = lines[k][0].text;
    first = std::string(text::trim(std::string_view(first).substr(1)));
  }
  plaintext::HeaderNames names = plaintext::read_header_lines(lines);
  header.keys = std::move(names.keys);
  header.units = std::move(names.units);
  const bool commented = names.lines > 1 && views[i + 1].is_comment();
  for (std::string& unit : header.units) {  // "#Idx, W, C"
    if (commented && unit == "C") unit = "\xC2\xB0" "C";
    if (commented && core::find_unit(unit) == nullptr) unit.clear();
  }
  for (std::size_t c = 0; c < header.keys.size(); ++c)
    if (header.units[c].empty()) header.units[c] = bracketed_unit(header.keys[c]);
  for (std::size_t k = 0; k < names.lines; ++k) header.records.push_back(views[i + k].record().span);
  return i + names.lines;
}

// "Watts,2.8,Volts,249.5" in every record: the same names in turn, and values behind them.
bool are_named_by_cells(const std::vector<View>& views, std::size_t first, std::size_t width) {
  constexpr std::size_t kFewestPairs = 2;
  if (width % 2 != 0 || width < 2 * kFewestPairs || views.size() < first + 2) return false;
  std::size_t numbers = 0;
  for (std::size_t i = first; i < views.size(); ++i) {
    if (views[i].size() != width) return false;
    for (std::size_t c = 0; c < width; c += 2) {
      if (views[i].value_at(c) || views[i].empty_at(c) || views[i].at(c) != views[first].at(c)) return false;
      numbers += views[i].number_at(c + 1) ? 1 : 0;
    }
  }
  return numbers * 4 >= (views.size() - first) * width;  // of every second value, as others are times and marks
}

// What the quantities of nearly all rows of a column are called by their units; empty where they are several things or none.
std::string_view noun_of_column(const std::vector<View>& views, std::size_t first, std::size_t column) {
  std::string_view noun;
  std::size_t rows = 0;
  for (std::size_t i = first; i < views.size(); ++i) {
    const core::UnitPtr unit = core::find_unit(views[i].unit_at(column));
    if (unit == nullptr || plaintext::quantity_name(*unit).empty()) continue;
    if (!noun.empty() && noun != plaintext::quantity_name(*unit)) return {};
    noun = plaintext::quantity_name(*unit);
    ++rows;
  }
  return rows * 10 >= (views.size() - first) * 9 ? noun : std::string_view();
}

// Columns without a header that alone have values in such a unit.
void name_by_units(const std::vector<View>& views, std::size_t first, std::vector<std::string>& keys) {
  std::vector<std::string_view> nouns;
  for (std::size_t c = 0; c < keys.size(); ++c) nouns.push_back(noun_of_column(views, first, c));
  for (std::size_t c = 0; c < keys.size(); ++c)
    if (!nouns[c].empty() && std::count(nouns.begin(), nouns.end(), nouns[c]) == 1) keys[c] = nouns[c];
}

// The cells of the header's widest line, empty ones too.
std::size_t names_of(const std::vector<RawRecord>& records, std::size_t first, std::size_t behind) {
  std::size_t named = 0;
  for (std::size_t i = first; i < behind; ++i) named = std::max(named, records[i].cells.size());
  return named;
}

// "# RTX 4090" above a header that comes again: it may tell the tables apart.
bool heads_alike(std::string_view text, const std::vector<RawRecord>& records, std::size_t first) {
  constexpr std::uint64_t kSearched = std::uint64_t{1} << 16U;
  const core::Span comment = records[first - 1].span;
  const core::Span header = records[first].span;
  if (comment.size() > kLongestTitle || records[first].cells.size() < 2) return false;
  const std::string_view same = text.substr(header.begin, header.size());
  const std::uint64_t from = comment.begin > kSearched ? comment.begin - kSearched : 0;
  const std::string_view before = text.substr(from, comment.begin - from);
  const std::string_view behind = text.substr(header.end, kSearched);
  return behind.find(same) != std::string_view::npos || before.find(same) != std::string_view::npos;
}

// The header of tables side by side: their titles and the names below them.
CsvHeader header_of_groups(std::string_view text, const CsvDialect& dialect, const std::vector<RawRecord>& records, SideBySide found) {
  CsvHeader header;
  const View names(text, dialect, records[found.names]);
  const std::size_t width = std::max(filled_width(records[found.names]), std::min(names.size(), records[found.names + 1].cells.size()));
  for (std::size_t c = 0; c < width; ++c) {
    header.keys.push_back(cell_text(names.at(c), records[found.names].cells[c].quoted));
    header.units.push_back(bracketed_unit(header.keys.back()));
  }
  for (std::size_t i = 0; i + 1 < found.names; ++i) header.preamble.push_back(records[i].span);
  header.records = {records[found.names - 1].span, records[found.names].span};
  header.data_begin = records[found.names + 1].span.begin;
  header.marks = marks_of_columns(text, dialect.delimiter, records.data() + found.names + 1, records.size() - found.names - 1, width);
  header.named = width;
  header.groups = std::move(found.groups);
  return header;
}

}  // namespace

std::size_t filled_width(const RawRecord& record) {
  std::size_t width = record.cells.size();
  while (width > 0 && record.cells[width - 1].empty()) --width;
  return width;
}

std::vector<ColumnKinds> kinds_of_columns(std::string_view text, const CsvDialect& dialect, const CsvHeader& header) {
  std::vector<ColumnKinds> kinds(header.keys.size());
  for (const RawRecord& record : sample(text, dialect.delimiter, header.data_begin)) {
    if (filled_width(record) > header.named) continue;
    const View view(text, dialect, record);
    for (std::size_t c = 0; c < std::min(view.size(), header.named); ++c) {
      if (view.empty_at(c)) continue;
      const bool number = view.number_at(c);
      kinds[c].numbers = kinds[c].numbers || number;
      kinds[c].texts = kinds[c].texts || !number;
    }
  }
  return kinds;
}

bool fits_in_spite_of_width(std::string_view text, const CsvDialect& dialect, const RawRecord& record,
                            const std::vector<ColumnKinds>& kinds, std::size_t named) {
  const View view(text, dialect, record);
  for (std::size_t c = named; c < view.size(); ++c)
    if (view.number_at(c)) return false;
  for (std::size_t c = 0; c < std::min(named, kinds.size()); ++c) {
    if (view.empty_at(c) || (kinds[c].numbers == kinds[c].texts)) continue;
    if (view.number_at(c) != kinds[c].numbers) return false;
  }
  return true;
}

CsvDialect detect_dialect(std::string_view text) {
  CsvDialect dialect;
  dialect.delimiter = detect_delimiter(text);
  return dialect;
}

std::optional<CsvHeader> read_header(std::string_view text, const CsvDialect& dialect, std::uint64_t begin) {
  const std::vector<RawRecord> records = sample(text, dialect.delimiter, begin);
  if (records.empty()) return std::nullopt;
  if (std::optional<SideBySide> found = find_side_by_side(text, records)) return header_of_groups(text, dialect, records, std::move(*found));
  std::vector<View> views;
  for (const RawRecord& record : records) views.emplace_back(text, dialect, record);
  std::size_t matching = 0;
  std::size_t width = usual_width(records, matching);
  // Names above values, and then lines of a log, in which the rows are the fewer.
  const std::size_t first_width = records[0].cells.size();
  const bool log_between = width == 1 && first_width > 1 && records.size() > 1 && records[1].cells.size() == first_width;
  if (log_between && views[0].names_only() && !views[1].names_only()) width = first_width;

  CsvHeader header;
  const std::size_t first = preamble_end(views, width);
  for (std::size_t i = 0; i < first; ++i) header.preamble.push_back(records[i].span);
  if (first > 0 && filled_width(records[first - 1]) == 1 && !views[first - 1].is_comment() && views[first - 1].at(0).size() <= kLongestTitle) {
    header.name = cell_text(views[first - 1].at(0), records[first - 1].cells[0].quoted);
  } else if (first > 0 && views[first - 1].is_comment()) {
    header.name = settings_in_comment(text, records[first - 1]);
    if (header.name.empty() && heads_alike(text, records, first)) header.name = text::trim(text.substr(records[first - 1].span.begin, records[first - 1].span.size()));
    while (!header.name.empty() && (header.name.front() == '#' || header.name.front() == ' ')) header.name.erase(0, 1);
  }
  header.data_begin = records[first].span.begin;
  if (is_header(views, first)) {
    const std::size_t rows = read_names(views, first, width, header);
    header.data_begin = rows < records.size() ? records[rows].span.begin : records[rows - 1].span.end;
    header.marks = marks_of_columns(text, dialect.delimiter, records.data() + rows, records.size() - rows, header.keys.size());
    header.named = std::min(header.keys.size(), names_of(records, first, rows));
    return header;
  }
  header.named_by_cells = are_named_by_cells(views, first, width);
  for (std::size_t c = 0; c < width; ++c) {
    const bool names = header.named_by_cells && c % 2 == 0;
    if (header.named_by_cells) header.keys.push_back(names ? std::string() : cell_text(views[first].at(c - 1), records[first].cells[c - 1].quoted));
    else header.keys.push_back(std::to_string(c + 1));
  }
  if (!header.named_by_cells) name_by_units(views, first, header.keys);
  header.named = width;
  header.units.resize(width);
  header.marks = marks_of_columns(text, dialect.delimiter, records.data() + first, records.size() - first, width);
  return header;
}

bool may_be_title(std::string_view text, const CsvDialect& dialect, const RawRecord& record, std::size_t width, std::string_view header) {
  constexpr std::size_t kFollowing = 5;
  if (width < 2 || filled_width(record) != 1) return false;
  const std::vector<RawRecord> records = sample(text, dialect.delimiter, record.span.begin, kFollowing);
  const bool repeated = records.size() > 2 && !header.empty() && text.substr(records[1].span.begin, records[1].span.size()) == header;
  const bool comment = text[record.span.begin] == '#' && !record.cells[0].quoted;
  // A line of a log may stand above anything else.
  if (record.cells.size() == 1 || comment) return repeated && record.span.size() <= kLongestTitle;
  std::vector<View> views;
  for (const RawRecord& each : records) views.emplace_back(text, dialect, each);
  return !views.empty() && is_title(views, 0);
}

std::string settings_in_comment(std::string_view text, const RawRecord& record) {
  constexpr std::size_t kLongest = 200;
  std::string_view comment = text.substr(record.span.begin, record.span.size());
  if (record.cells.empty() || record.cells[0].quoted || comment.substr(0, 1) != "#" || comment.size() > kLongest) return {};
  while (!comment.empty() && comment.front() == '#') comment.remove_prefix(1);
  comment = text::trim(comment);
  while (!comment.empty() && (comment.back() == ',' || comment.back() == ' ')) comment.remove_suffix(1);
  // Every word assigns: "model=a quant=Q8_0"; a sentence with an equals sign in it does not.
  std::size_t words = 0;
  for (std::size_t begin = 0; begin < comment.size();) {
    const std::size_t end = std::min(comment.find_first_of(" ,;", begin), comment.size());
    const std::string_view word = comment.substr(begin, end - begin);
    begin = end + 1;
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    const bool name = equals != std::string_view::npos && equals > 0 && equals + 1 < word.size() && ((word[0] | 0x20) >= 'a' && (word[0] | 0x20) <= 'z');
    if (!name) return {};
    ++words;
  }
  return words > 0 ? std::string(comment) : std::string();
}

bool may_begin_table(std::string_view text, const CsvDialect& dialect, const RawRecord& record, bool other_width) {
  const View view(text, dialect, record);
  if (view.size() < 2 || !view.names_only()) return false;
  std::set<std::string_view> names;
  for (std::size_t c = 0; c < view.size(); ++c) names.insert(view.at(c));
  if (names.size() < view.size() || names.count("") > 0) return false;
  const std::vector<RawRecord> next = sample(text, dialect.delimiter, record.span.begin, 2);
  return next.size() == 2 && next[1].cells.size() == view.size() && (other_width || !View(text, dialect, next[1]).names_only());
}

}  // namespace chimera::sources
