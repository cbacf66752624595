// Reads lines of a series (series_line.h) into records: one table for lines that say the same things, whatever was run in a column.
// Threads: one reader's own. The lines, the context and the builder outlive it.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/series_line.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

class SeriesRows {
 public:
  SeriesRows(const LineView& lines, const ReadingContext& context, TableBuilder& out) : lines_(lines), context_(context), out_(out) {}
  // Whether `content` of line `i` is one of a series; then it is read. Another that begins with the same quantity must have been read or
  // stand close below it; lines between that say something else part nothing.
  bool read(std::size_t i, core::Span content);

 private:
  [[nodiscard]] bool comes_again(std::size_t i, const SeriesLine& found) const;

  const LineView& lines_;
  const ReadingContext& context_;
  TableBuilder& out_;
  std::set<std::string> read_;  // what lines begin with
};

}  // namespace chimera::plaintext
