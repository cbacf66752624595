#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "measure/sensors.h"

namespace chimera::measure {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

// One question to a GPU and the series that its answers make.
struct Question {
  const char* name;
  const char* unit;
  Reading (Nvml::*ask)(unsigned) const;
  double factor;
  SeriesLog::Keep keep;
};
constexpr std::array kQuestions = {
    Question{"gpu_utilization", "%", &Nvml::utilization, 1, SeriesLog::Keep::later},
    Question{"gpu_memory_utilization", "%", &Nvml::memory_utilization, 1, SeriesLog::Keep::later},
    Question{"gpu_memory_used", "MiB", &Nvml::memory_used, 1 / kMiB, SeriesLog::Keep::larger},
    Question{"gpu_clock", "MHz", &Nvml::sm_clock, 1, SeriesLog::Keep::later},
    Question{"gpu_memory_clock", "MHz", &Nvml::memory_clock, 1, SeriesLog::Keep::later},
    Question{"gpu_temperature", "°C", &Nvml::temperature, 1, SeriesLog::Keep::larger},
    Question{"power", "W", &Nvml::power, 1, SeriesLog::Keep::later},
};

class GpuSensor final : public Sensor {
 public:
  explicit GpuSensor(const Watched& watched) : proc_(watched.root), tree_(proc_, watched_pid(watched), watched.root_process) {
    if (watched.nvml_library.empty()) return;
    auto loaded = Nvml::load(watched.nvml_library);
    if (!loaded) {
      problem_ = loaded.error().message;
      return;
    }
    nvml_ = std::move(*loaded);
    if (nvml_->count() == 0) problem_ = "NVML sees no GPU";
    gpus_.resize(nvml_->count());
    for (unsigned i = 0; i < nvml_->count(); ++i) gpus_[i].name = fmt::format("gpu{}", i);
  }

  void sample(base::Nanoseconds at, SeriesLog& to) override {
    if (!problem_.empty()) to.absent("nvml", problem_);
    const bool look_around = ticks_++ % 10 == 0;
    for (unsigned i = 0; i < gpus_.size(); ++i) {
      Gpu& gpu = gpus_[i];
      if (gpu.lost) continue;
      ask(i, gpu, at, to);
      if (!gpu.lost) throttling(i, gpu, at, to);
      if (!gpu.lost && look_around) others(i, gpu, at, to);
    }
  }

 private:
  struct Gpu {
    std::string name;
    bool lost = false;
    std::set<std::string> silent;  // what it does not answer; not asked again
    std::optional<double> first_joules;
    std::vector<std::string> throttled;
    std::set<unsigned> others;
  };

  void ask(unsigned index, Gpu& gpu, base::Nanoseconds at, SeriesLog& to) {
    for (const Question& question : kQuestions) {
      if (const auto value = answer(gpu, question.name, [&] { return ((*nvml_).*question.ask)(index); }, at, to))
        to.put(to.series(question.name, question.unit, gpu.name, question.keep), at, *value * question.factor);
      if (gpu.lost) return;
    }
    if (const auto joules = answer(gpu, "energy", [&] { return nvml_->energy(index); }, at, to)) {
      if (!gpu.first_joules) gpu.first_joules = joules;
      to.put(to.series("energy", "J", gpu.name), at, *joules - *gpu.first_joules);
    }
  }

  template <class Ask>
  std::optional<double> answer(Gpu& gpu, const char* name, const Ask& asked, base::Nanoseconds at, SeriesLog& to) {
    if (gpu.silent.count(name) > 0) return std::nullopt;
    const Reading reading = asked();
    if (reading.value) return reading.value;
    if (reading.lost) {
      gpu.lost = true;
      to.event(at, gpu.name, "went away: " + reading.problem);
    } else {
      gpu.silent.insert(name);
      to.absent(fmt::format("{}/{}", gpu.name, name), reading.problem);
    }
    return std::nullopt;
  }

  void throttling(unsigned index, Gpu& gpu, base::Nanoseconds at, SeriesLog& to) {
    const auto bits = answer(gpu, "throttle_reasons", [&] { return nvml_->throttle_bits(index); }, at, to);
    if (!bits) return;
    std::vector<std::string> reasons = throttle_reasons(static_cast<std::uint64_t>(*bits));
    to.put(to.series("gpu_throttled", "", gpu.name, SeriesLog::Keep::larger), at, reasons.empty() ? 0 : 1);
    if (reasons == gpu.throttled) return;
    to.event(at, gpu.name, reasons.empty() ? std::string("no longer throttled") : fmt::format("throttled: {}", fmt::join(reasons, ", ")));
    gpu.throttled = std::move(reasons);
  }

  // Processes on the GPU that are not ours. In a container the numbers can be those of the host, so that ours look foreign too.
  void others(unsigned index, Gpu& gpu, base::Nanoseconds at, SeriesLog& to) {
    const std::vector<GpuProcess> processes = nvml_->processes(index);
    if (processes.empty()) return;
    (void)tree_.use();
    const std::vector<int>& ours = tree_.pids();
    for (const GpuProcess& process : processes) {
      if (std::find(ours.begin(), ours.end(), static_cast<int>(process.pid)) != ours.end()) continue;
      if (!gpu.others.insert(process.pid).second) continue;
      const std::string name = proc_.text(fmt::format("/proc/{}/comm", process.pid)).value_or("not visible from here");
      to.event(at, gpu.name, fmt::format("another process computes on it: {} ({})", process.pid, name));
    }
  }

  Proc proc_;
  ProcessTree tree_;
  std::optional<Nvml> nvml_;
  std::string problem_;
  std::vector<Gpu> gpus_;
  unsigned ticks_ = 0;
};

}  // namespace

std::unique_ptr<Sensor> gpu_sensor(const Watched& watched) { return std::make_unique<GpuSensor>(watched); }

}  // namespace chimera::measure
