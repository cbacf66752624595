// Reads what machine this is: processor, memory, GPUs, system, and what a container allows.
#pragma once

#include <string>

#include "core/machine.h"
#include "measure/nvml.h"

namespace chimera::measure {

// From /proc, /sys and /etc below `root` ("" is the real one), and NVML from the library of that name. Always comes back:
// what could not be read is listed as absent, with the reason.
[[nodiscard]] core::Machine read_machine(const std::string& root = {}, const std::string& nvml_library = Nvml::kLibrary);

}  // namespace chimera::measure
