#include "measure/nvml.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "measure/signals_blocked.h"

namespace chimera::measure {
namespace {

// Of the NVML API reference (nvml.h of the driver's development package), as far as used.
constexpr int kSuccess = 0;
constexpr int kInsufficientSize = 7;
constexpr int kDriverNotLoaded = 9;
constexpr int kGpuLost = 15;
constexpr int kClockSm = 1;
constexpr int kClockMemory = 2;
constexpr int kTemperatureGpu = 0;
constexpr int kNotFound = -1;  // ours: the library has no such function
constexpr unsigned kTextSize = 96;
constexpr std::uint64_t kValueNotAvailable = ~std::uint64_t{0};

struct Utilization {
  unsigned gpu = 0;
  unsigned memory = 0;
};
struct Memory {
  unsigned long long total = 0;
  unsigned long long free = 0;
  unsigned long long used = 0;
};
struct ProcessInfo {
  unsigned pid = 0;
  unsigned long long used = 0;
  unsigned gpu_instance = 0;
  unsigned compute_instance = 0;
};

using Device = void*;

}  // namespace

struct NvmlFunctions {
  int (*nvmlInit_v2)() = nullptr;
  int (*nvmlShutdown)() = nullptr;
  const char* (*nvmlErrorString)(int) = nullptr;
  int (*nvmlSystemGetDriverVersion)(char*, unsigned) = nullptr;
  int (*nvmlSystemGetCudaDriverVersion_v2)(int*) = nullptr;
  int (*nvmlDeviceGetCount_v2)(unsigned*) = nullptr;
  int (*nvmlDeviceGetHandleByIndex_v2)(unsigned, Device*) = nullptr;
  int (*nvmlDeviceGetName)(Device, char*, unsigned) = nullptr;
  int (*nvmlDeviceGetUUID)(Device, char*, unsigned) = nullptr;
  int (*nvmlDeviceGetMemoryInfo)(Device, Memory*) = nullptr;
  int (*nvmlDeviceGetUtilizationRates)(Device, Utilization*) = nullptr;
  int (*nvmlDeviceGetClockInfo)(Device, int, unsigned*) = nullptr;
  int (*nvmlDeviceGetTemperature)(Device, int, unsigned*) = nullptr;
  int (*nvmlDeviceGetPowerUsage)(Device, unsigned*) = nullptr;
  int (*nvmlDeviceGetEnforcedPowerLimit)(Device, unsigned*) = nullptr;
  int (*nvmlDeviceGetTotalEnergyConsumption)(Device, unsigned long long*) = nullptr;
  int (*nvmlDeviceGetCurrentClocksThrottleReasons)(Device, unsigned long long*) = nullptr;
  int (*nvmlDeviceGetCudaComputeCapability)(Device, int*, int*) = nullptr;
  int (*nvmlDeviceGetComputeRunningProcesses_v3)(Device, unsigned*, ProcessInfo*) = nullptr;
};

struct Nvml::Library {
  void* handle = nullptr;
  NvmlFunctions functions;
  bool initialised = false;
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (initialised) functions.nvmlShutdown();
    if (handle != nullptr) ::dlclose(handle);
  }
};

namespace {

template <class Function>
void find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
}

