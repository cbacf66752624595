// chimera tune: find the configurations that may be the best within a budget.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands.h"

namespace chimera::app {

struct TuneCommand {
  std::string replay;  // a recorded table
  double budget_seconds = 0;
  double load_seconds = 0;
  double switch_seconds = 0;
  double rep_seconds = 0;
  std::vector<std::string> reload_params;
  std::string cost = "given";
  std::uint64_t seed = 1;
  unsigned seeds = 1;  // replays, one line of JSON each
  std::string strategy = "auto";
  std::vector<std::string> without;
};
[[nodiscard]] int tune_command(const TuneCommand& command, const CommonOptions& common);

}  // namespace chimera::app
