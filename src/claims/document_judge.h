// Holds a report against itself: what it says of everything against its own tables, what it observed against its word that
// there was nothing to observe. Needs no data.
#pragma once

#include <optional>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class DocumentJudge {
 public:
  explicit DocumentJudge(const Judging& judging);
  // Sets `handled` for the numbers it speaks about.
  std::vector<Verdict> judge(const Saying& saying, std::vector<bool>& handled) const;

 private:
  // What is stated of every value: not below `low`, not above `high`.
  struct Bound {
    double low = 0;
    double high = 0;
    core::UnitPtr unit = nullptr;
    double place = 0;
    std::vector<std::size_t> mentions;  // positions in saying.mentions
  };
  std::optional<Bound> bound_in(const Saying& saying) const;
  void judge_bound(const Saying& saying, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const;
  void judge_observed(const Saying& saying, std::vector<Verdict>& verdicts) const;
  // A cell of the column that lies outside of the bound.
  std::optional<core::Span> violation(const text::MarkdownTable& table, std::size_t column, const Bound& bound) const;

  const Judging& judging_;
  std::optional<core::Span> nothing_measured_;  // where the report says that there are no metrics
};

}  // namespace chimera::claims
