#include "core/machine.h"

#include <gtest/gtest.h>

namespace chimera::core {
namespace {

constexpr base::Nanoseconds kSecond = 1'000'000'000;

Machine a_machine() {
  Machine machine;
  machine.cpu = "AMD EPYC 7313";
  machine.arch = "x86_64";
  machine.sockets = 1, machine.cores = 16, machine.threads = 32;
  machine.governor = "performance";
  machine.memory_bytes = 64ULL << 30;
  machine.gpus = {{"NVIDIA L4", "GPU-1", 24ULL << 30, 72.0, 8, 9}, {"NVIDIA L4", "GPU-2", 24ULL << 30, 72.0, 8, 9}};
  machine.driver = "550.54";
  machine.os = "Debian GNU/Linux 12";
  return machine;
}

TEST(Machine, HasTheFingerprintOfWhatDecidesComparability) {
  const Machine machine = a_machine();
  EXPECT_EQ(fingerprint(machine).size(), 16U);
  Machine same = machine;
  same.driver = "560.1", same.kernel = "6.9", same.os = "Ubuntu 24.04", same.gpus[0].uuid = "GPU-9";
  same.memory_bytes = *machine.memory_bytes - (100 << 20);  // the kernel keeps more or less of it from release to release
  EXPECT_EQ(fingerprint(same), fingerprint(machine));
  for (const auto& change : std::vector<void (*)(Machine&)>{[](Machine& m) { m.governor = "powersave"; }, [](Machine& m) { m.cores = 8; }, [](Machine& m) { m.gpus.pop_back(); },
                                                            [](Machine& m) { m.limits.cpus = 2.0; }, [](Machine& m) { m.limits.memory_bytes = 8ULL << 30; }, [](Machine& m) { m.gpus[1].power_limit_w = 50; },
                                                            [](Machine& m) { m.boost = false; }, [](Machine& m) { m.memory_bytes = 32ULL << 30; }}) {
    Machine other = machine;
    change(other);
    EXPECT_NE(fingerprint(other), fingerprint(machine));
  }
}

TEST(Machine, IsDescribedInOneLine) {
  EXPECT_EQ(describe(a_machine()), "AMD EPYC 7313, 16 cores / 32 threads, 64.0 GiB, NVIDIA L4 x2, Debian GNU/Linux 12");
  EXPECT_EQ(settings_of(a_machine()).get("gpu"), "NVIDIA L4 x2");
  EXPECT_EQ(settings_of({}).settings().size(), 0U) << "what is not told is no setting";
}

Series series(std::string name, std::string unit, std::vector<double> values) {
  Series made{std::move(name), std::move(unit), "gpu0", {}, std::move(values)};
  for (std::size_t i = 0; i < made.values.size(); ++i) made.at.push_back(static_cast<base::Nanoseconds>(i) * kSecond);
  return made;
}

TEST(Telemetry, SummarisesTheSamplesOfAWindow) {
  const Series used = series("memory_used", "MiB", {1, 5, 3, 100});
  const auto summary = summarise(used, kSecond, 2 * kSecond);
  EXPECT_EQ(summary->n, 2U);
  EXPECT_DOUBLE_EQ(summary->least, 3);
  EXPECT_DOUBLE_EQ(summary->mean, 4);
  EXPECT_DOUBLE_EQ(summary->most, 5);
  EXPECT_FALSE(summarise(used, 10 * kSecond, 11 * kSecond));
}

TEST(Telemetry, IntegratesPowerWhereThereIsNoCounter) {
  Telemetry telemetry;
  telemetry.series = {series("power", "W", {100, 100, 200, 200, 200, 200, 200, 200})};
  const auto energy = energy_between(telemetry, kSecond / 2, 6 * kSecond);
  ASSERT_EQ(energy.size(), 1U);
  EXPECT_DOUBLE_EQ(energy[0].joules, 50 + 150 + 800);
  EXPECT_FALSE(energy[0].from_counter);
  EXPECT_TRUE(energy[0].doubts.empty());
}

TEST(Telemetry, DoubtsEnergyOfShortWindowsGapsAndCountersThatDisagree) {
  Telemetry telemetry;
  telemetry.series = {series("power", "W", {100, 100, 100, 100, 100, 100, 100})};
  EXPECT_EQ(energy_between(telemetry, 0, kSecond).at(0).doubts.at(0), "1.00 s are shorter than 5 s, and the sensor averages over up to a second");
  telemetry.series.push_back(series("energy", "J", {0, 120, 240, 360, 480, 600, 720}));
  const Energy counted = energy_between(telemetry, 0, 6 * kSecond).at(0);
  EXPECT_TRUE(counted.from_counter);
  EXPECT_EQ(counted.doubts.at(0), "the counter says 720.0 J, power over time 600.0 J");
  telemetry.series = {series("energy", "J", {0, 10, 20})};
  telemetry.series[0].at[2] = 8 * kSecond;
  EXPECT_EQ(energy_between(telemetry, 0, 8 * kSecond).at(0).doubts.at(0), "7.0 s without a sample");
  EXPECT_TRUE(energy_between(telemetry, 0, 60 * kSecond).empty()) << "a source that ends long before the window says nothing of it";
}

TEST(Telemetry, AddsUpEnergyThatIsDrawnApart) {
  const auto of = [](std::string source, double joules) { return Energy{std::move(source), joules, 10, true, {}}; };
  EXPECT_EQ(total_joules({of("core/0", 5), of("psys", 90)}), std::nullopt);
  EXPECT_DOUBLE_EQ(total_joules({of("core/0", 5), of("dram/0", 2), of("gpu0", 100), of("gpu1", 50), of("package-0", 20), of("psys", 200)}).value(), 172);
}

TEST(Telemetry, KeepsTheLagOfItsLoopInPowersOfTwo) {
  LoopLag lag;
  EXPECT_EQ(lag.quantile(0.5), 0);
  for (int i = 0; i < 99; ++i) lag.add(3'000);
  lag.add(900'000);
  EXPECT_EQ(lag.quantile(0.5), 4'000);
  EXPECT_EQ(lag.quantile(0.99), 4'000);
  EXPECT_EQ(lag.quantile(1.0), 900'000);
}

}  // namespace
}  // namespace chimera::core
