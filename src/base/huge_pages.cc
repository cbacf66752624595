#include "base/huge_pages.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHIMERA_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CHIMERA_SANITIZED
#endif
#endif

namespace chimera::base {

#ifdef CHIMERA_SANITIZED  // they have an mmap of their own

void use_huge_pages() {}

#else

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct Mapping {
  void* begin = nullptr;
  std::size_t size = 0;
};

// Initialised before any code runs: the allocator maps memory before the first constructor does.
constinit std::array<Mapping, 16> early;  // what was mapped before it was asked for
constinit std::atomic<std::size_t> early_count{0};
constinit std::atomic<bool> wanted{false};

// An advice: a kernel that does not follow it changes nothing, and a part that was unmapped since is passed over.
void advise(const Mapping& mapping) { static_cast<void>(::madvise(mapping.begin, mapping.size, MADV_HUGEPAGE)); }

void note(const Mapping& mapping) {
  if (wanted) return advise(mapping);
  if (const std::size_t at = early_count++; at < early.size()) early[at] = mapping;
}

}  // namespace

void use_huge_pages() {
  wanted = true;
  for (std::size_t i = 0; i < std::min(early_count.load(), early.size()); ++i) advise(early[i]);
}

extern "C" {

// In the place of the C library's, for every library of the process.
void* mmap(void* address, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  const long mapped = ::syscall(SYS_mmap, address, size, protection, flags, file, offset);
  void* const begin = reinterpret_cast<void*>(mapped);  // NOLINT(performance-no-int-to-ptr): what the kernel answers
  constexpr int kOwn = MAP_ANONYMOUS | MAP_PRIVATE;
  const bool of_heap = (flags & kOwn) == kOwn && (flags & (MAP_STACK | MAP_HUGETLB)) == 0;
  if (begin != MAP_FAILED && of_heap && size >= kHugePage) note({begin, size});
  return begin;
}
}

#endif

}  // namespace chimera::base
