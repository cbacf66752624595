#include "plaintext/table_by_ends.h"

#include <algorithm>
#include <utility>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kFewestNumbers = 3;  // of a row
constexpr std::size_t kMostNumbers = 64;
constexpr std::size_t kMostHeaderLines = 2;

class Reader {
 public:
  Reader(const LineView& lines, std::size_t i) : lines_(lines), top_(i) {}

  std::optional<TableInLines> read(const std::string& section, std::vector<Span>& keys) {
    for (header_lines_ = 1; header_lines_ <= kMostHeaderLines; ++header_lines_)
      if (may_be_row(top_ + header_lines_) && read_header() && read_rows()) break;
    if (header_lines_ > kMostHeaderLines) return std::nullopt;
    UnitColumns columns(core::TableKind::csv, section);
    columns.table().header_line = lines_.document().place(lines_.line(top_).begin).line;
    for (const std::string& name : names_) columns.add_named(name, unit_of_header(name));
    for (const std::vector<Span>& row : rows_) {
      columns.add_row(row_at(lines_.document(), {row.front().begin, row.back().end}));
      for (std::size_t k = 0; k < row.size(); ++k) columns.put(k, read_written_cell(lines_.text(), row[k]));
    }
    for (std::size_t k = 0; k < header_lines_; ++k) keys.push_back(lines_.unprefixed(top_ + k));
    return TableInLines{{lines_.line(top_).begin, columns.finish()}, top_ + header_lines_ + rows_.size()};
  }

 private:
  [[nodiscard]] bool is_line(std::size_t i) const { return i < lines_.count() && lines_.begin_of(i) < lines_.end() && lines_.line(i).size() > 0 && lines_.line(i).size() <= kLongestLine; }
  [[nodiscard]] std::uint64_t end_of(std::size_t i) const { return lines_.line(i).end - lines_.begin_of(i); }

  // Asked of every line: almost none ends below the one above, and in a digit.
  [[nodiscard]] bool may_be_row(std::size_t i) const { return is_line(i) && is_line(i - 1) && end_of(i) == end_of(i - 1) && is_digit(lines_.text()[lines_.line(i).end - 1]); }

  // A name, and behind it nothing but numbers.
  [[nodiscard]] std::vector<Span> row_of(std::size_t i) const {
    std::vector<Span> row = words(lines_.text(), lines_.unprefixed(i));
    const bool sized = row.size() > kFewestNumbers && row.size() <= kMostNumbers && is_letter(lines_.text()[row.front().begin]);
    const auto number = [&](Span word) { return read_written_cell(lines_.text(), word).cell.kind == core::CellKind::number; };
    return sized && std::all_of(row.begin() + 1, row.end(), number) ? row : std::vector<Span>();
  }

  // What of line `i` stands between these bytes of it; nothing where a word goes on behind the second, or a name of the first line ends before.
  [[nodiscard]] std::optional<Span> cell(std::size_t i, std::uint64_t begin, std::uint64_t end) const {
    const std::uint64_t line = lines_.begin_of(i);
    const Span said = lines_.unprefixed(i);
    const Span found = trimmed(lines_.text(), {std::clamp(line + begin, said.begin, said.end), std::clamp(line + end, said.begin, said.end)});
    const bool whole = line + end >= said.end || is_blank(lines_.text()[line + end]);
    const bool below = i > top_ || found.end == line + end;
    return whole && below ? std::optional(found) : std::nullopt;
  }

  bool read_header() {
    for (std::size_t k = 0; k < header_lines_; ++k)
      if (lines_.has_number(lines_.unprefixed(top_ + k)) || lines_.text()[lines_.line(top_ + k).end - 1] == ':') return false;
    const std::size_t first = top_ + header_lines_;
    const std::vector<Span> row = row_of(first);
    if (row.empty()) return false;
    names_.assign(row.size(), std::string());
    for (std::size_t k = 0; k < header_lines_; ++k)
      for (std::size_t c = 1; c < row.size(); ++c) {
        const std::uint64_t begin = c == 1 ? 0 : row[c - 1].end - lines_.begin_of(first);
        const auto name = cell(top_ + k, begin, row[c].end - lines_.begin_of(first));
        if (!name) return false;
        const std::vector<Span> parts = c == 1 && k == 0 ? wide_fields(lines_.text(), *name) : std::vector<Span>();
        // "stressor       bogo ops": the first is of the names.
        if (c == 1 && k == 0 && parts.size() != 2) return false;
        if (!parts.empty()) names_.front() = lines_.at(parts.front());
        add(parts.empty() ? *name : parts.back(), names_[c]);
      }
    return std::none_of(names_.begin(), names_.end(), [](const std::string& name) { return name.empty(); });
  }

  void add(Span part, std::string& name) const {
    if (part.size() > 0 && !name.empty()) name += ' ';
    name += lines_.at(part);
  }

  bool read_rows() {
    const std::size_t first = top_ + header_lines_;
    rows_.clear();
    for (std::size_t i = first; is_line(i) && end_of(i) == end_of(first); ++i) {
      std::vector<Span> row = row_of(i);
      const auto below = [&](Span a, Span b) { return a.end - lines_.begin_of(i) == b.end - lines_.begin_of(first); };
      if (row.size() != names_.size() || (!rows_.empty() && !std::equal(row.begin() + 1, row.end(), rows_.front().begin() + 1, below))) break;
      rows_.push_back(std::move(row));
    }
    return !rows_.empty();
  }

  const LineView& lines_;
  std::size_t top_;
  std::size_t header_lines_ = 1;
  std::vector<std::string> names_;
  std::vector<std::vector<Span>> rows_;
};

}  // namespace

std::optional<TableInLines> table_by_ends(const LineView& lines, std::size_t i, const std::string& section, std::vector<core::Span>& keys) { return Reader(lines, i).read(section, keys); }

}  // namespace chimera::plaintext
