#include "measure/health.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace chimera::measure {
namespace {

// Above so many per cent of one processor others are heard; the share of their noise in a run is of that size.
constexpr double kOthersPoor = 5;
constexpr double kOthersBad = 30;
constexpr double kStealPoor = 0.5;
constexpr double kStealBad = 3;
constexpr double kDifferencePoor = 0.01;  // what decode rates are to be told apart by (docs/bench.md)
constexpr double kDifferenceBad = 0.05;
constexpr double kDriftPoor = 0.03;       // from which on a session's anchor is measured again
constexpr double kSlowSyncMs = 20;

class Examination {
 public:
  explicit Examination(const Examined& seen) : seen_(seen) {}

  std::vector<Check> run() {
    machine();
    governor();
    limits();
    others();
    throttling();
    for (const AaResult& aa : seen_.aa) noise(aa);
    clock();
    disk();
    gpus();
    tracer();
    energy();
    programs();
    return std::move(checks_);
  }

 private:
  void add(std::string subject, Health health, std::string found, std::string advice = {}) { checks_.push_back({std::move(subject), health, std::move(found), std::move(advice)}); }

  void machine() {
    const core::Machine& m = seen_.machine;
    add("machine", Health::good, fmt::format("{} (fingerprint {})", core::describe(m), core::fingerprint(m)));
    if (!m.hypervisor.empty())
      add("virtual machine", Health::poor, m.hypervisor == "yes" ? std::string("a hypervisor runs below") : m.hypervisor, "clocks, temperature and energy are the host's and not seen here; neighbours show as CPU steal; compare only what was measured side by side");
    if (m.threads > m.cores) add("hyper-threading", Health::good, fmt::format("{} threads on {} cores", m.threads, m.cores), fmt::format("llama.cpp is usually fastest with --set threads={}", m.cores));
    if (m.swap_bytes.value_or(0) > 0 && seen_.free_bytes && *seen_.free_bytes < 1e9) add("memory", Health::poor, fmt::format("{:.1f} GB are free", *seen_.free_bytes * 1e-9), "close programs: a model that is swapped out is timed at the speed of the disk");
  }

  void governor() {
    const core::Machine& m = seen_.machine;
    if (m.governor.empty()) return add("governor", Health::missing, "the kernel does not set clocks here");
    const bool performance = m.governor == "performance";
    add("governor", performance ? Health::good : Health::poor, m.governor + (m.scaling_driver.empty() ? "" : fmt::format(" ({})", m.scaling_driver)), performance ? "" : "sudo cpupower frequency-set -g performance, for as long as is measured");
    if (m.boost.value_or(false)) add("boost", Health::poor, "processors run faster while they are cool", "drift is measured by the anchor of chimera bench; without boost results vary less: echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost");
  }

  void limits() {
    const core::Limits& limits = seen_.machine.limits;
    if (limits.cpus) add("processor quota", Health::bad, fmt::format("{:.2f} processors", *limits.cpus), "a quota stops threads in the middle of a run; pin processors instead (docker --cpuset-cpus, a Guaranteed pod with whole CPUs)");
    if (limits.memory_bytes) add("memory limit", Health::poor, fmt::format("{:.1f} GB", static_cast<double>(*limits.memory_bytes) * 1e-9), "a model that does not fit is killed, or read from disk again and again");
    if (limits.allowed_cpus && *limits.allowed_cpus < seen_.machine.threads) add("pinning", Health::good, fmt::format("{} of {} processors may be used", *limits.allowed_cpus, seen_.machine.threads));
  }

  [[nodiscard]] std::optional<double> mean(std::string_view name, std::string_view source) const {
    const core::Series* series = seen_.telemetry.find(name, source);
    if (series == nullptr) return std::nullopt;
    const auto summary = core::summarise(*series, series->at.front(), series->at.back());
    return summary ? std::optional(summary->mean) : std::nullopt;
  }

