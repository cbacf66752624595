#include "base/huge_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdint>
#include <fstream>
#include <string>

namespace chimera::base {
namespace {

constexpr std::size_t kSize = 8U << 20;

void* map(int flags) { return ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0); }

// Whether the kernel holds the memory there for one of huge pages: "hg" among the flags that it tells of its mapping.
bool is_advised(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t dash = line.find('-');
    if (dash != std::string::npos && line.find(' ') > dash && line.find(':') > line.find(' ')) {
      const auto place = reinterpret_cast<std::uintptr_t>(address);
      inside = std::stoull(line, nullptr, 16) <= place && place < std::stoull(line.substr(dash + 1), nullptr, 16);
    } else if (inside && line.rfind("VmFlags:", 0) == 0) {
      return line.find(" hg") != std::string::npos;
    }
  }
  return false;
}

TEST(HugePages, LargeMappingsAreAdvisedFromThenOnAndThoseOfBeforeToo) {
  void* const before = map(0);
  ASSERT_NE(before, MAP_FAILED);
  EXPECT_FALSE(is_advised(before));
  void* const probe = map(0);
  const bool has_them = ::madvise(probe, kSize, MADV_HUGEPAGE) == 0 && is_advised(probe);
  use_huge_pages();
  void* const after = map(0);
  void* const stack = map(MAP_STACK);
  const bool advised = is_advised(after);
  const bool advised_before = is_advised(before);
  const bool advised_stack = is_advised(stack);
  for (void* each : {before, probe, after, stack}) ::munmap(each, kSize);
  if (!has_them) GTEST_SKIP() << "a kernel without transparent huge pages";
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "built with a sanitizer, whose mmap it is";
#endif
  EXPECT_TRUE(advised);
  EXPECT_TRUE(advised_before);
  EXPECT_FALSE(advised_stack);
}

}  // namespace
}  // namespace chimera::base
