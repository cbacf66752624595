#include "plaintext/drawn_table.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "base/one_of.h"
#include "plaintext/drawn_line.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostHeaderLines = 8;
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kLongestLine = 4096;  // bytes

using Kind = DrawnLine::Kind;
using Cells = std::vector<core::Span>;

// DuckDB and polars write the types of columns below their names.
bool is_type(std::string_view word) {
  constexpr std::array<std::string_view, 22> kTypes = {"varchar", "text",  "str",  "string",  "bool",   "boolean", "int8",    "int16",
                                                       "int32",   "int64", "i8",   "i16",     "i32",    "i64",     "u8",      "u32",
                                                       "u64",     "f32",   "f64",  "integer", "bigint", "double"};
  const std::string small = text::lower(word);
  return base::is_one_of(small, kTypes) || small == "float" || small == "date" || small == "timestamp" ||
         small.rfind("decimal(", 0) == 0 || small == "hugeint" || small == "ubigint" || small == "uint64" || small == "uint32";
}

class TableReader {
 public:
  TableReader(const core::Document& document, std::size_t first, std::uint64_t end)
      : document_(document), text_(document.text), end_(end), next_(first) {}

  std::optional<DrawnTable> read() {
    if (!read_top()) return std::nullopt;
    columns_ = rule_.cells.size();
    if (columns_ < 2 || columns_ > kMostColumns || !fits_columns()) return std::nullopt;
    read_rows();
    const bool headless = rows_.empty() || without_header();
    if (headless) {
      std::vector<DrawnRow> above;
      for (const DrawnLine& line : header_) above.push_back({in_columns(line), {}});
      rows_.insert(rows_.begin(), std::make_move_iterator(above.begin()), std::make_move_iterator(above.end()));
      if (!framed_) return std::nullopt;
      if (columns_ != 2) rows_.clear();
    } else if (doubled()) {
      rows_.clear();
      for (const DrawnLine& line : header_) out_.names.push_back(line.cells);
      out_.things = std::move(blocks_);
    } else {
      name_columns();
      fill_groups();
    }
    out_.rows = std::move(rows_);
    out_.header_lines = header_.size();
    out_.next = next_;
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view at(core::Span span) const { return text_.substr(span.begin, span.size()); }

  [[nodiscard]] DrawnLine line() const { return line(next_); }
  // The line `i`; other where there is none.
  [[nodiscard]] DrawnLine line(std::size_t i) const {
    if (i >= document_.lines.size() || document_.lines[i] >= end_) return {};
    const std::uint64_t begin = document_.lines[i];
    const std::uint64_t stop = i + 1 < document_.lines.size() ? document_.lines[i + 1] - 1 : text_.size();
    if (stop < begin || stop - begin > kLongestLine) return {};
    return drawn_line(text_, {begin, stop});
  }

  // How a rule is drawn; empty of a line that is none.
  [[nodiscard]] std::string_view drawn(std::size_t i) const {
    if (line(i).kind != Kind::rule) return {};
    return text::trim(text_.substr(document_.lines[i], (i + 1 < document_.lines.size() ? document_.lines[i + 1] : text_.size()) - document_.lines[i]));
  }

  // A rule or none, a title or none, the lines of the header, and the rule below them.
  bool read_top() {
    const std::size_t first = next_;
    DrawnLine here = line();
    framed_ = here.kind == Kind::rule;
    if (framed_) top_ = drawn(next_), ++next_, here = line();
    for (; here.kind == Kind::cells && header_.size() < kMostHeaderLines; here = line()) {
      header_.push_back(std::move(here));
      ++next_;
    }
    if (header_.empty() || here.kind != Kind::rule || (!framed_ && header_.size() > 1 && !touches())) return false;
    ++next_;
    if (framed_ && header_.size() == 1 && header_.front().cells.size() == 1 && here.cells.size() > 1) {
      out_.title = header_.front().cells.front();
      header_.clear();
      for (here = line(); here.kind == Kind::cells && header_.size() < kMostHeaderLines; here = line()) {
        header_.push_back(std::move(here));
        ++next_;
      }
      if (header_.empty() || here.kind != Kind::rule) return false;
      ++next_;
    }
    rule_ = std::move(here);
    below_header_ = drawn(next_ - 1);
    // The last line of a header that has more of them.
    return framed_ || first == 0 || line(first - 1).cells.size() != rule_.cells.size();
  }

  // "a || b": a cell of the header spans columns. Without a frame nothing else tells its first lines from what stands above.
  [[nodiscard]] bool touches() const {
    return std::any_of(header_.begin(), header_.end(),
                       [](const DrawnLine& line) { return std::find(line.touching.begin(), line.touching.end(), 1) != line.touching.end(); });
  }

  // Whether each header line has as many cells as the rule, or cells that end where some of its own do.
  bool fits_columns() {
    for (const DrawnLine& line : header_) {
      if (line.cells.size() == columns_) continue;
      if (line.cells.size() > columns_) return false;
      spans_ = true;
      for (const std::size_t border : line.borders)
        if (std::find(rule_.borders.begin(), rule_.borders.end(), border) == rule_.borders.end()) return false;
    }
    spans_ = spans_ || touches();
    // One full line at least, or a rule that says nothing of these cells was taken for theirs.
    return std::any_of(header_.begin(), header_.end(), [&](const DrawnLine& line) { return line.cells.size() == columns_; });
  }

  // A cell for each column; one that spans several stands in the first of them.
  [[nodiscard]] Cells in_columns(const DrawnLine& line) const {
    if (line.cells.size() == columns_) return line.cells;
    Cells cells(columns_);
    for (std::size_t i = 0; i < line.cells.size(); ++i) {
      const auto border = std::find(rule_.borders.begin(), rule_.borders.end(), line.borders[i]);
      const auto column = static_cast<std::size_t>(border - rule_.borders.begin());
      if (column < columns_) cells[column] = line.cells[i];
    }
    return cells;
  }

  void read_rows() {
    bool below_rule = true;
    groups_.push_back(0);
    for (DrawnLine here = line(); here.kind != Kind::other; here = line()) {
      const bool rule = here.kind == Kind::rule;
      if (rule && (below_rule || begins_another())) break;  // two of them, or the one above a header: the next table's
      if (!rule && here.cells.size() != columns_ && (here.cells.size() != 1 || !framed_)) break;
      ++next_;
      if (!rule && here.cells.size() == columns_) add_row(here, below_rule);
      below_rule = rule;
      if (rule) groups_.push_back(rows_.size());
      if (rule) blocks_.push_back(std::exchange(open_block_, {}));
      else open_block_.push_back(std::move(here.cells));
    }
  }

  // The rule above a header, where it is drawn in another way than the one below, and such a header follows.
  [[nodiscard]] bool begins_another() const {
    if (!framed_ || top_ == below_header_ || drawn(next_) != top_) return false;
    std::size_t i = next_ + 1;
    while (i <= next_ + kMostHeaderLines && line(i).kind == Kind::cells) ++i;
    return i > next_ + 1 && drawn(i) == below_header_;
  }

  void add_row(const DrawnLine& line, bool below_rule) {
    if (!below_rule && !rows_.empty() && continues(line)) {
      rows_.back().more.push_back(line.cells.front());
      return;
    }
    const bool empty = std::all_of(line.cells.begin(), line.cells.end(), [](const core::Span& cell) { return cell.size() == 0; });
    if (!empty) rows_.push_back({line.cells, {}});
  }

  // Nothing but a first cell whose first word had no room in the line above.
  [[nodiscard]] bool continues(const DrawnLine& line) const {
    const auto filled = [](const core::Span& cell) { return cell.size() > 0; };
    if (!filled(line.cells.front()) || std::any_of(line.cells.begin() + 1, line.cells.end(), filled)) return false;
    const core::Span above = rows_.back().more.empty() ? rows_.back().cells.front() : rows_.back().more.back();
    const std::string_view words = at(line.cells.front());
    const std::size_t room = line.borders[1] - line.borders[0] - 1;
    return above.size() + 1 + std::min(words.find(' '), words.size()) + 2 > room;
  }

  // "│ 4 │ TTFT (ms) │ 12 │" above "│   │ TPOT (ms) │ 5 │" between two rules: what stands in front of the first row alone holds for those
  // below it, where a name tells each of them apart.
  void fill_groups() {
    groups_.push_back(rows_.size());
    for (std::size_t g = 0; g + 1 < groups_.size(); ++g) {
      const std::size_t begin = groups_[g];
      const std::size_t end = groups_[g + 1];
      if (begin + 1 >= end) continue;
      std::size_t held = 0;
      while (held + 2 < columns_ && stands_in_first(begin, end, held)) ++held;
      if (held == 0 || !tells_apart(begin, end, held)) continue;
      for (std::size_t r = begin + 1; r < end; ++r) std::copy_n(rows_[begin].cells.begin(), held, rows_[r].cells.begin());
    }
  }

  // Of the rows from `begin` to `end` the first has something in this column, and no other.
  [[nodiscard]] bool stands_in_first(std::size_t begin, std::size_t end, std::size_t column) const {
    const auto empty = [&](const DrawnRow& row) { return row.cells[column].size() == 0; };
    return !empty(rows_[begin]) && rows_[begin].more.empty() &&
           std::all_of(rows_.begin() + static_cast<std::ptrdiff_t>(begin) + 1, rows_.begin() + static_cast<std::ptrdiff_t>(end), empty);
  }

  // Each of these rows has a name of its own here, and a number behind it: none is the rest of a cell that had no room.
  [[nodiscard]] bool tells_apart(std::size_t begin, std::size_t end, std::size_t column) const {
    const auto number = [&](const core::Span& cell) { return text::parse_number_with_unit(at(cell)).has_value(); };
    std::set<std::string_view> names;
    for (std::size_t r = begin; r < end; ++r) {
      const Cells& cells = rows_[r].cells;
      const std::string_view name = at(cells[column]);
      if (name.empty() || number(cells[column]) || !names.insert(name).second) return false;
      if (std::none_of(cells.begin() + static_cast<std::ptrdiff_t>(column) + 1, cells.end(), number)) return false;
    }
    return true;
  }

  // A number beside a name, or nothing but numbers, is no header: the table has none.
  [[nodiscard]] bool without_header() const {
    if (header_.size() != 1 || header_.front().cells.size() != columns_) return false;
    const Cells& cells = header_.front().cells;
    const auto number = [&](const core::Span& cell) { return text::parse_number_with_unit(at(cell)).has_value(); };
    const auto numbers = static_cast<std::size_t>(std::count_if(cells.begin() + 1, cells.end(), number));
    if (numbers + 1 < columns_) return false;
    return columns_ == 2 || number(cells.front());
  }

  // nvidia-smi writes each device in as many lines as the header has, and in one column a number above words: its lines are no
  // rows.
  [[nodiscard]] bool doubled() const {
    const auto whole = [&](const std::vector<Cells>& block) { return block.size() == header_.size(); };
    if (header_.size() < 2 || spans_ || rows_.size() < 2 || !std::all_of(blocks_.begin(), blocks_.end(), whole)) return false;
    if (blocks_.size() > 1) return true;
    const auto number = [&](const core::Span& cell) {
      return at(cell).find("  ") == std::string_view::npos && text::parse_number_with_unit(at(cell)).has_value();
    };
    for (std::size_t i = 1; i < columns_; ++i) {
      const core::Span below = rows_[1].cells[i];
      if (number(rows_[0].cells[i]) && below.size() > 0 && !number(below)) return true;
    }
    return false;
  }

  void name_columns() {
    const auto of_types = [&](const DrawnLine& line) {
      return std::all_of(line.cells.begin(), line.cells.end(), [&](const core::Span& cell) { return is_type(at(cell)) || at(cell) == "---"; });
    };
    out_.keys.resize(columns_);
    std::vector<bool> grouped(columns_);  // below a cell that spans columns
    for (const DrawnLine& line : header_) {
      if (&line != &header_.front() && of_types(line)) continue;
      Cells cells = in_columns(line);
      for (std::size_t i = 0; i < columns_; ++i) {
        const bool goes_on = i > 0 && spanned(line, i);
        if (goes_on) cells[i] = cells[i - 1];
        else if (cells[i].size() > 0) out_.headers.push_back(cells[i]);
        if (cells[i].size() == 0) continue;
        if (!out_.keys[i].empty()) out_.keys[i] += grouped[i] ? '/' : ' ';
        grouped[i] = grouped[i] || goes_on || (i + 1 < columns_ && spanned(line, i + 1));
        out_.keys[i] += std::string(at(cells[i]));
      }
    }
  }

  // Whether the cell of column `i` is that of the column before it.
  [[nodiscard]] bool spanned(const DrawnLine& line, std::size_t i) const {
    if (line.cells.size() == columns_) return line.touching[i] != 0;
    return std::find(line.borders.begin(), line.borders.end(), rule_.borders[i]) == line.borders.end();
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t next_;
  std::size_t columns_ = 0;
  bool framed_ = false;  // a rule stands above
  std::string_view top_;           // how it is drawn
  std::string_view below_header_;  // and the one below the header
  bool spans_ = false;   // a cell of the header spans columns
  DrawnLine rule_;       // below the header
  std::vector<DrawnLine> header_;
  std::vector<DrawnRow> rows_;
  std::vector<std::size_t> groups_;         // the first of `rows_` below each rule
  std::vector<std::vector<Cells>> blocks_;  // lines between rules
  std::vector<Cells> open_block_;           // of the block that is still open
  DrawnTable out_;
};

}  // namespace

std::optional<DrawnTable> drawn_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  return TableReader(document, first, end).read();
}

std::optional<DrawnTable> drawn_table_around(const core::Document& document, std::size_t line, std::uint64_t end) {
  const std::size_t reach = std::min(line, kMostHeaderLines + 1);
  for (std::size_t first = line - reach; first < line; ++first) {
    auto found = drawn_table(document, first, end);
    if (found && found->next > line && found->header_lines > 1) return found;
  }
  return std::nullopt;
}

}  // namespace chimera::plaintext
