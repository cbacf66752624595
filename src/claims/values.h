// The numbers a saying can be about: cells, and what is computed from the rows it names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claims/binder.h"
#include "core/statistic.h"

namespace chimera::claims {

struct Candidate {
  double value = 0;
  core::UnitPtr unit = core::no_unit();
  const core::ColumnMeaning* column = nullptr;
  std::vector<core::CellRef> cells;  // what it was read or computed from, in order; of many rows the first dozen
  std::string how;                   // "mean of 36 rows"; empty of a cell
};

class Values {
 public:
  explicit Values(const Evidence& evidence) : evidence_(evidence) {}

  // Of the given rows that record a success: the cell of each, or, with a statistic, one value over all of them.
  // A column that states the statistic itself is read, not recomputed. Empty where no row has a value.
  [[nodiscard]] std::vector<Candidate> of(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows,
                                          const std::vector<core::Statistic>& statistics) const;
  [[nodiscard]] std::optional<Candidate> mean(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows) const;
  [[nodiscard]] const core::ColumnMeaning& meaning(SheetId sheet, std::uint32_t column) const;
  [[nodiscard]] const core::ColumnMeaning& meaning(const core::CellRef& cell) const;
  // Whether the column, or some of its cells, are in the dimension.
  [[nodiscard]] bool measures(SheetId sheet, std::uint32_t column, core::Dimension dimension) const;
  // Whether its rows mean different things.
  [[nodiscard]] bool is_mixed(SheetId sheet, std::uint32_t column) const;
  [[nodiscard]] core::SourceRef place(const core::CellRef& cell) const;
  // Whether every row failed or has nothing in the column.
  [[nodiscard]] std::vector<Candidate> cells(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows) const;

 private:
  [[nodiscard]] std::vector<Candidate> of_mixed(SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows,
                                                const std::vector<core::Statistic>& statistics) const;
  const Evidence& evidence_;
};

// The formula of a statistic (analysis/formula.h); nothing for those that are not computed from rows.
[[nodiscard]] std::optional<std::string> formula_of(const core::Statistic& statistic);

}  // namespace chimera::claims
