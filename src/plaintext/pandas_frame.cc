#include "plaintext/pandas_frame.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "plaintext/spans.h"
#include "plaintext/text_grids.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/unit_columns.h"
#include "plaintext/wide_tables.h"
#include "plaintext/written_cell.h"
#include "text/model_names.h"
#include "text/number.h"
#include "text/number_formats.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kMostLevels = 8;    // of an index
constexpr std::size_t kMostColumns = 64;
constexpr std::string_view kName = "Name: ";
constexpr std::string_view kType = "dtype: ";
constexpr std::string_view kLeftOut = "...";  // columns that had no room

struct Frame {
  std::vector<Span> index;    // names of its levels; empty where it has none
  std::vector<Span> columns;  // their names; of a series none
  std::vector<Span> groups;   // what stands above each column; empty, or parallel to the columns
  Span corner;                // what the columns are levels of; may be empty
  Span name;                  // of a series
  bool record = false;        // a series whose labels are names of its values
  std::vector<std::vector<Span>> rows;  // levels, then values
  std::size_t next = 0;
};

// A line by characters, which is how pandas counts columns.
class Characters {
 public:
  Characters(std::string_view text, std::uint64_t begin) : text_(text), begin_(begin) {}

  [[nodiscard]] std::size_t column(std::uint64_t offset) const {
    return static_cast<std::size_t>(std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(begin_), text_.begin() + static_cast<std::ptrdiff_t>(offset), [](char c) { return (c & 0xC0) != 0x80; }));
  }
  // The end of the text where it has fewer.
  [[nodiscard]] std::uint64_t offset(std::size_t column) const {
    std::uint64_t at = begin_;
    for (std::size_t seen = 0; at < text_.size() && seen < column; ++seen) {
      ++at;
      while (at < text_.size() && (text_[at] & 0xC0) == 0x80) ++at;
    }
    return at;
  }

 private:
  std::string_view text_;
  std::uint64_t begin_;
};

class FrameReader {
 public:
  explicit FrameReader(const LineView& lines) : lines_(lines) {}

  // Below a header of one line, or of two: groups above names.
  std::optional<Frame> frame(std::size_t i) const {
    if (!is_line(i) || !is_line(i + 1) || !is_line(i + 2)) return std::nullopt;
    if (auto found = below(i)) return found;
    if (auto found = numbered(i)) return found;
    const std::vector<Span> groups = lines_.indent(i) > 0 && !lines_.has_number(lines_.line(i)) ? wide_fields(lines_.text(), lines_.line(i)) : std::vector<Span>();
    if (groups.empty() || !is_line(i + 3)) return std::nullopt;
    auto found = below(i + 1);
    if (!found || !put_groups(i, groups, *found)) return std::nullopt;
    return found;
  }

  // "num_gpu", rows, and "Name: tok_s, dtype: float64".
  std::optional<Frame> series(std::size_t i) const {
    if (!is_line(i) || !(has_gap(i) || (is_line(i + 1) && has_gap(i + 1)))) return std::nullopt;
    Frame found;
    std::size_t next = i;
    found.index = names_of_index(i);
    if (i > 0 && is_line(i - 1) && (found.index.empty() ? row_of_series({}, i - 1, {}).has_value() : ends_in_value(i - 1))) return std::nullopt;  // seen from its first line
    if (!found.index.empty()) ++next;
    for (; is_line(next); ++next) {
      auto row = row_of_series(found, next, found.rows.empty() ? std::vector<Span>() : found.rows.back());
      if (!row) break;
      found.rows.push_back(std::move(*row));
    }
    if (found.rows.empty() || !is_line(next) || !put_last_line(next, found)) return std::nullopt;
    found.next = next + 1;
    return found;
  }

 private:
  [[nodiscard]] bool is_line(std::size_t i) const {
    return i < lines_.count() && lines_.begin_of(i) < lines_.end() && lines_.line(i).size() > 0 && lines_.line(i).size() <= kLongestLine &&
           lines_.at({lines_.begin_of(i), lines_.line(i).end}).find('\t') == std::string_view::npos;
  }
  // Two blanks between words, as every row of a series has.
  [[nodiscard]] bool has_gap(std::size_t i) const { return lines_.at(lines_.line(i)).find("  ") != std::string_view::npos; }
  [[nodiscard]] Characters characters(std::size_t i) const { return {lines_.text(), lines_.begin_of(i)}; }

