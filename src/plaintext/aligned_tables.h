// Tables whose cells stand below each other: a header without numbers, perhaps a ruler, and rows of as many fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {

using ReadCell = WrittenCell (*)(std::string_view, core::Span);  // by its decimal mark: read_written_cell or read_comma_cell
using Fields = std::vector<core::Span> (*)(std::string_view, core::Span);  // how rows are cut: wide_fields or words

class AlignedTables {
 public:
  AlignedTables(const LineView& lines, const ReadingContext& context, TableBuilder& out) : lines_(lines), context_(context), out_(out) {}

  // The table whose header is line `i`. Gives the line behind it; `i` where there is none.
  [[nodiscard]] std::size_t read(std::size_t i, Fields fields);
  // A table whose cells something else told apart. An empty span is an empty cell.
  void add(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows);
  // Whether line `i` would be a row of the last table if nothing stood between: what it is of is not known. At most 100 are listed.
  bool report_far_row(std::size_t i, core::Diagnostics& diagnostics);

 private:
  [[nodiscard]] bool drop_label(std::size_t i, Fields fields, std::vector<core::Span>& header) const;
  [[nodiscard]] std::vector<core::Span> names_by_words(std::size_t i, std::vector<core::Span> header) const;
  [[nodiscard]] std::size_t read_indexed(std::size_t i, std::vector<core::Span> header);
  [[nodiscard]] std::size_t read_wrapped(std::size_t i);
  [[nodiscard]] std::size_t read_placed(std::size_t i, const std::vector<core::Span>& header);
  [[nodiscard]] bool names_statistics(const std::vector<core::Span>& header) const;
  [[nodiscard]] bool names_parts(std::size_t i, const std::vector<core::Span>& header) const;
  [[nodiscard]] std::size_t count_parameters(const std::vector<core::Span>& header) const;
  [[nodiscard]] bool is_row(const std::vector<core::Span>& fields, std::size_t columns, std::size_t parameters = 0) const;
  [[nodiscard]] bool is_like(const std::vector<std::vector<core::Span>>& rows, const std::vector<core::Span>& row) const;
  [[nodiscard]] bool is_failed_row(const std::vector<core::Span>& fields, std::size_t columns) const;
  [[nodiscard]] std::vector<core::Span> without_rates(const std::vector<core::Span>& row, std::size_t columns) const;
  [[nodiscard]] std::vector<core::Span> short_row(std::size_t top, std::size_t i, const std::vector<core::Span>& header) const;
  void put_field(UnitColumns& columns, std::map<std::string, std::size_t>& counters, std::size_t column, core::Span field, ReadCell read_cell) const;

  const LineView& lines_;
  const ReadingContext& context_;
  TableBuilder& out_;
  std::size_t last_columns_ = 0;  // of the last table
  std::uint64_t last_header_ = 0;
  std::size_t far_rows_ = 0;
};

}  // namespace chimera::plaintext
