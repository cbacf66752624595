#include "measure/kernel_subject.h"

#include <gtest/gtest.h>

#include "measure/session.h"
#include "measure/summary.h"
#include "measure/test_engine.h"

namespace chimera::measure {
namespace {

using core::Phase;
using core::StopReason;

// An evaluation takes as long as a test says, by a clock that stands still otherwise. A copy moves twice as much a second.
class FakeKernels final : public engines::Kernels {
 public:
  explicit FakeKernels(SteppedClock& clock) : clock_(clock) {}

  [[nodiscard]] engines::Tried<engines::KernelWork> prepare(const engines::KernelSpec& spec) override {
    if (spec.n == too_large) return tl::make_unexpected(engines::Failure{engines::FailureKind::out_of_memory, std::nullopt, {base::ErrorKind::engine, "too large", {}}});
    clock_.advance(load);
    ++loads;
    fresh_ = true;
    ready_ = spec;
    return engines::KernelWork{spec.kind == engines::KernelKind::copy ? 0.0 : 6e6, spec.kind == engines::KernelKind::copy ? 8e6 : 4e6};
  }
  [[nodiscard]] engines::Tried<void> evaluate(std::uint32_t times, std::stop_token stop) override {
    if (stop.stop_requested()) return tl::make_unexpected(engines::Failure{engines::FailureKind::cancelled, std::nullopt, {base::ErrorKind::interrupted, "stopped", {}}});
    clock_.advance(times * each / ready_->threads + (std::exchange(fresh_, false) ? cold : 0));
    evaluations.push_back(times);
    return {};
  }
  void release() override { ready_.reset(); }
  [[nodiscard]] engines::Tried<double> deviation(const engines::KernelSpec& spec) override {
    ++checks;
    return spec.n == wrong ? 0.5 : 0.0;
  }
  [[nodiscard]] core::RunConfig effective(const engines::KernelSpec& spec) const override {
    core::RunConfig config = kernel_config(spec);
    config.set("backend", "cpu");
    return config;
  }
  [[nodiscard]] engines::EngineInfo info() const override { return {"1", "a test", {}}; }

  base::Nanoseconds load = 40 * kMs;
  base::Nanoseconds each = 2 * kMs;
  base::Nanoseconds cold = 30 * kMs;  // that the first evaluation after a load takes longer
  std::int64_t too_large = 0;
  std::int64_t wrong = 0;
  int loads = 0;
  int checks = 0;
  std::vector<std::uint32_t> evaluations;

 private:
  SteppedClock& clock_;
  bool fresh_ = false;
  std::optional<engines::KernelSpec> ready_;
};

core::TrialPlan trial(const std::string& label, core::TrialRole role, const char* kernel, const char* threads, const char* n = nullptr) {
  core::TrialPlan plan{label, role, {}};
  plan.config.set("kernel", kernel);
  plan.config.set("threads", threads);
  if (n != nullptr) plan.config.set("n", n);
  return plan;
}

class Quiet final : public SessionWatcher {
 public:
  void on_visit(const SessionProgress&, const TrialSession&) override {}
};

struct Bench {
  SteppedClock clock;
  FakeKernels kernels{clock};
  TrialSession measured;

