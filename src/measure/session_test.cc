#include "measure/session.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <tuple>

#include "measure/summary.h"
#include "measure/test_session.h"

namespace chimera::measure {
namespace {

using core::Phase;
using core::StopReason;

// A small generator of noise for scripts, the same in every run.
class Noise {
 public:
  double uniform() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
  }

 private:
  std::uint64_t state_ = 42;
};

core::SessionStart plan_of(std::vector<std::string> threads) {
  core::SessionStart start;
  start.id = "s";
  start.engine.kind = "embedded";
  core::Protocol protocol;
  protocol.seed = 3;
  protocol.repetitions = 2;
  protocol.least_blocks = 6;
  protocol.most_blocks = 30;
  protocol.warmup_least = 3;
  protocol.warmup_most = 10;
  protocol.warmup_tolerance = 0.02;
  protocol.target_half_width = 0.01;
  protocol.fresh_loads = true;
  start.protocol = protocol;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    core::TrialPlan plan{"t" + std::to_string(i + 1), i == 0 ? core::TrialRole::baseline : core::TrialRole::plain, {}};
    plan.config.set("threads", threads[i]);
    plan.config.set("prompt_tokens", "8");
    plan.config.set("output_tokens", "5");
    start.plan.push_back(plan);
  }
  core::TrialPlan again = start.plan.front();
  again.trial = "t1-again";
  again.role = core::TrialRole::duplicate;
  start.plan.push_back(again);
  return start;
}

struct Bench : TestSession {
  base::Result<StopReason> run(const core::SessionStart& start, TrialSession before = {}) {
    QualityPass pass(engine, clock, {"text", "words", 16});
    SessionOptions options;
    if (quality) options.quality = &pass;
    return TestSession::run(start, std::move(options), std::move(before));
  }
  bool quality = false;
};

std::set<std::tuple<std::string, std::uint32_t, std::uint32_t>> measured(const TrialSession& session) {
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t>> keys;
  for (const core::Sample& sample : session.samples) {
    const bool added = sample.phase != Phase::measured || keys.insert({sample.trial, sample.block, sample.repetition}).second;
    EXPECT_TRUE(added) << sample.trial << " twice in block " << sample.block;
  }
  return keys;
}

TEST(Session, VisitsEveryTrialOnceInEveryBlockAndStopsWhenIntervalsAreNarrow) {
  Bench bench;
  const auto reason = bench.run(plan_of({"1", "2"}));
  ASSERT_TRUE(reason) << reason.error().message;
  EXPECT_EQ(*reason, StopReason::target_reached);
  EXPECT_EQ(measured(bench.logged()).size(), 6U * 3U * 2U) << "six blocks are the first look";
  EXPECT_EQ(bench.logged().stops.size(), 3U);
}

TEST(Session, ReadsTheTextWhenNothingTimedFollows) {
  Bench bench;
  bench.quality = true;
  EXPECT_EQ(bench.run(plan_of({"1", "2"})).value(), StopReason::target_reached);
  EXPECT_EQ(bench.engine.readings, 2U) << "the duplicate is the baseline";
  std::string kinds;
  for (const std::string& line : bench.log.lines) kinds += line.find("\"record\":\"sample\"") != std::string::npos ? 's' : line.find("\"record\":\"quality\"") != std::string::npos ? 'q' : ' ';
  EXPECT_LT(kinds.rfind('s'), kinds.find('q'));
  EXPECT_EQ(kinds.substr(kinds.size() - 3), "qq ") << "the end comes last";
}

TEST(Session, StoppedWhileItReadsGoesOnWithReadingAlone) {
  Bench bench;
  bench.quality = true;
  const core::SessionStart start = plan_of({"1", "2"});
  bench.engine.before = [&] {
    if (bench.engine.readings == 1) bench.soon.request_stop();
  };
  EXPECT_EQ(bench.run(start).value(), StopReason::interrupted);
  EXPECT_EQ(bench.logged().quality.size(), 1U);
  const unsigned calls = bench.engine.calls;
  bench.engine.before = {};
  bench.soon = std::stop_source();
  EXPECT_EQ(bench.run(start, bench.logged()).value(), StopReason::target_reached);
  EXPECT_EQ(bench.engine.calls, calls) << "everything timed was done";
  EXPECT_EQ(bench.logged().quality.size(), 2U);
  EXPECT_EQ(bench.logged().end->reason, StopReason::target_reached);
}

