#include "text/record_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/one_of.h"
#include "text/words.h"

namespace chimera::text {

namespace {

bool picks(const std::vector<std::string>& words) {
  constexpr std::array<std::string_view, 11> kPicks = {"best", "baseline", "winner", "winning", "optimal", "optimum", "recommended", "recommendation", "fastest", "slowest", "worst"};
  return !words.empty() && base::is_one_of(words.front(), kPicks);
}

// What was picked, whatever it was: "configuration", "run".
bool names_one_of_several(std::string_view word) {
  constexpr std::array<std::string_view, 14> kWords = {"config", "configs", "configuration", "setting", "settings", "setup", "parameters", "params", "options", "run", "result", "overall", "choice", "values"};
  return base::is_one_of(word, kWords);
}

}  // namespace

bool names_pick(std::string_view name) { return picks(split_identifier(name)); }

std::optional<std::string> behind_pick(std::string_view name) {
  const std::vector<std::string> words = split_identifier(name);
  if (!picks(words)) return std::nullopt;
  std::string rest;
  for (auto word = std::find_if_not(words.begin() + 1, words.end(), names_one_of_several); word != words.end(); ++word) rest.append(rest.empty() ? 0U : 1U, ' ').append(*word);
  return rest;
}

bool names_warm_up(std::string_view name) {
  const std::vector<std::string> words = split_identifier(name);
  return !words.empty() && (words[0] == "warmup" || (words.size() > 1 && words[0] == "warm" && words[1] == "up"));
}

}  // namespace chimera::text
