// The one place that says which version this is, besides CMake's project() which is held against it.
#pragma once

#include <string_view>

namespace chimera::app {

inline constexpr std::string_view kVersion = CHIMERA_VERSION;

}  // namespace chimera::app
