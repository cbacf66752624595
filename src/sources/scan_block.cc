#include "sources/scan_block.h"

#include <algorithm>

namespace chimera::sources {
namespace {

template <class T>
void enlarge(std::unique_ptr<T[]>& items, std::uint32_t count, std::uint32_t capacity) {
  std::unique_ptr<T[]> larger(new T[capacity]);  // not initialised: every item is written before it is read
  std::copy_n(items.get(), count, larger.get());
  items = std::move(larger);
}

}  // namespace

void NumberColumn::grow() {
  constexpr std::uint32_t kFirst = 256;
  capacity_ = capacity_ == 0 ? kFirst : 2 * capacity_;
  enlarge(value_, count_, capacity_);
  enlarge(begin_, count_, capacity_);
  enlarge(size_, count_, capacity_);
  enlarge(row_, count_, capacity_);
}

void ScanBlock::clear() {
  rows.clear();
  odd.clear();
  lines = nonfinite = 0;
  for (NumberColumn& column : numbers) column.cut(0);
  for (std::vector<KeptCell>& column : kept) column.clear();
}

void ScanBlock::cut_rows(std::uint32_t row) {
  if (rows.size() <= row) return;
  rows.resize(row);
  for (NumberColumn& column : numbers) {
    std::uint32_t count = column.count();
    while (count > 0 && column.row()[count - 1] >= row) --count;
    column.cut(count);
  }
  for (std::vector<KeptCell>& column : kept)
    while (!column.empty() && column.back().row >= row) column.pop_back();
}

}  // namespace chimera::sources
