// Numbers that are written with units of their own, each in a column of its unit.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::sources {

struct UnitCell {
  std::uint32_t row = 0;
  std::string_view unit;
};

// Gives `column` of the table the unit of the first of `cells`, which are all of its numbers that were written with one, in order of
// rows; where `apart`, none: other numbers stand there. Every other unit gets a column of its own behind the last one, with the
// same key, so that no number ever gets the unit of its neighbour.
void split_by_unit(core::Table& table, std::size_t column, const std::vector<UnitCell>& cells, bool apart);

// The same for tables whose columns grow side by side.
class UnitCells {
 public:
  // A number written with `unit`, which outlives this, was put into that cell. Rows of one column come in order.
  void add(std::uint32_t table, std::uint32_t column, std::uint32_t row, std::string_view unit) { cells_.push_back({table, column, {row, unit}}); }
  // Splits the columns that have such numbers; one that has others too, zero apart, keeps those.
  void split(core::Document& document);

 private:
  struct Place {
    std::uint32_t table = 0;
    std::uint32_t column = 0;
    UnitCell cell;
  };
  std::vector<Place> cells_;
};

}  // namespace chimera::sources
