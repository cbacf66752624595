#include "measure/call_metrics.h"

#include <gtest/gtest.h>

namespace chimera::measure {
namespace {

using engines::Channel;
using engines::Event;
constexpr base::Nanoseconds kMs = 1'000'000;

// A call as a probe hears it: sent at 0, loaded 100, prefilled 150, five tokens from 160 ms on, every 10 ms.
CallTimes five_tokens() {
  base::FakeClock clock;
  Probe probe(clock, 1);
  probe.on_event(Event::sent);
  clock.advance(100 * kMs);
  probe.on_event(Event::loaded);
  clock.advance(50 * kMs);
  probe.on_event(Event::prefilled);
  for (int i = 0; i < 5; ++i) {
    clock.advance(10 * kMs);
    probe.on_text("word", Channel::content, 1);
  }
  clock.advance(5 * kMs);
  probe.end();
  return probe.times();
}

TEST(CallMetrics, TakesTheClientsTimesFromTheClientsClock) {
  engines::Completion completion;
  completion.counts.completion_tokens = 5;
  const ClientMetrics client = call_metrics(five_tokens(), completion).client;
  EXPECT_DOUBLE_EQ(client.ttft_s.value(), 0.160);
  EXPECT_DOUBLE_EQ(client.load_s.value(), 0.100);
  EXPECT_DOUBLE_EQ(client.prefill_s.value(), 0.050);
  EXPECT_DOUBLE_EQ(client.decode_s.value(), 0.040);
  EXPECT_DOUBLE_EQ(client.decode_tokens_per_s.value(), 100.0);
  EXPECT_DOUBLE_EQ(client.tpot_s.value(), 0.010);
  EXPECT_DOUBLE_EQ(client.total_s.value(), 0.205);
  EXPECT_EQ(client.chunks, 5U);
  EXPECT_EQ(client.zero_gap_chunks, 0U);
}

TEST(CallMetrics, ComparesWithTheServersOwn) {
  engines::Completion completion;
  completion.counts.prompt_tokens = 30;
  completion.counts.cached_tokens = 10;
  completion.counts.completion_tokens = 5;
  completion.server = {200 * kMs, 95 * kMs, 50 * kMs, 50 * kMs, {}};
  const CallMetrics metrics = call_metrics(five_tokens(), completion);
  EXPECT_DOUBLE_EQ(metrics.server.prefill_tokens_per_s.value(), 400.0);
  EXPECT_DOUBLE_EQ(metrics.server.decode_tokens_per_s.value(), 100.0);
  EXPECT_NEAR(metrics.difference.total_s.value(), 0.005, 1e-12);
  EXPECT_NEAR(metrics.difference.ttft_s.value(), 0.015, 1e-12);
}

TEST(CallMetrics, AServersRateCountsTheStepsThatItTimed) {
  engines::Completion completion;
  completion.counts.completion_tokens = 5;
  completion.server.eval = 40 * kMs;  // llama-server's clock starts at the first token
  completion.server.eval_steps = 4;
  const CallMetrics metrics = call_metrics(five_tokens(), completion);
  EXPECT_DOUBLE_EQ(metrics.server.decode_tokens_per_s.value(), 100.0);
  EXPECT_DOUBLE_EQ(metrics.client.decode_tokens_per_s.value(), 100.0);
}

TEST(CallMetrics, WhatIsNotToldStaysAbsent) {
  const CallMetrics metrics = call_metrics(five_tokens(), {});
  EXPECT_EQ(metrics.client.decode_tokens_per_s, std::nullopt) << "chunks are not tokens";
  EXPECT_EQ(metrics.server.decode_tokens_per_s, std::nullopt);
  EXPECT_EQ(metrics.difference.total_s, std::nullopt);
  EXPECT_EQ(call_metrics({}, {}).client.ttft_s, std::nullopt);
}

TEST(CallMetrics, ReasoningIsNoFirstToken) {
  base::FakeClock clock;
  Probe probe(clock);
  probe.on_event(Event::sent);
  clock.advance(10 * kMs);
  probe.on_text("hm", Channel::reasoning, std::nullopt);
  clock.advance(30 * kMs);
  probe.on_text("so", Channel::content, std::nullopt);
  probe.end();
  const ClientMetrics client = call_metrics(probe.times(), {}).client;
  EXPECT_DOUBLE_EQ(client.ttft_s.value(), 0.040);
  EXPECT_DOUBLE_EQ(client.time_to_reasoning_s.value(), 0.010);
}

TEST(CallMetrics, AttemptsThatFailedAreNoPartOfTheTimeToTheFirstToken) {
  base::FakeClock clock;
  Probe probe(clock);
  probe.on_event(Event::sent);
  clock.advance(500 * kMs);
  probe.on_event(Event::sent);
  clock.advance(20 * kMs);
  probe.on_text("so", Channel::content, std::nullopt);
  probe.on_text(" far", Channel::content, std::nullopt);
  probe.end();
  const ClientMetrics client = call_metrics(probe.times(), {}).client;
  EXPECT_DOUBLE_EQ(client.ttft_s.value(), 0.020);
  EXPECT_DOUBLE_EQ(client.with_retries_s.value(), 0.520);
  EXPECT_EQ(client.zero_gap_chunks, 1U);
}

}  // namespace
}  // namespace chimera::measure
