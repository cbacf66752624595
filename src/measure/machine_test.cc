// tests/machines/<case>/root is a machine's /proc, /sys and /etc; what is read there is held against `expected`.
// CHIMERA_RECORD=1 writes the expectations anew.
#include "measure/machine.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.h"

namespace chimera::measure {
namespace {

template <class T>
std::string told(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : "not told";
}

std::string dump(const core::Machine& m) {
  std::string text = core::describe(m) + "\n";
  text += fmt::format("fingerprint {}\nvendor {} arch {} sockets {} cores {} threads {}\n", core::fingerprint(m), m.vendor, m.arch, m.sockets, m.cores, m.threads);
  text += fmt::format("governor [{}] driver [{}] boost {} max_mhz {}\n", m.governor, m.scaling_driver, told(m.boost), told(m.max_mhz));
  text += fmt::format("memory {} swap {}\nkernel {} hypervisor [{}]\n", told(m.memory_bytes), told(m.swap_bytes), m.kernel, m.hypervisor);
  text += fmt::format("container [{}] cgroup {} cpus {} memory {} allowed {}\n", m.limits.container, m.limits.cgroup, told(m.limits.cpus), told(m.limits.memory_bytes), told(m.limits.allowed_cpus));
  text += "settings " + core::settings_of(m).to_string() + "\n";
  for (const core::AbsentSource& absent : m.absent) text += fmt::format("absent {}: {}\n", absent.source, absent.reason);
  return text;
}

TEST(MachineCases, AreReadAsRecorded) {
  const base::RealFileSystem files;
  const char* record = std::getenv("CHIMERA_RECORD");
  std::size_t cases = 0;
  for (const auto& folder : std::filesystem::directory_iterator("tests/machines")) {
    ++cases;
    const std::string given = dump(read_machine((folder.path() / "root").string(), "libno-gpu-here.so"));
    const std::string expected = (folder.path() / "expected").string();
    if (record != nullptr && *record == '1') {
      ASSERT_TRUE(base::write_file(expected, given).has_value());
    }
    const auto wanted = files.read(expected);
    ASSERT_TRUE(wanted.has_value()) << expected;
    EXPECT_EQ(*wanted, given) << folder.path();
  }
  EXPECT_GE(cases, 4U);
}

TEST(Machine, OfThisComputerIsReadWithoutAGap) {
  const core::Machine machine = read_machine();
  EXPECT_GT(machine.threads, 0U);
  EXPECT_GE(machine.threads, machine.cores);
  EXPECT_TRUE(machine.memory_bytes.has_value());
  EXPECT_FALSE(machine.kernel.empty());
  EXPECT_EQ(core::fingerprint(machine), core::fingerprint(read_machine()));
}

TEST(Machine, KnowsTheGpusThatNvmlShows) {
  const core::Machine machine = read_machine({}, CHIMERA_FAKE_NVML);
  ASSERT_EQ(machine.gpus.size(), 2U);
  EXPECT_EQ(machine.gpus[0].name, "Fake GPU 24GB");
  EXPECT_EQ(machine.gpus[1].uuid, "GPU-0001");
  EXPECT_EQ(machine.gpus[0].memory_bytes, 24ULL << 30);
  EXPECT_EQ(machine.gpus[0].power_limit_w, 300);
  EXPECT_EQ(machine.driver, "550.54.15");
  EXPECT_EQ(machine.cuda_version, "12.4");
  EXPECT_NE(core::fingerprint(machine), core::fingerprint(read_machine({}, "libno-gpu-here.so")));
}

}  // namespace
}  // namespace chimera::measure
