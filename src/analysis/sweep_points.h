// What a chart of a sweep shows: each configuration with its interval and whether it ties with the best, each level of a
// factor with its effect. The same numbers as in sweep.h's findings, as facts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/prose.h"
#include "analysis/sweep_view.h"

namespace chimera::analysis {

struct PointBounds {
  core::FactId low;
  core::FactId high;
};

struct ConfigurationPoint {
  std::size_t row = 0;     // of the study: the first used one
  core::FactId value;      // of that row, or the mean of the rows
  std::size_t runs = 1;
  std::optional<PointBounds> bounds;  // 95 %, from the noise of all runs; nothing where there is no estimate of it
  bool tied = false;       // cannot be told from the best (Hsu); of the best itself too
};

// Leading configuration first. `tied` is meaningful where bounds are there.
[[nodiscard]] std::vector<ConfigurationPoint> configuration_points(const SweepView& view, Prose prose);

// A level of a factor against its first level, in percent, at a confidence shared by all pairs of levels (Bonferroni), as in
// the findings.
struct LevelEffect {
  std::size_t factor = 0;  // of the view
  std::uint32_t from = 0;  // levels, as FactorView::name takes them
  std::uint32_t to = 0;
  core::FactId effect;
  PointBounds bounds;
};

// Of the factors that can be told from time and model load. Empty where the sweep has repetitions as blocks, whose
// effects are compared in pairs (blocked_effects.h), or no estimate of noise.
[[nodiscard]] std::vector<LevelEffect> level_effects(const SweepView& view, Prose prose);

// The interval of a mean of used rows (positions in SweepView::rows), and the mean.
struct GroupPoint {
  core::FactId value;
  std::optional<PointBounds> bounds;
};
[[nodiscard]] GroupPoint group_point(const SweepView& view, const std::vector<std::size_t>& used, Prose prose);

}  // namespace chimera::analysis
