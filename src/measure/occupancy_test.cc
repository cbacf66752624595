#include "measure/occupancy.h"

#include <gtest/gtest.h>

namespace chimera::measure {
namespace {

core::LaunchShape shape(std::uint32_t threads, std::uint32_t registers, std::uint64_t shared) { return {{1, 1, 1}, {threads, 1, 1}, registers, 0, shared}; }

// The figures of NVIDIA's calculator (cuda_occupancy.h), worked out by hand from its rules.
TEST(Occupancy, IsBoundByWhatRunsOutFirst) {
  const auto full = theoretical_occupancy(9, 0, shape(256, 32, 0));
  ASSERT_TRUE(full);
  EXPECT_DOUBLE_EQ(full->part, 1);
  EXPECT_EQ(full->blocks, 8U);
  EXPECT_EQ(full->limit, "warps");

  const auto small = theoretical_occupancy(9, 0, shape(32, 8, 0));  // 32 blocks of one warp
  EXPECT_DOUBLE_EQ(small->part, 0.5);
  EXPECT_EQ(small->limit, "blocks");

  // 168 registers: 5376 a warp, 3 warps to each of 4 partitions; one block of 12 warps.
  const auto registers = theoretical_occupancy(9, 0, shape(384, 168, 0));
  EXPECT_DOUBLE_EQ(registers->part, 12.0 / 64);
  EXPECT_EQ(registers->limit, "registers");

  // 12 KiB and the driver's 1 KiB: 17 blocks of 228 KiB.
  const auto shared = theoretical_occupancy(9, 0, shape(64, 16, 12 * 1024));
  EXPECT_EQ(shared->blocks, 17U);
  EXPECT_DOUBLE_EQ(shared->part, 34.0 / 64);
  EXPECT_EQ(shared->limit, "shared memory");
}

TEST(Occupancy, FollowsTheComputeCapability) {
  EXPECT_EQ(theoretical_occupancy(7, 5, shape(128, 32, 16 * 1024))->blocks, 4U);  // 64 KiB, none for the driver
  EXPECT_EQ(theoretical_occupancy(8, 6, shape(128, 32, 16 * 1024))->blocks, 5U);  // 100 KiB
  EXPECT_EQ(theoretical_occupancy(8, 0, shape(128, 32, 16 * 1024))->blocks, 9U);  // 164 KiB
  EXPECT_DOUBLE_EQ(theoretical_occupancy(8, 9, shape(1024, 32, 0))->part, 32.0 / 48);
  EXPECT_DOUBLE_EQ(theoretical_occupancy(12, 0, shape(1024, 32, 0))->part, 32.0 / 48);
}

TEST(Occupancy, IsNoneWhereABlockDoesNotFit) {
  EXPECT_EQ(theoretical_occupancy(9, 0, shape(1024, 128, 0))->part, 0);
  EXPECT_EQ(theoretical_occupancy(9, 0, shape(2048, 16, 0))->part, 0);
  EXPECT_EQ(theoretical_occupancy(7, 5, shape(32, 16, 65 * 1024))->limit, "shared memory");
}

TEST(Occupancy, IsAbsentWhereTheLimitsAreNotKnown) {
  EXPECT_FALSE(theoretical_occupancy(6, 1, shape(128, 32, 0)));
  EXPECT_FALSE(theoretical_occupancy(99, 0, shape(128, 32, 0)));
  EXPECT_FALSE(theoretical_occupancy(9, 0, shape(0, 32, 0)));
}

}  // namespace
}  // namespace chimera::measure