// Old drivers lack some of these; each is asked for before it is called.
void find_all(void* handle, NvmlFunctions& f) {
  find(handle, "nvmlInit_v2", f.nvmlInit_v2);
  find(handle, "nvmlShutdown", f.nvmlShutdown);
  find(handle, "nvmlErrorString", f.nvmlErrorString);
  find(handle, "nvmlSystemGetDriverVersion", f.nvmlSystemGetDriverVersion);
  find(handle, "nvmlSystemGetCudaDriverVersion_v2", f.nvmlSystemGetCudaDriverVersion_v2);
  find(handle, "nvmlDeviceGetCount_v2", f.nvmlDeviceGetCount_v2);
  find(handle, "nvmlDeviceGetHandleByIndex_v2", f.nvmlDeviceGetHandleByIndex_v2);
  find(handle, "nvmlDeviceGetName", f.nvmlDeviceGetName);
  find(handle, "nvmlDeviceGetUUID", f.nvmlDeviceGetUUID);
  find(handle, "nvmlDeviceGetMemoryInfo", f.nvmlDeviceGetMemoryInfo);
  find(handle, "nvmlDeviceGetUtilizationRates", f.nvmlDeviceGetUtilizationRates);
  find(handle, "nvmlDeviceGetClockInfo", f.nvmlDeviceGetClockInfo);
  find(handle, "nvmlDeviceGetTemperature", f.nvmlDeviceGetTemperature);
  find(handle, "nvmlDeviceGetPowerUsage", f.nvmlDeviceGetPowerUsage);
  find(handle, "nvmlDeviceGetEnforcedPowerLimit", f.nvmlDeviceGetEnforcedPowerLimit);
  find(handle, "nvmlDeviceGetTotalEnergyConsumption", f.nvmlDeviceGetTotalEnergyConsumption);
  find(handle, "nvmlDeviceGetCurrentClocksThrottleReasons", f.nvmlDeviceGetCurrentClocksThrottleReasons);
  find(handle, "nvmlDeviceGetCudaComputeCapability", f.nvmlDeviceGetCudaComputeCapability);
  find(handle, "nvmlDeviceGetComputeRunningProcesses_v3", f.nvmlDeviceGetComputeRunningProcesses_v3);
}

// Calls what the library may lack.
template <class Function, class... Arguments>
int call(Function function, Arguments... arguments) {
  return function == nullptr ? kNotFound : function(arguments...);
}

std::string text_of(int (*function)(Device, char*, unsigned), Device device) {
  char text[kTextSize] = {};
  return call(function, device, text, kTextSize) == kSuccess ? std::string(text) : std::string();
}

}  // namespace

std::vector<std::string> throttle_reasons(std::uint64_t bits) {
  std::vector<std::string> reasons;
  const auto add = [&](unsigned bit, const char* reason) {
    if ((bits & (std::uint64_t{1} << bit)) != 0) reasons.emplace_back(reason);
  };
  add(2, "power cap");
  add(3, "hardware slowdown");
  add(5, "thermal limit");
  add(6, "hardware thermal slowdown");
  add(7, "power brake");
  return reasons;
}

base::Result<Nvml> Nvml::load(const std::string& library) {
  const SignalsBlocked blocked;
  Nvml nvml;
  nvml.library_ = std::make_shared<Library>();
  Library& opened = *nvml.library_;
  opened.handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (opened.handle == nullptr) return base::fail(base::ErrorKind::input, fmt::format("no {} on this machine", library), "it comes with NVIDIA's driver");
  NvmlFunctions& f = opened.functions;
  find_all(opened.handle, f);
  if (f.nvmlInit_v2 == nullptr || f.nvmlShutdown == nullptr || f.nvmlErrorString == nullptr || f.nvmlDeviceGetCount_v2 == nullptr || f.nvmlDeviceGetHandleByIndex_v2 == nullptr)
    return base::fail(base::ErrorKind::input, fmt::format("{} lacks functions of NVML 2", library), "the driver is older than 2013, or this is another library");
  if (const int status = f.nvmlInit_v2(); status != kSuccess)
    return base::fail(base::ErrorKind::input, fmt::format("NVML does not start: {}", f.nvmlErrorString(status)), "nvidia-smi says more; a driver that was just updated needs a restart");
  opened.initialised = true;
  if (const int status = f.nvmlDeviceGetCount_v2(&nvml.count_); status != kSuccess) return base::fail(base::ErrorKind::input, fmt::format("NVML does not count GPUs: {}", f.nvmlErrorString(status)));
  for (unsigned i = 0; i < nvml.count_; ++i) {
    Device device = nullptr;
    if (f.nvmlDeviceGetHandleByIndex_v2(i, &device) != kSuccess) device = nullptr;
    nvml.devices_.push_back(device);
  }
  return nvml;
}

std::string Nvml::driver() const {
  char text[kTextSize] = {};
  return call(library_->functions.nvmlSystemGetDriverVersion, text, kTextSize) == kSuccess ? std::string(text) : std::string();
}

