#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "measure/sensors.h"

namespace chimera::measure {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

double number(std::uint64_t value) { return static_cast<double>(value); }

// A rate from a counter that only rises: what it gained, over the seconds since.
class Gained {
 public:
  // Absent at the first call.
  std::optional<double> per_second(base::Nanoseconds at, double counter) {
    const bool known = known_ && at > at_;
    const double rate = known ? std::max(0.0, counter - counter_) / (static_cast<double>(at - at_) * 1e-9) : 0;
    known_ = true, at_ = at, counter_ = counter;
    return known ? std::optional(rate) : std::nullopt;
  }

 private:
  bool known_ = false;
  base::Nanoseconds at_ = 0;
  double counter_ = 0;
};

// The first line of /proc/stat, in ticks; `busy` counts neither idling nor what a hypervisor took away.
struct CpuTicks {
  std::uint64_t busy = 0;
  std::uint64_t idle = 0;
  std::uint64_t steal = 0;
};
std::optional<CpuTicks> cpu_ticks(const Proc& proc) {
  const auto stat = proc.text("/proc/stat");
  if (!stat) return std::nullopt;
  const std::vector<std::string_view> fields = words(std::string_view(*stat).substr(0, stat->find('\n')));
  if (fields.size() < 9 || fields[0] != "cpu") return std::nullopt;
  const auto at = [&](std::size_t i) { return leading_number(fields[i]).value_or(0); };
  return CpuTicks{at(1) + at(2) + at(3) + at(6) + at(7), at(4) + at(5), at(8)};
}

// The process and the whole machine in one, as the load of others is their difference.
class ProcessorSensor final : public Sensor {
 public:
  explicit ProcessorSensor(const Watched& watched) : proc_(watched.root), tree_(proc_, watched_pid(watched), watched.root_process), server_(watched.server), ticks_per_second_(number(static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)))) {}

  void sample(base::Nanoseconds at, SeriesLog& to) override {
    const ProcessUse use = tree_.use();
    std::optional<double> own;
    if (use.processes > 0) {
      own = process_.per_second(at, number(use.ticks) / ticks_per_second_);
      if (own) to.put(to.series("cpu_utilization", "%", "process"), at, 100 * *own);
      if (use.rss_bytes > 0) to.put(to.series("memory_used", "MiB", "process", SeriesLog::Keep::larger), at, number(use.rss_bytes) / kMiB);  // 0: it is ending
    }
    if (server_ != nullptr) sample_server(at, server_->load(), to);
    const auto ticks = cpu_ticks(proc_);
    if (!ticks) return to.absent("system", "/proc/stat: " + proc_.reason("/proc/stat"));
    const auto busy = busy_.per_second(at, number(ticks->busy) / ticks_per_second_);
    const auto idle = idle_.per_second(at, number(ticks->idle) / ticks_per_second_);
    const auto steal = steal_.per_second(at, number(ticks->steal) / ticks_per_second_);
    if (!busy || *busy + *idle + *steal <= 0) return;
    const double all = *busy + *idle + *steal;
    to.put(to.series("cpu_utilization", "%", "system"), at, 100 * *busy / all);
    to.put(to.series("cpu_steal", "%", "system"), at, 100 * *steal / all);
    to.put(to.series("other_cpu", "%", "system"), at, 100 * std::max(0.0, *busy - own.value_or(0)));
  }

 private:
  void sample_server(base::Nanoseconds at, int pid, SeriesLog& to) {
    if (pid != server_pid_) {
      server_pid_ = pid;
      server_use_ = {};
      server_tree_.reset();
      if (pid > 0) server_tree_.emplace(proc_, pid, ProcessTree::Root::counted);
    }
    if (!server_tree_) return;
    const ProcessUse use = server_tree_->use();
    if (use.rss_bytes == 0) return;  // it is ending
    if (const auto own = server_use_.per_second(at, number(use.ticks) / ticks_per_second_)) to.put(to.series("cpu_utilization", "%", "server"), at, 100 * *own);
    to.put(to.series("memory_used", "MiB", "server", SeriesLog::Keep::larger), at, number(use.rss_bytes) / kMiB);
  }

  Proc proc_;
  ProcessTree tree_;
  const std::atomic<int>* server_;
  int server_pid_ = 0;
  std::optional<ProcessTree> server_tree_;
  double ticks_per_second_;
  Gained server_use_;
  Gained process_;
  Gained busy_;
  Gained idle_;
  Gained steal_;
};

class LoadSensor final : public Sensor {
 public:
  explicit LoadSensor(const Watched& watched) : proc_(watched.root) {}
  [[nodiscard]] unsigned every() const override { return 10; }

  void sample(base::Nanoseconds at, SeriesLog& to) override {
    if (const auto load = proc_.text("/proc/loadavg")) {
      const std::vector<std::string_view> parts = words(*load);
      if (!parts.empty()) to.put(to.series("load", "", "system"), at, std::strtod(std::string(parts[0]).c_str(), nullptr));
    }
    if (const auto info = proc_.text("/proc/meminfo"))
      if (const auto available = field(*info, "MemAvailable")) to.put(to.series("memory_free", "MiB", "system"), at, number(leading_number(*available).value_or(0)) / 1024);
    pressure(at, to);
  }

 private:
  // "some": the share of time in which a task that could run waited for a processor (Documentation/accounting/psi.rst).
  void pressure(base::Nanoseconds at, SeriesLog& to) {
    const auto text = proc_.text("/proc/pressure/cpu");
    if (!text) return to.absent("pressure", "/proc/pressure/cpu: " + proc_.reason("/proc/pressure/cpu"));
    const std::size_t total = text->find("total=");
    if (total == std::string::npos) return;
    const auto stalled = waited_.per_second(at, number(leading_number(std::string_view(*text).substr(total + 6)).value_or(0)) * 1e-6);
    if (stalled) to.put(to.series("cpu_pressure", "%", "system"), at, 100 * *stalled);
  }

