#include "core/trial.h"

#include <gtest/gtest.h>

#include <set>

#include "core/trial_records.h"
#include "core/unit.h"

namespace chimera::core {
namespace {

TEST(Trial, EveryMetricHasAUniqueKeyAndAKnownUnit) {
  std::set<std::string_view> keys;
  for (const MetricInfo& metric : trial_metrics()) {
    EXPECT_TRUE(keys.insert(metric.key).second) << metric.key;
    EXPECT_TRUE(metric.unit.empty() || find_unit(metric.unit) != nullptr) << metric.key;
    EXPECT_EQ(find_trial_metric(metric.key), &metric);
  }
  EXPECT_EQ(find_trial_metric("speed"), nullptr);
}

TEST(Trial, NamesAreReadBack) {
  for (const Phase phase : {Phase::cold, Phase::warmup, Phase::measured}) EXPECT_EQ(find_phase(to_string(phase)), phase);
  for (const StopReason reason : {StopReason::target_reached, StopReason::blocks_done, StopReason::most_blocks, StopReason::time_up, StopReason::failed,
                                  StopReason::same_as_other, StopReason::eliminated, StopReason::interrupted})
    EXPECT_EQ(find_stop_reason(to_string(reason)), reason);
  EXPECT_EQ(find_validity("sure"), std::nullopt);
  EXPECT_EQ(find_trial_role(to_string(TrialRole::duplicate)), TrialRole::duplicate);
}

}  // namespace
}  // namespace chimera::core