std::string Nvml::cuda_version() const {
  int version = 0;  // 12040
  if (call(library_->functions.nvmlSystemGetCudaDriverVersion_v2, &version) != kSuccess) return {};
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

core::Gpu Nvml::gpu(unsigned index) const {
  const NvmlFunctions& f = library_->functions;
  core::Gpu gpu;
  const Device device = devices_.at(index);
  if (device == nullptr) return gpu;
  gpu.name = text_of(f.nvmlDeviceGetName, device);
  gpu.uuid = text_of(f.nvmlDeviceGetUUID, device);
  Memory memory;
  if (call(f.nvmlDeviceGetMemoryInfo, device, &memory) == kSuccess) gpu.memory_bytes = memory.total;
  unsigned milliwatts = 0;
  if (call(f.nvmlDeviceGetEnforcedPowerLimit, device, &milliwatts) == kSuccess) gpu.power_limit_w = milliwatts * 1e-3;
  int major = 0;
  int minor = 0;
  if (call(f.nvmlDeviceGetCudaComputeCapability, device, &major, &minor) == kSuccess) {
    gpu.compute_major = static_cast<unsigned>(major);
    gpu.compute_minor = static_cast<unsigned>(minor);
  }
  return gpu;
}

Reading Nvml::read(int status, double value) const {
  if (status == kSuccess) return {value, {}, false};
  if (status == kNotFound) return {{}, "this driver's NVML has no such function", false};
  const char* said = library_->functions.nvmlErrorString(status);
  return {{}, said == nullptr ? "unknown error" : said, status == kGpuLost || status == kDriverNotLoaded};
}

Reading Nvml::utilization(unsigned index) const {
  Utilization rates;
  const int status = call(library_->functions.nvmlDeviceGetUtilizationRates, devices_.at(index), &rates);
  return read(status, rates.gpu);
}

Reading Nvml::memory_utilization(unsigned index) const {
  Utilization rates;
  const int status = call(library_->functions.nvmlDeviceGetUtilizationRates, devices_.at(index), &rates);
  return read(status, rates.memory);
}

Reading Nvml::memory_used(unsigned index) const {
  Memory memory;
  const int status = call(library_->functions.nvmlDeviceGetMemoryInfo, devices_.at(index), &memory);
  return read(status, static_cast<double>(memory.used));
}

Reading Nvml::sm_clock(unsigned index) const {
  unsigned mhz = 0;
  const int status = call(library_->functions.nvmlDeviceGetClockInfo, devices_.at(index), kClockSm, &mhz);
  return read(status, mhz);
}

Reading Nvml::memory_clock(unsigned index) const {
  unsigned mhz = 0;
  const int status = call(library_->functions.nvmlDeviceGetClockInfo, devices_.at(index), kClockMemory, &mhz);
  return read(status, mhz);
}

Reading Nvml::temperature(unsigned index) const {
  unsigned degrees = 0;
  const int status = call(library_->functions.nvmlDeviceGetTemperature, devices_.at(index), kTemperatureGpu, &degrees);
  return read(status, degrees);
}

Reading Nvml::power(unsigned index) const {
  unsigned milliwatts = 0;
  const int status = call(library_->functions.nvmlDeviceGetPowerUsage, devices_.at(index), &milliwatts);
  return read(status, milliwatts * 1e-3);
}

Reading Nvml::energy(unsigned index) const {
  unsigned long long millijoules = 0;
  const int status = call(library_->functions.nvmlDeviceGetTotalEnergyConsumption, devices_.at(index), &millijoules);
  return read(status, static_cast<double>(millijoules) * 1e-3);
}

Reading Nvml::throttle_bits(unsigned index) const {
  unsigned long long bits = 0;
  const int status = call(library_->functions.nvmlDeviceGetCurrentClocksThrottleReasons, devices_.at(index), &bits);
  return read(status, static_cast<double>(bits));
}

std::vector<GpuProcess> Nvml::processes(unsigned index) const {
  std::vector<ProcessInfo> told(64);
  int status = kInsufficientSize;
  for (int attempt = 0; status == kInsufficientSize && attempt < 3; ++attempt) {  // more may start meanwhile
    auto count = static_cast<unsigned>(told.size());
    status = call(library_->functions.nvmlDeviceGetComputeRunningProcesses_v3, devices_.at(index), &count, told.data());
    told.resize(status == kInsufficientSize ? count * 2 + 64 : count);
  }
  std::vector<GpuProcess> processes;
  if (status != kSuccess) return processes;
  for (const ProcessInfo& info : told) processes.push_back({info.pid, info.used == kValueNotAvailable ? std::nullopt : std::optional<std::uint64_t>(info.used)});
  return processes;
}

}  // namespace chimera::measure