TEST(Session, GoesOnToItsLimitWhereTheNoiseIsTooLarge) {
  Bench bench;
  Noise noise;
  bench.engine.script = [&](const engines::Request&) { return Scripted{50 * kMs, static_cast<base::Nanoseconds>(10e6 * (1 + 0.3 * noise.uniform())), {}, 0, 0}; };
  core::SessionStart start = plan_of({"1"});
  start.protocol->most_blocks = 12;
  EXPECT_EQ(bench.run(start).value(), StopReason::most_blocks);
  EXPECT_EQ(measured(bench.result).size(), 12U * 2U * 2U);
  const SessionSummary summary = summarise(bench.logged());
  EXPECT_NE(summary.trials[0].remarks.back().find("was asked for"), std::string::npos);
  ASSERT_FALSE(summary.aa.empty());
  EXPECT_TRUE(summary.aa[0].holds.value()) << "the same configuration under two labels";
  EXPECT_GT(summary.aa[0].smallest_difference.value(), 0.001);
}

TEST(Session, KeepsColdAndWarmUpRequestsApart) {
  Bench bench;
  bench.engine.script = [&](const engines::Request&) { return Scripted{bench.engine.since_load < 4 ? 200 * kMs / bench.engine.since_load : 50 * kMs, 10 * kMs, {}, 0, 0}; };
  core::SessionStart start = plan_of({"1"});
  start.protocol->least_blocks = start.protocol->most_blocks = 1;
  EXPECT_EQ(bench.run(start).value(), StopReason::blocks_done);
  const SessionSummary summary = summarise(bench.logged());
  EXPECT_DOUBLE_EQ(summary.trials[0].find("ttft_s")->value.value(), 0.060) << "no slow request of the warm-up is in it";
  ASSERT_EQ(summary.trials[0].cold.size(), 2U);
  EXPECT_DOUBLE_EQ(summary.trials[0].cold[0].value.value(), 0.510) << "300 ms of loading, 200 of prefill, one token";
  EXPECT_DOUBLE_EQ(summary.trials[0].cold[1].value.value(), 0.300);
  EXPECT_FALSE(summary.trials[0].find("ttft_s")->interval) << "one block has no spread";
}

TEST(Session, MeasuresSettingsThatComeToTheSameOnce) {
  Bench bench;
  bench.engine.clamp = "1";
  core::SessionStart start = plan_of({"1", "20", "99"});
  ASSERT_TRUE(bench.run(start));
  const SessionSummary summary = summarise(bench.logged());
  EXPECT_EQ(summary.trials[0].stop->reason, StopReason::target_reached);
  unsigned same = 0;
  for (const TrialSummary& trial : summary.trials) same += trial.stop->reason == StopReason::same_as_other ? 1 : 0;
  EXPECT_EQ(same, 2U) << "the duplicate is meant to be equal and stays";
}

TEST(Session, AConfigurationThatFailsIsRecordedAndPassedOver) {
  Bench bench;
  bench.engine.loads_fail = "2";
  EXPECT_EQ(bench.run(plan_of({"1", "2"})).value(), StopReason::target_reached);
  const SessionSummary summary = summarise(bench.logged());
  EXPECT_EQ(summary.trials[1].stop->reason, StopReason::failed);
  EXPECT_EQ(summary.trials[1].failure->kind, "out_of_memory");
  EXPECT_EQ(summary.trials[0].blocks, 6U);
}

TEST(Session, ARequestThatFailsOnceIsNoReasonToGiveUp) {
  Bench bench;
  unsigned calls = 0;
  bench.engine.script = [&](const engines::Request&) {
    Scripted call;
    if (++calls == 7) call.failure = engines::FailureKind::cut;
    return call;
  };
  ASSERT_TRUE(bench.run(plan_of({"1"})));
  EXPECT_EQ(summarise(bench.logged()).trials[0].stop->reason, StopReason::target_reached);
}

TEST(Session, AnEngineThatIsGoneEndsTheSessionWithAGoodLog) {
  Bench bench;
  bench.engine.script = [&](const engines::Request&) {
    Scripted call;
    if (bench.engine.calls > 20) bench.engine.gone = true, call.failure = engines::FailureKind::unreachable;
    return call;
  };
  const auto reason = bench.run(plan_of({"1", "2"}));
  ASSERT_FALSE(reason);
  EXPECT_EQ(reason.error().kind, base::ErrorKind::engine);
  bench.engine.gone = false;
  bench.engine.script = nullptr;
  EXPECT_EQ(bench.run(bench.result.start, bench.logged()).value(), StopReason::target_reached);
  EXPECT_EQ(measured(bench.logged()).size(), 6U * 3U * 2U);
}

// As a kill does: nothing but the records so far is left.
TEST(Session, GoesOnFromAnyRecordWithoutMeasuringTwice) {
  Bench whole;
  const core::SessionStart start = plan_of({"1", "2"});
  ASSERT_TRUE(whole.run(start));
  const auto expected = measured(whole.logged());
  for (std::size_t kept = 1; kept < whole.log.lines.size(); kept += 3) {
    Bench bench;
    bench.log.lines.assign(whole.log.lines.begin(), whole.log.lines.begin() + static_cast<std::ptrdiff_t>(kept));
    ASSERT_TRUE(bench.run(start, bench.logged()));
    EXPECT_TRUE(measured(bench.logged()) == expected) << "resumed after record " << kept;
  }
}

