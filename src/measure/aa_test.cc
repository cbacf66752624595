#include "measure/aa.h"

#include <gtest/gtest.h>

namespace chimera::measure {
namespace {

constexpr base::Nanoseconds kMs = 1'000'000;
const AaOptions kOneSecond{1'000 * kMs, 10 * kMs, 1};

TEST(Aa, OfWorkThatAlwaysTakesAsLongFindsNoDifference) {
  base::FakeClock clock;
  const AaResult result = aa_test("even", [&] { clock.advance(10 * kMs); }, kOneSecond, clock);
  EXPECT_EQ(result.pairs, 50U);
  EXPECT_DOUBLE_EQ(result.run_s, 0.010);
  EXPECT_DOUBLE_EQ(result.ratio, 1);
  EXPECT_TRUE(result.holds());
  EXPECT_DOUBLE_EQ(result.smallest_difference.value(), 0);
  EXPECT_EQ(result.drift, std::nullopt);
}

TEST(Aa, RepeatsShortWorkUntilARunIsLongEnough) {
  base::FakeClock clock;
  const AaResult result = aa_test("short", [&] { clock.advance(3 * kMs); }, kOneSecond, clock);
  EXPECT_DOUBLE_EQ(result.run_s, 0.012);
}

TEST(Aa, OfNoisyWorkTellsHowLargeADifferenceMustBe) {
  base::FakeClock clock;
  std::uint64_t state = 7;
  const auto noisy = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    clock.advance(10 * kMs + static_cast<base::Nanoseconds>(state >> 44));  // up to 1.05 ms more
  };
  const AaResult result = aa_test("noisy", noisy, kOneSecond, clock);
  EXPECT_TRUE(result.holds());
  EXPECT_GT(result.smallest_difference.value(), 0.001);
  EXPECT_LT(result.smallest_difference.value(), 0.10);
  EXPECT_GT(result.scatter, 0.005);
}

TEST(Aa, TellsDriftFromNoise) {
  base::FakeClock clock;
  int run = 0;
  const AaResult result = aa_test("slower and slower", [&] { clock.advance(10 * kMs + ++run * kMs / 20); }, kOneSecond, clock);
  EXPECT_GT(result.drift.value(), 0.2);
  EXPECT_TRUE(result.holds()) << "the order within pairs is random, so drift does not favour a label";
}

TEST(Aa, OfTooFewPairsHasNoInterval) {
  base::FakeClock clock;
  const AaResult result = aa_test("slow", [&] { clock.advance(300 * kMs); }, kOneSecond, clock);
  EXPECT_EQ(result.pairs, 2U);
  EXPECT_EQ(result.interval, std::nullopt);
}

TEST(Aa, OfThisMachineMeasuresBothKinds) {
  const base::SystemClock clock;
  const std::vector<AaResult> results = aa_of_machine(2, 1 << 28, {50 * kMs, 2 * kMs, 1}, clock);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[1].work, "reading memory, 2 threads");
  for (const AaResult& result : results) EXPECT_GT(result.run_s, 0.0001);
}

}  // namespace
}  // namespace chimera::measure
