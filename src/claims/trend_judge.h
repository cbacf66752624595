// Judges how a metric is said to go with a setting: "throughput falls as the temperature rises", "temperature had minimal
// impact on throughput". Decided by the means of the rows at each level.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class TrendJudge {
 public:
  explicit TrendJudge(const Judging& judging) : judging_(judging), values_(judging.evidence) {}

  // At most one verdict; comparing words that it speaks about are set in `handled`.
  std::vector<Verdict> judge(const Saying& saying, const std::vector<std::uint32_t>& documents, std::vector<bool>& handled) const;

 private:
  enum class Effect { none, some, up, down, better, worse };
  struct Said {
    Effect effect = Effect::none;
    PieceRange words;   // of the effect
    PieceRange metric;  // where the metric may be named
    PieceRange factor;  // where the setting may be named
  };
  std::optional<Said> read(const Saying& saying) const;
  std::optional<Said> read_impact(const Saying& saying) const;
  std::optional<Said> read_direction(const Saying& saying) const;
  struct Levels {
    std::vector<std::pair<double, Candidate>> means;  // ascending in the level
    int direction = 0;                                // of the metric: which way is better
  };
  std::optional<Levels> levels_in(const Saying& saying, const Said& said, SheetId sheet) const;
  std::optional<bool> holds(const Said& said, const Levels& levels) const;

  const Judging& judging_;
  Values values_;
};

}  // namespace chimera::claims
