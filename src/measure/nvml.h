// NVIDIA's management library, loaded while the program runs: what it says of each GPU, or why it says nothing.
//
// The functions and structures are declared in nvml.cc after NVIDIA's NVML API reference; no header of theirs is needed.
// Owns the library until the last copy is gone. Threads: one at a time. Fails: a question that a GPU does not answer is a
// Reading with a problem; `lost` says that it is gone for good.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/machine.h"

namespace chimera::measure {

struct NvmlFunctions;

// A number, or what the library said instead.
struct Reading {
  std::optional<double> value;
  std::string problem;  // "not supported", "no permission", "GPU is lost"
  bool lost = false;    // the GPU fell off the bus, or the driver went away
};

struct GpuProcess {
  unsigned pid = 0;
  std::optional<std::uint64_t> bytes;  // absent: not told, as in a container
};

// What slows a GPU down, of NVML's bits: "power cap", "thermal limit", …; being idle and the user's own clocks do not.
[[nodiscard]] std::vector<std::string> throttle_reasons(std::uint64_t bits);

class Nvml {
 public:
  static constexpr const char* kLibrary = "libnvidia-ml.so.1";
  // An input error says why there is none; the hint what helps.
  [[nodiscard]] static base::Result<Nvml> load(const std::string& library = kLibrary);

  [[nodiscard]] unsigned count() const { return count_; }
  [[nodiscard]] std::string driver() const;
  [[nodiscard]] std::string cuda_version() const;  // "12.4"
  [[nodiscard]] core::Gpu gpu(unsigned index) const;

  [[nodiscard]] Reading utilization(unsigned index) const;         // %, of kernels
  [[nodiscard]] Reading memory_utilization(unsigned index) const;  // %, of the memory controller
  [[nodiscard]] Reading memory_used(unsigned index) const;         // bytes
  [[nodiscard]] Reading sm_clock(unsigned index) const;            // MHz
  [[nodiscard]] Reading memory_clock(unsigned index) const;        // MHz
  [[nodiscard]] Reading temperature(unsigned index) const;         // °C
  [[nodiscard]] Reading power(unsigned index) const;               // W
  [[nodiscard]] Reading energy(unsigned index) const;              // J since the driver was loaded
  [[nodiscard]] Reading throttle_bits(unsigned index) const;
  // Processes that compute on it; empty also where it does not tell.
  [[nodiscard]] std::vector<GpuProcess> processes(unsigned index) const;

 private:
  struct Library;
  [[nodiscard]] Reading read(int status, double value) const;

  std::shared_ptr<Library> library_;
  std::vector<void*> devices_;
  unsigned count_ = 0;
};

}  // namespace chimera::measure
