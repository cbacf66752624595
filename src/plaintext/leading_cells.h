// What an empty cell at the beginning of a row continues: tables for people write a name once for the rows it holds for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/one_of.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {

// "〃", "\"", "''": the same as above.
[[nodiscard]] inline bool is_ditto(std::string_view cell) {
  constexpr std::array<std::string_view, 8> kMarks = {"\xE3\x80\x83", "\"", "\" \"", "''", "``", "\xE2\x80\x9D", "\xE2\x80\xB3", "&quot;"};
  return base::is_one_of(text::trim(cell), kMarks);
}

// "Batch", "TP": whose numbers were set, so that one may hold for several rows.
[[nodiscard]] inline bool names_levels(std::string_view header) {
  constexpr std::array<std::string_view, 14> kSet = {"batch", "batch size", "bs", "tp", "tensor parallel", "gpus", "num gpus", "threads", "concurrency", "isl", "osl", "context", "context length", "users"};
  return base::is_one_of(text::lower(text::trim(header)), kSet);
}

class LeadingCells {
 public:
  explicit LeadingCells(std::size_t columns) : above_(columns), levels_(columns) {}
  // Numbers of that column go on too.
  void go_on_with_levels(std::size_t k) { levels_[k] = true; }

  void begin_row() { leading_ = true; }
  // Of the cells of a row in turn: what holds in column `k`, where `written` stands, or nothing where `empty`. Names go on, and sizes of models
  // ("1.1B"); other numbers do not.
  [[nodiscard]] WrittenCell value(std::size_t k, bool empty, WrittenCell written) {
    leading_ = leading_ && empty;
    if (leading_ && above_[k].cell.kind == core::CellKind::text) return {above_[k].cell, {}, {}};
    if (leading_ && levels_[k] && above_[k].cell.kind == core::CellKind::number) return above_[k];
    if (leading_ && k > 0 && above_[k].cell.kind == core::CellKind::number && (above_[k].unit == "billion" || above_[k].unit == "million")) return above_[k];
    above_[k] = written;
    return written;
  }
  // The same of a mark that says so, in any column: names and levels are repeated, what was measured is not.
  [[nodiscard]] WrittenCell same(std::size_t k, WrittenCell written) const {
    const core::CellKind kind = above_[k].cell.kind;
    return kind == core::CellKind::text || (levels_[k] && kind == core::CellKind::number) ? above_[k] : written;
  }

 private:
  std::vector<WrittenCell> above_;
  std::vector<bool> levels_;
  bool leading_ = true;
};

}  // namespace chimera::plaintext
