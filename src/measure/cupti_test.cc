#include "measure/cupti.h"
#include "measure/test_environment.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace chimera::measure {
namespace {

// Attached, with what one flush of the fake library hands over.
base::Result<LaunchTrace> traced() {
  TRY(Cupti cupti, Cupti::load(CHIMERA_FAKE_CUPTI));
  if (const auto attached = cupti.attach(); !attached) return cupti.detach(), tl::make_unexpected(attached.error());
  const auto begun = cupti.begin();
  auto trace = begun ? cupti.end() : tl::make_unexpected(begun.error());
  cupti.detach();
  return trace;
}

TEST(Cupti, RecordsEveryLaunchWithItsShape) {
  const auto trace = traced();
  ASSERT_TRUE(trace) << trace.error().message;
  EXPECT_EQ(trace->launches.size(), 30U) << "what was launched before begin() is forgotten";
  EXPECT_EQ(trace->lost, 0U);
  EXPECT_EQ(trace->names, (std::vector<std::string>{"_Z11mul_mat_vecIiEvPT_", "_Z5scalePf", "sm90_gemm"}));
  const KernelLaunch& gemm = trace->launches[2];
  EXPECT_EQ(gemm.shape, (core::LaunchShape{{16, 1, 1}, {384, 1, 1}, 168, 0, 100'000}));
  EXPECT_EQ(gemm.end - gemm.start, 4000U);
  EXPECT_EQ(gemm.stream, 9U);
  EXPECT_FALSE(gemm.from_graph);
  EXPECT_TRUE(trace->launches[0].from_graph);
}

TEST(Cupti, MayBeAttachedAgain) {
  ASSERT_TRUE(traced());
  const auto again = traced();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->launches.size(), 30U);
}

TEST(Cupti, CountsWhatWasDroppedOrHasNoTime) {
  const Environment dropped("FAKE_CUPTI_DROPPED", "7");
  const Environment untimed("FAKE_CUPTI_UNTIMED", "1");
  const auto trace = traced();
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->launches.size(), 20U);
  EXPECT_EQ(trace->lost, 17U);
}

TEST(Cupti, BelievesNoRecordThatIsLaidOutOtherwise) {
  const Environment trash("FAKE_CUPTI_TRASH", "1");
  const auto trace = traced();
  ASSERT_TRUE(trace);
  EXPECT_TRUE(trace->launches.empty());
  EXPECT_EQ(trace->lost, 30U);
}

TEST(Cupti, HandsOverNothingWhereNothingWasLaunched) {
  const Environment none("FAKE_CUPTI_KERNELS", "0");
  const auto trace = traced();
  ASSERT_TRUE(trace);
  EXPECT_TRUE(trace->launches.empty());
}

TEST(Cupti, SaysWhyItCannotTraceAndWhatHelps) {
  {
    const Environment other("FAKE_CUPTI_SUBSCRIBE", "39");
    const auto trace = traced();
    ASSERT_FALSE(trace);
    EXPECT_EQ(trace.error().message, "cuptiSubscribe: CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED (status 39)");
    EXPECT_NE(trace.error().hint.find("another profiler"), std::string::npos);
  }
  {
    const Environment refused("FAKE_CUPTI_ENABLE", "35");
    const auto trace = traced();
    ASSERT_FALSE(trace);
    EXPECT_EQ(trace.error().message, "cuptiActivityEnable: CUPTI_ERROR_INSUFFICIENT_PRIVILEGES (status 35)");
    EXPECT_NE(trace.error().hint.find("NVreg_RestrictProfilingToAdminUsers"), std::string::npos);
  }
  {
    const Environment broken("FAKE_CUPTI_FLUSH", "999");
    const auto trace = traced();
    ASSERT_FALSE(trace);
    EXPECT_EQ(trace.error().message, "cuptiActivityFlushAll: CUPTI_ERROR_UNKNOWN (status 999)");
  }
  EXPECT_TRUE(traced()) << "a failure leaves nothing behind";
}

TEST(Cupti, IsFoundWhereTheEnvironmentSays) {
  const std::string file = CHIMERA_FAKE_CUPTI;
  const Environment named("CHIMERA_CUPTI", file.substr(0, file.rfind('/')).c_str());
  const auto cupti = Cupti::load();
  ASSERT_TRUE(cupti) << cupti.error().message;
  EXPECT_EQ(cupti->path(), file);
  EXPECT_EQ(cupti->version(), "CUPTI 13.0");
}

TEST(Cupti, IsRefusedWhereItIsAbsentTooOldOrAnotherLibrary) {
  const auto absent = Cupti::load("/nowhere/libcupti.so");
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().message.find("/nowhere/libcupti.so"), std::string::npos);
  EXPECT_NE(absent.error().hint.find("CHIMERA_CUPTI"), std::string::npos);
  const auto other = Cupti::load("libc.so.6");
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("lacks functions"), std::string::npos);
  {
    const Environment old("FAKE_CUPTI_VERSION", "14");
    const auto cupti = Cupti::load(CHIMERA_FAKE_CUPTI);
    ASSERT_FALSE(cupti);
    EXPECT_NE(cupti.error().message.find("API version 14, expected 18"), std::string::npos);
  }
  const Environment twelve("FAKE_CUPTI_VERSION", "22");
  EXPECT_EQ(Cupti::load(CHIMERA_FAKE_CUPTI)->version(), "CUPTI API 22");
}

}  // namespace
}  // namespace chimera::measure
