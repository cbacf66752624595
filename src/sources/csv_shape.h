// What a delimited text looks like before its rows are read: delimiter, where the header is, decimal marks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/place.h"
#include "sources/csv_groups.h"
#include "sources/csv_marks.h"
#include "sources/csv_records.h"

namespace chimera::sources {

struct CsvDialect {
  char delimiter = ',';
};

// From the first records: the delimiter by which most of them have equally many cells.
[[nodiscard]] CsvDialect detect_dialect(std::string_view text);

// What the cells of one column hold, as far as the first records tell.
struct ColumnKinds {
  bool numbers = false;
  bool texts = false;
};

struct CsvHeader {
  std::vector<core::Span> preamble;   // lines before it
  std::vector<core::Span> records;    // its lines and the row of units; empty where there is none
  std::vector<std::string> keys;      // as written; of several lines joined by "/"; "1", "2", … without a header
  std::vector<std::string> units;     // parallel to keys: from brackets in the key or from a row of units
  std::vector<ColumnMark> marks;      // parallel to keys
  std::size_t named = 0;              // cells of the header; keys may be more, empty ones, where records are wider
  std::string name;                   // a title line directly above, or a comment that assigns settings
  bool named_by_cells = false;        // each record says its names itself: "Watts,2.8,Volts,249.5"; columns of names have no key
  std::vector<ColumnGroup> groups;    // of tables that stand side by side; empty where there is one
  std::uint64_t data_begin = 0;       // where the first data record begins
  [[nodiscard]] bool written() const { return !records.empty(); }
};

// The header of the table that begins at or behind `begin`; nothing where no record follows.
[[nodiscard]] std::optional<CsvHeader> read_header(std::string_view text, const CsvDialect& dialect, std::uint64_t begin);

// Parallel to its keys: of the first records behind it that are no wider than it.
[[nodiscard]] std::vector<ColumnKinds> kinds_of_columns(std::string_view text, const CsvDialect& dialect, const CsvHeader& header);

// Said of records that are not read by position.
inline constexpr std::string_view kNotReadByPosition = "; none is read by position, because a separator without quotes moves what is behind it";

// The cells of a record without empty ones at its end.
[[nodiscard]] std::size_t filled_width(const RawRecord& record);

// Whether a record of more cells than the header names may be read by position: what is too much holds no number, and the rest
// holds what its columns hold elsewhere. A separator inside a text without quotes moves all that stands behind it.
[[nodiscard]] bool fits_in_spite_of_width(std::string_view text, const CsvDialect& dialect, const RawRecord& record,
                                          const std::vector<ColumnKinds>& kinds, std::size_t named);

// "RTX 4090,,": a record of one name alone, in a table of several columns, above a header and a row of values. A line of one cell and a
// comment are one only above the same `header` as before.
[[nodiscard]] bool may_be_title(std::string_view text, const CsvDialect& dialect, const RawRecord& record, std::size_t width, std::string_view header);

// What a comment above a table says of it, "# model=a quant=Q8_0"; empty where it assigns nothing.
[[nodiscard]] std::string settings_in_comment(std::string_view text, const RawRecord& record);

// Whether a record behind a blank line could be a header: different names and nothing else, above a record as wide. Where it is
// not of `other_width` than the table before, that record must hold values.
[[nodiscard]] bool may_begin_table(std::string_view text, const CsvDialect& dialect, const RawRecord& record, bool other_width);

}  // namespace chimera::sources