  // A line of nothing but names.
  [[nodiscard]] std::vector<Span> names_of_index(std::size_t i) const {
    const auto is_name = [&](Span word) {
      const std::string_view name = lines_.at(word);
      const auto in_name = [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "_-./"); };
      return (is_letter(name[0]) || name[0] == '_') && std::all_of(name.begin(), name.end(), in_name);
    };
    const Span line = lines_.line(i);
    std::vector<Span> names;
    // Asked of every line: most are known for no such line by one of their first words.
    for (std::uint64_t at = line.begin; at < line.end;) {
      if (is_blank(lines_.text()[at])) {
        ++at;
        continue;
      }
      Span word{at, at};
      while (word.end < line.end && !is_blank(lines_.text()[word.end])) ++word.end;
      at = word.end;
      if (at == line.end && !names.empty() && lines_.at(word) == kLeftOut) break;
      if (names.size() == kMostLevels || !is_name(word)) return {};
      names.push_back(word);
    }
    return lines_.has_number(line) ? std::vector<Span>() : names;
  }

  // Below a header whose names are parted by one blank where texts stand below the second of them, and else by more.
  [[nodiscard]] std::optional<Frame> below(std::size_t top) const {
    std::vector<Span> index = names_of_index(top + 1);
    if (index.empty()) return std::nullopt;
    const std::vector<Span> wide = wide_fields(lines_.text(), lines_.line(top));
    auto found = below(top, index, wide);
    if (found) return found;
    const std::vector<Span> names = words(lines_.text(), lines_.line(top));
    return names.size() > wide.size() ? below(top, index, names) : std::nullopt;
  }

  // "   model  num_gpu peak quant  tok_s (ms)" above "0  tiny:1b  8  q4_0  21.3": rows are numbered, and a blank alone parts two of the names.
  // Names may hold blanks themselves: each ends above the end of its values.
  [[nodiscard]] std::optional<Frame> numbered(std::size_t top) const {
    if (lines_.indent(top) <= lines_.indent(top + 1)) return std::nullopt;
    Frame found;
    const bool plain = !lines_.has_number(lines_.line(top));
    const std::vector<Span> first = plain ? words(lines_.text(), lines_.line(top + 1)) : std::vector<Span>();
    if (first.size() < 3 || first.size() > kMostColumns || !all_digits(lines_.at(first.front()))) return std::nullopt;
    if (cell(top, 0, characters(top + 1).column(first.front().end)).size() > 0) return std::nullopt;  // the numbers have a name
    for (std::size_t k = 1; k < first.size(); ++k) {
      found.columns.push_back(cell(top, k == 1 ? 0 : characters(top + 1).column(first[k - 1].end), characters(top + 1).column(first[k].end)));
      if (found.columns.back().size() == 0) return std::nullopt;
    }
    if (wide_fields(lines_.text(), lines_.line(top)).size() == found.columns.size() || found.columns.back().end != lines_.line(top).end) return std::nullopt;
    const auto cut = [&](Span name) { return name.end < lines_.line(top).end && !is_blank(lines_.text()[name.end]); };
    if (std::any_of(found.columns.begin(), found.columns.end(), cut)) return std::nullopt;
    for (found.next = top + 1; is_line(found.next); ++found.next) {
      std::vector<Span> row = words(lines_.text(), lines_.line(found.next));
      if (row.size() != found.columns.size() + 1 || !all_digits(lines_.at(row.front()))) break;
      const auto ends = [&](Span name, Span value) { return characters(top).column(name.end) == characters(found.next).column(value.end); };
      if (!std::equal(found.columns.begin(), found.columns.end(), row.begin() + 1, ends)) break;
      found.rows.push_back(std::move(row));
    }
    return found.rows.size() < 2 ? std::nullopt : std::optional(std::move(found));
  }

  [[nodiscard]] std::optional<Frame> below(std::size_t top, const std::vector<Span>& names_of_levels, const std::vector<Span>& names) const {
    Frame found;
    found.index = names_of_levels;
    found.columns = names;
    if (found.index.empty() || found.columns.empty() || found.columns.size() > kMostColumns) return std::nullopt;
    const Characters header = characters(top);
    const Characters index = characters(top + 1);
    if (header.column(found.columns.front().begin) == index.column(found.index.front().begin)) {
      found.corner = found.columns.front();
      found.columns.erase(found.columns.begin());
      if (!may_be_corner(found)) return std::nullopt;
    }
    if (found.columns.empty() || header.column(found.columns.front().begin) <= index.column(found.index.back().end)) return std::nullopt;
    for (found.next = top + 2; is_line(found.next); ++found.next) {
      auto row = row_of_frame(found, top, found.next);
      if (!row) break;
      found.rows.push_back(std::move(*row));
    }
    return found.rows.empty() ? std::nullopt : std::optional(std::move(found));
  }

  // "num_ctx  2048  4096", "quant  q4_0  q8_0" and "metric  tok_s  ttft"; "model  tok_s  ttft" is the header of any table.
  [[nodiscard]] bool may_be_corner(const Frame& frame) const {
    const std::string_view corner = lines_.at(frame.corner);
    if (!is_letter(corner[0]) || corner.find(' ') != std::string_view::npos || frame.columns.empty()) return false;
    return names_metrics(corner) || std::all_of(frame.columns.begin(), frame.columns.end(), [&](Span column) {
             const std::string_view level = lines_.at(column);
             return text::parse_number(level).has_value() || text::names_number_format(level) || text::is_model(level);
           });
  }

  // What stands in characters [begin, end) of a line.
  [[nodiscard]] Span cell(std::size_t i, std::size_t begin, std::size_t end) const {
    const Characters line = characters(i);
    const std::uint64_t stop = lines_.line(i).end;
    return trimmed(lines_.text(), {std::min(line.offset(begin), stop), std::min(line.offset(end), stop)});
  }

  // The levels in front of `end`: each begins below its name. What is empty is the one above; the last level never is.
  [[nodiscard]] std::optional<std::vector<Span>> levels(const std::vector<Span>& names, std::size_t names_line, std::size_t i, std::uint64_t end, const std::vector<Span>& above) const {
    const Characters index = characters(names_line);
    const std::size_t last = characters(i).column(end);
    std::vector<Span> found;
    for (std::size_t k = 0; k < names.size(); ++k) {
      const std::size_t begin = index.column(names[k].begin);
      const std::size_t next = k + 1 < names.size() ? index.column(names[k + 1].begin) : last;
      if (begin >= last || (begin > 0 && cell(i, begin - 1, begin).size() > 0)) return std::nullopt;
      Span level = cell(i, begin, std::min(next, last));
      if (level.size() == 0 && (k + 1 == names.size() || above.empty())) return std::nullopt;
      found.push_back(level.size() == 0 ? above[k] : level);
    }
    return found;
  }

  [[nodiscard]] bool is_value(Span span) const {
    return span.size() > 0 && (read_written_cell(lines_.text(), span).cell.kind == core::CellKind::number || is_one_of(lines_.at(span), {"NaN", "None", "NaT", "inf", "<NA>"}));
  }

  // Where values end: below the ends of their names; levels that are numbers are padded behind to one width, "8 " beside "20".
  [[nodiscard]] std::vector<std::size_t> ends_below(const Frame& frame, std::size_t top) const {
    const Characters header = characters(top);
    const bool numbers = frame.corner.size() > 0 && std::all_of(frame.columns.begin(), frame.columns.end(), [&](Span column) { return text::parse_number(lines_.at(column)).has_value(); });
    std::size_t width = 0;
    for (const Span column : frame.columns) width = std::max<std::size_t>(width, numbers ? column.size() : 0);
    std::vector<std::size_t> ends;
    for (const Span column : frame.columns) ends.push_back(header.column(column.end) + (numbers ? width - column.size() : 0));
    return ends;
  }

  [[nodiscard]] std::optional<std::vector<Span>> row_of_frame(const Frame& frame, std::size_t top, std::size_t i) const {
    const std::vector<std::size_t> ends = ends_below(frame, top);
    if (characters(i).column(lines_.line(i).end) != ends.back()) return std::nullopt;
    const std::vector<Span> front = words(lines_.text(), cell(i, 0, ends.front()));
    if (front.size() < 2) return std::nullopt;
    std::vector<Span> values{front.back()};
    for (std::size_t k = 1; k < ends.size(); ++k) values.push_back(cell(i, ends[k - 1], ends[k]));
    for (std::size_t k = 0; k < ends.size(); ++k)
      if (values[k].size() == 0 || characters(i).column(values[k].end) != ends[k]) return std::nullopt;
    if (std::none_of(values.begin(), values.end(), [&](Span value) { return is_value(value); })) return std::nullopt;
    auto row = levels(frame.index, top + 1, i, front[front.size() - 2].end, frame.rows.empty() ? std::vector<Span>() : frame.rows.back());
    if (row) row->insert(row->end(), values.begin(), values.end());
    return row;
  }

  [[nodiscard]] bool ends_in_value(std::size_t i) const {
    const std::vector<Span> fields = wide_fields(lines_.text(), lines_.line(i));
    return fields.size() > 1 && is_value(fields.back());
  }

  // "tiny:1b  8    21.3": two blanks at least before the value.
  [[nodiscard]] std::optional<std::vector<Span>> row_of_series(const Frame& frame, std::size_t i, const std::vector<Span>& above) const {
    const Span line = lines_.line(i);
    const std::vector<Span> fields = wide_fields(lines_.text(), line);
    if (fields.size() < 2) return std::nullopt;
    const Span value = fields.back();
    if (frame.index.empty()) return fields.size() == 2 && lines_.at(fields.front()).find(' ') == std::string_view::npos && lines_.at(fields.front()).back() != ':' ? std::optional(fields) : std::nullopt;
    if (!is_value(value)) return std::nullopt;
    const std::size_t names_line = lines_.document().place(frame.index.front().begin).line - 1;
    auto row = levels(frame.index, names_line, i, fields[fields.size() - 2].end, above);
    if (row) row->push_back(value);
    return row;
  }

  // "Name: tok_s, Length: 6, dtype: float64"; "dtype: float64" below the names of columns, each with what is true of it.
  [[nodiscard]] bool put_last_line(std::size_t i, Frame& frame) const {
    const std::string_view last = lines_.at(lines_.line(i));
    const std::size_t type = last.find(kType);
    if (type == std::string_view::npos || (type > 0 && (last.rfind(kName, 0) != 0 || type < kName.size() + 2))) return false;
    if (type > 0) frame.name = {lines_.line(i).begin + kName.size(), lines_.line(i).begin + std::min(last.find(", Length: "), type - 2)};
    const std::string_view name = lines_.at(frame.name);
    // One row of a frame, called by its number or by what its index says.
    const bool row = text::parse_number(name).has_value() || text::is_model(name) || text::names_number_format(name) || last.substr(type + kType.size()) == "object";
    frame.record = frame.index.empty() && (type == 0 || row);
    return (type == 0 && frame.record) || !name.empty();
  }

  // A group stands above its first column, and ends with it.
  [[nodiscard]] bool put_groups(std::size_t above, const std::vector<Span>& groups, Frame& frame) const {
    std::size_t next = 0;
    for (const std::size_t end : ends_below(frame, above + 1)) {
      if (next < groups.size() && characters(above).column(groups[next].end) == end) ++next;
      if (next == 0) return false;
      frame.groups.push_back(groups[next - 1]);
    }
    return next == groups.size();
  }

  const LineView& lines_;
};

