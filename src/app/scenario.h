// chimera agents: two agents at the same time against one after the other, and what they wrote.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands.h"

namespace chimera::app {

struct AgentsCommand {
  std::vector<std::string> dirs;
  std::string out = "chimera-agents";
  std::string scenario;  // baseline_vs_chimera, chimera_hetero, chimera_homo
  unsigned runs = 3;
  std::string writer = "auto";
  std::string url_a;
  std::string url_b;
  std::string agent_a;
  std::string agent_b;
  std::string personas;
  std::uint64_t seed = 1;  // of the order in which things run
};
[[nodiscard]] int agents_command(const AgentsCommand& command, const CommonOptions& common);

}  // namespace chimera::app
