// What a scan of one block of a large text leaves behind: its numbers by column, its rows, and what it could not read.
//
// All offsets count from the beginning of the block. Owns its memory, which clear() keeps for the next block.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "core/place.h"

namespace chimera::sources {

// Numbers of one column in order of place; arrays of equal length.
class NumberColumn {
 public:
  void push(double value, std::uint32_t begin, std::uint32_t size, std::uint32_t row) {
    if (count_ == capacity_) grow();
    value_[count_] = value;
    begin_[count_] = begin;
    size_[count_] = size;
    row_[count_] = row;
    ++count_;
  }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] const double* value() const { return value_.get(); }
  [[nodiscard]] const std::uint32_t* begin() const { return begin_.get(); }
  [[nodiscard]] const std::uint32_t* size() const { return size_.get(); }
  [[nodiscard]] const std::uint32_t* row() const { return row_.get(); }  // into ScanBlock::rows
  void cut(std::uint32_t count) { count_ = count; }

 private:
  void grow();

  std::uint32_t count_ = 0;
  std::uint32_t capacity_ = 0;
  std::unique_ptr<double[]> value_;
  std::unique_ptr<std::uint32_t[]> begin_;
  std::unique_ptr<std::uint32_t[]> size_;
  std::unique_ptr<std::uint32_t[]> row_;
};

// A cell that is needed to judge its row: a setting, an error, a mark.
struct KeptCell {
  std::uint32_t row = 0;
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  core::CellKind kind = core::CellKind::absent;
  double number = 0;
};

struct ScanRow {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::uint32_t begin = 0;
  std::uint32_t size = 0;        // without a line end
  std::uint32_t group = 0;
  std::uint32_t parent = kNone;  // into ScanBlock::rows, always an earlier one
  std::uint32_t index = 0;       // in its array
};

// A text in which digits stand, for the account of numbers.
struct ScanText {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  std::uint32_t row = 0;
  std::uint32_t column = 0;  // of numbers, under the same key
};

[[nodiscard]] bool has_digit(const char* begin, const char* end);
// How often `c` stands in the text.
[[nodiscard]] std::uint64_t count_bytes(std::string_view text, char c);
// Offsets at which lines begin: 0, and behind every line end.
void find_line_begins(std::string_view text, std::vector<std::uint32_t>& begins);

struct ScanBlock {
  std::vector<ScanRow> rows;
  std::vector<NumberColumn> numbers;
  std::vector<std::vector<KeptCell>> kept;
  std::vector<ScanText> texts;
  std::vector<ScanText> spelled;  // numbers that may be several to a scan of the text: with grouping, a decimal comma
  std::vector<core::Span> odd;  // lines that only the tolerant reader can place; nothing of them is in the columns
  std::uint64_t lines = 0;      // that hold something
  std::uint64_t key_numbers = 0;  // in keys
  std::uint64_t nonfinite = 0;  // cells of delimited text that are NaN or infinite

  void clear();
  // Takes back all that belongs to rows from `row` on.
  void cut_rows(std::uint32_t row);
};

}  // namespace chimera::sources