TEST(Session, TheFirstRequestToStopFinishesTheRepetitionTheSecondDropsIt) {
  Bench bench;
  bench.engine.before = [&] {
    if (bench.engine.calls == 9) bench.soon.request_stop();
  };
  EXPECT_EQ(bench.run(plan_of({"1", "2"})).value(), StopReason::interrupted);
  const std::size_t finished = bench.logged().samples.size();
  EXPECT_EQ(finished, 8U) << "the first call looks for the length of the prompt; the ninth is kept";
  EXPECT_EQ(bench.logged().end->reason, StopReason::interrupted);

  Bench other;
  other.engine.before = [&] {
    if (other.engine.calls == 9) other.now.request_stop();
  };
  EXPECT_EQ(other.run(plan_of({"1", "2"})).value(), StopReason::interrupted);
  EXPECT_EQ(other.logged().samples.size(), 7U);
}

TEST(Session, AFullDiskEndsItAndNothingMeasuredIsLost) {
  Bench bench;
  bench.log.room = 12;
  const auto reason = bench.run(plan_of({"1"}));
  ASSERT_FALSE(reason);
  EXPECT_EQ(bench.result.samples.size(), 11U) << "every sample that was kept is in the log";
}

TEST(Session, SaysWhatIsWrongWithASample) {
  Bench bench;
  bench.engine.script = [](const engines::Request&) { return Scripted{50 * kMs, 10 * kMs, {}, 3, -7000 * kMs}; };
  core::SessionStart start = plan_of({"1"});
  start.protocol->least_blocks = start.protocol->most_blocks = 1;
  ASSERT_TRUE(bench.run(start));
  const core::Sample& last = bench.result.samples.back();
  EXPECT_EQ(last.validity, core::Validity::doubtful);
  ASSERT_EQ(last.remarks.size(), 2U);
  EXPECT_EQ(last.remarks[0], "the text ended after 3 of 5 tokens");
  EXPECT_NE(last.remarks[1].find("-7.0 s"), std::string::npos);
  EXPECT_DOUBLE_EQ(last.metric("decode_tok_per_s").value(), 100.0) << "durations are by the steady clock";
  EXPECT_EQ(last.counts.prompt_tokens, 8U) << "the words were counted off";
}

TEST(Session, DriftOfTheBaselineIsNamed) {
  Bench bench;
  bench.engine.script = [&](const engines::Request&) { return Scripted{50 * kMs, 10 * kMs + static_cast<base::Nanoseconds>(bench.engine.calls) * 20'000, {}, 0, 0}; };
  core::SessionStart start = plan_of({"1"});
  start.protocol->least_blocks = start.protocol->most_blocks = 12;
  ASSERT_TRUE(bench.run(start));
  const SessionSummary summary = summarise(bench.logged());
  ASSERT_EQ(summary.remarks.size(), 2U);
  EXPECT_NE(summary.remarks[0].find("not steady"), std::string::npos);
  EXPECT_NE(summary.remarks[1].find("drifted"), std::string::npos);
}

TEST(BlockOrder, PutsEveryTrialInEveryPositionOnceInASquare) {
  for (const std::size_t count : {1U, 2U, 5U, 7U}) {
    std::set<std::pair<std::size_t, std::size_t>> places;
    for (std::uint32_t block = 1; block <= count; ++block) {
      const std::vector<std::size_t> order = block_order(9, block, count);
      for (std::size_t position = 0; position < count; ++position) places.insert({order[position], position});
    }
    EXPECT_EQ(places.size(), count * count);
  }
  EXPECT_NE(block_order(1, 1, 7), block_order(2, 1, 7));
  EXPECT_EQ(block_order(1, 4, 7), block_order(1, 4, 7));
}

TEST(Summary, APercentileNeedsItsSamples) {
  Bench bench;
  core::SessionStart start = plan_of({"1"});
  start.protocol->least_blocks = start.protocol->most_blocks = 6;
  ASSERT_TRUE(bench.run(start));
  const TrialSummary trial = summarise(bench.result).trials[0];
  EXPECT_DOUBLE_EQ(trial.find("itl_p50_s")->value.value(), 0.010);
  EXPECT_FALSE(trial.find("itl_p99_s")->value);
  EXPECT_EQ(trial.find("itl_p99_s")->remark, "p99 needs 662 values, there are 48");
}

}  // namespace
}  // namespace chimera::measure
