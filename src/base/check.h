// CHECK: an assumption of ours that also holds in release builds. A failure is our bug, never the user's data:
// it prints the place and the reason to standard error and leaves with exit code 70.
#pragma once

#include <string_view>

namespace chimera::base {

[[noreturn]] void check_failed(std::string_view condition, std::string_view file, int line, std::string_view reason);

}  // namespace chimera::base

#define CHECK(condition, reason) \
  ((condition) ? static_cast<void>(0) : ::chimera::base::check_failed(#condition, __FILE__, __LINE__, (reason)))
