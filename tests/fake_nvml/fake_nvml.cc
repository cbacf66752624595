// A libnvidia-ml.so.1 of our own, so that the GPU paths are tested where there is no GPU. Two GPUs whose clocks,
// temperatures and powers follow from how often they were asked. The environment decides what goes wrong, when the
// library starts:
//   FAKE_NVML_FAIL=1         nvmlInit fails: driver not loaded
//   FAKE_NVML_COUNT=N        so many GPUs (2)
//   FAKE_NVML_LOST=N         GPU 1 is lost after its power was asked for N times
//   FAKE_NVML_NO_ENERGY=1    no energy counter, as before Volta
//   FAKE_NVML_THROTTLE=N     GPU 0 reaches its power cap after its power was asked for N times
//   FAKE_NVML_OTHER=PID      a process of that number computes on GPU 0
//   FAKE_NVML_THREAD=1       nvmlInit leaves a thread running, as real ones do; 2: one that takes every signal
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

constexpr int kSuccess = 0;
constexpr int kNotSupported = 3;
constexpr int kDriverNotLoaded = 9;
constexpr int kGpuLost = 15;

struct Device {
  unsigned index = 0;
  unsigned asked = 0;  // for its power
};
Device devices[8];
unsigned count = 2;
unsigned lost_after = 0;
unsigned throttle_after = 0;
unsigned other = 0;
bool no_energy = false;

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

bool lost(const Device* device) { return device->index == 1 && lost_after > 0 && device->asked > lost_after; }

int copy(const char* text, char* to, unsigned size) {
  std::strncpy(to, text, size);
  return kSuccess;
}

template <class T>
int give(const Device* device, T* to, T value) {
  if (lost(device)) return kGpuLost;
  *to = value;
  return kSuccess;
}

void stand_by(bool takes_signals) {
  sigset_t all;
  sigfillset(&all);
  if (takes_signals) pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
  for (;;) pause();
}

}  // namespace

extern "C" {

struct FakeUtilization {
  unsigned gpu, memory;
};
struct FakeMemory {
  unsigned long long total, free, used;
};
struct FakeProcess {
  unsigned pid;
  unsigned long long used;
  unsigned gpu_instance, compute_instance;
};

int nvmlInit_v2() {
  if (from_environment("FAKE_NVML_FAIL", 0) != 0) return kDriverNotLoaded;
  count = from_environment("FAKE_NVML_COUNT", 2);
  lost_after = from_environment("FAKE_NVML_LOST", 0);
  throttle_after = from_environment("FAKE_NVML_THROTTLE", 0);
  other = from_environment("FAKE_NVML_OTHER", 0);
  no_energy = from_environment("FAKE_NVML_NO_ENERGY", 0) != 0;
  for (unsigned i = 0; i < 8; ++i) devices[i] = {i, 0};
  if (const unsigned kind = from_environment("FAKE_NVML_THREAD", 0); kind != 0) std::thread(stand_by, kind == 2).detach();
  return kSuccess;
}
int nvmlShutdown() { return kSuccess; }
const char* nvmlErrorString(int status) {
  return status == kNotSupported ? "Not Supported" : status == kDriverNotLoaded ? "Driver Not Loaded" : status == kGpuLost ? "GPU is lost" : "Unknown Error";
}
int nvmlSystemGetDriverVersion(char* to, unsigned size) { return copy("550.54.15", to, size); }
int nvmlSystemGetCudaDriverVersion_v2(int* version) { return *version = 12040, kSuccess; }
int nvmlDeviceGetCount_v2(unsigned* to) { return *to = count, kSuccess; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, Device** to) { return *to = &devices[index], kSuccess; }
int nvmlDeviceGetName(Device*, char* to, unsigned size) { return copy("Fake GPU 24GB", to, size); }
int nvmlDeviceGetUUID(Device* device, char* to, unsigned size) { return copy(device->index == 0 ? "GPU-0000" : "GPU-0001", to, size); }
int nvmlDeviceGetMemoryInfo(Device* device, FakeMemory* to) {
  return give(device, to, {24ULL << 30, 20ULL << 30, 4ULL << 30});
}
int nvmlDeviceGetUtilizationRates(Device* device, FakeUtilization* to) { return give(device, to, {75, 40}); }
int nvmlDeviceGetClockInfo(Device* device, int type, unsigned* to) { return give(device, to, type == 2 ? 6251U : 1980U - device->asked); }
int nvmlDeviceGetTemperature(Device* device, int, unsigned* to) { return give(device, to, 50 + device->asked); }
int nvmlDeviceGetPowerUsage(Device* device, unsigned* to) {
  ++device->asked;
  return give(device, to, 200'000U);
}
int nvmlDeviceGetEnforcedPowerLimit(Device* device, unsigned* to) { return give(device, to, 300'000U); }
int nvmlDeviceGetTotalEnergyConsumption(Device* device, unsigned long long* to) {
  return no_energy ? kNotSupported : give(device, to, 5'000'000ULL + device->asked * 20'000ULL);
}
int nvmlDeviceGetCurrentClocksThrottleReasons(Device* device, unsigned long long* to) {
  const bool capped = device->index == 0 && throttle_after > 0 && device->asked > throttle_after;
  return give(device, to, capped ? 4ULL : 1ULL);
}
int nvmlDeviceGetCudaComputeCapability(Device*, int* major, int* minor) { return *major = 8, *minor = 9, kSuccess; }
int nvmlDeviceGetComputeRunningProcesses_v3(Device* device, unsigned* size, FakeProcess* to) {
  if (lost(device)) return kGpuLost;
  if (device->index != 0 || other == 0) return *size = 0, kSuccess;
  to[0] = {other, 1ULL << 30, 0, 0};
  return *size = 1, kSuccess;
}

}  // extern "C"
