// Lines of a text that say how what follows was run and measure nothing: the arguments that a program prints when it starts, a command.
#pragma once

#include <string_view>

namespace chimera::core {

// What the names of their tables begin with; that of a command goes on with the program, "lines of settings: ./bench run". A row of one holds
// for what stands below it until the next row of a table of that name.
inline constexpr std::string_view kSettingsLines = "lines of settings";

[[nodiscard]] inline bool is_settings_lines(std::string_view table_name) { return table_name.substr(0, kSettingsLines.size()) == kSettingsLines; }

}  // namespace chimera::core
