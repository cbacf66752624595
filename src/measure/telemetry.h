// Samples the sensors of the machine in a thread of its own, while something else is measured.
//
// Owns its sensors and what they said. The thread sleeps between ticks, holds no lock that the timed path takes, and measures how late it
// wakes. It takes no signals. Threads: take() and stop() from one other thread. Fails: never; see core/telemetry.h for absences.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "core/telemetry.h"
#include "measure/series_log.h"
#include "measure/sensors.h"

namespace chimera::measure {

struct SamplerOptions {
  base::Nanoseconds interval = 100'000'000;  // 10 Hz: GPUs renew what they say about as often
  std::size_t longest = 36'000;              // samples a series; an hour. A longer run is thinned, and sampled half as often
};

class Sampler {
 public:
  // Begins at once. Keeps a reference to the clock.
  Sampler(std::vector<std::unique_ptr<Sensor>> sensors, const SamplerOptions& options, const base::Clock& clock);
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  ~Sampler();

  // What was seen since the beginning or the last take(); absences stand in each.
  [[nodiscard]] core::Telemetry take();
  // The same, after a last sample; the thread has ended.
  [[nodiscard]] core::Telemetry stop();

 private:
  void run(const std::stop_token& stop);
  void tick(unsigned long number);

  std::vector<std::unique_ptr<Sensor>> sensors_;
  SamplerOptions options_;
  const base::Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any wake_;
  SeriesLog log_;
  core::LoopLag lag_;
  base::Nanoseconds since_ = 0;
  std::jthread thread_;
};

// Every sensor there is, for a process and what it starts.
[[nodiscard]] std::unique_ptr<Sampler> start_sampler(const Watched& watched, const SamplerOptions& options, const base::Clock& clock);

}  // namespace chimera::measure
