// What speaks for and against handing work to a cluster: findings from what was asked of Slurm and from a small task that ran on
// each node. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/job.h"
#include "cluster/slurm.h"
#include "measure/health.h"

namespace chimera::cluster {

// A task that ran on one node to see whether and how it works there.
struct ProbedNode {
  std::string name;
  std::optional<TaskResult> result;  // absent: none came
  std::string failure;               // why not; empty where it still waited when the time was up
  base::Nanoseconds asked = 0;       // this machine's clock, before it began
  base::Nanoseconds seen = 0;        // and when its result was there
};

struct SeenCluster {
  std::optional<base::Error> unusable;  // Slurm is not there, or does not answer
  std::optional<base::Error> refused;   // what it would refuse of these options
  SlurmLimits limits;
  std::string partition;                // that was asked for; empty: any
  std::vector<Node> nodes;
  std::string program;                  // of this machine: "chimera 0.1.0"
  std::string folder;                   // in which the probes wrote
  std::vector<ProbedNode> probes;
};

// In the order in which people would look: Slurm, what it refuses, limits, nodes, then what the probes found.
[[nodiscard]] std::vector<measure::Check> examine(const SeenCluster& seen);

// By how many seconds a node's clock is off at least: its times lie between asked and seen where the clocks agree.
[[nodiscard]] double clock_offset_s(const ProbedNode& node);

}  // namespace chimera::cluster
