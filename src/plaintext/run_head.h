// Comments that head a run in a log: "# Tool version: 1.2" above "# Threads: 4 threads" and "# Parameters: (size = 10)".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/settings_lines.h"

namespace chimera::plaintext {

// The kind of these lines: the head of the next run replaces all that one says.
inline constexpr std::string_view kRunHead = "run head";

// Three comments of names and values or more, the first of which says the version of the program; arguments in brackets are settings of their
// own. "# Run progress: 12 % complete" says nothing of use. Lines are counted in the document.
[[nodiscard]] std::optional<SettingsLines> run_head(const core::Document& document, std::size_t i, std::uint64_t end);

// "# Run complete. Total time: 00:01:02": what follows is of no run.
[[nodiscard]] bool ends_runs(std::string_view line);

}  // namespace chimera::plaintext
