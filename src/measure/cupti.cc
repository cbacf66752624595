#include "measure/cupti.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "measure/signals_blocked.h"

namespace chimera::measure {
namespace {

// Of cupti_result.h and cupti_activity.h (CUDA 11.8, 12.0, 12.4, 12.9, 13.0 and 13.5 were read), as far as used.
constexpr int kSuccess = 0;
constexpr int kNotInitialized = 15;
constexpr int kInsufficientPrivileges = 35;
constexpr int kMultipleSubscribers = 39;
constexpr int kVirtualized = 40;
constexpr int kConfidential = 41;
constexpr int kConcurrentKernel = 10;
constexpr std::uint32_t kFlushForced = 1;
constexpr std::uint32_t kOldestVersion = 18;      // CUDA 11.8
constexpr std::uint32_t kNumberedByCuda = 130000;  // from here on xxyyzz of CUDA xx.yy
constexpr std::size_t kBufferSize = std::size_t{4} << 20;
constexpr std::size_t kMostLaunches = 4'000'000;  // 320 MB; more are counted as lost

// What CUpti_ActivityKernel8 (CUDA 11.8), 9 (12.0 to 12.9), 10 (13.0) and 11 to 13 (up to 13.5) begin with, all of them alike:
// each version appends. Records are 8-byte aligned; the caching bytes at 4 and 5 and in 8 to 15 are not read.
struct KernelRecord {
  std::int32_t kind;
  std::uint8_t caching[2];
  std::uint16_t registers;
  std::uint8_t partitioned[8];
  std::uint64_t start;
  std::uint64_t end;
  std::uint64_t completed;
  std::uint32_t device;
  std::uint32_t context;
  std::uint32_t stream;
  std::int32_t grid[3];
  std::int32_t block[3];
  std::int32_t static_shared;
  std::int32_t dynamic_shared;
  std::uint32_t local_of_thread;
  std::uint32_t local_total;
  std::uint32_t correlation;
  std::int64_t grid_id;
  const char* name;
  void* reserved;
  std::uint64_t queued;
  std::uint64_t submitted;
  std::uint8_t launch[4];
  std::uint32_t shared_executed;
  std::uint64_t graph_node;
  std::uint32_t shared_limit;
  std::uint32_t graph;
};
// offsetof() of those headers' structures, as a compiler gave them.
static_assert(offsetof(KernelRecord, registers) == 6 && offsetof(KernelRecord, start) == 16 && offsetof(KernelRecord, end) == 24);
static_assert(offsetof(KernelRecord, device) == 40 && offsetof(KernelRecord, stream) == 48 && offsetof(KernelRecord, grid) == 52);
static_assert(offsetof(KernelRecord, block) == 64 && offsetof(KernelRecord, static_shared) == 76 && offsetof(KernelRecord, dynamic_shared) == 80);
static_assert(offsetof(KernelRecord, correlation) == 92 && offsetof(KernelRecord, name) == 104 && offsetof(KernelRecord, shared_executed) == 140);
static_assert(offsetof(KernelRecord, graph_node) == 144 && offsetof(KernelRecord, graph) == 156);

using RequestBuffer = void (*)(std::uint8_t**, std::size_t*, std::size_t*);
using CompleteBuffer = void (*)(void*, std::uint32_t, std::uint8_t*, std::size_t, std::size_t);
using ApiCallback = void (*)(void*, int, std::uint32_t, const void*);

struct Functions {
  int (*cuptiGetVersion)(std::uint32_t*) = nullptr;
  int (*cuptiGetResultString)(int, const char**) = nullptr;
  int (*cuptiSubscribe)(void**, ApiCallback, void*) = nullptr;
  int (*cuptiUnsubscribe)(void*) = nullptr;
  int (*cuptiActivityRegisterCallbacks)(RequestBuffer, CompleteBuffer) = nullptr;
  int (*cuptiActivityEnable)(int) = nullptr;
  int (*cuptiActivityDisable)(int) = nullptr;
  int (*cuptiActivityFlushAll)(std::uint32_t) = nullptr;
  int (*cuptiActivityGetNextRecord)(std::uint8_t*, std::size_t, KernelRecord**) = nullptr;
  int (*cuptiActivityGetNumDroppedRecords)(void*, std::uint32_t, std::size_t*) = nullptr;
};

template <class Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  return function != nullptr;
}

bool find_all(void* handle, Functions& f) {
  bool all = find(handle, "cuptiGetVersion", f.cuptiGetVersion);
  all = find(handle, "cuptiGetResultString", f.cuptiGetResultString) && all;
  all = find(handle, "cuptiSubscribe", f.cuptiSubscribe) && all;
  all = find(handle, "cuptiUnsubscribe", f.cuptiUnsubscribe) && all;
  all = find(handle, "cuptiActivityRegisterCallbacks", f.cuptiActivityRegisterCallbacks) && all;
  all = find(handle, "cuptiActivityEnable", f.cuptiActivityEnable) && all;
  all = find(handle, "cuptiActivityDisable", f.cuptiActivityDisable) && all;
  all = find(handle, "cuptiActivityFlushAll", f.cuptiActivityFlushAll) && all;
  all = find(handle, "cuptiActivityGetNextRecord", f.cuptiActivityGetNextRecord) && all;
  all = find(handle, "cuptiActivityGetNumDroppedRecords", f.cuptiActivityGetNumDroppedRecords) && all;
  return all;
}

// Whether it is what a launch looks like: the last guard against a version whose records are laid out otherwise.
bool is_sound(const KernelRecord& record) {
  const auto positive = [](const std::int32_t (&sizes)[3]) { return sizes[0] > 0 && sizes[1] > 0 && sizes[2] > 0; };
  return record.name != nullptr && positive(record.grid) && positive(record.block) && record.block[0] <= 1024 && record.block[1] <= 1024 && record.block[2] <= 64 &&
         record.static_shared >= 0 && record.dynamic_shared >= 0;
}

// Takes the buffers. There is one, for CUPTI's callbacks carry no pointer of ours, and it is never destroyed: CUPTI may hand
// over buffers while the process ends.
class Collector {
 public:
  static Collector& instance() {
    static auto* const collector = new Collector;
    return *collector;
  }

