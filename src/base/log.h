// Diagnostics for people, on standard error. Machine-readable output never goes through here.
#pragma once

#include <string_view>

namespace chimera::base {

enum class LogLevel { quiet, normal, verbose };

// Once, at the start of main. Colours only where standard error is a terminal and NO_COLOR is unset.
void start_logging(LogLevel level);

void log_note(std::string_view message);     // shown with --verbose
void log_info(std::string_view message);     // what is going on
void log_warning(std::string_view message);  // the answer is still right, but the user should know
void log_error(std::string_view message);    // followed by an exit code other than 0; never silenced

}  // namespace chimera::base
