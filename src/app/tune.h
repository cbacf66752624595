// chimera tune: find the configurations that may be the best within a budget, on an engine or on a recorded table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/bench.h"
#include "app/commands.h"

namespace chimera::app {

struct TuneCommand {
  TuneCommand() { bench.warmup = 1; }
  // On an engine: what is measured and how, as for bench; --set lists are the space.
  BenchCommand bench;
  std::string space;      // space.toml
  std::vector<std::string> objectives = {"decode_tps"};  // several: their Pareto front
  std::vector<std::string> prior;  // folders or files with trial logs of earlier sessions
  std::vector<std::string> constraints;
  std::string budget;     // "20m"
  bool no_quality = false;  // what a recommendation costs in quality is not read
  // On a recorded table.
  std::string replay;
  double budget_seconds = 0;
  double load_seconds = 0;
  double switch_seconds = 0;
  double rep_seconds = 0;
  std::vector<std::string> reload_params;
  std::string cost = "given";
  unsigned seeds = 1;  // replays, one line of JSON each
  // Both.
  std::uint64_t seed = 1;
  std::string strategy = "auto";
  std::vector<std::string> without;
};
[[nodiscard]] int tune_command(const TuneCommand& command, const CommonOptions& common);

}  // namespace chimera::app
