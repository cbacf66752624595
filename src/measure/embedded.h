// The text for quality as it was at build time.
#pragma once

#include <span>

#include "base/embedded.h"

namespace chimera::measure {

// All embedded data files, sorted by name; empty where the build had none.
std::span<const base::EmbeddedFile> embedded_data();

}  // namespace chimera::measure