  void others() {
    if (const auto busy = mean("other_cpu", "system"))
      add("other load", *busy >= kOthersBad ? Health::bad : *busy >= kOthersPoor ? Health::poor : Health::good, fmt::format("others use {:.0f} % of a processor", *busy), *busy >= kOthersPoor ? "top shows who; end it, or wait" : "");
    if (const auto steal = mean("cpu_steal", "system"); steal && *steal > 0)
      add("CPU steal", *steal >= kStealBad ? Health::bad : *steal >= kStealPoor ? Health::poor : Health::good, fmt::format("{:.1f} % of processor time went to other virtual machines", *steal), *steal >= kStealPoor ? "only its owner can change that; measure at another time" : "");
    for (const core::TelemetryEvent& event : seen_.telemetry.events)
      if (event.what.rfind("another process", 0) == 0) add("GPU in use", Health::bad, fmt::format("{}: {}", event.source, event.what), "end it: memory and clocks are shared");
  }

  void throttling() {
    std::vector<std::string> seen;
    for (const core::TelemetryEvent& event : seen_.telemetry.events)
      if (event.what.rfind("throttled", 0) == 0) seen.push_back(fmt::format("{} {}", event.source, event.what));
    if (!seen.empty()) add("throttling", Health::bad, fmt::format("{}", fmt::join(seen, "; ")), "let it cool, or raise the power limit; results of now are slower than the machine");
  }

  void noise(const AaResult& aa) {
    const std::string subject = "noise: " + aa.work;
    if (!aa.smallest_difference) return add(subject, Health::missing, fmt::format("{} pairs are too few", aa.pairs), "give it longer: --seconds 20");
    std::string found = fmt::format("differences below {:.2f} % cannot be told from none ({} pairs of {:.1f} ms, scatter {:.1f} %, slowest run {:.2f} times the median", 100 * *aa.smallest_difference, aa.pairs, aa.run_s * 1e3, 100 * aa.scatter, aa.slowest);
    if (aa.drift) found += fmt::format(", drift {:+.1f} %", 100 * *aa.drift);
    found += ")";
    const bool drifts = aa.drift && std::abs(*aa.drift) > kDriftPoor;
    if (!aa.holds()) return add(subject, Health::poor, fmt::format("two labels of the same work differ: {:.4f} [{:.4f}, {:.4f}]; {}", aa.ratio, aa.interval->low, aa.interval->high, found), "happens by chance once in twenty; again, and it is disturbed in the same rhythm as it is measured");
    if (*aa.smallest_difference >= kDifferenceBad) return add(subject, Health::bad, found, "find what else runs");
    if (*aa.smallest_difference >= kDifferencePoor || drifts) return add(subject, Health::poor, found, drifts ? "clocks or temperature have not settled; warm up longer" : "measure more blocks: the difference that can be told falls with their square root");
    add(subject, Health::good, found);
  }

  void clock() {
    const core::LoopLag& lag = seen_.telemetry.lag;
    const bool slow_source = !seen_.clock_source.empty() && seen_.clock_source != "tsc" && seen_.clock_source.rfind("arch_", 0) != 0 && seen_.clock_source != "kvm-clock" && seen_.clock_source != "hyperv_clocksource_tsc_page";
    add("clock", slow_source ? Health::poor : Health::good,
        fmt::format("{}; half of {} wake-ups were less than {:.2f} ms late, one in a hundred more than {:.2f} ms", seen_.clock_source.empty() ? "unknown source" : seen_.clock_source, lag.samples, static_cast<double>(lag.quantile(0.5)) * 1e-6, static_cast<double>(lag.quantile(0.99)) * 1e-6),
        slow_source ? "reading it is a system call; boot with clocksource=tsc where that is stable" : "");
  }

