// Completion scripts for shells: command names, then files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chimera::app {

// `shell` is bash, zsh or fish.
[[nodiscard]] std::string completion_script(std::string_view shell, const std::vector<std::string>& commands);

}  // namespace chimera::app
