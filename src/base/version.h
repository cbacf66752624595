// Which version this is, as CMake's project() says.
#pragma once

#include <string_view>

namespace chimera::base {

[[nodiscard]] std::string_view version();

}  // namespace chimera::base
