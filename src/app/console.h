// What people see while a command runs: errors, diagnostics, and a progress line where there is a terminal.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "app/commands.h"
#include "base/result.h"
#include "core/diagnostic.h"

namespace chimera::app {

// Prints the error and its hint; returns its exit code.
int report_error(const base::Error& error);

// The same for an error whose message has lines, the last of which points into a statement.
int report_statement_error(const base::Error& error);

// Losses and errors, the first few of each code; notes only with --verbose.
void print_diagnostics(const core::Diagnostics& diagnostics, const CommonOptions& common);

// A progress callback that rewrites one line of a terminal; empty (and so silent) in a pipe or with --quiet.
[[nodiscard]] std::function<void(std::size_t, std::size_t)> progress_line(const CommonOptions& common, const char* what);

// Writes to standard output. False where nobody listens any more.
bool print(std::string_view text);

}  // namespace chimera::app
