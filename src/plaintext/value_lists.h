// Values that stand in lines below each other, each of one thing or one part of it: lists of percentiles and of names with values.
#pragma once

#include <cstddef>

#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// Each gives the line behind the list that begins in line `i`; `i` where none does.
class ValueLists {
 public:
  ValueLists(const LineView& lines, const ReadingContext& context, TableBuilder& out) : lines_(lines), context_(context), out_(out) {}

  // "Latency Distribution" above "50%  250 us" and "99%  5.8 ms": parts of the whole that rise, and so do the values.
  [[nodiscard]] std::size_t read_percentiles(std::size_t i);
  // "Value(ms)  Percentile  TotalCount  1/(1-Percentile)" above "0.479  0.500000  150  2.00", as HdrHistogram writes its percentiles: what part of
  // all values lies at or below each; how many these are is no measurement.
  [[nodiscard]] std::size_t read_spectrum(std::size_t i);
  // "avg min p50" above "0.3 0.1 0.2", below "latency summary (msec):".
  [[nodiscard]] std::size_t read_statistics_row(std::size_t i);
  // "clat percentiles (usec):" above "|  1.00th=[  611],  5.00th=[  701],".
  [[nodiscard]] std::size_t read_ordinals(std::size_t i);
  // "rg (ignore)   0.091 +/- 0.004": a name and a value in each of several lines.
  [[nodiscard]] std::size_t read_named_values(std::size_t i);

 private:
  const LineView& lines_;
  const ReadingContext& context_;
  TableBuilder& out_;
  std::size_t no_percentiles_ = 0;  // lines before it were seen not to be a list of percentiles
};

}  // namespace chimera::plaintext
