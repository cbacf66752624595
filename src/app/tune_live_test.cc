#include "app/tune_live.h"

#include <gtest/gtest.h>

#include "measure/engine_subject.h"
#include "measure/test_engine.h"
#include "tune/effects.h"
#include "tune/tuner.h"

namespace chimera::app {
namespace {

BenchCommand command_of(std::vector<std::string> settings) {
  BenchCommand command;
  command.engine = "embedded";
  command.prompt_tokens = "8";
  command.output_tokens = "20";
  command.settings = std::move(settings);
  return command;
}

// Keeps what a log would.
class Kept final : public measure::Recorder {
 public:
  [[nodiscard]] base::Result<void> record(const core::TrialRecord& record) override {
    if (const auto* sample = std::get_if<core::Sample>(&record)) samples.push_back(*sample);
    return {};
  }
  std::vector<core::Sample> samples;
};

struct Session {
  tune::TuneResult result;
  std::vector<core::Sample> samples;
  int calls = 0;
  std::size_t left_over = 0;
};

// A token takes 10 ms with one thread and 6 with two; the micro-batch does nothing.
Session tune_on_test_engine(const LiveSpace& space, std::vector<Limit> limits, const std::vector<core::Sample>& before) {
  measure::SteppedClock clock;
  measure::TestEngine engine(clock);
  engine.script = [](const engines::Request& request) {
    measure::Scripted call;
    call.token = (request.config.get("threads") == "2" ? 6 : 10) * measure::kMs;
    return call;
  };
  Kept kept;
  measure::EngineSubject subject(engine, clock, 1);
  measure::Visitor visitor(subject, clock, kept, nullptr);
  LiveOptions options;
  options.objective = *parse_metric("decode_tps");
  options.limits = std::move(limits);
  options.budget_seconds = 120;
  LiveMeasurer measurer(space, options, visitor, clock, {});
  measurer.play_back(before);
  Session session;
  session.result = tune::tune(space.space, measurer, {});
  session.samples = std::move(kept.samples);
  session.calls = static_cast<int>(engine.calls);
  session.left_over = measurer.left_over();
  return session;
}

TEST(TuneLimits, AreReadInAnyUnitOfTheirMetric) {
  const auto limit = parse_limit("ttft_p90 < 500 ms");
  ASSERT_TRUE(limit.has_value()) << limit.error().message;
  EXPECT_DOUBLE_EQ(limit->bound, 0.5);
  EXPECT_DOUBLE_EQ(limit->metric.percent, 90);
  EXPECT_TRUE(limit->below);
  EXPECT_DOUBLE_EQ(parse_limit("gpu_memory<10GiB")->bound, 10.0 * (1U << 30U));
  for (const char* wrong : {"ttft", "nothing<3", "ttft<fast", "ttft<3GiB"}) EXPECT_EQ(parse_limit(wrong).error().kind, base::ErrorKind::usage) << wrong;
}

TEST(TuneLimits, DoNotHoldForWhatWasNotMeasured) {
  EXPECT_NE(broken(*parse_limit("gpu_memory<10GiB"), {}), "");
}

TEST(LiveSpace, TakesConfigurationsThatComeToTheSameForOne) {
  const auto space = live_space(command_of({"threads=1,2", "batch=64,128", "ubatch=64,128"}), "");
  ASSERT_TRUE(space.has_value()) << space.error().message;
  EXPECT_EQ(space->space.size(), 6U);  // a micro-batch of 128 in a batch of 64 is one of 64
  EXPECT_EQ(space->plans.front().trial, "t1");
}

TEST(LiveSpace, RefusesWhatTheEngineDoesNotKnow) {
  EXPECT_EQ(live_space(command_of({"thread=1,2"}), "").error().kind, base::ErrorKind::usage);
  EXPECT_EQ(live_space(command_of({}), "").error().kind, base::ErrorKind::usage);
}

TEST(LiveTune, FindsTheFasterSettingAndSaysWhichDoesNothing) {
  const auto space = live_space(command_of({"threads=1,2", "ubatch=16,32,64"}), "");
  const Session session = tune_on_test_engine(*space, {}, {});
  ASSERT_FALSE(session.result.tied.empty());
  EXPECT_EQ(space->plans[session.result.tied.front().config].config.get("threads"), "2");
  for (const tune::Standing& standing : session.result.tied) EXPECT_EQ(space->plans[standing.config].config.get("threads"), "2");
  EXPECT_LE(session.result.charged_seconds, 120);
}

TEST(LiveTune, GoesOnFromItsLogWithoutAskingAgain) {
  const auto space = live_space(command_of({"threads=1,2", "ubatch=16,32,64"}), "");
  const Session first = tune_on_test_engine(*space, {}, {});
  ASSERT_GT(first.calls, 0);
  const Session again = tune_on_test_engine(*space, {}, first.samples);
  EXPECT_EQ(again.left_over, 0U);
  ASSERT_GE(again.result.steps.size(), first.result.steps.size());
  for (std::size_t i = 0; i < first.result.steps.size(); ++i) EXPECT_EQ(again.result.steps[i].config, first.result.steps[i].config);
  EXPECT_LT(again.calls, first.calls / 4 + 4);
}

TEST(LiveTune, CountsABrokenConstraintAsAFailureAndSaysWhy) {
  const auto space = live_space(command_of({"threads=1,2", "ubatch=16,32"}), "");
  const Session session = tune_on_test_engine(*space, {*parse_limit("tpot<8ms")}, {});
  EXPECT_EQ(session.result.failed, 2U);  // one thread
  for (const tune::Step& step : session.result.steps) {
    if (!step.values.empty()) continue;
    EXPECT_NE(step.failure.find("tpot<8ms does not hold"), std::string::npos) << step.failure;
  }
}

}  // namespace
}  // namespace chimera::app
