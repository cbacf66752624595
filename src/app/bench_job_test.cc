#include "app/bench_job.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace chimera::app {
namespace {

std::vector<core::TrialPlan> plan_of(std::size_t count) {
  std::vector<core::TrialPlan> plan = {{"t1", core::TrialRole::baseline, {}}};
  for (std::size_t i = 2; i <= count; ++i) plan.push_back({"t" + std::to_string(i), core::TrialRole::plain, {}});
  plan.push_back({"t1-again", core::TrialRole::duplicate, {}});
  plan.push_back({"copy", core::TrialRole::reference, {}});
  return plan;
}

TEST(BenchJob, EveryTaskHasTheAnchorsAndEveryConfigurationIsInOne) {
  for (const std::size_t count : {1U, 2U, 9U, 10U, 100U, 1000U}) {
    const auto tasks = pack_trials(plan_of(count), 0, 4, 1);
    std::map<std::string, std::size_t> seen;
    for (const auto& task : tasks) {
      EXPECT_EQ(task.front(), "t1");
      EXPECT_EQ(task.back(), "copy");
      for (const std::string& label : task) ++seen[label];
    }
    EXPECT_EQ(seen.size(), count + 2);
    for (const auto& [label, times] : seen) EXPECT_EQ(times, label == "t1" || label == "t1-again" || label == "copy" ? tasks.size() : 1U) << label;
  }
}

TEST(BenchJob, FewConfigurationsAreOneTaskAndAThousandFewerThanFifty) {
  EXPECT_EQ(pack_trials(plan_of(9), 0, 4, 1).size(), 1U);
  EXPECT_EQ(pack_trials(plan_of(10), 0, 4, 1).size(), 2U);
  EXPECT_EQ(pack_trials(plan_of(1000), 0, 1, 1).size(), 42U);
  EXPECT_LT(pack_trials(plan_of(1000), 0, 4, 1).size(), 50U);
  EXPECT_EQ(pack_trials(plan_of(7), 1, 1, 1).size(), 6U);
}

TEST(BenchJob, NoSettingStandsForATaskAndASeedGivesTheSame) {
  const auto tasks = pack_trials(plan_of(49), 12, 1, 3);
  ASSERT_EQ(tasks.size(), 4U);
  EXPECT_EQ(tasks, pack_trials(plan_of(49), 12, 1, 3));
  EXPECT_NE(tasks, pack_trials(plan_of(49), 12, 1, 4));
  std::set<std::size_t> rests;  // of a setting with four values, the last list of the command
  for (std::size_t i = 1; i + 2 < tasks[0].size(); ++i) rests.insert(std::stoul(tasks[0][i].substr(1)) % 4);
  EXPECT_GT(rests.size(), 1U);
}

}  // namespace
}  // namespace chimera::app
