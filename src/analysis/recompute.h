// A stated statistic against the values it was made from: does it hold, and if not, what was computed instead?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/corpus.h"

namespace chimera::analysis {

// A number that somebody wrote down about other numbers.
struct Stated {
  core::CellRef cell;
  core::Statistic statistic;
  core::UnitPtr unit = core::no_unit();
  double value = 0;
  int decimals = 0;
};

// One of the values behind it, in its own unit.
struct RawValue {
  core::CellRef cell;
  core::UnitPtr unit = core::no_unit();
  double value = 0;
  int decimals = 0;
  core::RowState state = core::RowState::ok;
  std::optional<std::int64_t> block = std::nullopt;  // that it is nested in, with other values of one configuration
};

enum class Over { all, warm, measured };  // every row; those that are neither cold nor warm-up; those that did not fail

struct Recomputation {
  bool holds = false;
  Over over = Over::measured;         // where it holds: over which rows
  std::string formula;                // "mean": what recomputes it
  std::vector<core::CellRef> inputs;  // the rows it was recomputed from
  double recomputed = 0;              // over the measured rows, in the unit of the raw values
  core::UnitPtr unit = core::no_unit();
  std::optional<std::size_t> one_row; // where it does not hold: the raw value that it equals alone
  bool failed_as_zero = false;        // where it does not hold: it does if failures count as zero
};

// Whether `stated` is `value` (in the unit of `stated`) at the digits it was written with: rounding or truncation, and
// `slack` for the rounding of what it was computed from.
[[nodiscard]] bool agrees(const Stated& stated, double value, double slack = 0);

// Recomputes; a median holds too where it is that of the medians of the blocks. Nothing where the statistic has no agreed formula, there is no measured value, or the units do not fit.
[[nodiscard]] std::optional<Recomputation> recompute(const Stated& stated, const std::vector<RawValue>& raw);

// The same with the blocks that the values stand in, which are looked up only where a median does not hold without them.
[[nodiscard]] std::optional<Recomputation> recompute_in_blocks(const core::Corpus& corpus, const Stated& stated, std::vector<RawValue> raw);

// The formula's name for a statistic ("mean", "percentile;95"); empty where there is none.
[[nodiscard]] std::string formula_of(const core::Statistic& statistic);

// The number in a cell with the meaning it has there; nothing where the cell holds no finite number.
[[nodiscard]] std::optional<Stated> stated_at(const core::Corpus& corpus, const core::CellRef& cell);
[[nodiscard]] std::optional<RawValue> raw_at(const core::Corpus& corpus, const core::CellRef& cell);

}  // namespace chimera::analysis