  Proc proc_;
  Gained waited_;
};

class ClockSensor final : public Sensor {
 public:
  explicit ClockSensor(const Watched& watched) : proc_(watched.root) {
    for (const std::string& name : proc_.names(kFolder)) {
      const std::string file = std::string(kFolder) + name + "/cpufreq/scaling_cur_freq";
      if (name.rfind("cpu", 0) == 0 && proc_.exists(file)) files_.emplace_back(name, file);
    }
    for (const std::string& name : proc_.names("/sys/class/thermal")) {
      const auto type = proc_.text("/sys/class/thermal/" + name + "/type");
      if (type && (*type == "x86_pkg_temp" || type->find("cpu") == 0)) thermometers_.push_back("/sys/class/thermal/" + name + "/temp");
    }
    for (const std::string& name : proc_.names("/sys/class/hwmon")) {
      const auto driver = proc_.text("/sys/class/hwmon/" + name + "/name");
      if (thermometers_.empty() && driver && (*driver == "k10temp" || *driver == "coretemp" || *driver == "zenpower")) thermometers_.push_back("/sys/class/hwmon/" + name + "/temp1_input");
    }
  }
  [[nodiscard]] unsigned every() const override { return 10; }  // each read interrupts the processor that it asks about

  void sample(base::Nanoseconds at, SeriesLog& to) override {
    if (files_.empty()) to.absent("cpu_clock", "the kernel offers no cpufreq here; on a virtual machine the host decides");
    for (const auto& [name, file] : files_)
      if (const auto khz = proc_.number(file)) to.put(to.series("cpu_clock", "MHz", name), at, number(*khz) / 1000);
    if (thermometers_.empty()) to.absent("cpu_temperature", "no thermometer of the processor in /sys/class/thermal or /sys/class/hwmon");
    for (std::size_t i = 0; i < thermometers_.size(); ++i)
      if (const auto milli = proc_.number(thermometers_[i])) to.put(to.series("cpu_temperature", "°C", fmt::format("package{}", i)), at, number(*milli) / 1000);
    throttling(at, to);
  }

 private:
  static constexpr const char* kFolder = "/sys/devices/system/cpu/";

  void throttling(base::Nanoseconds at, SeriesLog& to) {
    const auto count = proc_.number(std::string(kFolder) + "cpu0/thermal_throttle/package_throttle_count");
    if (count && throttled_ && *count > *throttled_) to.event(at, "cpu", fmt::format("throttled by its temperature {} times", *count - *throttled_));
    throttled_ = count;
  }

  Proc proc_;
  std::vector<std::pair<std::string, std::string>> files_;
  std::vector<std::string> thermometers_;
  std::optional<std::uint64_t> throttled_;
};

class RaplSensor final : public Sensor {
 public:
  explicit RaplSensor(const Watched& watched) : proc_(watched.root) {
    for (const std::string& name : proc_.names(kFolder)) {
      const std::string folder = std::string(kFolder) + name + "/";
      const auto domain = proc_.text(folder + "name");
      if (!domain || !proc_.exists(folder + "energy_uj")) continue;
      const bool within = std::count(name.begin(), name.end(), ':') > 1;  // intel-rapl:0:1 lies in intel-rapl:0
      const std::string socket = within ? "/" + name.substr(name.find(':') + 1, name.rfind(':') - name.find(':') - 1) : "";
      domains_.push_back({folder + "energy_uj", *domain + socket, number(proc_.number(folder + "max_energy_range_uj").value_or(0)), {}, 0, false});
    }
  }

  void sample(base::Nanoseconds at, SeriesLog& to) override {
    if (domains_.empty()) return to.absent("rapl", "no /sys/class/powercap: the processor or its hypervisor tells no energy");
    for (Domain& domain : domains_) {
      if (domain.gone) continue;
      const auto now = proc_.number(domain.file);
      if (!now) {
        domain.gone = true;
        to.absent("rapl", domain.file + ": " + proc_.reason(domain.file) + "; it may be read by root alone");
        continue;
      }
      if (domain.last) domain.joules += 1e-6 * (*now >= *domain.last ? number(*now - *domain.last) : number(*now) + domain.range - number(*domain.last));
      domain.last = now;
      to.put(to.series("energy", "J", domain.name), at, domain.joules);
    }
  }

 private:
  static constexpr const char* kFolder = "/sys/class/powercap/";
  struct Domain {
    std::string file;
    std::string name;  // "package-0", "dram/0"
    double range = 0;  // µJ at which the counter begins anew
    std::optional<std::uint64_t> last;
    double joules = 0;
    bool gone = false;
  };
  Proc proc_;
  std::vector<Domain> domains_;
};

}  // namespace

int watched_pid(const Watched& watched) { return watched.pid != 0 ? watched.pid : ::getpid(); }

std::vector<std::unique_ptr<Sensor>> kernel_sensors(const Watched& watched) {
  std::vector<std::unique_ptr<Sensor>> sensors;
  sensors.push_back(std::make_unique<ProcessorSensor>(watched));
  sensors.push_back(std::make_unique<LoadSensor>(watched));
  sensors.push_back(std::make_unique<ClockSensor>(watched));
  return sensors;
}

std::unique_ptr<Sensor> rapl_sensor(const Watched& watched) { return std::make_unique<RaplSensor>(watched); }

}  // namespace chimera::measure
