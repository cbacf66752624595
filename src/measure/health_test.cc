#include "measure/health.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chimera::measure {
namespace {

Examined quiet() {
  Examined seen;
  seen.machine.cpu = "AMD EPYC 7313";
  seen.machine.cores = 16, seen.machine.threads = 16;
  seen.machine.governor = "performance";
  seen.clock_source = "tsc";
  seen.embedded = "lib";
  AaResult aa;
  aa.work = "arithmetic";
  aa.pairs = 500, aa.run_s = 0.01;
  aa.interval = core::Interval{0.999, 1.001};
  aa.smallest_difference = 0.001;
  seen.aa = {aa};
  seen.telemetry.series = {{"other_cpu", "%", "system", {0, 1}, {1, 2}}, {"cpu_steal", "%", "system", {0, 1}, {0, 0}}};
  return seen;
}

const Check* find(const std::vector<Check>& checks, std::string_view subject) {
  const auto found = std::find_if(checks.begin(), checks.end(), [&](const Check& check) { return check.subject == subject; });
  return found == checks.end() ? nullptr : &*found;
}

TEST(Health, OfAQuietMachineIsGood) {
  for (const Check& check : examine(quiet())) EXPECT_EQ(check.health, Health::good) << check.subject << ": " << check.found;
}

TEST(Health, SaysWhatMakesResultsNoisy) {
  Examined seen = quiet();
  seen.machine.governor = "powersave";
  seen.machine.boost = true;
  seen.machine.hypervisor = "KVM";
  seen.machine.limits.cpus = 1.5;
  seen.telemetry.series = {{"other_cpu", "%", "system", {0, 1}, {80, 100}}, {"cpu_steal", "%", "system", {0, 1}, {1, 1}}};
  seen.telemetry.events = {{0, "gpu0", "throttled: power cap"}, {0, "gpu0", "another process computes on it: 7 (x)"}};
  seen.aa[0].smallest_difference = 0.02;
  const std::vector<Check> checks = examine(seen);
  EXPECT_EQ(find(checks, "governor")->health, Health::poor);
  EXPECT_NE(find(checks, "governor")->advice.find("cpupower"), std::string::npos);
  EXPECT_EQ(find(checks, "boost")->health, Health::poor);
  EXPECT_EQ(find(checks, "virtual machine")->health, Health::poor);
  EXPECT_EQ(find(checks, "processor quota")->health, Health::bad);
  EXPECT_EQ(find(checks, "other load")->health, Health::bad);
  EXPECT_EQ(find(checks, "other load")->found, "others use 90 % of a processor");
  EXPECT_EQ(find(checks, "CPU steal")->health, Health::poor);
  EXPECT_EQ(find(checks, "throttling")->health, Health::bad);
  EXPECT_EQ(find(checks, "GPU in use")->health, Health::bad);
  EXPECT_EQ(find(checks, "noise: arithmetic")->health, Health::poor);
}

TEST(Health, SaysWhatCannotBeMeasured) {
  Examined seen = quiet();
  seen.machine.governor.clear();
  seen.embedded.clear();
  seen.telemetry.absent = {{"cpu_clock", "no cpufreq"}, {"nvml", "no library"}, {"rapl", "Permission denied; it may be read by root alone"}};
  const std::vector<Check> checks = examine(seen);
  for (const char* subject : {"governor", "GPU", "processor energy", "processor clocks", "embedded engine"}) EXPECT_EQ(find(checks, subject)->health, Health::missing) << subject;
  EXPECT_NE(find(checks, "processor energy")->advice.find("chmod"), std::string::npos);
}

TEST(Health, SaysWhatTheLibrariesOfAGpuAre) {
  Examined seen = quiet();
  seen.machine.driver = "580.65", seen.machine.cuda_version = "13.0";
  seen.cupti = "CUPTI 13.0 (/usr/lib/libcupti.so.13)";
  EXPECT_EQ(find(examine(seen), "NVML")->found, "driver 580.65, CUDA up to 13.0");
  EXPECT_EQ(find(examine(seen), "CUPTI")->health, Health::good);
  seen.cupti.clear();
  seen.cupti_problem = "no CUPTI on this machine", seen.cupti_advice = "it comes with the CUDA toolkit";
  const std::vector<Check> without = examine(seen);
  EXPECT_EQ(find(without, "CUPTI")->health, Health::missing);
  EXPECT_EQ(find(without, "CUPTI")->advice, "it comes with the CUDA toolkit");
}

TEST(Health, DoubtsAnAaThatFindsADifference) {
  Examined seen = quiet();
  seen.aa[0].interval = core::Interval{1.01, 1.03};
  EXPECT_EQ(find(examine(seen), "noise: arithmetic")->health, Health::poor);
  seen.aa[0] = AaResult{};
  seen.aa[0].work = "arithmetic";
  EXPECT_EQ(find(examine(seen), "noise: arithmetic")->health, Health::missing);
}

}  // namespace
}  // namespace chimera::measure