  void read_with(const Functions& functions) {
    const std::lock_guard lock(mutex_);
    functions_ = functions;
  }

  [[nodiscard]] LaunchTrace take() {
    const std::lock_guard lock(mutex_);
    LaunchTrace taken = std::move(trace_);
    trace_ = {};
    places_.clear();
    return taken;
  }

  void add_lost(std::uint64_t count) {
    const std::lock_guard lock(mutex_);
    trace_.lost += count;
  }

  void read(std::uint8_t* buffer, std::size_t bytes) noexcept {
    const std::lock_guard lock(mutex_);
    KernelRecord* record = nullptr;
    while (bytes > 0 && functions_.cuptiActivityGetNextRecord(buffer, bytes, &record) == kSuccess) {
      if (record->kind != kConcurrentKernel) continue;
      // A start and an end of 0 say that there was no time to be had.
      const bool timed = is_sound(*record) && record->start > 0 && record->end >= record->start;
      if (!timed || trace_.launches.size() >= kMostLaunches || !keep(*record)) ++trace_.lost;
    }
  }

 private:
  // False where there is no memory: an exception may not pass through CUPTI.
  bool keep(const KernelRecord& record) noexcept {
    try {
      const auto [at, added] = places_.emplace(record.name, static_cast<std::uint32_t>(trace_.names.size()));
      if (added) trace_.names.emplace_back(record.name);
      KernelLaunch launch;
      launch.name = at->second;
      launch.device = record.device;
      launch.stream = record.stream;
      launch.from_graph = record.graph_node != 0;
      launch.start = record.start;
      launch.end = record.end;
      for (std::size_t i = 0; i < 3; ++i) {
        launch.shape.grid[i] = static_cast<std::uint32_t>(record.grid[i]);
        launch.shape.block[i] = static_cast<std::uint32_t>(record.block[i]);
      }
      launch.shape.registers = record.registers;
      launch.shape.static_shared = static_cast<std::uint64_t>(record.static_shared);
      launch.shape.dynamic_shared = static_cast<std::uint64_t>(record.dynamic_shared);
      trace_.launches.push_back(launch);
      return true;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  std::mutex mutex_;
  Functions functions_;
  LaunchTrace trace_;
  std::map<std::string, std::uint32_t> places_;
};

void request_buffer(std::uint8_t** buffer, std::size_t* size, std::size_t* most_records) {
  *buffer = static_cast<std::uint8_t*>(std::aligned_alloc(8, kBufferSize));  // null: CUPTI counts what it drops
  *size = *buffer == nullptr ? 0 : kBufferSize;
  *most_records = 0;
}

void complete_buffer(void*, std::uint32_t, std::uint8_t* buffer, std::size_t, std::size_t valid) {
  Collector::instance().read(buffer, valid);
  std::free(buffer);
}

void ignore_call(void*, int, std::uint32_t, const void*) {}

std::string hint_for(int status) {
  switch (status) {
    case kNotInitialized: return "the driver may be older than this CUPTI, or there is no GPU; CHIMERA_CUPTI names the library of an older CUDA toolkit";
    case kInsufficientPrivileges: return "the driver lets only administrators profile: run it as one, or load the driver's module with NVreg_RestrictProfilingToAdminUsers=0";
    case kMultipleSubscribers: return "another profiler is attached to this process (Nsight, ncu, cuda-gdb): run it without";
    case kVirtualized: return "the hypervisor does not let a virtual GPU be profiled";
    case kConfidential: return "GPUs in confidential-computing mode cannot be traced";
    default: return {};
  }
}

constexpr std::array kNames = {"libcupti.so.13", "libcupti.so.12", "libcupti.so"};
constexpr std::array kFolders = {"/usr/local/cuda/extras/CUPTI/lib64", "/usr/local/cuda/lib64"};

// In the order in which they are tried. What CHIMERA_CUPTI names stands alone.
std::vector<std::string> candidates(const std::string& where) {
  const char* named = std::getenv("CHIMERA_CUPTI");
  const std::string place = !where.empty() ? where : named == nullptr ? std::string() : std::string(named);
  std::error_code none;
  if (!place.empty() && !std::filesystem::is_directory(place, none)) return {place};
  std::vector<std::string> files;
  for (const char* name : kNames) files.push_back(place.empty() ? std::string(name) : place + "/" + name);
  if (!place.empty()) return files;
  for (const char* folder : kFolders)
    for (const char* name : kNames) files.push_back(std::string(folder) + "/" + name);
  return files;
}

// The file behind a name that the loader found.
std::string path_of(void* symbol, const std::string& otherwise) {
  Dl_info info;
  return ::dladdr(symbol, &info) != 0 && info.dli_fname != nullptr ? std::string(info.dli_fname) : otherwise;
}

std::string version_text(std::uint32_t version) {
  if (version < kNumberedByCuda) return fmt::format("CUPTI API {}", version);
  return fmt::format("CUPTI {}.{}", version / 10000, version / 100 % 100);
}

}  // namespace

struct Cupti::Library {
  Functions functions;
  std::string path;
  std::string version;
  void* subscriber = nullptr;
  bool enabled = false;
};

base::Result<Cupti> Cupti::load(const std::string& where) {
  const SignalsBlocked blocked;
  const std::vector<std::string> files = candidates(where);
  void* handle = nullptr;
  std::string said;
  // Never closed: CUPTI has threads and handlers of its own that outlive every use of it.
  for (const std::string& file : files) {
    if (handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE); handle != nullptr) break;
    if (const char* why = ::dlerror(); why != nullptr && said.empty()) said = why;
  }
  if (handle == nullptr)
    return base::fail(base::ErrorKind::input, fmt::format("no CUPTI on this machine ({})", files.size() == 1 || !where.empty() ? said : fmt::format("{}", fmt::join(kNames, ", "))),
                      "it comes with the CUDA toolkit (extras/CUPTI/lib64); CHIMERA_CUPTI names its folder");
  Cupti cupti;
  cupti.library_ = std::make_shared<Library>();
  Library& library = *cupti.library_;
  const bool complete = find_all(handle, library.functions);
  library.path = path_of(::dlsym(handle, "cuptiGetVersion"), files.front());
  if (!complete) return base::fail(base::ErrorKind::input, fmt::format("{} lacks functions of CUPTI's activity interface", library.path), "it is older than CUDA 11.8, or another library");
  std::uint32_t version = 0;
  TRY_VOID(cupti.check(library.functions.cuptiGetVersion(&version), "cuptiGetVersion"));
  library.version = version_text(version);
  if (version < kOldestVersion)
    return base::fail(base::ErrorKind::input, fmt::format("{} has API version {}, expected {} (CUDA 11.8) or later", library.path, version, kOldestVersion),
                      "its records are laid out otherwise; CHIMERA_CUPTI names the folder of a newer one");
  return cupti;
}

const std::string& Cupti::version() const { return library_->version; }
const std::string& Cupti::path() const { return library_->path; }

base::Result<void> Cupti::check(int status, const char* what) const {
  if (status == kSuccess) return {};
  const char* name = nullptr;
  if (library_->functions.cuptiGetResultString(status, &name) != kSuccess) name = nullptr;
  return base::fail(base::ErrorKind::input, fmt::format("{}: {} (status {})", what, name == nullptr ? "unknown error" : name, status), hint_for(status));
}

// CUPTI may be attached at any time ("Dynamic Attach" in its guide; there is no requirement on when it is initialised), and
// a client shall subscribe first, which fails where another profiler is there. Kernels of CUDA graphs are recorded one by
// one as long as nobody enables CUPTI_ACTIVITY_KIND_GRAPH_TRACE. We attach late, so that what is measured before runs
// without CUPTI in the process, and load the model anew under it, so that its graphs are made under it too. cuptiFinalize()
// is never called: CUDA graphs crashed after it before CUDA 12.6 (pytorch issue 144455).
base::Result<void> Cupti::attach() {
  Library& library = *library_;
  const Functions& f = library.functions;
  if (library.subscriber == nullptr) {
    void* subscriber = nullptr;  // a failure may leave anything in it
    TRY_VOID(check(f.cuptiSubscribe(&subscriber, ignore_call, nullptr), "cuptiSubscribe"));
    library.subscriber = subscriber;
    Collector::instance().read_with(f);
    TRY_VOID(check(f.cuptiActivityRegisterCallbacks(request_buffer, complete_buffer), "cuptiActivityRegisterCallbacks"));
  }
  if (!library.enabled) TRY_VOID(check(f.cuptiActivityEnable(kConcurrentKernel), "cuptiActivityEnable"));
  library.enabled = true;
  return {};
}

void Cupti::detach() {
  Library& library = *library_;
  if (library.enabled) library.functions.cuptiActivityDisable(kConcurrentKernel);
  if (library.enabled) library.functions.cuptiActivityFlushAll(kFlushForced);
  library.enabled = false;
  if (library.subscriber != nullptr) library.functions.cuptiUnsubscribe(library.subscriber);
  library.subscriber = nullptr;
}

// Forced: also a buffer with a record that is not complete is given back, and read as a launch without a time.
base::Result<void> Cupti::flush() {
  const Functions& f = library_->functions;
  TRY_VOID(check(f.cuptiActivityFlushAll(kFlushForced), "cuptiActivityFlushAll"));
  std::size_t dropped = 0;
  TRY_VOID(check(f.cuptiActivityGetNumDroppedRecords(nullptr, 0, &dropped), "cuptiActivityGetNumDroppedRecords"));
  Collector::instance().add_lost(dropped);
  return {};
}

base::Result<void> Cupti::begin() {
  TRY_VOID(flush());
  static_cast<void>(Collector::instance().take());
  return {};
}

base::Result<LaunchTrace> Cupti::end() {
  TRY_VOID(flush());
  return Collector::instance().take();
}

}  // namespace chimera::measure
