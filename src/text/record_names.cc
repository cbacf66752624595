#include "text/record_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "text/words.h"

namespace chimera::text {

bool names_pick(std::string_view name) {
  constexpr std::array<std::string_view, 11> kPicks = {"best", "baseline", "winner", "winning", "optimal", "optimum", "recommended", "recommendation", "fastest", "slowest", "worst"};
  const std::vector<std::string> words = split_identifier(name);
  return !words.empty() && std::find(kPicks.begin(), kPicks.end(), words.front()) != kPicks.end();
}

bool names_warm_up(std::string_view name) {
  const std::vector<std::string> words = split_identifier(name);
  return !words.empty() && (words[0] == "warmup" || (words.size() > 1 && words[0] == "warm" && words[1] == "up"));
}

}  // namespace chimera::text
