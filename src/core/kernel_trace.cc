#include "core/kernel_trace.h"

namespace chimera::core {

std::optional<double> KernelRecord::busy_part() const {
  if (trace.devices == 0 || duration <= 0) return std::nullopt;
  return static_cast<double>(trace.busy) / static_cast<double>(duration) / trace.devices;
}

}  // namespace chimera::core