class FrameTable {
 public:
  FrameTable(const LineView& lines, const Frame& frame, const std::string& section) : lines_(lines), frame_(frame), section_(section) {}

  LocatedTable build() const {
    if (frame_.record) return of_record();
    if (frame_.name.size() > 0)
      if (auto statistics = of_statistics()) return std::move(*statistics);
    return frame_.corner.size() > 0 && !names_metrics(lines_.at(frame_.corner)) ? of_levels() : of_columns();
  }

  [[nodiscard]] std::vector<Span> keys() const {
    std::vector<Span> keys = frame_.index;
    keys.insert(keys.end(), frame_.columns.begin(), frame_.columns.end());
    keys.insert(keys.end(), frame_.groups.begin(), frame_.groups.end());
    for (const Span one : {frame_.corner, frame_.name})
      if (one.size() > 0) keys.push_back(one);
    for (const std::vector<Span>& row : frame_.rows)
      if (frame_.record) keys.push_back(row.front());
    return keys;
  }

 private:
  // "count  6.0", "mean  37.1": what describe() prints of a series.
  [[nodiscard]] std::optional<LocatedTable> of_statistics() const {
    if (!frame_.index.empty()) return std::nullopt;
    const std::uint64_t begin = frame_.rows.front().front().begin;
    return table_of_statistics(lines_.document(), {{begin, begin}, frame_.name}, frame_.rows, section_);
  }

