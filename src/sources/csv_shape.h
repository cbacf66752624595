// What a delimited text looks like before its rows are read: delimiter, where the header is, decimal marks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/place.h"
#include "sources/csv_marks.h"
#include "sources/csv_records.h"

namespace chimera::sources {

struct CsvDialect {
  char delimiter = ',';
};

// From the first records: the delimiter by which most of them have equally many cells.
[[nodiscard]] CsvDialect detect_dialect(std::string_view text);

struct CsvHeader {
  std::vector<core::Span> preamble;   // lines before it
  std::vector<core::Span> records;    // its lines and the row of units; empty where there is none
  std::vector<std::string> keys;      // as written; of several lines joined by "/"; "1", "2", … without a header
  std::vector<std::string> units;     // parallel to keys: from brackets in the key or from a row of units
  std::vector<ColumnMark> marks;      // parallel to keys
  std::string name;                   // a title line directly above
  std::uint64_t data_begin = 0;       // where the first data record begins
  [[nodiscard]] bool written() const { return !records.empty(); }
};

// The header of the table that begins at or behind `begin`; nothing where no record follows.
[[nodiscard]] std::optional<CsvHeader> read_header(std::string_view text, const CsvDialect& dialect, std::uint64_t begin);

// Whether a record behind a blank line could be a header: different names and nothing else, values below them.
[[nodiscard]] bool may_begin_table(std::string_view text, const CsvDialect& dialect, const RawRecord& record);

}  // namespace chimera::sources
