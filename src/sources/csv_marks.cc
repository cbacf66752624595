#include "sources/csv_marks.h"

#include <algorithm>

#include "base/ascii.h"

namespace chimera::sources {
namespace {

using text::DecimalMark;

// How the numbers of one column are written.
struct Forms {
  std::size_t comma = 0;         // "12,5"
  std::size_t point = 0;         // "12.5"
  std::size_t either_comma = 0;  // "1,234"
  std::size_t either_point = 0;  // "1.234"
  bool ungrouped = false;        // "1234": who writes that groups nothing

  void add(std::string_view cell);
  [[nodiscard]] bool has_comma() const { return comma > point || (comma == point && ungrouped && either_comma > 0); }
  [[nodiscard]] bool has_point() const { return point > comma || (comma == point && ungrouped && either_point > 0); }
  [[nodiscard]] bool is_open() const { return either_comma + either_point > 0; }
};

void Forms::add(std::string_view cell) {
  constexpr std::size_t kLongest = 64;
  if (cell.empty() || cell.size() > kLongest) return;
  const bool as_point = text::parse_number(cell).has_value();
  const bool as_comma = text::parse_number(cell, DecimalMark::comma).has_value();
  const bool has_comma = cell.find(',') != cell.npos;
  if (as_point && as_comma) {
    const bool marked = has_comma || cell.find('.') != cell.npos;
    either_comma += marked && has_comma ? 1 : 0;
    either_point += marked && !has_comma ? 1 : 0;
    ungrouped = ungrouped || (!marked && cell.size() > 3 && base::all_digits(cell));
  } else if (as_point || as_comma) {
    ++(as_point ? point : comma);
  }
}

}  // namespace

std::vector<ColumnMark> marks_of_columns(std::string_view text, char delimiter, const RawRecord* records, std::size_t count, std::size_t width) {
  std::vector<ColumnMark> marks(width);
  if (delimiter == ',') return marks;
  std::vector<Forms> forms(width);
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t c = 0; c < std::min(width, records[r].cells.size()); ++c) {
      const RawCell& cell = records[r].cells[c];
      forms[c].add(text.substr(cell.begin, cell.end - cell.begin));
    }
  }
  const auto columns = [&](auto has) { return std::count_if(forms.begin(), forms.end(), has); };
  const auto commas = columns([](const Forms& f) { return f.has_comma(); });
  const auto points = columns([](const Forms& f) { return f.has_point(); });
  const bool open_commas = columns([](const Forms& f) { return f.either_comma > 0; }) > 0;
  // Points may belong to versions and what else people typed. Where a comma could separate and does not, numbers have it.
  const bool usually_comma = (commas > 0 && commas * 2 >= points) || (commas + points == 0 && delimiter == ';' && open_commas);
  for (std::size_t c = 0; c < width; ++c) {
    const bool decided = forms[c].has_comma() || forms[c].has_point();
    marks[c].mark = (decided ? forms[c].has_comma() : usually_comma) ? DecimalMark::comma : DecimalMark::point;
    marks[c].doubtful = !decided && forms[c].is_open() && commas > 0;
  }
  return marks;
}

}  // namespace chimera::sources
