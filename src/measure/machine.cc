#include "measure/machine.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "measure/proc.h"

namespace chimera::measure {
namespace {

constexpr std::string_view kCpus = "/sys/devices/system/cpu/";

// A name for processors that give numbers alone; from the kernel's arch/arm64/include/asm/cputype.h.
struct ArmPart {
  std::string_view implementer;
  std::string_view part;
  std::string_view name;
};
constexpr std::array kArmParts = {
    ArmPart{"0x41", "0xd03", "ARM Cortex-A53"},  ArmPart{"0x41", "0xd08", "ARM Cortex-A72"},   ArmPart{"0x41", "0xd0b", "ARM Cortex-A76"},
    ArmPart{"0x41", "0xd0c", "ARM Neoverse N1"}, ArmPart{"0x41", "0xd40", "ARM Neoverse V1"},  ArmPart{"0x41", "0xd49", "ARM Neoverse N2"},
    ArmPart{"0x41", "0xd4f", "ARM Neoverse V2"}, ArmPart{"0xc0", "0xac3", "Ampere Altra"},     ArmPart{"0xc0", "0xac4", "AmpereOne"},
};

std::string arm_name(std::string_view cpuinfo) {
  const auto implementer = field(cpuinfo, "CPU implementer");
  const auto part = field(cpuinfo, "CPU part");
  if (!implementer || !part) return {};
  for (const ArmPart& known : kArmParts)
    if (known.implementer == *implementer && known.part == *part) return std::string(known.name);
  return fmt::format("ARM implementer {} part {}", *implementer, *part);
}

bool is_cpu(const std::string& name) { return name.size() > 3 && name.rfind("cpu", 0) == 0 && name.find_first_not_of("0123456789", 3) == std::string::npos; }

class Reader {
 public:
  explicit Reader(const std::string& root) : proc_(root) {}

  core::Machine read(const std::string& nvml_library) {
    processor();
    clocks();
    memory();
    system();
    limits();
    gpus(nvml_library);
    std::sort(machine_.absent.begin(), machine_.absent.end(), [](const auto& a, const auto& b) { return a.source < b.source; });
    return std::move(machine_);
  }

 private:
  void absent(std::string source, std::string reason) { machine_.absent.push_back({std::move(source), std::move(reason)}); }

  void processor() {
    const std::string info = proc_.text("/proc/cpuinfo").value_or("");
    if (info.empty()) absent("processor", "/proc/cpuinfo: " + proc_.reason("/proc/cpuinfo"));
    machine_.cpu = field(info, "model name").value_or(field(info, "cpu").value_or(""));
    if (machine_.cpu.empty()) machine_.cpu = arm_name(info);
    machine_.vendor = field(info, "vendor_id").value_or("");
    if (const auto flags = field(info, "flags")) {
      const std::vector<std::string_view> all = words(*flags);
      if (std::find(all.begin(), all.end(), "hypervisor") != all.end()) machine_.hypervisor = "yes";
    }
    std::set<std::string> sockets;
    std::set<std::pair<std::string, std::string>> cores;
    for (const std::string& name : proc_.names(std::string(kCpus))) {
      if (!is_cpu(name)) continue;
      if (proc_.number(std::string(kCpus) + name + "/online") == 0) continue;  // cpu0 has no such file where it cannot be taken away
      ++machine_.threads;
      const std::string topology = std::string(kCpus) + name + "/topology/";
      const auto package = proc_.text(topology + "physical_package_id");
      const auto core = proc_.text(topology + "core_id");
      if (package) sockets.insert(*package);
      if (package && core) cores.emplace(*package, *core);
    }
    if (machine_.threads == 0) count_in(info);
    machine_.sockets = sockets.empty() ? (machine_.threads > 0 ? 1 : 0) : static_cast<unsigned>(sockets.size());
    machine_.cores = cores.empty() ? machine_.threads : static_cast<unsigned>(cores.size());
  }

  // Where /sys does not tell.
  void count_in(std::string_view info) {
    while (!info.empty()) {
      const std::string_view line = info.substr(0, info.find('\n'));
      info.remove_prefix(std::min(info.size(), line.size() + 1));
      if (line.rfind("processor", 0) == 0) ++machine_.threads;
    }
  }

  void clocks() {
    std::set<std::string> governors;
    for (const std::string& name : proc_.names(std::string(kCpus))) {
      if (!is_cpu(name)) continue;
      if (auto governor = proc_.text(std::string(kCpus) + name + "/cpufreq/scaling_governor")) governors.insert(std::move(*governor));
    }
    for (const std::string& governor : governors) machine_.governor += (machine_.governor.empty() ? (governors.size() > 1 ? "mixed: " : "") : ", ") + governor;
    if (governors.empty()) absent("governor", "the kernel offers no cpufreq here; on a virtual machine the host decides");
    machine_.scaling_driver = proc_.text(std::string(kCpus) + "cpu0/cpufreq/scaling_driver").value_or("");
    if (const auto khz = proc_.number(std::string(kCpus) + "cpu0/cpufreq/cpuinfo_max_freq")) machine_.max_mhz = static_cast<double>(*khz) / 1000;
    if (const auto boost = proc_.number(std::string(kCpus) + "cpufreq/boost")) machine_.boost = *boost != 0;
    if (const auto off = proc_.number(std::string(kCpus) + "intel_pstate/no_turbo")) machine_.boost = *off == 0;
  }

  void memory() {
    const std::string info = proc_.text("/proc/meminfo").value_or("");
    const auto bytes = [&](std::string_view key) -> std::optional<std::uint64_t> {
      const auto text = field(info, key);
      const auto kib = text ? leading_number(*text) : std::nullopt;
      return kib ? std::optional(*kib * 1024) : std::nullopt;
    };
    machine_.memory_bytes = bytes("MemTotal");
    machine_.swap_bytes = bytes("SwapTotal");
    if (!machine_.memory_bytes) absent("memory", "/proc/meminfo: " + proc_.reason("/proc/meminfo"));
  }

