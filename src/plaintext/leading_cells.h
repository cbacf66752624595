// What an empty cell at the beginning of a row continues: tables for people write a name once for the rows it holds for.
#pragma once

#include <cstddef>
#include <vector>

#include "plaintext/written_cell.h"

namespace chimera::plaintext {

class LeadingCells {
 public:
  explicit LeadingCells(std::size_t columns) : above_(columns) {}

  void begin_row() { leading_ = true; }
  // Of the cells of a row in turn: what holds in column `k`, where `written` stands, or nothing where `empty`. Names go on, and sizes of models
  // ("1.1B"); other numbers do not.
  [[nodiscard]] WrittenCell value(std::size_t k, bool empty, WrittenCell written) {
    leading_ = leading_ && empty;
    if (leading_ && above_[k].cell.kind == core::CellKind::text) return {above_[k].cell, {}, {}};
    if (leading_ && k > 0 && above_[k].cell.kind == core::CellKind::number && (above_[k].unit == "billion" || above_[k].unit == "million")) return above_[k];
    above_[k] = written;
    return written;
  }

 private:
  std::vector<WrittenCell> above_;
  bool leading_ = true;
};

}  // namespace chimera::plaintext
