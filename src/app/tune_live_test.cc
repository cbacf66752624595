#include "app/tune_live.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "measure/engine_subject.h"
#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "app/tune_front.h"
#include "app/tune_memory.h"
#include "app/tune_output.h"
#include "app/tune_quality.h"
#include "base/files.h"
#include "engines/gguf_build.h"
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
Session tune_on_test_engine(const LiveSpace& space, std::vector<Limit> limits, const std::vector<core::Sample>& before, std::vector<std::string> refused = {}) {
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
  options.objectives = {*parse_metric("decode_tps")};
  options.limits = std::move(limits);
  options.refused = std::move(refused);
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

// The head of a model file with four layers of four heads of 64 for keys and values, and no weights.
std::string head_file() {
  engines::ModelPlan plan;
  engines::add_text(plan, "general.architecture", "llama");
  for (const auto& [key, value] : {std::pair{"block_count", 4U}, std::pair{"embedding_length", 1024U}, std::pair{"attention.head_count", 16U}, std::pair{"attention.head_count_kv", 4U}})
    engines::add_u32(plan, fmt::format("llama.{}", key), value);
  std::string bytes = "GGUF";
  engines::append_number<std::uint32_t>(bytes, 3);
  engines::append_number<std::uint64_t>(bytes, 0);
  engines::append_number<std::uint64_t>(bytes, plan.entries);
  const std::string path = testing::TempDir() + "head.gguf";
  EXPECT_TRUE(base::write_file(path, bytes + plan.metadata).has_value());
  return path;
}

TEST(TuneMemory, RefusesWhatCannotFitAndSaysByHowMuch) {
  BenchCommand command = command_of({"num_ctx=4096,1048576", "num_gpu=0,5"});
  command.model = head_file();
  const auto space = live_space(command, "");
  core::Machine machine;
  EXPECT_EQ(too_large(*space, command, {}, machine), std::vector<std::string>(4)) << "there is no GPU to be filled";
  machine.gpus.push_back({"a GPU", "", std::uint64_t{80} << 30U, {}, {}, {}});
  EXPECT_EQ(too_large(*space, command, {}, machine), std::vector<std::string>(4));
  const std::vector<std::string> refused = too_large(*space, command, {*parse_limit("gpu_memory<2GiB")}, machine);
  for (tune::ConfigId config = 0; config < 4; ++config) {
    const bool large = space->plans[config].config.get("num_ctx") == "1048576" && space->plans[config].config.get("num_gpu") == "5";
    EXPECT_EQ(refused[config].empty(), !large) << refused[config];
    if (!large) continue;
    EXPECT_NE(refused[config].find("needs 4.00 GiB of GPU memory at least (weights 0.00, cache 4.00, computing 0.00), more than gpu_memory<2GiB allows"), std::string::npos) << refused[config];
  }
  machine.gpus[0].memory_bytes = std::uint64_t{3} << 30U;
  EXPECT_NE(too_large(*space, command, {}, machine).back(), "");
  command.model = "no-such-file.gguf";
  EXPECT_EQ(too_large(*space, command, {}, machine), std::vector<std::string>(4));
}

TEST(LiveTune, SpendsNothingOnWhatIsRefused) {
  const auto space = live_space(command_of({"threads=1,2", "ubatch=16,32"}), "");
  const Session session = tune_on_test_engine(*space, {}, {}, {"", "too large", "", "too large"});
  EXPECT_EQ(session.result.failed, 2U);
  for (const core::Sample& sample : session.samples) EXPECT_TRUE(sample.trial == "t1" || sample.trial == "t3") << sample.trial;
  for (const tune::Step& step : session.result.steps)
    EXPECT_EQ(step.failure, step.values.empty() ? "too large" : "");
}

TEST(LiveTune, LoadsAnewForEveryVisitOfTheFinalStage) {
  const auto space = live_space(command_of({"threads=1,2", "ubatch=16,32,64"}), "");
  const Session session = tune_on_test_engine(*space, {}, {});
  const auto finals = std::count_if(session.result.steps.begin(), session.result.steps.end(), [](const tune::Step& step) { return step.phase == "final"; });
  const auto cold = std::count_if(session.samples.begin(), session.samples.end(), [](const core::Sample& sample) { return sample.phase == core::Phase::cold; });
  EXPECT_GT(finals, 3);
  EXPECT_GE(cold, finals);
}

// With a KV type of q8_0 a token takes 6 ms, else 10.
class TuneQuality : public testing::Test {
 protected:
  QualityCheck tuned(std::vector<std::string> settings) {
    space_ = *live_space(command_of(std::move(settings)), "");
    engine_.script = [](const engines::Request& request) {
      measure::Scripted call;
      call.token = (request.config.get("kv_type") == "q8_0" ? 6 : 10) * measure::kMs;
      return call;
    };
    LiveOptions options;
    options.objectives = {*parse_metric("decode_tps")};
    options.budget_seconds = 120;
    LiveMeasurer measurer(space_, options, visitor_, clock_, {});
    const tune::TuneResult result = tune::tune(space_.space, measurer, {});
    EXPECT_FALSE(result.tied.empty());
    QualityCheck check = quality_to_check(space_, result, *recommend(result, {}, measurer).config);
    const double spent = measurer.spent();
    tune::Observations seen = result.observations;
    if (passed_over) {  // as if the search had not come to the baseline
      seen = tune::Observations();
      for (const tune::Observed& observed : result.observations.all())
        if (observed.config != 0) seen.add(observed.config, {std::exp(observed.centre), std::exp(observed.centre)}, 1);
    }
    add_ratios(check, seen, measurer);
    EXPECT_EQ(measurer.spent(), spent);
    return check;
  }

  bool passed_over = false;
  measure::SteppedClock clock_;
  measure::TestEngine engine_{clock_};
  measure::MemoryLog log_;
  measure::EngineSubject subject_{engine_, clock_, 1};
  measure::Visitor visitor_{subject_, clock_, log_, nullptr};
  LiveSpace space_;
};

TEST_F(TuneQuality, IsNotAskedWhereNothingThatMayBeTheBestSaysAnythingElse) {
  EXPECT_TRUE(tuned({"threads=1,2"}).parameters.empty());
  EXPECT_TRUE(tuned({"kv_type=q8_0,f16", "threads=1,2"}).parameters.empty()) << "the first is the baseline, whichever it is";
}

TEST_F(TuneQuality, IsReadForOneOfEachKvTypeAndTellsTheTrade) {
  QualityCheck check = tuned({"kv_type=f16,q8_0", "ubatch=16,32"});
  EXPECT_EQ(check.parameters, std::vector<std::string>{"kv_type"});
  ASSERT_EQ(check.trade_offs.size(), 1U) << "micro-batches change nothing";
  EXPECT_NEAR(check.trade_offs[0].ratio.value(), 10.0 / 6, 1e-3);
  EXPECT_LE(check.trade_offs[0].interval->low, 10.0 / 6);
  const std::size_t lines = log_.lines.size();
  measure::QualityPass pass(engine_, clock_, {"text", "words", 16});
  ASSERT_TRUE(check_quality(check, space_, "", pass, {}, {}, log_, clock_).value());
  EXPECT_EQ(log_.lines.size(), lines + 2) << "the baseline and the recommended one";
  EXPECT_EQ(check.trade_offs[0].quality.find("top_token_agreement_percent")->value, 100);
  EXPECT_EQ(check.trade_offs[0].quality.find("perplexity_ratio")->value, 1);
}

TEST_F(TuneQuality, VisitsABaselineThatTheSearchPassedOver) {
  passed_over = true;
  const QualityCheck check = tuned({"kv_type=f16,q8_0"});
  EXPECT_NEAR(check.trade_offs.at(0).ratio.value(), 10.0 / 6, 1e-3);
}

TEST_F(TuneQuality, ThatIsInTheLogIsNotReadAgain) {
  QualityCheck check = tuned({"kv_type=f16,q8_0"});
  core::QualityRecord told;
  told.nats = {1, 2};
  told.trial = "t1";
  core::QualityRecord other = told;
  other.trial = "t2", other.against = "t1", other.nats = {1.5, 2.5};
  measure::QualityPass pass(engine_, clock_, {"text", "words", 16});
  ASSERT_TRUE(check_quality(check, space_, "", pass, {told, other}, {}, log_, clock_).value());
  EXPECT_EQ(engine_.readings, 0U);
  EXPECT_NEAR(check.trade_offs[0].quality.find("perplexity_ratio")->value.value(), std::exp(0.5), 1e-9);
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

// Two threads write faster, one reads faster; a large micro-batch reads faster.
class SeveralObjectives : public testing::Test {
 protected:
  SeveralObjectives() {
    engine_.script = [](const engines::Request& request) {
      const bool two = request.config.get("threads") == "2", large = request.config.get("ubatch") == "64";
      measure::Scripted call;
      call.token = (two ? 6 : 10) * measure::kMs;
      call.prefill = (two == large ? 40 : two ? 90 : 20) * measure::kMs;
      return call;
    };
  }
  tune::TuneResult run(const std::vector<core::Sample>& before = {}) {
    LiveOptions options;
    options.objectives = {*parse_metric("decode_tps"), *parse_metric("ttft")};
    options.budget_seconds = 200;
    measurer_.emplace(space_, options, visitor_, clock_, measure::Stops{});
    measurer_->play_back(before);
    return search(space_, *measurer_, {}, nullptr, 200, {});
  }

  measure::SteppedClock clock_;
  measure::TestEngine engine_{clock_};
  Kept kept_;
  measure::EngineSubject subject_{engine_, clock_, 1};
  measure::Visitor visitor_{subject_, clock_, kept_, nullptr};
  LiveSpace space_ = *live_space(command_of({"threads=1,2", "ubatch=16,64"}), "");
  std::optional<LiveMeasurer> measurer_;
};

TEST_F(SeveralObjectives, GiveTheirFrontAndAnAnswerByTheFirst) {
  const tune::TuneResult result = run();
  EXPECT_EQ(result.measured, 4U);
  for (const tune::Standing& standing : result.tied) EXPECT_EQ(space_.plans[standing.config].config.get("threads"), "2");
  std::set<std::string> front;
  for (const tune::FrontMember& member : front_of(*measurer_, 0.95)) {
    front.insert(space_.space.describe(member.config));
    EXPECT_NEAR(measurer_->objective_of(member.centre[0], 0), space_.plans[member.config].config.get("threads") == "2" ? 1000.0 / 6 : 100, 1);
  }
  EXPECT_EQ(front, (std::set<std::string>{"threads=1, ubatch=64", "threads=2, ubatch=64"}));
  for (const tune::Step& step : result.steps)
    for (const double value : step.values) EXPECT_LT(value, 0.02) << "a step tells the first objective, whatever the search was after";
}

TEST_F(SeveralObjectives, ArePlayedBackFromTheirLog) {
  const tune::TuneResult first = run();
  const std::vector<core::Sample> samples = kept_.samples;
  const auto calls = engine_.calls;
  const tune::TuneResult again = run(samples);
  EXPECT_EQ(measurer_->left_over(), 0U);
  EXPECT_LT(engine_.calls - calls, calls / 4 + 4);
  ASSERT_GE(again.steps.size(), first.steps.size());
  for (std::size_t i = 0; i < first.steps.size(); ++i) EXPECT_EQ(again.steps[i].config, first.steps[i].config);
}

}  // namespace
}  // namespace chimera::app
