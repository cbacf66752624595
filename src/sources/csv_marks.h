// Which decimal mark each column of a delimited text has: "12,5" or "12.5", and what "1.234" then is.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sources/csv_records.h"
#include "text/number.h"

namespace chimera::sources {

struct ColumnMark {
  text::DecimalMark mark = text::DecimalMark::point;
  bool doubtful = false;  // its numbers have the form 1.234 or 1,234 alone: what other columns have decided
};

// Of the first `width` columns of `records`, which are rows below a header. A column decides for itself where one of its
// numbers can be read in one way alone; others go by the columns that did. Commas that separate are never
// decimal marks.
[[nodiscard]] std::vector<ColumnMark> marks_of_columns(std::string_view text, char delimiter, const RawRecord* records, std::size_t count, std::size_t width);

}  // namespace chimera::sources
