// The sensors of one machine: each says at every tick what it sees, or once that it cannot and why.
//
// Threads: made in one thread, then used by the sampler's alone. Fails: never; what a sensor cannot say is an absence, what
// goes away meanwhile is an event.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "measure/nvml.h"
#include "measure/proc.h"
#include "measure/series_log.h"

namespace chimera::measure {

class Sensor {
 public:
  virtual ~Sensor() = default;
  // Takes down what it sees now. `at` is steady and rises from call to call.
  virtual void sample(base::Nanoseconds at, SeriesLog& to) = 0;
  // How many ticks from one sample to the next: what changes slowly or costs more is asked less often.
  [[nodiscard]] virtual unsigned every() const { return 1; }
};

// What to watch.
struct Watched {
  std::string root;                        // of /proc and /sys; tests have their own
  int pid = 0;                             // whose tree is "process"; 0: this one's
  ProcessTree::Root root_process = ProcessTree::Root::counted;
  const std::atomic<int>* server = nullptr;  // a process whose tree is "server", 0 while none runs: one that the first started, and may start anew
  std::string nvml_library = Nvml::kLibrary;  // empty: no GPU is asked
};

[[nodiscard]] int watched_pid(const Watched& watched);

// process and server: cpu_utilization (% of one processor), memory_used; system: cpu_utilization (% of all), cpu_steal, cpu_pressure, load,
// other_cpu (% of one processor, by others than the process), memory_available; cpuN: cpu_clock; cpu_temperature.
[[nodiscard]] std::vector<std::unique_ptr<Sensor>> kernel_sensors(const Watched& watched);
// energy of each RAPL domain, its counter's wraps undone.
[[nodiscard]] std::unique_ptr<Sensor> rapl_sensor(const Watched& watched);
// gpuN: gpu_utilization, gpu_memory_utilization, gpu_memory_used, gpu_clock, gpu_memory_clock, gpu_temperature, power, energy,
// gpu_throttled (1 while something slows it down); events: throttling, processes of others, a GPU that goes away.
[[nodiscard]] std::unique_ptr<Sensor> gpu_sensor(const Watched& watched);

}  // namespace chimera::measure