  void disk() {
    if (seen_.sync_ms) add("log", *seen_.sync_ms > kSlowSyncMs ? Health::poor : Health::good, fmt::format("a record is lasting after {:.1f} ms", *seen_.sync_ms), *seen_.sync_ms > kSlowSyncMs ? "records are written between repetitions, so this costs time and no accuracy; -o to a local disk is faster" : "");
  }

  [[nodiscard]] std::string absence(std::string_view source) const {
    for (const auto* list : {&seen_.telemetry.absent, &seen_.machine.absent})
      for (const core::AbsentSource& absent : *list)
        if (absent.source == source) return absent.reason;
    return {};
  }

  // What traces kernels: chimera bench --kernels.
  void tracer() {
    if (!seen_.cupti.empty()) add("CUPTI", Health::good, seen_.cupti);
    else if (!seen_.cupti_problem.empty()) add("CUPTI", Health::missing, seen_.cupti_problem, seen_.cupti_advice);
  }

  void gpus() {
    if (const std::string why = absence("nvml"); !why.empty()) return add("GPU", Health::missing, "NVML: " + why, "AMD and Intel GPUs are used by llama.cpp's Vulkan libraries; their sensors are not read yet");
    if (!seen_.machine.driver.empty()) add("NVML", Health::good, fmt::format("driver {}{}", seen_.machine.driver, seen_.machine.cuda_version.empty() ? "" : fmt::format(", CUDA up to {}", seen_.machine.cuda_version)));
    for (std::size_t i = 0; i < seen_.machine.gpus.size(); ++i) {
      const core::Gpu& gpu = seen_.machine.gpus[i];
      std::string found = gpu.name;
      if (gpu.memory_bytes) found += fmt::format(", {:.0f} GB", static_cast<double>(*gpu.memory_bytes) * 1e-9);
      if (gpu.power_limit_w) found += fmt::format(", limit {:.0f} W", *gpu.power_limit_w);
      if (const auto clock = mean("gpu_clock", fmt::format("gpu{}", i))) found += fmt::format(", {:.0f} MHz now", *clock);
      add(fmt::format("GPU {}", i), Health::good, std::move(found), "clocks that stay: sudo nvidia-smi -lgc CLOCK (nvidia-smi -q -d SUPPORTED_CLOCKS lists them); sudo nvidia-smi -pm 1 keeps the driver loaded");
    }
  }

  void energy() {
    const bool gpu = !seen_.machine.gpus.empty();
    if (const std::string why = absence("rapl"); !why.empty())
      add("processor energy", Health::missing, why, why.find("root") != std::string::npos ? "sudo chmod a+r /sys/class/powercap/*/energy_uj, until the next start" : "");
    else add("processor energy", Health::good, "RAPL counters can be read");
    if (gpu) add("GPU energy", absence("gpu0/energy").empty() ? Health::good : Health::poor, absence("gpu0/energy").empty() ? "a counter in the GPU" : "power over time: " + absence("gpu0/energy"));
    if (const std::string why = absence("cpu_clock"); !why.empty()) add("processor clocks", Health::missing, why);
    if (const std::string why = absence("cpu_temperature"); !why.empty()) add("processor temperature", Health::missing, why);
  }

  void programs() {
    if (seen_.embedded.empty()) add("embedded engine", Health::missing, "llama.cpp's libraries are not here", "tools/fetch_archives llama");
    else add("embedded engine", Health::good, seen_.embedded);
    if (!seen_.machine.gpus.empty()) add("Nsight Compute", seen_.ncu.empty() ? Health::missing : Health::good, seen_.ncu.empty() ? "ncu is not installed" : seen_.ncu, seen_.ncu.empty() ? "it comes with the CUDA toolkit; chimera run --ncu uses it" : "");
  }

  const Examined& seen_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> examine(const Examined& examined) { return Examination(examined).run(); }

std::string_view to_string(Health health) {
  switch (health) {
    case Health::good: return "good";
    case Health::missing: return "missing";
    case Health::poor: return "poor";
    case Health::bad: return "bad";
  }
  return "";
}

}  // namespace chimera::measure
