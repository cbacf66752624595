// Lines of a text that say how what follows was run and measure nothing: the arguments that a program prints when it starts, a command.
#pragma once

#include <string_view>

namespace chimera::core {

// The name of their tables: a row of one holds for what stands below it until the next row of that table.
inline constexpr std::string_view kSettingsLines = "lines of settings";

}  // namespace chimera::core
