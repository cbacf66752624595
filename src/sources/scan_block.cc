#include "sources/scan_block.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sources/wide_bytes.h"

namespace chimera::sources {
namespace {

template <class T>
void enlarge(std::unique_ptr<T[]>& items, std::uint32_t count, std::uint32_t capacity) {
  std::unique_ptr<T[]> larger(new T[capacity]);  // not initialised: every item is written before it is read
  std::copy_n(items.get(), count, larger.get());
  items = std::move(larger);
}

constexpr std::uint64_t kHighs = 0x8080808080808080U;

}  // namespace

bool has_digit(const char* begin, const char* end) {
  for (; end - begin >= 8; begin += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, begin, sizeof word);
    // Bytes from '0' on reach the high bit with the first sum, those behind '9' with the second.
    const std::uint64_t low = word & ~kHighs;
    if (((low + 0x5050505050505050U) & ~(low + 0x4646464646464646U) & ~word & kHighs) != 0) return true;
  }
  return std::any_of(begin, end, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t count_bytes(std::string_view text, char c) {
  std::uint64_t count = 0;
  std::size_t at = 0;
  for (; at + kWideBytes <= text.size(); at += kWideBytes) count += count_equal(text.data() + at, c);
  return count + static_cast<std::uint64_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), c));
}

void find_line_begins(std::string_view text, std::vector<std::uint32_t>& begins) {
  begins.assign(1, 0);
  std::size_t at = 0;
  for (; at + kWideBytes <= text.size(); at += kWideBytes)
    for (std::uint64_t ends = bytes_equal(text.data() + at, '\n'); ends != 0; ends &= ends - 1) begins.push_back(static_cast<std::uint32_t>(at + 1) + static_cast<std::uint32_t>(std::countr_zero(ends)));
  for (; at < text.size(); ++at)
    if (text[at] == '\n') begins.push_back(static_cast<std::uint32_t>(at + 1));
}

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
  texts.clear();
  spelled.clear();
  lines = key_numbers = nonfinite = 0;
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
  for (std::vector<ScanText>* list : {&texts, &spelled})
    while (!list->empty() && list->back().row >= row) list->pop_back();
  for (std::vector<KeptCell>& column : kept)
    while (!column.empty() && column.back().row >= row) column.pop_back();
}

}  // namespace chimera::sources