  void system() {
    machine_.kernel = proc_.text("/proc/sys/kernel/osrelease").value_or("");
    machine_.arch = proc_.text("/proc/sys/kernel/arch").value_or("");
    utsname name{};
    if (machine_.arch.empty() && ::uname(&name) == 0) machine_.arch = name.machine;
    for (const char* file : {"/etc/os-release", "/usr/lib/os-release"}) {
      const std::string release = proc_.text(file).value_or("");
      const std::size_t at = release.rfind("PRETTY_NAME=", 0) == 0 ? 0 : release.find("\nPRETTY_NAME=");
      if (at == std::string::npos || release.empty()) continue;
      std::string value = release.substr(release.find('=', at) + 1);
      value = value.substr(0, value.find('\n'));
      value.erase(std::remove(value.begin(), value.end(), '"'), value.end());
      machine_.os = value;
      break;
    }
    if (machine_.os.empty()) absent("os", "no os-release with a PRETTY_NAME");
    if (const auto vendor = proc_.text("/sys/class/dmi/id/sys_vendor"); vendor && machine_.hypervisor == "yes") machine_.hypervisor = *vendor;
    if (const auto type = proc_.text("/sys/hypervisor/type")) machine_.hypervisor = *type;  // Xen, also where the processor hides it
  }

  // A limit holds for all groups below the one that has it, so the least on the way up counts.
  void limits() {
    core::Limits& limits = machine_.limits;
    const std::string groups = proc_.text("/proc/self/cgroup").value_or("");
    std::string_view rest = groups;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      const std::size_t first = line.find(':');
      const std::size_t second = line.find(':', first + 1);
      if (first == std::string_view::npos || second == std::string_view::npos) continue;
      const std::string controllers(line.substr(first + 1, second - first - 1));
      const std::string path(line.substr(second + 1));
      if (controllers.empty()) unified(path);
      else one_of_v1(controllers, path);
    }
    if (limits.memory_bytes && machine_.memory_bytes && *limits.memory_bytes >= *machine_.memory_bytes) limits.memory_bytes.reset();
    if (const auto status = proc_.text("/proc/self/status"))
      if (const auto allowed = field(*status, "Cpus_allowed_list")) limits.allowed_cpus = count_cpu_list(*allowed);
    limits.container = container(groups);
  }

  void unified(const std::string& path) {
    const std::string mount = proc_.exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
    if (!proc_.exists(mount + "/cgroup.controllers")) return;
    if (machine_.limits.cgroup == 0) machine_.limits.cgroup = 2;
    upwards(path, [&](const std::string& group) {
      if (const auto max = proc_.text(mount + group + "/cpu.max")) {
        const std::vector<std::string_view> parts = words(*max);
        if (parts.size() == 2) cpus(leading_number(parts[0]), leading_number(parts[1]));
      }
      if (const auto bytes = proc_.number(mount + group + "/memory.max")) memory_limit(*bytes);
    });
  }

  void one_of_v1(const std::string& controllers, const std::string& path) {
    for (const std::string& mount : {"/sys/fs/cgroup/" + controllers, "/sys/fs/cgroup/" + controllers.substr(0, controllers.find(','))}) {
      if (!proc_.exists(mount)) continue;
      machine_.limits.cgroup = 1;
      upwards(path, [&](const std::string& group) {
        cpus(proc_.number(mount + group + "/cpu.cfs_quota_us"), proc_.number(mount + group + "/cpu.cfs_period_us"));
        if (const auto bytes = proc_.number(mount + group + "/memory.limit_in_bytes")) memory_limit(*bytes);
      });
      return;
    }
  }

  template <class Visit>
  static void upwards(std::string group, const Visit& visit) {
    while (true) {
      if (group == "/") group.clear();
      visit(group);
      if (group.empty()) return;
      group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
    }
  }

  void cpus(std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period) {
    if (!quota || !period || *period == 0) return;  // "max" and -1 are no numbers
    const double share = static_cast<double>(*quota) / static_cast<double>(*period);
    if (!machine_.limits.cpus || share < *machine_.limits.cpus) machine_.limits.cpus = share;
  }

  void memory_limit(std::uint64_t bytes) {
    if (!machine_.limits.memory_bytes || bytes < *machine_.limits.memory_bytes) machine_.limits.memory_bytes = bytes;
  }

  [[nodiscard]] std::string container(const std::string& groups) const {
    if (groups.find("kubepods") != std::string::npos || proc_.exists("/var/run/secrets/kubernetes.io")) return "kubernetes";
    if (proc_.exists("/.dockerenv") || groups.find("/docker") != std::string::npos) return "docker";
    if (proc_.exists("/run/.containerenv") || groups.find("libpod") != std::string::npos) return "podman";
    if (groups.find("/lxc") != std::string::npos) return "lxc";
    return {};
  }

  void gpus(const std::string& library) {
    const auto nvml = Nvml::load(library);
    if (!nvml) return absent("nvml", nvml.error().message);
    machine_.driver = nvml->driver();
    machine_.cuda_version = nvml->cuda_version();
    for (unsigned i = 0; i < nvml->count(); ++i) machine_.gpus.push_back(nvml->gpu(i));
    if (nvml->count() == 0) absent("nvml", "NVML sees no GPU");
  }

  Proc proc_;
  core::Machine machine_;
};

}  // namespace

core::Machine read_machine(const std::string& root, const std::string& nvml_library) { return Reader(root).read(nvml_library); }

}  // namespace chimera::measure
