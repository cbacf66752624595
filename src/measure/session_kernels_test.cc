// Sessions that trace kernels when everything is measured, with the CUPTI that the tests build.
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "measure/session.h"
#include "measure/summary.h"
#include "measure/test_session.h"

namespace chimera::measure {
namespace {

using core::StopReason;

core::SessionStart two_trials() {
  core::SessionStart start;
  start.id = "s";
  start.engine.kind = "embedded";
  core::Protocol protocol;
  protocol.seed = 3;
  protocol.repetitions = 2;
  protocol.least_blocks = protocol.most_blocks = 2;
  protocol.warmup_least = 3;
  protocol.warmup_most = 10;
  protocol.warmup_tolerance = 0.02;
  protocol.fresh_loads = true;
  start.protocol = protocol;
  for (const char* threads : {"1", "2", "1"}) {
    core::TrialPlan plan{"t" + std::to_string(start.plan.size() + 1), start.plan.empty() ? core::TrialRole::baseline : core::TrialRole::plain, {}};
    plan.config.set("threads", threads);
    plan.config.set("prompt_tokens", "8");
    plan.config.set("output_tokens", "5");
    start.plan.push_back(plan);
  }
  start.plan.back().trial = "t1-again";
  start.plan.back().role = core::TrialRole::duplicate;
  return start;
}

struct Bench : TestSession {
  std::optional<Cupti> cupti;

  base::Result<StopReason> run(const core::SessionStart& start, TrialSession before = {}) {
    SessionOptions options;
    options.kernels = cupti ? &*cupti : nullptr;
    return TestSession::run(start, std::move(options), std::move(before));
  }
};

class Traced : public ::testing::Test {
 protected:
  void SetUp() override {
    auto cupti = Cupti::load(CHIMERA_FAKE_CUPTI);
    ASSERT_TRUE(cupti) << cupti.error().message;
    bench_.cupti = std::move(*cupti);
    start_ = two_trials();
  }
  void TearDown() override {
    for (const char* name : {"FAKE_CUPTI_ENABLE", "FAKE_CUPTI_KERNELS", "FAKE_CUPTI_FLUSH"}) ::unsetenv(name);
  }
  Bench bench_;
  core::SessionStart start_;
};

TEST_F(Traced, KernelsAreARecordOfTheirOwnAndNoSample) {
  core::Gpu gpu;
  gpu.compute_major = 9, gpu.compute_minor = 0;
  start_.machine.gpus = {gpu};
  ASSERT_EQ(bench_.run(start_), StopReason::blocks_done);
  const TrialSession log = bench_.logged();
  ASSERT_EQ(log.kernels.size(), 2U) << "the duplicate is not traced: it is the baseline";
  const core::KernelRecord& record = log.kernels[1];
  EXPECT_EQ(record.trial, "t2");
  EXPECT_EQ(record.tracer, "CUPTI 13.0");
  EXPECT_EQ(record.config.get("threads"), "2");
  EXPECT_EQ(record.duration, 100 * kMs) << "a prompt of 50 ms and five tokens: the load is paid before";
  EXPECT_EQ(record.trace.launches, 30U);
  EXPECT_EQ(record.trace.graph_launches, 20U);
  EXPECT_EQ(record.trace.kernel_time, 160'000);
  EXPECT_EQ(record.trace.busy, 150'000) << "two overlap for a microsecond in each of ten rounds";
  EXPECT_DOUBLE_EQ(record.trace.kernels[1].occupancy.value(), 12.0 / 64) << record.trace.kernels[1].name;
  EXPECT_TRUE(record.remarks.empty());

  Bench untraced;
  ASSERT_TRUE(untraced.run(start_));
  EXPECT_EQ(bench_.result.samples.size(), untraced.result.samples.size());
  ASSERT_EQ(log.end->reason, StopReason::blocks_done);
  EXPECT_TRUE(log.end->remarks.empty());
}

TEST_F(Traced, WhatCuptiRefusesIsARemarkAndTheSessionIsComplete) {
  ::setenv("FAKE_CUPTI_ENABLE", "35", 1);
  ASSERT_EQ(bench_.run(start_), StopReason::blocks_done);
  EXPECT_TRUE(bench_.logged().kernels.empty());
  const std::vector<std::string> remarks = summarise(bench_.logged()).remarks;
  ASSERT_EQ(remarks.size(), 1U);
  EXPECT_NE(remarks[0].find("CUPTI_ERROR_INSUFFICIENT_PRIVILEGES (status 35) (the driver lets only administrators"), std::string::npos) << remarks[0];
}

TEST_F(Traced, ATraceThatFailsIsAFailureOfItsRecordAlone) {
  ::setenv("FAKE_CUPTI_FLUSH", "999", 1);
  ASSERT_EQ(bench_.run(start_), StopReason::blocks_done);
  const TrialSession log = bench_.logged();
  ASSERT_EQ(log.kernels.size(), 2U);
  ASSERT_TRUE(log.kernels[0].failure);
  EXPECT_EQ(log.kernels[0].failure->kind, "not_traced");
  EXPECT_FALSE(log.kernels[0].busy_part());
}

TEST_F(Traced, NoKernelAtAllIsSaid) {
  ::setenv("FAKE_CUPTI_KERNELS", "0", 1);
  ASSERT_TRUE(bench_.run(start_));
  ASSERT_EQ(bench_.result.kernels.size(), 2U);
  EXPECT_EQ(bench_.result.kernels[0].remarks.at(0).substr(0, 22), "no kernel was launched");
}

TEST_F(Traced, ASessionThatIsBrokenOffTracesTheRestWhenItGoesOn) {
  const unsigned measuring = [&] {
    Bench whole;
    EXPECT_TRUE(whole.run(start_));
    EXPECT_EQ(untraced(whole.result).size(), 2U);
    return whole.engine.calls;
  }();
  bench_.engine.before = [&] {
    if (bench_.engine.calls == measuring + 3) bench_.soon.request_stop();  // in the first request for the second trial
  };
  ASSERT_EQ(bench_.run(start_), StopReason::interrupted);
  EXPECT_EQ(bench_.result.kernels.size(), 1U);
  Bench rest;
  rest.cupti = bench_.cupti;
  ASSERT_EQ(rest.run(start_, bench_.logged()), StopReason::blocks_done);
  EXPECT_EQ(rest.engine.calls, 2U + 1U) << "one call counts words, two are for the trial that was not traced";
  ASSERT_EQ(rest.result.kernels.size(), 2U);
  EXPECT_EQ(rest.result.kernels[1].trial, "t2");
  EXPECT_TRUE(untraced(rest.result).empty());
}

TEST_F(Traced, ASessionThatIsCompleteMayBeTracedLater) {
  Bench untraced_session;
  ASSERT_EQ(untraced_session.run(start_), StopReason::blocks_done);
  ASSERT_EQ(bench_.run(start_, untraced_session.logged()), StopReason::blocks_done);
  EXPECT_EQ(bench_.engine.calls, 4U + 1U);
  EXPECT_EQ(bench_.result.kernels.size(), 2U);
}

TEST_F(Traced, WhatFailedIsNotTraced) {
  bench_.engine.loads_fail = "2";
  ASSERT_EQ(bench_.run(start_), StopReason::blocks_done);
  ASSERT_EQ(bench_.result.kernels.size(), 1U);
  EXPECT_EQ(bench_.result.kernels[0].trial, "t1");
}

}  // namespace
}  // namespace chimera::measure
