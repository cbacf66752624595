#include "measure/kernel_trace.h"

#include <gtest/gtest.h>

#include "measure/kernel_json.h"

namespace chimera::measure {
namespace {

KernelLaunch launch(std::uint32_t name, std::uint32_t device, std::uint64_t start, std::uint64_t end, std::uint32_t grid = 1) {
  KernelLaunch one;
  one.name = name;
  one.device = device;
  one.start = start;
  one.end = end;
  one.shape.grid = {grid, 1, 1};
  one.shape.block = {128, 1, 1};
  one.shape.registers = 32;
  return one;
}

core::Gpu gpu(unsigned major, unsigned minor) {
  core::Gpu one;
  one.compute_major = major;
  one.compute_minor = minor;
  return one;
}

TEST(KernelName, IsDemangledWithoutResultAndParameters) {
  EXPECT_EQ(short_kernel_name("_Z5scalePf"), "scale");
  EXPECT_EQ(short_kernel_name("_Z11mul_mat_vecIiEvPT_"), "mul_mat_vec<int>");
  EXPECT_EQ(short_kernel_name("_ZN12_GLOBAL__N_11kILi3EEEvi"), "(anonymous namespace)::k<3>");
  EXPECT_EQ(short_kernel_name("_Z13mul_mat_vec_qIL9ggml_type12ELi1ELb0EEvPKvS2_PfiiiPFiiE"), "mul_mat_vec_q<(ggml_type)12, 1, false>");
  EXPECT_EQ(short_kernel_name("sm90_xmma_gemm_f16f16"), "sm90_xmma_gemm_f16f16");
  EXPECT_EQ(short_kernel_name(""), "");
}

TEST(KernelTrace, CountsTimeOnceWhereKernelsOverlap) {
  LaunchTrace trace;
  trace.names = {"a", "b"};
  trace.launches = {launch(0, 0, 100, 200), launch(1, 0, 150, 260), launch(0, 0, 180, 190), launch(1, 0, 400, 410)};
  const core::KernelTrace sum = summarise_launches(trace, {});
  EXPECT_EQ(sum.launches, 4U);
  EXPECT_EQ(sum.kernel_time, 100 + 110 + 10 + 10);
  EXPECT_EQ(sum.busy, 160 + 10);
  EXPECT_EQ(sum.devices, 1U);
}

TEST(KernelTrace, IsBusyAsAMeanOverTheDevices) {
  LaunchTrace trace;
  trace.names = {"a"};
  trace.launches = {launch(0, 0, 0, 500), launch(0, 1, 500, 1000)};
  core::KernelRecord record;
  record.trace = summarise_launches(trace, {});
  record.duration = 1000;
  EXPECT_EQ(record.trace.devices, 2U);
  EXPECT_EQ(record.trace.busy, 1000);
  EXPECT_DOUBLE_EQ(record.busy_part().value(), 0.5);
  record.trace = {};
  EXPECT_FALSE(record.busy_part());
}

TEST(KernelTrace, PutsKernelsOfOneNameTogetherAndShowsTheirUsualShape) {
  LaunchTrace trace;
  trace.names = {"_Z5scalePf", "b", "_Z5scalePd"};  // overloads: one short name
  trace.launches = {launch(0, 0, 0, 10, 8), launch(0, 0, 20, 50, 4), launch(2, 0, 60, 80, 4), launch(1, 0, 90, 95), launch(2, 0, 100, 110, 2)};
  trace.launches.back().from_graph = true;
  const core::KernelTrace sum = summarise_launches(trace, {gpu(9, 0)});
  ASSERT_EQ(sum.kernels.size(), 2U);
  const core::KernelUse& scale = sum.kernels[0];
  EXPECT_EQ(scale.name, "scale");
  EXPECT_EQ(scale.launches, 4U);
  EXPECT_EQ(scale.total, 70);
  EXPECT_EQ(scale.median, 15) << "of 10, 10, 20, 30";
  EXPECT_EQ(scale.shape.grid[0], 4U);
  EXPECT_EQ(scale.shapes, 3U);
  EXPECT_DOUBLE_EQ(scale.occupancy.value(), 1);
  EXPECT_EQ(sum.kernels[1].median, 5);
  EXPECT_EQ(sum.graph_launches, 1U);
}

TEST(KernelTrace, HasNoOccupancyWhereGpusDiffer) {
  LaunchTrace trace;
  trace.names = {"a"};
  trace.launches = {launch(0, 0, 0, 10)};
  EXPECT_TRUE(summarise_launches(trace, {gpu(9, 0), gpu(9, 0)}).kernels[0].occupancy);
  EXPECT_FALSE(summarise_launches(trace, {gpu(9, 0), gpu(8, 9)}).kernels[0].occupancy);
  EXPECT_FALSE(summarise_launches(trace, {core::Gpu()}).kernels[0].occupancy);
}

TEST(KernelTrace, IsReadBackAsItWasWritten) {
  LaunchTrace trace;
  trace.names = {"a", "b"};
  trace.lost = 3;
  trace.launches = {launch(0, 0, 0, 12'345, 7), launch(1, 0, 20'000, 20'010)};
  const core::KernelTrace sum = summarise_launches(trace, {gpu(9, 0)});
  const auto back = parse_kernel_trace(kernel_trace_json(sum, 0.25));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(kernel_trace_json(*back, 0.25), kernel_trace_json(sum, 0.25));
  EXPECT_EQ(back->kernels[0].total, 12'345);
  EXPECT_EQ(back->lost, 3U);
  EXPECT_FALSE(parse_kernel_trace("{\"launches\": 1}"));
  EXPECT_FALSE(parse_shape("1x2"));
  EXPECT_FALSE(parse_shape("1x2x3x"));
  EXPECT_FALSE(parse_shape("axbxc"));
  EXPECT_EQ(parse_shape("1x20x300"), (std::array<std::uint32_t, 3>{1, 20, 300}));
}

}  // namespace
}  // namespace chimera::measure
