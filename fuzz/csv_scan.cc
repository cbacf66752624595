// The fast scan of delimited text: a record that it takes has the cells that the tolerant reader finds, and the same
// numbers at the same spans.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "sources/csv_cell.h"
#include "sources/csv_records.h"
#include "sources/csv_scan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chimera;
  sources::CsvPlan plan;
  plan.header = "a,b,c";
  plan.columns.resize(3);
  for (sources::CsvPlan::Column& column : plan.columns) {
    column.numbers = plan.number_columns++;
    column.kept = plan.kept_columns++;
  }
  // Line ends of CR alone are another reader's.
  const std::string lines = "a,b,c\n" + std::string(reinterpret_cast<const char*>(data), size);
  const std::string text = lines + std::string(sources::CsvScan::kPadding, '"');
  const std::string_view view = std::string_view(text).substr(0, lines.size());
  sources::ScanBlock block;
  sources::CsvScan scan(plan);
  const std::size_t end = scan.scan(view, block);
  CHECK(end <= view.size(), "the scan ends in the text");
  std::vector<std::uint32_t> next(plan.columns.size(), 0);
  sources::RawRecord record;
  for (std::uint32_t r = 0; r < block.rows.size(); ++r) {
    const sources::ScanRow& row = block.rows[r];
    sources::RecordReader reader(view, ',', row.begin);
    CHECK(reader.next(record) && reader.unclosed().empty(), "a row is a record");
    CHECK(record.span.begin == row.begin && record.span.size() == row.size, "a row has the span of its record");
    const bool closing = record.cells.size() == 4 && record.cells[3].empty() && !record.cells[3].quoted;
    CHECK(record.cells.size() == 3 || closing, "a row has the cells of the header");
    for (std::size_t c = 0; c < plan.columns.size(); ++c) {
      const core::Cell cell = sources::read_cell(view, record.cells[c], plan.columns[c].mark).cell;
      if (cell.kind != core::CellKind::number) continue;
      const sources::NumberColumn& column = block.numbers[c];
      const std::uint32_t i = next[c]++;
      CHECK(i < column.count() && column.row()[i] == r, "no number is lost");
      CHECK(column.begin()[i] == cell.begin && column.size()[i] == cell.size && column.value()[i] == cell.number, "a number is the tolerant reader's");
    }
  }
  for (std::size_t c = 0; c < plan.columns.size(); ++c) CHECK(next[c] == block.numbers[c].count(), "no number is made up");
  (void)sources::csv_cut(view);
  return 0;
}
