#include "cluster/health.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chimera::cluster {
namespace {

using measure::Health;

constexpr base::Nanoseconds kSecond = 1'000'000'000;

ProbedNode probed(const std::string& name, const std::string& machine = "aa") {
  ProbedNode node{name, TaskResult{}, "", 100 * kSecond, 105 * kSecond};
  node.result->complete = true, node.result->machine = machine;
  node.result->started = 101 * kSecond, node.result->ended = 102 * kSecond;
  return node;
}

SeenCluster two_nodes() {
  SeenCluster seen;
  seen.limits.version = "22.05.8";
  seen.program = "chimera 0", seen.folder = "/shared/probe";
  seen.nodes = {{"n1", "idle", "main", 2, 2048, ""}, {"n2", "mixed", "main", 2, 2048, ""}};
  seen.probes = {probed("n1"), probed("n2")};
  return seen;
}

const measure::Check* find(const std::vector<measure::Check>& checks, const std::string& subject) {
  const auto found = std::find_if(checks.begin(), checks.end(), [&](const measure::Check& check) { return check.subject == subject; });
  return found == checks.end() ? nullptr : &*found;
}

TEST(ClusterHealth, ACleanClusterHasNothingAgainstIt) {
  for (const measure::Check& check : examine(two_nodes())) EXPECT_TRUE(check.health == Health::good || check.health == Health::missing) << check.subject << ": " << check.found;
}

TEST(ClusterHealth, WithoutSlurmNothingElseIsSaid) {
  SeenCluster seen;
  seen.unusable = base::Error{base::ErrorKind::input, "Slurm is not here", "a hint"};
  const auto checks = examine(seen);
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0].health, Health::bad);
  EXPECT_EQ(checks[0].advice, "a hint");
}

TEST(ClusterHealth, ClocksAreOffByWhatTheirTimesCannotBe) {
  SeenCluster seen = two_nodes();
  seen.probes[0].result->started -= 30 * kSecond, seen.probes[0].result->ended -= 30 * kSecond;
  seen.probes[1].result->started += 7 * kSecond, seen.probes[1].result->ended += 7 * kSecond;
  EXPECT_DOUBLE_EQ(clock_offset_s(seen.probes[0]), 29);
  EXPECT_DOUBLE_EQ(clock_offset_s(seen.probes[1]), 4);
  EXPECT_DOUBLE_EQ(clock_offset_s(probed("n1")), 0);
  const auto checks = examine(seen);
  ASSERT_NE(find(checks, "node n1"), nullptr);
  EXPECT_NE(find(checks, "node n1")->found.find("29.0 s"), std::string::npos);
}

TEST(ClusterHealth, ANodeThatWritesNothingIsBadAndOneThatWaitsIsNot) {
  SeenCluster seen = two_nodes();
  seen.probes[0].result.reset(), seen.probes[0].failure = "ended on n1 and left no result";
  seen.probes[1].result.reset();
  const auto checks = examine(seen);
  EXPECT_EQ(find(checks, "node n1")->health, Health::bad);
  EXPECT_NE(find(checks, "node n1")->advice.find("/shared/probe"), std::string::npos);
  EXPECT_EQ(find(checks, "node n2")->health, Health::missing);
}

TEST(ClusterHealth, AnotherVersionIsBadAndUnlikeMachinesArePoor) {
  SeenCluster seen = two_nodes();
  seen.probes.push_back(probed("n3", "bb"));
  seen.probes.push_back(probed("n4"));
  seen.probes.back().result->complete = false, seen.probes.back().result->reason = "this node has chimera 9";
  const auto checks = examine(seen);
  EXPECT_EQ(find(checks, "machines")->health, Health::poor);
  EXPECT_EQ(find(checks, "machines")->found, "of 2 kinds: aa: n1, n2; bb: n3");
  EXPECT_EQ(find(checks, "node n4")->health, Health::bad);
  EXPECT_EQ(find(checks, "node n4")->found, "this node has chimera 9");
}

TEST(ClusterHealth, LimitsAndNodesThatMakeItImpossibleAreBad) {
  SeenCluster seen = two_nodes();
  seen.limits.array_size = 1;
  seen.nodes[0].state = "down*", seen.nodes[1].state = "drained";
  const auto checks = examine(seen);
  EXPECT_EQ(find(checks, "arrays")->health, Health::bad);
  EXPECT_EQ(find(checks, "nodes")->health, Health::bad);
  EXPECT_NE(find(checks, "nodes")->found.find("n1 (down*)"), std::string::npos);
}

}  // namespace
}  // namespace chimera::cluster
