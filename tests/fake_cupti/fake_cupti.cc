// A libcupti.so of our own, so that tracing kernels is tested where there is no GPU: every flush hands over the same launches,
// most of them from a graph, on two streams that overlap. The environment decides what goes wrong:
//   FAKE_CUPTI_VERSION=N     API version (130001, CUDA 13.0)
//   FAKE_CUPTI_SUBSCRIBE=N   cuptiSubscribe fails with status N (39: another profiler)
//   FAKE_CUPTI_ENABLE=N      cuptiActivityEnable fails with status N (35: no permission)
//   FAKE_CUPTI_FLUSH=N       cuptiActivityFlushAll fails with status N
//   FAKE_CUPTI_KERNELS=N     so many rounds of launches at each flush (10); 0: none
//   FAKE_CUPTI_DROPPED=N     so many records were dropped by each flush
//   FAKE_CUPTI_UNTIMED=1     the last launch of each round has no times
//   FAKE_CUPTI_TRASH=1       records whose fields are not where they are expected
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kSuccess = 0;
constexpr int kMaxLimitReached = 12;
constexpr int kMultipleSubscribers = 39;
constexpr std::size_t kRecordSize = 216;  // CUpti_ActivityKernel10 of CUDA 13.0

using RequestBuffer = void (*)(std::uint8_t**, std::size_t*, std::size_t*);
using CompleteBuffer = void (*)(void*, std::uint32_t, std::uint8_t*, std::size_t, std::size_t);

RequestBuffer request = nullptr;
CompleteBuffer complete = nullptr;
bool subscribed = false;
bool enabled = false;
std::uint64_t now = 1'000'000;  // nanoseconds

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

struct Launch {
  const char* name;
  std::uint64_t start;  // since the round began
  std::uint64_t end;
  std::uint32_t stream;
  std::int32_t grid, block, dynamic_shared;
  std::uint16_t registers;
  bool graph;
};
// void mul_mat_vec<int>(int*), scale(float*), and one with a name of C; the second and the third overlap for 1 µs.
constexpr Launch kRound[] = {
    {"_Z11mul_mat_vecIiEvPT_", 0, 10'000, 7, 2048, 128, 0, 40, true},
    {"_Z5scalePf", 10'000, 12'000, 7, 64, 256, 0, 16, true},
    {"sm90_gemm", 11'000, 15'000, 9, 16, 384, 100'000, 168, false},
};
constexpr std::uint64_t kRoundTakes = 20'000;

template <class T>
void put(std::uint8_t* record, std::size_t at, T value) {
  std::memcpy(record + at, &value, sizeof value);
}

void write(const Launch& launch, bool timed, std::uint8_t* record) {
  std::memset(record, 0, kRecordSize);
  put<std::int32_t>(record, 0, 10);
  put(record, 6, launch.registers);
  if (timed) put(record, 16, now + launch.start), put(record, 24, now + launch.end);
  put(record, 48, launch.stream);
  for (std::size_t i = 0; i < 3; ++i) put<std::int32_t>(record, 52 + 4 * i, i == 0 ? launch.grid : 1), put<std::int32_t>(record, 64 + 4 * i, i == 0 ? launch.block : 1);
  put(record, 80, launch.dynamic_shared);
  put(record, 104, launch.name);
  put<std::uint64_t>(record, 144, launch.graph ? 5 : 0);
  if (from_environment("FAKE_CUPTI_TRASH", 0) != 0) std::memset(record + 40, 0xa5, kRecordSize - 40);
}

}  // namespace

extern "C" {

int cuptiGetVersion(std::uint32_t* version) { return *version = from_environment("FAKE_CUPTI_VERSION", 130001), kSuccess; }
int cuptiGetResultString(int status, const char** text) {
  *text = status == 35 ? "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES" : status == kMultipleSubscribers ? "CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED" : "CUPTI_ERROR_UNKNOWN";
  return kSuccess;
}
int cuptiSubscribe(void** subscriber, void (*)(void*, int, std::uint32_t, const void*), void*) {
  if (subscribed) return kMultipleSubscribers;
  if (const int status = static_cast<int>(from_environment("FAKE_CUPTI_SUBSCRIBE", 0)); status != 0) return status;
  subscribed = true;
  *subscriber = &subscribed;
  return kSuccess;
}
int cuptiUnsubscribe(void*) { return subscribed = false, kSuccess; }
int cuptiActivityRegisterCallbacks(RequestBuffer wanted, CompleteBuffer done) { return request = wanted, complete = done, kSuccess; }
int cuptiActivityEnable(int) {
  if (const int status = static_cast<int>(from_environment("FAKE_CUPTI_ENABLE", 0)); status != 0) return status;
  return enabled = true, kSuccess;
}
int cuptiActivityDisable(int) { return enabled = false, kSuccess; }
int cuptiActivityFlushAll(std::uint32_t) {
  if (const int status = static_cast<int>(from_environment("FAKE_CUPTI_FLUSH", 0)); status != 0) return status;
  if (!enabled) return kSuccess;
  for (unsigned round = 0; round < from_environment("FAKE_CUPTI_KERNELS", 10); ++round) {
    std::uint8_t* buffer = nullptr;
    std::size_t size = 0;
    std::size_t most = 0;
    request(&buffer, &size, &most);
    std::size_t used = 0;
    for (const Launch& launch : kRound) {
      const bool last = &launch == &kRound[2];
      write(launch, !last || from_environment("FAKE_CUPTI_UNTIMED", 0) == 0, buffer + used);
      used += kRecordSize;
    }
    now += kRoundTakes;
    complete(nullptr, 0, buffer, size, used);
  }
  return kSuccess;
}
int cuptiActivityGetNextRecord(std::uint8_t* buffer, std::size_t bytes, std::uint8_t** record) {
  std::uint8_t* next = *record == nullptr ? buffer : *record + kRecordSize;
  if (next + kRecordSize > buffer + bytes) return kMaxLimitReached;
  return *record = next, kSuccess;
}
int cuptiActivityGetNumDroppedRecords(void*, std::uint32_t, std::size_t* dropped) { return *dropped = from_environment("FAKE_CUPTI_DROPPED", 0), kSuccess; }

}  // extern "C"