  // What its index says of it, and its values by their names.
  [[nodiscard]] LocatedTable of_record() const {
    UnitColumns table(core::TableKind::records, section_);
    table.add_row(row_at(lines_.document(), {frame_.rows.front().front().begin, frame_.rows.back().back().end}));
    const std::string_view name = lines_.at(frame_.name);
    for (const auto& [key, is] : {std::pair("model", text::is_model(name)), std::pair("quantization", text::names_number_format(name))})
      if (is) table.put(table.add_column(key, {}), WrittenCell{text_cell(frame_.name), {}, {}});
    for (const std::vector<Span>& row : frame_.rows) {
      const std::string key(lines_.at(row.front()));
      table.put(table.add_column(key, unit_of_header(key)), read_written_cell(lines_.text(), row.back()));
    }
    return {frame_.rows.front().front().begin, table.finish()};
  }

  // Nothing is known of columns that had no room, nor of what stands below a group whose name had none.
  [[nodiscard]] bool is_left_out(std::size_t column) const {
    return (!frame_.columns.empty() && lines_.at(frame_.columns[column]) == kLeftOut) || (!frame_.groups.empty() && lines_.at(frame_.groups[column]) == kLeftOut);
  }

  [[nodiscard]] std::size_t levels() const { return frame_.rows.front().size() - std::max<std::size_t>(frame_.columns.size(), 1); }

