#include "measure/aa.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/statistics.h"
#include "base/parallel.h"

namespace chimera::measure {
namespace {

constexpr double kConfidence = 0.95;
constexpr std::size_t kWarmUp = 3;  // runs

// splitmix64 (Steele, Lea & Flood 2014).
std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

class Runs {
 public:
  Runs(const std::function<void()>& work, const AaOptions& options, const base::Clock& clock) : work_(work), options_(options), clock_(clock) {}

  // So many repetitions make a run long enough.
  void calibrate() {
    for (base::Nanoseconds took = 0; took < options_.least_run && times_ < (1U << 30); times_ = took >= options_.least_run ? times_ : times_ * 2) took = once();
    for (std::size_t i = 0; i < kWarmUp; ++i) (void)once();
  }

  void pairs() {
    const base::Nanoseconds begin = clock_.steady();
    std::uint64_t state = options_.seed;
    while (clock_.steady() - begin < options_.time) {
      const bool b_first = (next(state) & 1) != 0;
      const auto first = static_cast<double>(once());
      const auto second = static_cast<double>(once());
      runs_.push_back(first), runs_.push_back(second);
      if (first > 0 && second > 0) ratios_.push_back(b_first ? first / second : second / first);
    }
  }

  [[nodiscard]] AaResult result(const std::string& name) const {
    AaResult result;
    result.work = name;
    result.pairs = ratios_.size();
    if (runs_.empty() || ratios_.empty()) return result;
    const double typical = analysis::median(runs_);
    result.run_s = typical * 1e-9;
    result.scatter = analysis::scaled_mad(runs_) / typical;
    result.slowest = *std::max_element(runs_.begin(), runs_.end()) / typical;
    result.ratio = analysis::median(ratios_);
    result.interval = analysis::median_interval(ratios_, kConfidence);
    if (result.interval) result.smallest_difference = std::max(std::abs(result.interval->high - 1), std::abs(1 - result.interval->low));
    const auto trend = analysis::trend(thinned(), kConfidence);
    if (trend && trend->p < 1 - kConfidence) result.drift = trend->slope * static_cast<double>(thinned().size() - 1) / typical;
    return result;
  }

 private:
  base::Nanoseconds once() const {
    const base::Nanoseconds begin = clock_.steady();
    for (unsigned i = 0; i < times_; ++i) work_();
    return clock_.steady() - begin;
  }

  // Medians of at most 40 stretches: the test for a trend compares every pair.
  [[nodiscard]] analysis::Sample thinned() const {
    const std::size_t step = std::max<std::size_t>(1, runs_.size() / 40);
    analysis::Sample medians;
    for (std::size_t i = 0; i + step <= runs_.size(); i += step) medians.push_back(analysis::median({runs_.begin() + static_cast<std::ptrdiff_t>(i), runs_.begin() + static_cast<std::ptrdiff_t>(i + step)}));
    return medians;
  }

  const std::function<void()>& work_;
  const AaOptions& options_;
  const base::Clock& clock_;
  unsigned times_ = 1;
  analysis::Sample runs_;
  analysis::Sample ratios_;
};

// Results that the compiler must believe are used.
volatile double kept_sum = 0;
volatile std::uint64_t kept_count = 0;

void arithmetic() {
  std::array<double, 512> x;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 1.0 + static_cast<double>(i) * 1e-3;
  for (int round = 0; round < 2000; ++round)
    for (double& value : x) value = value * 0.999 + 1e-3;
  kept_sum = x[0] + x[511];
}

}  // namespace

AaResult aa_test(const std::string& name, const std::function<void()>& work, const AaOptions& options, const base::Clock& clock) {
  Runs runs(work, options, clock);
  runs.calibrate();
  runs.pairs();
  return runs.result(name);
}

std::vector<AaResult> aa_of_machine(unsigned threads, std::uint64_t free_memory, const AaOptions& options, const base::Clock& clock) {
  std::vector<AaResult> results;
  results.push_back(aa_test("arithmetic, one thread", arithmetic, options, clock));
  // Larger than caches, a small part of what is free.
  const std::size_t bytes = std::clamp<std::size_t>(free_memory / 8, 16U << 20, 256U << 20);
  std::vector<std::uint64_t> memory(bytes / sizeof(std::uint64_t), 1);
  const std::size_t slice = memory.size() / threads;
  std::vector<std::uint64_t> sums(threads * 8);  // a cache line each
  const auto read = [&] {
    base::for_each_index(threads, threads, [&](std::size_t t) {
      std::uint64_t sum = 0;
      for (std::size_t i = t * slice; i < (t + 1) * slice; ++i) sum += memory[i];
      sums[t * 8] = sum;
    });
    kept_count = sums[0];
  };
  results.push_back(aa_test(fmt::format("reading memory, {} thread{}", threads, threads == 1 ? "" : "s"), read, options, clock));
  return results;
}

}  // namespace chimera::measure
