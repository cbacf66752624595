#include "cluster/health.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace chimera::cluster {
namespace {

using measure::Check;
using measure::Health;

constexpr double kClockTolerance = 1;  // seconds; logs say when, not what, so less does no harm

Check of_error(const char* subject, const base::Error& error) { return {subject, Health::bad, error.message, error.hint}; }

void examine_limits(const SlurmLimits& limits, std::vector<Check>& checks) {
  if (limits.array_size < 2) checks.push_back({"arrays", Health::bad, fmt::format("no job arrays are allowed (MaxArraySize={})", limits.array_size), "ask the cluster's administrator"});
  else checks.push_back({"arrays", Health::good, fmt::format("up to {} tasks in one, {} jobs in the queue", limits.array_size, limits.job_count), ""});
  checks.push_back({"accounting", limits.accounting ? Health::good : Health::missing, limits.accounting ? "sacct answers" : "none: results are kept in the job's folder all the same", ""});
}

void examine_nodes(const SeenCluster& seen, std::vector<Check>& checks) {
  std::vector<std::string> down;
  std::map<std::string, std::size_t> kinds;
  std::size_t usable = 0;
  for (const Node& node : seen.nodes) {
    if (!node.usable()) {
      down.push_back(fmt::format("{} ({})", node.name, node.state));
      continue;
    }
    ++usable;
    ++kinds[fmt::format("{} processors, {} MiB{}", node.cpus, node.memory_mib, node.gres.empty() ? "" : ", " + node.gres)];
  }
  const std::string where = seen.partition.empty() ? "" : " in " + seen.partition;
  if (usable == 0) checks.push_back({"nodes", Health::bad, fmt::format("none can be used{}{}", where, down.empty() ? "" : fmt::format("; {}", fmt::join(down, ", "))), "sinfo -R says why"});
  else checks.push_back({"nodes", Health::good, fmt::format("{} can be used{}{}", usable, where, down.empty() ? "" : fmt::format("; not: {}", fmt::join(down, ", "))), ""});
  if (kinds.size() < 2) return;
  std::vector<std::string> words;
  for (const auto& [kind, count] : kinds) words.push_back(fmt::format("{} of {}", count, kind));
  checks.push_back({"kinds of nodes", Health::poor, fmt::format("{}", fmt::join(words, "; ")), "what was measured on unlike nodes is not compared; --partition or --sbatch=--constraint=... takes those of one kind"});
}

// What one node's probe says for itself; nothing where all is well.
void examine_probe(const SeenCluster& seen, const ProbedNode& node, std::vector<Check>& checks) {
  const std::string subject = "node " + node.name;
  if (!node.result && node.failure.empty()) {
    checks.push_back({subject, Health::missing, "the probe still waited in the queue when the time was up", "--seconds waits longer"});
  } else if (!node.result) {
    checks.push_back({subject, Health::bad, fmt::format("no result came from it: {}", node.failure), fmt::format("is {} the same folder there, on a file system that all nodes share, and chimera in the same place?", seen.folder)});
  } else if (!node.result->complete) {
    checks.push_back({subject, Health::bad, node.result->reason, "install the same version on every node, or begin from a shared folder"});
  } else if (const double offset = clock_offset_s(node); offset > kClockTolerance) {
    checks.push_back({subject, Health::poor, fmt::format("its clock is off by {:.1f} s or more", offset), "times of day in logs will not agree; is NTP running there?"});
  }
}

void examine_fingerprints(const SeenCluster& seen, std::vector<Check>& checks) {
  std::map<std::string, std::vector<std::string>> kinds;
  std::size_t good = 0;
  for (const ProbedNode& node : seen.probes) {
    if (!node.result || !node.result->complete) continue;
    ++good;
    kinds[node.result->machine].push_back(node.name);
  }
  if (good == 0) return;
  checks.push_back({"probes", Health::good, fmt::format("{} of {} nodes that were tried ran {} and wrote to {}", good, seen.probes.size(), seen.program, seen.folder), ""});
  if (kinds.size() < 2) {
    checks.push_back({"machines", Health::good, fmt::format("of one kind, fingerprint {}", kinds.begin()->first), ""});
    return;
  }
  std::vector<std::string> words;
  for (const auto& [fingerprint, names] : kinds) words.push_back(fmt::format("{}: {}", fingerprint, fmt::join(names, ", ")));
  checks.push_back({"machines", Health::poor, fmt::format("of {} kinds: {}", kinds.size(), fmt::join(words, "; ")), "what was measured on unlike machines is not compared"});
}

}  // namespace

double clock_offset_s(const ProbedNode& node) {
  if (!node.result) return 0;
  const base::Nanoseconds early = node.asked - node.result->started;
  const base::Nanoseconds late = node.result->ended - node.seen;
  return static_cast<double>(std::max({base::Nanoseconds{0}, early, late})) * 1e-9;
}

std::vector<measure::Check> examine(const SeenCluster& seen) {
  std::vector<Check> checks;
  if (seen.unusable) {
    checks.push_back(of_error("slurm", *seen.unusable));
    return checks;
  }
  checks.push_back({"slurm", Health::good, fmt::format("version {}", seen.limits.version.empty() ? "not told" : seen.limits.version), ""});
  if (seen.refused) checks.push_back(of_error("submission", *seen.refused));
  else checks.push_back({"submission", Health::good, "Slurm would take these options", ""});
  examine_limits(seen.limits, checks);
  examine_nodes(seen, checks);
  examine_fingerprints(seen, checks);
  for (const ProbedNode& node : seen.probes) examine_probe(seen, node, checks);
  return checks;
}

}  // namespace chimera::cluster
