// What was decided about rows, found by what their cells hold. In a large file the same cells come again and again: each is compared
// with the one before it in its column first, then with what followed that one before; and a row is looked up by the numbers that its
// cells have in their columns.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "core/document.h"
#include "stream/decisions.h"

namespace chimera::stream {

// The different cells of one column.
class KnownCells {
 public:
  static constexpr std::uint32_t kMost = 0xFFFE;
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20U;  // of their texts
  static constexpr std::uint32_t kNone = 0;
  // From 1, the same for the same cell. kNone where there are too many.
  [[nodiscard]] std::uint32_t number(core::CellKind kind, std::string_view text) {
    if (last_ == kNone) return last_ = look_up(kind, text);
    Cell& last = cells_[last_ - 1];
    if (is(last, kind, text)) return last_;
    if (last.next != kNone && is(cells_[last.next - 1], kind, text)) return last_ = last.next;
    const std::uint32_t before = last_;
    last_ = look_up(kind, text);
    return cells_[before - 1].next = last_;
  }

 private:
  struct Cell {
    std::string text;
    core::CellKind kind = core::CellKind::absent;
    std::uint32_t next = kNone;  // what stood behind it last
  };
  [[nodiscard]] static bool is(const Cell& cell, core::CellKind kind, std::string_view text) {
    return cell.kind == kind && base::are_equal(cell.text, text);
  }
  [[nodiscard]] std::uint32_t look_up(core::CellKind kind, std::string_view text);
  void grow();

  std::vector<Cell> cells_;
  std::vector<std::uint32_t> places_;  // by hash, as many as a power of two; kNone: free
  std::uint32_t last_ = kNone;
  std::size_t bytes_ = 0;              // of all texts
};

// Decisions by the cells of rows. Usage: begin(), add() for each deciding cell in order, then find(); remember() where it found nothing.
class KnownRows {
 public:
  static constexpr std::size_t kMost = std::size_t{1} << 17U;  // more are hardly levels

  // Forgets everything; `columns` of cells.
  void reset(std::size_t columns);
  void begin(std::uint32_t table, const Decision& around);
  void add(std::uint32_t column, core::CellKind kind, std::string_view text) { add(kind == core::CellKind::absent ? kAbsent : coded(column, kind, text)); }
  // A free setting is there, whatever its value.
  void add_free() { add(kFree); }
  [[nodiscard]] const Decision* find();
  // Of the row that was begun last.
  void remember(const Decision& decision);
  [[nodiscard]] bool is_full() const { return decisions_.size() >= kMost || overflowed_; }

 private:
  static constexpr std::uint16_t kAbsent = 0;
  static constexpr std::uint16_t kFree = 0xFFFF;
  void add(std::uint16_t code) {
    const std::size_t at = count_++ % 4;
    if (at == 0) row_.push_back(code);
    else row_.back() |= std::uint64_t{code} << (16 * at);
  }
  [[nodiscard]] std::uint16_t coded(std::uint32_t column, core::CellKind kind, std::string_view text) {
    const std::uint32_t number = cells_[column].number(kind, text);
    if (number == KnownCells::kNone) overflowed_ = unknown_ = true;
    return static_cast<std::uint16_t>(number);
  }
  [[nodiscard]] std::size_t place_of_row() const;
  void grow();

  std::vector<KnownCells> cells_;  // by column
  std::vector<std::uint64_t> row_; // that was begun: what is around it, then four cells a word
  std::size_t count_ = 0;          // its cells
  bool unknown_ = false;           // one of them has no number
  bool overflowed_ = false;        // one of any row had none
  std::vector<std::uint64_t> rows_;       // words of all that are remembered, one behind the other
  std::vector<std::uint32_t> ends_;       // in rows_, of each
  std::vector<Decision> decisions_;       // parallel
  std::vector<std::uint32_t> places_;     // by hash, as many as a power of two: 1 + which one; 0: free
};

}  // namespace chimera::stream
