// Judges what needs no data: percentages of stated parts, changes between stated values, comparisons of stated values,
// shares of a stated total, signs that contradict their word.
#pragma once

#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class ArithmeticJudge {
 public:
  explicit ArithmeticJudge(const Judging& judging) : judging_(judging) {}
  // Sets `handled` for the numbers it could recompute from others of the same saying.
  std::vector<Verdict> judge(const Saying& saying, std::vector<bool>& handled) const;

 private:
  using Numbers = std::vector<std::size_t>;  // positions in saying.mentions
  bool part_of(const Saying& saying, const Numbers& numbers, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const;
  void change(const Saying& saying, const Numbers& numbers, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const;
  void change_told(const Saying& saying, const Numbers& numbers, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const;
  void ordered(const Saying& saying, const Numbers& numbers, std::vector<Verdict>& verdicts) const;
  void wrong_sign(const Saying& saying, const Numbers& numbers, std::vector<Verdict>& verdicts) const;
  [[nodiscard]] const Mention& at(const Saying& saying, std::size_t i) const { return judging_.mention(saying.mentions[i]); }
  [[nodiscard]] std::string_view between(const Mention& a, const Mention& b) const;

  const Judging& judging_;
};

}  // namespace chimera::claims