  void begin(UnitColumns& table) const {
    table.table().header_line = lines_.document().place(frame_.rows.front().front().begin).line;
    for (std::size_t k = 0; k < levels(); ++k) table.add_named(frame_.index.empty() ? std::string() : std::string(lines_.at(frame_.index[k])), {});
  }

  // "tok_s/mean" of a name below a group.
  [[nodiscard]] std::string key_of(std::size_t column) const {
    const std::string group(frame_.groups.empty() ? std::string_view() : lines_.at(frame_.groups[column]));
    std::string name(lines_.at(frame_.columns.empty() ? frame_.name : frame_.columns[column]));
    if (std::string part = percentile_column(name); !part.empty()) name = std::move(part);
    return group.empty() || frame_.corner.size() > 0 ? name : group + '/' + name;
  }

  [[nodiscard]] std::string_view unit_of(std::size_t column, const std::string& key) const {
    const std::string_view unit = unit_of_header(key);
    return unit.empty() && !frame_.groups.empty() ? unit_of_header(lines_.at(frame_.groups[column])) : unit;
  }

  [[nodiscard]] LocatedTable of_columns() const {
    UnitColumns table(core::TableKind::csv, section_);
    begin(table);
    for (std::size_t k = 0; k < std::max<std::size_t>(frame_.columns.size(), 1); ++k) table.add_named(key_of(k), unit_of(k, key_of(k)));
    for (const std::vector<Span>& row : frame_.rows) {
      table.add_row(row_at(lines_.document(), {row[levels() - 1].begin, row.back().end}));
      for (std::size_t k = 0; k < row.size(); ++k)
        if (k < levels() || !is_left_out(k - levels())) table.put(k, read_written_cell(lines_.text(), row[k]));
    }
    return {frame_.rows.front().front().begin, table.finish()};
  }

  // Each number is a row, with the level that stands above it.
  [[nodiscard]] LocatedTable of_levels() const {
    UnitColumns table(core::TableKind::keyed, section_);
    begin(table);
    const std::size_t level = table.add_named(std::string(lines_.at(frame_.corner)), {});
    std::vector<std::string> names;
    std::vector<std::size_t> targets;
    for (std::size_t k = 0; k < frame_.columns.size(); ++k) {
      const std::string name(frame_.groups.empty() ? "value" : lines_.at(frame_.groups[k]));
      const auto known = std::find(names.begin(), names.end(), name);
      targets.push_back(known == names.end() ? table.add_named(name, unit_of_header(name)) : targets[static_cast<std::size_t>(known - names.begin())]);
      names.push_back(name);
    }
    for (const std::vector<Span>& row : frame_.rows)
      for (std::size_t k = 0; k < frame_.columns.size(); ++k) {
        if (is_left_out(k)) continue;
        table.add_row(row_at(lines_.document(), {row[levels() - 1].begin, row.back().end}));
        for (std::size_t each = 0; each < levels(); ++each) table.put(each, read_written_cell(lines_.text(), row[each]));
        table.put(level, read_written_cell(lines_.text(), frame_.columns[k]));
        table.put(targets[k], read_written_cell(lines_.text(), row[levels() + k]));
      }
    return {frame_.rows.front().front().begin, table.finish()};
  }

  const LineView& lines_;
  const Frame& frame_;
  const std::string& section_;
};

}  // namespace

std::optional<TableInLines> pandas_frame(const LineView& lines, std::size_t i, const std::string& section, std::vector<core::Span>& keys) {
  const FrameReader reader(lines);
  auto found = reader.frame(i);
  if (!found) found = reader.series(i);
  if (!found) return std::nullopt;
  const FrameTable table(lines, *found, section);
  for (const Span key : table.keys()) keys.push_back(key);
  return TableInLines{table.build(), found->next};
}

}  // namespace chimera::plaintext