  StopReason run(std::vector<core::TrialPlan> plan) {
    MemoryLog log;
    TrialSession session;
    session.start.plan = std::move(plan);
    SessionOptions options;
    options.protocol.seed = 1;
    options.protocol.repetitions = 3;
    options.protocol.least_blocks = 6;
    options.protocol.most_blocks = 30;
    options.protocol.warmup_least = 3;
    options.protocol.warmup_most = 10;
    options.protocol.warmup_tolerance = 0.02;
    options.protocol.target_half_width = 0.01;
    options.protocol.fresh_loads = true;
    KernelSubject subject(kernels, clock, 50 * kMs);
    Session run(std::move(session), options, subject, clock, log, nullptr);
    Quiet quiet;
    const auto reason = run.run({}, quiet);
    EXPECT_TRUE(reason) << reason.error().message;
    measured = run.so_far();
    return reason.value_or(StopReason::interrupted);
  }
};

TEST(KernelSubject, MeasuresOneEvaluationOfManyInARow) {
  Bench bench;
  EXPECT_EQ(bench.run({trial("t1", core::TrialRole::baseline, "mlp", "1"), trial("t1-again", core::TrialRole::duplicate, "mlp", "1")}), StopReason::target_reached);
  ASSERT_FALSE(bench.measured.samples.empty());
  for (const core::Sample& sample : bench.measured.samples) {
    EXPECT_EQ(sample.metric("evaluations"), 25) << "of 2 ms, so that one sample takes 50";
    if (sample.phase != Phase::measured) continue;
    EXPECT_DOUBLE_EQ(*sample.metric("evaluation_s"), 2e-3);
    EXPECT_DOUBLE_EQ(*sample.metric("gflop_per_s"), 3);
    EXPECT_DOUBLE_EQ(*sample.metric("gbyte_per_s"), 2);
    EXPECT_EQ(sample.times.loaded, std::nullopt);
    EXPECT_EQ(sample.config.get("backend"), "cpu");
    EXPECT_EQ(sample.config.get("tokens"), "128") << "what is not asked for is told";
  }
}

TEST(KernelSubject, EveryVisitBeginsWithFreshMemoryWhoseFirstEvaluationsAreCold) {
  Bench bench;
  static_cast<void>(bench.run({trial("t1", core::TrialRole::baseline, "mlp", "1")}));
  std::size_t cold = 0;
  for (const core::Sample& sample : bench.measured.samples) {
    if (sample.phase != Phase::cold) continue;
    ++cold;
    EXPECT_EQ(sample.load, sample.block);
    EXPECT_EQ(sample.times.loaded, 40 * kMs);
    EXPECT_EQ(sample.metric("evaluation_s"), std::nullopt);
    EXPECT_EQ(sample.times.ended, 40 * kMs + 80 * kMs) << "loading, and 25 evaluations of which one is cold";
  }
  EXPECT_EQ(cold, 6U);
  EXPECT_EQ(bench.kernels.checks, 1) << "a configuration is checked once";
}

TEST(KernelSubject, AWrongResultIsNeverTimed) {
  Bench bench;
  bench.kernels.wrong = 512;
  EXPECT_EQ(bench.run({trial("t1", core::TrialRole::baseline, "mlp", "1"), trial("t2", core::TrialRole::plain, "mlp", "1", "512")}), StopReason::target_reached);
  for (const core::Sample& sample : bench.measured.samples) {
    if (sample.trial != "t2") continue;
    ASSERT_TRUE(sample.failure);
    EXPECT_EQ(sample.failure->kind, "wrong_result");
    EXPECT_EQ(sample.failure->message, "a small kernel of this kind is 0.5 off plain arithmetic, 0.01 is what rounding explains");
    EXPECT_TRUE(sample.metrics.empty());
  }
  EXPECT_EQ(summarise(bench.measured).trials[1].stop->reason, StopReason::failed);
}

TEST(KernelSubject, WhatDoesNotFitStopsThatConfigurationAlone) {
  Bench bench;
  bench.kernels.too_large = 2048;
  EXPECT_EQ(bench.run({trial("t1", core::TrialRole::baseline, "mlp", "1"), trial("t2", core::TrialRole::plain, "mlp", "1", "2048")}), StopReason::target_reached);
  const SessionSummary summary = summarise(bench.measured);
  EXPECT_EQ(summary.trials[1].failure->kind, "out_of_memory");
  EXPECT_EQ(summary.trials[1].failed, 1U) << "it is not tried again";
  EXPECT_NE(summary.trials[0].find("gflop_per_s"), nullptr);
}

TEST(KernelSubject, RelatesABandwidthToTheCopyUnderTheSameThreads) {
  Bench bench;
  static_cast<void>(bench.run({trial("t1", core::TrialRole::baseline, "mlp", "1"), trial("t2", core::TrialRole::plain, "mlp", "2"), trial("copy-1", core::TrialRole::reference, "copy", "1"),
                               trial("copy-2", core::TrialRole::reference, "copy", "2")}));
  const SessionSummary summary = summarise(bench.measured);
  for (const std::size_t t : {0U, 1U}) {
    const Estimate* share = summary.trials[t].find("copy_share_percent");
    ASSERT_NE(share, nullptr);
    EXPECT_DOUBLE_EQ(*share->value, 50);
    EXPECT_TRUE(share->interval);
  }
  EXPECT_EQ(summary.trials[2].find("copy_share_percent"), nullptr) << "a copy is not related to itself";
  EXPECT_DOUBLE_EQ(*summary.trials[2].find("copy_gbyte_per_s")->value, 4);
  EXPECT_EQ(summary.trials[2].find("gflop_per_s"), nullptr);
  ASSERT_EQ(summary.contrasts.size(), 1U) << "a copy does other work: it is no contrast";
  EXPECT_EQ(summary.contrasts[0].trial, "t2");
  EXPECT_DOUBLE_EQ(summary.contrasts[0].ratio, 2);
}

}  // namespace
}  // namespace chimera::measure
