// Reads the records of a large delimited text whose header, delimiter and decimal marks are known: numbers with their
// spans into columns, and the cells that are asked for.
//
// A record is odd, and left to read_csv, where it has another number of cells, is blank, begins like a comment, repeats
// the header, holds a number with a unit of its own, with its parts or one beyond a double, or a quote that never ends.
// Threads: one scan per thread; they may share the plan.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "sources/csv_shape.h"
#include "sources/scan_block.h"

namespace chimera::sources {

struct CsvPlan {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  struct Column {
    std::uint32_t numbers = kNone;  // into ScanBlock::numbers
    std::uint32_t kept = kNone;     // into ScanBlock::kept
    text::DecimalMark mark = text::DecimalMark::point;
    bool no_limit = false;          // where infinity is a value
  };
  std::vector<ColumnKinds> kinds;  // of the columns, by the first records
  CsvDialect dialect;
  std::string header;  // its first line as written, empty where there is none
  std::vector<Column> columns;
  std::uint32_t number_columns = 0;
  std::uint32_t kept_columns = 0;
};

class CsvScan {
 public:
  // Bytes behind those scanned that must be readable, whatever they hold.
  static constexpr std::size_t kPadding = 16;

  explicit CsvScan(const CsvPlan& plan) : plan_(plan) {}
  // Fills `block` (cleared before) with the records of `bytes` (less than 4 GiB), which begin with one; returns where
  // the first one begins that no line end closes: it is not read.
  std::size_t scan(std::string_view bytes, ScanBlock& block);

 private:
  [[nodiscard]] const char* record(const char* begin, std::uint32_t row);
  [[nodiscard]] const char* cell(const char* begin, const CsvPlan::Column& column, std::uint32_t row);
  [[nodiscard]] const char* other_cell(const char* begin, const CsvPlan::Column& column, std::uint32_t row);
  [[nodiscard]] const char* closing_quote(const char* open) const;
  [[nodiscard]] const char* odd_record(const char* begin);
  [[nodiscard]] const char* line_end(const char* p) const;
  void keep(std::uint32_t kept, std::uint32_t row, const core::Cell& cell);

  const CsvPlan& plan_;
  std::string_view bytes_;
  const char* limit_ = nullptr;  // behind the last line end
  ScanBlock* block_ = nullptr;
};

// Reads odd records, of which `document.text` consists, into its one table, whose columns are those of the plan's header.
// A number with a unit other than its column's stands in a further column of the same key. What is no row is ignored by
// its reason; loss is told with places in `document`.
void read_odd_records(const CsvPlan& plan, const std::vector<core::Column>& header, core::Document& document, core::Diagnostics& diagnostics);

// Where a block of delimited text may be cut: behind the last line end of `bytes` that an even number of quotes
// precedes. Zero where there is none. Where quotes stand inside unquoted cells the place may be wrong: the scan of the
// block then ends before it.
[[nodiscard]] std::size_t csv_cut(std::string_view bytes);

}  // namespace chimera::sources
