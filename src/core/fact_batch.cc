#include "core/fact_batch.h"

namespace chimera::core {

void FactBatch::clear() {
  value.clear();
  begin.clear();
  size.clear();
  row.clear();
  line.clear();
  config.clear();
  state.clear();
}

void FactBatch::resize(std::size_t cells) {
  value.resize(cells);
  begin.resize(cells);
  size.resize(cells);
  row.resize(cells);
  line.resize(cells);
  config.resize(cells);
  state.resize(cells);
}

void FactBatch::push(double number, std::uint64_t first, std::uint32_t bytes, std::uint32_t at_row, std::uint64_t at_line,
                     std::uint32_t under, RowState in_state) {
  value.push_back(number);
  begin.push_back(first);
  size.push_back(bytes);
  row.push_back(at_row);
  line.push_back(at_line);
  config.push_back(under);
  state.push_back(in_state);
}

}  // namespace chimera::core
