// What stamping costs a token: the only thing that measuring does on the timed path.
#include <benchmark/benchmark.h>

#include "measure/probe.h"

namespace {

void stamp_a_token(benchmark::State& state) {
  const chimera::base::SystemClock clock;
  constexpr int kTokens = 4096;
  for (auto _ : state) {
    state.PauseTiming();
    chimera::measure::Probe probe(clock, kTokens);
    state.ResumeTiming();
    for (int i = 0; i < kTokens; ++i) probe.on_text("word", chimera::engines::Channel::content, 1);
    benchmark::DoNotOptimize(probe.times().texts.data());
  }
  state.SetItemsProcessed(state.iterations() * kTokens);
}
BENCHMARK(stamp_a_token);

void read_the_clock(benchmark::State& state) {
  const chimera::base::SystemClock clock;
  for (auto _ : state) benchmark::DoNotOptimize(clock.steady());
}
BENCHMARK(read_the_clock);

}  // namespace
