#include "measure/telemetry.h"
#include "measure/test_environment.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <thread>

#include "base/files.h"

namespace chimera::measure {
namespace {

constexpr base::Nanoseconds kSecond = 1'000'000'000;

// /proc and /sys in a folder of their own.
class FakeRoot {
 public:
  FakeRoot() {
    std::string form = (std::filesystem::temp_directory_path() / "root.XXXXXX").string();
    path_ = ::mkdtemp(form.data());
  }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;
  ~FakeRoot() { std::filesystem::remove_all(path_); }
  void write(const std::string& file, const std::string& text) const { ASSERT_TRUE(base::write_file(path_ + file, text).has_value()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string stat_of(int pid, int parent, std::uint64_t ticks, std::uint64_t waited, std::uint64_t pages) {
  return fmt::format("{} (a ) (name) S {} 1 1 0 -1 0 0 0 0 0 {} 0 {} 0 20 0 1 0 100 1000000 {} 0 0\n", pid, parent, ticks, waited, pages);
}

const std::vector<double>& values(const core::Telemetry& telemetry, std::string_view name, std::string_view source) {
  static const std::vector<double> kNone;
  const core::Series* found = telemetry.find(name, source);
  return found == nullptr ? kNone : found->values;
}

TEST(SeriesLog, ThinsLongSeriesAndKeepsTheirPeaks) {
  SeriesLog log(8);
  const auto memory = log.series("memory_used", "MiB", "process", SeriesLog::Keep::larger);
  const auto load = log.series("load", "", "system");
  for (int i = 0; i < 20; ++i) {
    log.put(memory, i, i == 2 ? 500 : i);
    log.put(load, i, i);
  }
  EXPECT_GE(log.thinned(), 1U);
  const core::Telemetry telemetry = log.take();
  const core::Series& kept = *telemetry.find("memory_used", "process");
  EXPECT_LE(kept.at.size(), 9U);
  EXPECT_EQ(*std::max_element(kept.values.begin(), kept.values.end()), 500);
  EXPECT_TRUE(std::is_sorted(kept.at.begin(), kept.at.end()));
  EXPECT_EQ(telemetry.find("load", "system")->values.back(), 19);
  EXPECT_TRUE(log.take().series.empty()) << "each take() starts anew";
}

TEST(SeriesLog, NamesAnAbsentSourceOnce) {
  SeriesLog log(8);
  log.absent("rapl", "no powercap");
  log.absent("rapl", "something else");
  EXPECT_EQ(log.take().absent, (std::vector<core::AbsentSource>{{"rapl", "no powercap"}}));
}

TEST(KernelSensors, AddUpTheTreeOfAProcess) {
  FakeRoot root;
  root.write("/proc/10/stat", stat_of(10, 1, 100, 50, 1000));
  root.write("/proc/11/stat", stat_of(11, 10, 30, 0, 500));
  root.write("/proc/12/stat", stat_of(12, 11, 20, 0, 250));
  root.write("/proc/13/stat", stat_of(13, 1, 9999, 0, 9999));
  const Proc proc(root.path());
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  ProcessTree whole(proc, 10, ProcessTree::Root::counted);
  EXPECT_EQ(whole.use().ticks, 200U);
  EXPECT_EQ(whole.use().rss_bytes, 1750 * page);
  EXPECT_EQ(whole.pids(), (std::vector<int>{10, 11, 12}));
  ProcessTree below(proc, 10, ProcessTree::Root::left_out);
  const ProcessUse use = below.use();
  EXPECT_EQ(use.ticks, 100U) << "what the root waited for, and its descendants";
  EXPECT_EQ(use.rss_bytes, 750 * page);
  EXPECT_EQ(use.processes, 2U);
}

TEST(KernelSensors, FindTheSameTreeInTheFilesOfChildren) {
  FakeRoot root;
  root.write("/proc/10/stat", stat_of(10, 1, 1, 0, 0));
  root.write("/proc/11/stat", stat_of(11, 10, 1, 0, 0));
  root.write("/proc/12/stat", stat_of(12, 10, 1, 0, 0));
  root.write("/proc/10/task/10/children", "11 ");
  root.write("/proc/10/task/15/children", "12 ");
  const Proc proc(root.path());
  ProcessTree tree(proc, 10, ProcessTree::Root::counted);
  EXPECT_EQ(tree.use().processes, 3U);
}

TEST(KernelSensors, TellTheLoadOfOthersFromOurs) {
  FakeRoot root;
  Watched watched{root.path(), 10, ProcessTree::Root::counted, nullptr, ""};
  const auto sensors = kernel_sensors(watched);
  SeriesLog log(100);
  const auto second = [&](int n, std::uint64_t own, std::uint64_t busy, std::uint64_t idle, std::uint64_t steal) {
    root.write("/proc/10/stat", stat_of(10, 1, own, 0, 256));
    root.write("/proc/stat", fmt::format("cpu  {} 0 0 {} 0 0 0 {} 0 0\ncpu0 1 2 3\n", busy, idle, steal));
    for (const auto& sensor : sensors) sensor->sample(n * kSecond, log);
  };
  const auto hz = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  second(0, 0, 0, 0, 0);
  second(1, hz / 2, hz * 3 / 2, hz * 5 / 2 - hz, hz);
  const core::Telemetry telemetry = log.take();
  EXPECT_EQ(values(telemetry, "cpu_utilization", "process"), std::vector<double>{50});
  EXPECT_EQ(values(telemetry, "cpu_utilization", "system"), std::vector<double>{37.5});
  EXPECT_EQ(values(telemetry, "cpu_steal", "system"), std::vector<double>{25});
  EXPECT_EQ(values(telemetry, "other_cpu", "system"), std::vector<double>{100});
  EXPECT_EQ(values(telemetry, "memory_used", "process").size(), 2U);
}

TEST(KernelSensors, TellAServerFromTheProcessThatStartedIt) {
  FakeRoot root;
  std::atomic<int> server = 0;
  const auto sensors = kernel_sensors({root.path(), 10, ProcessTree::Root::counted, &server, ""});
  SeriesLog log(100);
  const auto hz = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto mebibytes = [](double pages) { return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20); };
  root.write("/proc/10/stat", stat_of(10, 1, 0, 0, 256));
  root.write("/proc/stat", "cpu  0 0 0 0 0 0 0 0 0 0\n");
  const auto second = [&](int n) {
    for (const auto& sensor : sensors) sensor->sample(n * kSecond, log);
  };
  second(0);
  server = 11;
  root.write("/proc/11/stat", stat_of(11, 10, 0, 0, 1000));
  root.write("/proc/12/stat", stat_of(12, 11, 0, 0, 24));
  second(1);
  root.write("/proc/12/stat", stat_of(12, 11, hz / 4, 0, 24));
  second(2);
  server = 13;  // started anew
  root.write("/proc/13/stat", stat_of(13, 10, 1000 * hz, 0, 500));
  second(3);
  server = 0;
  second(4);
  const core::Telemetry telemetry = log.take();
  EXPECT_EQ(values(telemetry, "memory_used", "server"), (std::vector<double>{mebibytes(1024), mebibytes(1024), mebibytes(500)}));
  EXPECT_EQ(values(telemetry, "cpu_utilization", "server"), std::vector<double>{25}) << "its own processor time, not that from before we looked";
  EXPECT_EQ(values(telemetry, "memory_used", "process").size(), 5U);
}

TEST(KernelSensors, ReadClocksTemperaturesLoadAndPressure) {
  FakeRoot root;
  root.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "3600000\n");
  root.write("/sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "1800000\n");
  root.write("/sys/class/hwmon/hwmon1/name", "k10temp\n");
  root.write("/sys/class/hwmon/hwmon1/temp1_input", "61500\n");
  root.write("/proc/loadavg", "1.25 0.5 0.1 2/300 1234\n");
  root.write("/proc/meminfo", "MemTotal: 100 kB\nMemAvailable:   2048 kB\n");
  root.write("/proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0.00 total=0\n");
  const auto sensors = kernel_sensors({root.path(), 10, ProcessTree::Root::counted, nullptr, ""});
  SeriesLog log(100);
  for (const auto& sensor : sensors) sensor->sample(0, log);
  root.write("/proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1250000\n");
  root.write("/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", "5\n");
  for (const auto& sensor : sensors) sensor->sample(kSecond, log);
  root.write("/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", "7\n");
  for (const auto& sensor : sensors) sensor->sample(2 * kSecond, log);
  const core::Telemetry telemetry = log.take();
  EXPECT_EQ(values(telemetry, "cpu_clock", "cpu0").at(0), 3600);
  EXPECT_EQ(values(telemetry, "cpu_clock", "cpu1").at(0), 1800);
  EXPECT_EQ(values(telemetry, "cpu_temperature", "package0").at(0), 61.5);
  EXPECT_EQ(values(telemetry, "load", "system").at(0), 1.25);
  EXPECT_EQ(values(telemetry, "memory_free", "system").at(0), 2);
  EXPECT_EQ(values(telemetry, "cpu_pressure", "system").at(0), 25);
  ASSERT_EQ(telemetry.events.size(), 1U);
  EXPECT_EQ(telemetry.events[0].what, "throttled by its temperature 2 times");
}

TEST(KernelSensors, SayWhatThisMachineDoesNotTell) {
  FakeRoot root;
  SeriesLog log(100);
  for (const auto& sensor : kernel_sensors({root.path(), 10, ProcessTree::Root::counted, nullptr, ""})) sensor->sample(0, log);
  rapl_sensor({root.path(), 10, ProcessTree::Root::counted, nullptr, ""})->sample(0, log);
  std::vector<std::string> sources;
  for (const core::AbsentSource& absent : log.take().absent) sources.push_back(absent.source);
  EXPECT_EQ(sources, (std::vector<std::string>{"cpu_clock", "cpu_temperature", "pressure", "rapl", "system"}));
}

TEST(RaplSensor, UndoesTheWrapOfItsCounter) {
  FakeRoot root;
  const std::string folder = "/sys/class/powercap/intel-rapl:0/";
  root.write(folder + "name", "package-0\n");
  root.write(folder + "max_energy_range_uj", "10000000\n");
  root.write(folder + "energy_uj", "9000000\n");
  root.write("/sys/class/powercap/intel-rapl:0:1/name", "dram\n");
  root.write("/sys/class/powercap/intel-rapl:0:1/energy_uj", "1000000\n");
  const auto sensor = rapl_sensor({root.path(), 0, ProcessTree::Root::counted, nullptr, ""});
  SeriesLog log(100);
  sensor->sample(0, log);
  root.write(folder + "energy_uj", "2000000\n");  // 1 J to the end of the range, and 2 J more
  sensor->sample(kSecond, log);
  const core::Telemetry telemetry = log.take();
  EXPECT_EQ(values(telemetry, "energy", "package-0"), (std::vector<double>{0, 3}));
  EXPECT_EQ(values(telemetry, "energy", "dram/0").size(), 2U);
}

core::Telemetry of_gpu(int ticks) {
  const auto sensor = gpu_sensor({"", 0, ProcessTree::Root::counted, nullptr, CHIMERA_FAKE_NVML});
  SeriesLog log(1000);
  for (int i = 0; i < ticks; ++i) sensor->sample(i * kSecond, log);
  return log.take();
}

TEST(GpuSensor, TakesDownWhatNvmlSays) {
  const core::Telemetry telemetry = of_gpu(7);
  EXPECT_EQ(values(telemetry, "gpu_utilization", "gpu1"), std::vector<double>(7, 75));
  EXPECT_EQ(values(telemetry, "gpu_memory_used", "gpu0").at(0), 4096);
  EXPECT_EQ(values(telemetry, "gpu_clock", "gpu0").at(0), 1980);
  EXPECT_EQ(values(telemetry, "power", "gpu0").at(0), 200);
  EXPECT_EQ(values(telemetry, "gpu_throttled", "gpu0"), std::vector<double>(7, 0));
  EXPECT_TRUE(telemetry.absent.empty());
  const std::vector<core::Energy> energy = core::energy_between(telemetry, 0, 6 * kSecond);
  ASSERT_EQ(energy.size(), 2U);
  EXPECT_TRUE(energy[0].from_counter);
  EXPECT_DOUBLE_EQ(energy[0].joules, 120);
  EXPECT_EQ(energy[0].doubts.size(), 1U) << "the counter and the power of this fake do not agree, which is seen";
}

TEST(GpuSensor, GoesOnWithoutAGpuThatDisappears) {
  const Environment lost("FAKE_NVML_LOST", "3");
  const core::Telemetry telemetry = of_gpu(6);
  EXPECT_EQ(values(telemetry, "power", "gpu1").size(), 3U);
  EXPECT_EQ(values(telemetry, "power", "gpu0").size(), 6U);
  ASSERT_EQ(telemetry.events.size(), 1U) << "said once";
  EXPECT_EQ(telemetry.events[0].source, "gpu1");
  EXPECT_EQ(telemetry.events[0].what, "went away: GPU is lost");
}

TEST(GpuSensor, IntegratesPowerWhereThereIsNoEnergyCounter) {
  const Environment none("FAKE_NVML_NO_ENERGY", "1");
  const core::Telemetry telemetry = of_gpu(7);
  EXPECT_EQ(telemetry.absent, (std::vector<core::AbsentSource>{{"gpu0/energy", "Not Supported"}, {"gpu1/energy", "Not Supported"}}));
  const std::vector<core::Energy> energy = core::energy_between(telemetry, 0, 6 * kSecond);
  ASSERT_EQ(energy.size(), 2U);
  EXPECT_FALSE(energy[0].from_counter);
  EXPECT_DOUBLE_EQ(energy[0].joules, 1200);
  EXPECT_TRUE(energy[0].doubts.empty());
}

TEST(GpuSensor, SaysWhatSlowsAGpuDownAndWhoElseUsesIt) {
  const Environment throttle("FAKE_NVML_THROTTLE", "2");
  const Environment other("FAKE_NVML_OTHER", "999999999");
  const core::Telemetry telemetry = of_gpu(4);
  EXPECT_EQ(values(telemetry, "gpu_throttled", "gpu0"), (std::vector<double>{0, 0, 1, 1}));
  ASSERT_EQ(telemetry.events.size(), 2U);
  EXPECT_EQ(telemetry.events[0].what, "another process computes on it: 999999999 (not visible from here)");
  EXPECT_EQ(telemetry.events[1].what, "throttled: power cap");
}

TEST(GpuSensor, SaysWhyThereIsNoGpu) {
  const auto why = [](const std::string& library) {
    SeriesLog log(10);
    gpu_sensor({"", 0, ProcessTree::Root::counted, nullptr, library})->sample(0, log);
    const core::Telemetry telemetry = log.take();
    return telemetry.absent.empty() ? std::string() : telemetry.absent[0].reason;
  };
  EXPECT_EQ(why("libno-such-thing.so.1"), "no libno-such-thing.so.1 on this machine");
  {
    const Environment fail("FAKE_NVML_FAIL", "1");
    EXPECT_EQ(why(CHIMERA_FAKE_NVML), "NVML does not start: Driver Not Loaded");
  }
  const Environment none("FAKE_NVML_COUNT", "0");
  EXPECT_EQ(why(CHIMERA_FAKE_NVML), "NVML sees no GPU");
}

class CountingSensor final : public Sensor {
 public:
  // Counts `awaited` down to 0, one each sample.
  explicit CountingSensor(std::latch& awaited) : awaited_(awaited) {}
  void sample(base::Nanoseconds at, SeriesLog& to) override {
    to.put(to.series("load", "", "test"), at, ++count_);
    if (!awaited_.try_wait()) awaited_.count_down();
  }

 private:
  std::latch& awaited_;
  double count_ = 0;
};

TEST(Sampler, SamplesInItsOwnThreadUntilItIsStopped) {
  const base::SystemClock clock;
  std::vector<std::unique_ptr<Sensor>> sensors;
  std::latch awaited(4);  // the fourth begins when three are taken down
  sensors.push_back(std::make_unique<CountingSensor>(awaited));
  Sampler sampler(std::move(sensors), {.interval = 5'000'000, .longest = 1000}, clock);
  awaited.wait();
  const core::Telemetry first = sampler.take();
  ASSERT_NE(first.find("load", "test"), nullptr);
  EXPECT_GE(first.find("load", "test")->values.size(), 3U);
  EXPECT_EQ(first.interval, 5'000'000);
  EXPECT_EQ(first.lag.samples, first.find("load", "test")->values.size());
  const core::Telemetry last = sampler.stop();
  ASSERT_NE(last.find("load", "test"), nullptr) << "a last sample is taken when it stops";
  EXPECT_EQ(last.started, first.ended);
  EXPECT_GT(last.find("load", "test")->values.front(), first.find("load", "test")->values.back());
}

TEST(Sampler, SeesThisMachine) {
  const base::SystemClock clock;
  const auto sampler = start_sampler({}, {.interval = 10'000'000, .longest = 1000}, clock);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const core::Telemetry telemetry = sampler->stop();
  ASSERT_NE(telemetry.find("memory_used", "process"), nullptr);
  EXPECT_GT(telemetry.find("memory_used", "process")->values.back(), 1);
  EXPECT_NE(telemetry.find("cpu_utilization", "system"), nullptr);
}

}  // namespace
}  // namespace chimera::measure
