// Names of files, as text.
#pragma once

#include <string_view>

namespace chimera::base {

// What stands behind the last slash.
[[nodiscard]] inline std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace chimera::base
