#include "core/fact_batch.h"

#include <algorithm>

namespace chimera::core {

std::uint64_t FactBatch::numbers() const {
  std::uint64_t all = 0;
  for (std::size_t c = 0; c < used_; ++c) all += static_cast<std::uint64_t>(std::count_if(columns_[c].size.begin(), columns_[c].size.end(), [](std::uint32_t bytes) { return bytes > 0; }));
  return all;
}

void FactBatch::clear() {
  row.clear();
  line.clear();
  begin.clear();
  size.clear();
  config.clear();
  state.clear();
  used_ = 0;
  places = true;
}

void FactBatch::push(std::uint32_t at_row, std::uint64_t at_line, std::uint64_t first, std::uint32_t bytes, std::uint32_t under, RowState in_state) {
  row.push_back(at_row);
  line.push_back(at_line);
  begin.push_back(first);
  size.push_back(bytes);
  config.push_back(under);
  state.push_back(in_state);
}

FactBatch::Column& FactBatch::add_full_column(std::uint32_t series, bool lines) {
  if (used_ == columns_.size()) columns_.emplace_back();
  Column& column = columns_[used_++];
  column.series = series;
  column.value.resize(count());
  column.begin.resize(count());
  column.size.resize(count());
  column.line.resize(lines ? count() : 0);
  return column;
}

FactBatch::Column& FactBatch::add_column(std::uint32_t series, bool lines) {
  Column& column = add_full_column(series, lines);
  std::fill(column.value.begin(), column.value.end(), 0);
  std::fill(column.size.begin(), column.size.end(), 0);
  return column;
}

FactBatch::Column& FactBatch::column_of(std::uint32_t series, std::size_t first) {
  for (std::size_t c = first; c < used_; ++c)
    if (columns_[c].series == series) return columns_[c];
  return add_column(series, true);
}

}  // namespace chimera::core
