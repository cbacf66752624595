#include "app/tune_rounds.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tune/race.h"

namespace chimera::app {
namespace {

LiveSpace three() {
  BenchCommand command;
  command.settings = {"threads=1,2,3"};
  return *live_space(command, "");
}

core::Sample sample(const std::string& trial, std::uint32_t block, double tokens_per_second) {
  core::Sample sample;
  sample.trial = trial;
  sample.block = block;
  sample.repetition = 1;
  sample.metrics.push_back({core::find_trial_metric("decode_tok_per_s"), tokens_per_second});
  return sample;
}

// Each block was measured on a node of its own, of which some are twice as fast as others.
measure::TrialSession session(const LiveSpace& live, const std::vector<double>& rates) {
  measure::TrialSession session;
  session.start.plan = live.plans;
  for (std::uint32_t block = 1; block <= 8; ++block) {
    const double node = block % 2 == 0 ? 1 : 2, wobble = 1 + 0.002 * (block % 3);
    session.samples.push_back(sample("t1-again", block, node * rates[0] * wobble));
    for (std::size_t i = 0; i < rates.size(); ++i) session.samples.push_back(sample(live.plans[i].trial, block, node * rates[i] * (i == 0 ? 1 : wobble)));
  }
  return session;
}

TEST(RoundResults, ComparesWithinABlockHoweverUnlikeTheNodesAre) {
  const LiveSpace live = three();
  RoundResults results(live, {*parse_metric("decode_tps")}, {});
  results.add(session(live, {50, 51, 55}));
  const tune::Observations observations = results.observations(0);
  EXPECT_EQ(observations.measured(), 3U);
  EXPECT_EQ(observations.find(2)->repetitions.size(), 8U);
  const auto tied = tune::tied_for_best(tune::standings(observations), 0.95);
  ASSERT_EQ(tied.size(), 1U) << "a tenth more is seen through nodes that differ by half";
  EXPECT_EQ(tied.front().config, 2U);
  EXPECT_NEAR(results.objective_of(tied.front().centre) / results.objective_of(observations.find(0)->centre), 1.1, 0.01);
}

TEST(RoundResults, AddsUpRounds) {
  const LiveSpace live = three();
  RoundResults results(live, {*parse_metric("decode_tps")}, {});
  results.add(session(live, {50, 51, 55}));
  results.add(session(live, {50}));
  EXPECT_EQ(results.observations(0).find(0)->repetitions.size(), 16U);
  EXPECT_EQ(results.observations(0).find(1)->repetitions.size(), 8U);
}

TEST(RoundResults, SaysWhatFailedAndWhatBreaksALimit) {
  const LiveSpace live = three();
  RoundResults results(live, {*parse_metric("decode_tps")}, {*parse_limit("decode_tps>40")});
  measure::TrialSession one = session(live, {50, 20});
  one.stops.push_back({"t3", core::StopReason::failed, 0, {"out of memory"}});
  results.add(one);
  const tune::Observations observations = results.observations(0);
  EXPECT_EQ(observations.failures(), 2U);
  EXPECT_EQ(observations.find(2)->failure, "out of memory");
  EXPECT_NE(observations.find(1)->failure.find("decode_tps"), std::string::npos) << observations.find(1)->failure;
}

TEST(RoundResults, AConfigurationThatFailedOnceAndWorksElsewhereWorks) {
  const LiveSpace live = three();
  RoundResults results(live, {*parse_metric("decode_tps")}, {});
  measure::TrialSession lost;
  lost.stops.push_back({"t2", core::StopReason::failed, 0, {"the node went away"}});
  results.add(lost);
  EXPECT_EQ(results.observations(0).failures(), 1U);
  results.add(session(live, {50, 51}));
  EXPECT_EQ(results.observations(0).failures(), 0U);
}

}  // namespace
}  // namespace chimera::app
