// What sensors said while something was measured: series over time, energy with its doubts, and which sources said
// nothing and why. Passive; measure/telemetry.h takes it down. Times are steady nanoseconds, as those of the samples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace chimera::core {

// A source that could not be read, said once for a whole run: "nvml", "there is no libnvidia-ml.so.1".
struct AbsentSource {
  std::string source;
  std::string reason;
  bool operator==(const AbsentSource&) const = default;
};

// The canonical metric of the vocabulary (cpu_utilization, memory_used, gpu_clock, …), the symbol of its unit, and who said
// it: "process", "system", "cpu3", "gpu0". `energy` is cumulative since the first sample.
struct Series {
  std::string name;
  std::string unit;
  std::string source;
  std::vector<base::Nanoseconds> at;  // steady, rising
  std::vector<double> values;         // one for each time
};

// A moment worth knowing: a GPU that went away, throttling that began, a process of somebody else on the GPU.
struct TelemetryEvent {
  base::Nanoseconds at = 0;  // steady
  std::string source;
  std::string what;
};

// How late the sampler woke: its own measure of how much the machine let it run.
struct LoopLag {
  static constexpr std::size_t kBuckets = 24;
  std::array<std::uint64_t, kBuckets> buckets{};  // lags below 1 µs, 2 µs, 4 µs, …; the last: all above
  std::uint64_t samples = 0;
  base::Nanoseconds longest = 0;
  void add(base::Nanoseconds lag);
  // The upper edge of the bucket that holds the quantile q of [0, 1]; 0 without samples.
  [[nodiscard]] base::Nanoseconds quantile(double q) const;
};

struct Telemetry {
  base::Nanoseconds started = 0;  // steady
  base::Nanoseconds ended = 0;
  base::Nanoseconds interval = 0;     // asked for, between samples
  std::vector<Series> series;         // sorted by name, then source
  std::vector<TelemetryEvent> events;  // in the order they were seen
  std::vector<AbsentSource> absent;   // sorted by source
  LoopLag lag;
  [[nodiscard]] const Series* find(std::string_view name, std::string_view source) const;
};

struct SeriesSummary {
  std::size_t n = 0;
  double least = 0;
  double mean = 0;  // of the samples, which are evenly spaced
  double most = 0;
};
// Of the samples in [begin, end]; absent where there is none.
[[nodiscard]] std::optional<SeriesSummary> summarise(const Series& series, base::Nanoseconds begin, base::Nanoseconds end);

// Joules between two times, from a cumulative counter, else from power by the trapezoid rule.
struct Energy {
  std::string source;  // "gpu0", "package-0"
  double joules = 0;
  double seconds = 0;
  bool from_counter = false;
  std::vector<std::string> doubts;  // empty: valid
};
// One for each source that has an `energy` or `power` series reaching over [begin, end], sorted. Doubts: a window below 5 s
// where the sensor averages over a second (arXiv 2312.02741), samples more than 3 s apart and a counter that differs from the
// integrated power by more than 5 % (both as InferenceX's aggregate_power.py has them).
[[nodiscard]] std::vector<Energy> energy_between(const Telemetry& telemetry, base::Nanoseconds begin, base::Nanoseconds end);
// Of GPUs, processor packages and main memory together. Domains that lie inside a package (core, uncore), and psys, which all
// of these lie in, are not counted again. Absent where there is none of them.
[[nodiscard]] std::optional<double> total_joules(const std::vector<Energy>& energies);

}  // namespace chimera::core
